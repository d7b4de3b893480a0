"""How days and numbers are written: dd/mm/yyyy, 1.234,5 in Vietnamese, 1,234.5 in English."""

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.foundation.kernel.speech import language

Number = int | float | Decimal
MINUS: Final = "\N{MINUS SIGN}"
_VIETNAMESE: Final = str.maketrans({",": ".", ".": ","})


def number(value: Number, digits: int | None = None) -> str:
    """Return the number with thousands marks.

    Units: `digits` fixes the decimals; None shows up to two and drops idle zeros.
    """
    text = f"{abs(value):,.{2 if digits is None else digits}f}"
    if digits is None:
        text = text.rstrip("0").rstrip(".")
    # A value that rounds to nothing has no sign.
    sign = MINUS if value < 0 and text.strip("0.,") else ""
    return sign + (text if language() == "en" else text.translate(_VIETNAMESE))


def percent(value: Number, digits: int | None = None) -> str:
    """Return a share; `value` is 0 to 100. Without `digits`, at most one decimal."""
    if digits is None:
        rounded = round(float(value), 1)
        digits = 0 if rounded == int(rounded) else 1
    return f"{number(value, digits)}%"


def signed(value: Number, digits: int | None = None) -> str:
    """Return the number with its sign, also when positive."""
    return f"+{number(value, digits)}" if value > 0 else number(value, digits)


def day(value: date | PartialDate) -> str:
    """Return a day as dd/mm/yyyy; a partial date only as far as it is known."""
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def last_day(until: date, first: date | PartialDate | None = None) -> str:
    """Return the last day before `until`, known as precisely as the first day of its period.

    Shape: periods are kept half-open, and people read both ends as days on which they held.
    """
    last = until - timedelta(days=1)
    if isinstance(first, PartialDate) and first.precision in {"month", "year"}:
        return day(PartialDate("", last, first.precision))
    return day(last)


def period(first: date | PartialDate | None, until: date | None, today: date) -> str:
    """Return "first – last day"; "first – now" while it lasts, "from …" before it begins."""
    start = day(first) if first is not None else ""
    if until is not None:
        return f"{start or '…'} – {last_day(until, first)}"
    begins = first.day if isinstance(first, PartialDate) else first
    if begins is not None and begins > today:
        return _("from %(day)s") % {"day": start}
    # Apart from the f-string, where no collector of messages looks.
    now = _("now")
    return f"{start or '…'} – {now}"


def moment(value: datetime) -> str:
    """Return an instant as local day and time, without seconds."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%H:%M} {day(local.date())}"


def is_number(value: object) -> bool:
    """Return whether the value is a number that can be shown (a NaN is not)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return math.isfinite(value)


def initials(name: str) -> str:
    """Return up to two letters for a round mark: the family name's and the given name's."""
    words = name.split()
    return "".join(word[0].upper() for word in ([words[0], words[-1]] if words[1:] else words))


Formatter = Callable[[Number, int | None], str]
