"""Days, partial days and ages. Days are local dates (Asia/Ho_Chi_Minh); periods are half-open."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from ngangtam.foundation.kernel.text import fold

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")
Precision = Literal["day", "month", "year", "none"]
Order = Literal["dmy", "mdy"]

_DAY: Final = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})$")
_MONTH: Final = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{4})$")
_YEAR: Final = re.compile(r"^(\d{4})$")
_ISO: Final = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_WORDS: Final = re.compile(
    r"^(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})$", re.IGNORECASE
)
_EARLIEST: Final = 1880
_EXCEL_EPOCH: Final = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as it was written.

    Shape: `raw` is the wording; `day` the day used in reckoning (the first of the period that
        the wording names), None when nothing could be read; `precision` says how much was known.
    """

    raw: str
    day: date | None
    precision: Precision

    def __str__(self) -> str:
        if self.day is None:
            return self.raw
        return {
            "day": f"{self.day:%d/%m/%Y}",
            "month": f"{self.day:%m/%Y}",
            "year": f"{self.day:%Y}",
            "none": self.raw,
        }[self.precision]


@dataclass(frozen=True, slots=True)
class ParsedDay:
    """What a cell said about a day, and every doubt about the reading.

    Shape: flags among `two_digit_year`, `us_order`, `ambiguous_order`, `excel_serial`,
        `impossible`, `unreadable`.
    """

    value: PartialDate
    flags: tuple[str, ...] = ()


def today() -> date:
    """Return the local day. Only doors call this; the domain is given its day."""
    return datetime.now(LOCAL).date()


def parse_day(raw: object, order: Order = "dmy") -> ParsedDay:  # noqa: PLR0911 - one a pattern
    """Read a date in any of the ways that Vietnamese rosters write it.

    Shape: `order` is how two ambiguous numbers are read; a value that fits only the other order
        is read that way and flagged `us_order`.
    """
    if isinstance(raw, datetime):
        return ParsedDay(PartialDate(raw.date().isoformat(), raw.date(), "day"))
    if isinstance(raw, date):
        return ParsedDay(PartialDate(raw.isoformat(), raw, "day"))
    text = fold(raw)
    if match := _ISO.match(text):
        year, month, day = (int(part) for part in match.groups())
        return _checked(text, year, month, day)
    if match := _WORDS.match(text):
        day, month, year = (int(part) for part in match.groups())
        return _checked(text, year, month, day)
    if match := _DAY.match(text):
        return _three_numbers(text, match.group(1), match.group(2), match.group(3), order)
    if match := _MONTH.match(text):
        return _checked(text, int(match.group(2)), int(match.group(1)), 1, "month")
    if match := _YEAR.match(text):
        year = int(match.group(1))
        if _EARLIEST <= year <= 2100:
            return ParsedDay(PartialDate(text, date(year, 1, 1), "year"))
    return _excel_serial(text)


def _three_numbers(text: str, first: str, second: str, last: str, order: Order) -> ParsedDay:
    flags: list[str] = []
    year = int(last)
    if len(last) == 2:
        year += 1900 if year > 30 else 2000
        flags.append("two_digit_year")
    left, right = int(first), int(second)
    day, month = (left, right) if order == "dmy" else (right, left)
    if month > 12 >= day:
        day, month = month, day
        flags.append("us_order" if order == "dmy" else "day_first_order")
    parsed = _checked(text, year, month, day)
    return ParsedDay(parsed.value, (*flags, *parsed.flags))


def _checked(text: str, year: int, month: int, day: int, precision: Precision = "day") -> ParsedDay:
    try:
        value = date(year, month, day)
    except ValueError:
        return ParsedDay(PartialDate(text, None, "none"), ("impossible",))
    if not _EARLIEST <= year <= 2100:
        return ParsedDay(PartialDate(text, None, "none"), ("impossible",))
    return ParsedDay(PartialDate(text, value, precision))


def _excel_serial(text: str) -> ParsedDay:
    """Read a bare number of days since 1900 as spreadsheets store it (10,000 = 1927 and up)."""
    number = text.removesuffix(".0")
    if number.isdecimal() and 7000 <= int(number) <= 80000:
        day = _EXCEL_EPOCH + timedelta(days=int(number))
        return ParsedDay(PartialDate(text, day, "day"), ("excel_serial",))
    return ParsedDay(PartialDate(text, None, "none"), ("unreadable",) if text else ())


def add_months(day: date, months: int) -> date:
    """Return the same day of the month, `months` later.

    Units: `months` counts calendar months and may be negative.
    Shape: a day that the target month lacks becomes that month's last
        (31 January + 1 -> 28 or 29 February).
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def full_age(born: date, on: date) -> int:
    """Return the age in completed years: it rises on the birthday."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def year_difference(born: date, on: date) -> int:
    """Return the age as a plain difference of calendar years, as some official tables count."""
    return on.year - born.year


def months_between(first: date, last: date) -> int:
    """Return the completed months from `first` to `last`; negative when `last` is earlier."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)
