"""How long one appointment lasts, and when the next decision has to be thought of."""

from datetime import date
from typing import Final

from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.days import add_months
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.law.engine.values import Value
from ngangtam.records.organisation.models import Regime

TERM: Final = "civil_servant.term_years"
NOTICE: Final = "reappointment.party.notice_working_days"
SECONDMENT: Final[dict[str, str]] = {
    Regime.CIVIL_SERVANT: "secondment.max_months", Regime.PARTY: "secondment.party.max_months",
}  # fmt: skip


def term_rule(regime: str, day: date) -> Value | None:
    """Return the rule on the length of a term; None for a regime of which none was seen."""
    return rulebook().lookup(TERM, day) if regime == Regime.CIVIL_SERVANT else None


def term_months(regime: str, day: date) -> int | None:
    """Return how long one appointment lasts that begins on the day; None where no rule says."""
    found = term_rule(regime, day)
    if found is None or not isinstance(found.value, int):
        return None
    return found.value * 12


def end_of(first: date, months: int) -> date:
    """Return the first day after a term. Units: calendar months from `first`."""
    return add_months(first, months)


def notice_rule(day: date) -> Value:
    """Return the rule on how many working days before the end the official is told."""
    return rulebook().lookup(NOTICE, day)


def notice_days(day: date) -> int | None:
    """Return these working days; None while the rule waits for the authority to confirm it."""
    found = notice_rule(day)
    return found.value if isinstance(found.value, int) else None


def notice_by(until: date, day: date) -> date | None:
    """Return the last day for the notice, None while no confirmed rule says."""
    count = notice_days(day)
    return workdays.before(until, count) if count is not None else None


def secondment_rule(regime: str, day: date) -> Value | None:
    """Return the rule on the longest secondment; None for a regime of which none was seen."""
    ident = SECONDMENT.get(regime)
    return rulebook().lookup(ident, day) if ident else None


def longest_secondment(regime: str, day: date) -> int | None:
    """Return the longest secondment in months; None where no confirmed rule limits it."""
    found = secondment_rule(regime, day)
    return found.value if found is not None and isinstance(found.value, int) else None
