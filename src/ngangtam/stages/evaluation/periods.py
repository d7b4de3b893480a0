"""What the code of a cycle says: which kind it is and which days are evaluated."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.days import add_months
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.stages.evaluation.models import Cycle, label_of

_CODE: Final = re.compile(r"(20\d\d|19\d\d)(?:-(0[1-9]|1[0-2])|-Q([1-4])|-H([12]))?")
# Days after the end of the period in which people report, then heads confirm, unless it is said
# otherwise when the cycle is opened. No text sets them: an authority chooses its own.
REPORT_DAYS: Final = 5
CONFIRM_DAYS: Final = 10


class BadPeriodError(DomainError):
    """What was given names no period."""


@dataclass(frozen=True, slots=True)
class Period:
    """One period to evaluate: [first, until)."""

    code: str
    kind: str
    first: date
    until: date

    @property
    def label(self) -> str:
        return label_of(self.kind, self.first, self.code)

    @property
    def report_by(self) -> date:
        return self.until + timedelta(days=REPORT_DAYS - 1)

    @property
    def confirm_by(self) -> date:
        return self.until + timedelta(days=CONFIRM_DAYS - 1)

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)


def words_of(code: str) -> str:
    """Return what a code of a cycle says in words; of one held when needed the code itself."""
    return read_period(code).label if _CODE.fullmatch(code) else code


def read_period(code: str, first: date | None = None, until: date | None = None) -> Period:
    """Return the period that a code names; any other code is of a cycle held when needed.

    Errors: BadPeriodError when a cycle held when needed is not given its days in order.
    """
    found = _CODE.fullmatch(code)
    if found is None:
        return _when_needed(code, first, until)
    year, month, quarter, half = (int(part) if part else 0 for part in found.groups())
    kind, start, months = Cycle.Kind.YEAR, 1, 12
    if month:
        kind, start, months = Cycle.Kind.MONTH, month, 1
    elif quarter:
        kind, start, months = Cycle.Kind.QUARTER, 3 * quarter - 2, 3
    elif half:
        kind, start, months = Cycle.Kind.HALF, 6 * half - 5, 6
    begun = date(year, start, 1)
    return Period(code, kind, begun, add_months(begun, months))


def _when_needed(code: str, first: date | None, until: date | None) -> Period:
    if not code or len(code) > 20 or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", code):
        raise BadPeriodError(
            _("Name a cycle as 2026-03, 2026-Q1, 2026-H1, 2026, or with letters and digits for one"
              " that is held when needed.")
        )  # fmt: skip
    if first is None or until is None or until <= first:
        raise BadPeriodError(_("A cycle that is held when needed has a first day and an end."))
    return Period(code, Cycle.Kind.NEEDED, first, until)
