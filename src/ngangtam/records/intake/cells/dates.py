"""Days in all the ways rosters write them, and every doubt about the order of day and month."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from ngangtam.foundation.kernel.days import Order, PartialDate, full_age, parse_day
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.intake.cells.cell import (
    ABSENT,
    Cell,
    Context,
    Verdict,
    normalised,
    refused,
    taken,
    uncertain,
)
from ngangtam.records.intake.cells.texts import before, says_nothing, tidied
from ngangtam.records.intake.readers.grid import Raw

_THREE: Final = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})$")
_INSIDE: Final = re.compile(
    r"\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{4}|\d{1,2}\s*[/.\-]\s*\d{4}|(?<!\d)(?:19|20)\d\d(?!\d)"
)
_WORDS: Final = re.compile(
    r"^(?:sinh\s*)?(?:ngay|nam|thang|sn|sinh nam|ngay sinh)?\s*[:.]?\s*(?=\d)"
)
_MONTH_WORD: Final = re.compile(r"^thang\s+(\d{1,2})\s*(?:/|nam|-)\s*(\d{4})$")
_COMPACT: Final = re.compile(r"^(\d{2})(\d{2})((?:19|20)\d{2})$")
_MARKS: Final = {"x", "xx", "v", "✓", "✔", "☑", "√", "+", "ü", "þ"}
_OLDEST: Final = 105
_YOUNGEST: Final = 15


def order_of(values: Iterable[tuple[Raw, int]]) -> tuple[int, int, bool]:
    """Return (month-first, day-first, swapped) as the values of a column betray them.

    Shape: `values` are (raw, how often). `swapped`: texts show day first with days above 12,
        while every real date of the same column has a day of 12 or less — the trace of a
        spreadsheet that read 08/04 as August.
    """
    month_first = day_first = real = high = 0
    for raw, count in values:
        if isinstance(raw, date):
            real += count
            high += count if raw.day > 12 else 0
            continue
        match = _THREE.match(fold(raw)) if isinstance(raw, str) else None
        if match is None:
            continue
        first, second = int(match.group(1)), int(match.group(2))
        month_first += count if second > 12 >= first else 0
        day_first += count if first > 12 >= second else 0
    return month_first, day_first, real >= 2 and not high and day_first > 0


def read_date(raw: Raw, text: str, context: Context) -> Cell:
    """Read one day. The value is a PartialDate, ABSENT where the source says “none”."""
    early = before(raw, text)
    if early is not None:
        return early
    if isinstance(raw, date):
        return _plausible(_real(raw, context), context)
    if isinstance(raw, (time, timedelta, bool)):
        return refused("unreadable_day")
    if says_nothing(text):
        return normalised(ABSENT if context.absent else None, "absent")
    # A cross under “vào Đảng” says that somebody is a member; nobody wrote down since when.
    if context.field == "party_day" and plain(text) in _MARKS:
        return normalised(True, "mark_without_day")
    return _plausible(tidied(raw, text, _read(text, context)), context)


def _real(raw: date, context: Context) -> Cell:
    day = raw.date() if isinstance(raw, datetime) else raw
    value = PartialDate(f"{day:%d/%m/%Y}", day, "day")
    if context.swapped and day.day != day.month:
        return uncertain(value, f"maybe_swapped:{value}")
    return taken(value)


def _read(text: str, context: Context) -> Cell:
    clean = _clean(text)
    order: Order = "mdy" if context.month_first > 0 and not context.day_first else "dmy"
    # Only the plain digits are digits here; others would be numbers to Python and no day to us.
    parsed = parse_day(clean if clean.isascii() else "", order)
    value = PartialDate(text[:60], parsed.value.day, parsed.value.precision)
    flags = set(parsed.flags)
    if value.day is None:
        return refused("impossible_day") if "impossible" in flags else _from_inside(text)
    if "two_digit_year" in flags:
        return uncertain(value, f"two_digit_year:{value.day.year}")
    if "excel_serial" in flags:
        return normalised(value, f"excel_serial:{value}")
    ordered = _ordered(clean, value, context)
    if ordered is not None or clean == text:
        return ordered or taken(value)
    return normalised(value, f"day_written:{value}")


def _ordered(clean: str, value: PartialDate, context: Context) -> Cell | None:
    """Judge the order of day and month; None when nothing speaks against day first."""
    match = _THREE.match(clean)
    if match is None:
        return None
    first, second = int(match.group(1)), int(match.group(2))
    if first <= 12 and second <= 12 and first != second and context.month_first:
        return uncertain(value, f"ambiguous_order:{value}")
    if second > 12:
        return normalised(value, f"month_first:{value}")
    return None


def _clean(text: str) -> str:
    """Strip words and stray marks around a day; “tháng 5 năm 1980” becomes 5/1980."""
    if _THREE.match(text) and " " not in text:
        return text
    short = plain(text).strip(" .,;:'\"()")
    if match := _MONTH_WORD.match(short):
        return f"{match.group(1)}/{match.group(2)}"
    if match := _COMPACT.match(short):
        return "/".join(match.groups())
    if re.match(r"^ngay\s+\d{1,2}\s+thang", short):
        return re.sub(r"^ngay\s+(\d+)\s+thang\s+(\d+)\s+nam\s+(\d+)$", r"\1/\2/\3", short)
    short = _WORDS.sub("", short)
    short = re.sub(r"\s*([/.\-])\s*", r"\1", short)
    return re.sub(r"[/.\-]{2,}", "/", short.replace("\\", "/"))


def _from_inside(text: str) -> Cell:
    """Find a day inside other words, or the first of several."""
    found = _INSIDE.findall(text)
    if not found:
        return refused("unreadable_day")
    parsed = parse_day(re.sub(r"\s*([/.\-])\s*", r"\1", found[0]))
    if parsed.value.day is None:
        return refused("impossible_day" if "impossible" in parsed.flags else "unreadable_day")
    value = PartialDate(text[:60], parsed.value.day, parsed.value.precision)
    return uncertain(value, "range" if len(found) > 1 else f"day_written:{value}")


def _plausible(cell: Cell, context: Context) -> Cell:
    """Doubt days that cannot be right for this field on the day of the roster."""
    value = cell.value
    if not isinstance(value, PartialDate) or value.day is None:
        return cell
    if context.field == "birth":
        if value.day > context.day:
            return refused("future_day")
        age = full_age(value.day, context.day)
        if not _YOUNGEST <= age <= _OLDEST:
            return uncertain(value, f"unlikely_age:{age}")
        return cell
    if value.day > context.day and context.field in {"party_day", "service_since"}:
        return cell if cell.verdict is Verdict.REFUSED else uncertain(value, "future_day")
    return cell


def read_date_part(raw: Raw, text: str, context: Context) -> Cell:
    """Read a day, a month or a year that stands in a column of its own; the value is an int."""
    early = before(raw, text)
    if early is not None:
        return early
    if says_nothing(text):
        return normalised(None, "absent")
    most = {"day": (1, 31), "month": (1, 12), "year": (1880, context.day.year)}[context.option]
    if not text.isdecimal() or not most[0] <= int(text) <= most[1]:
        return refused("impossible_day")
    return tidied(raw, text, taken(int(text)))
