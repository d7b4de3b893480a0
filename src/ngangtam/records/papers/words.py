"""How days, periods, numbers and codes are written on a paper. Papers are in Vietnamese always."""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.records.organisation.models import Recorded
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.models import Posting, Record

# Held back from this viewer; an empty item would say that nothing is known.
HIDDEN: Final = "(không hiển thị theo quyền)"
NOW: Final = "nay"
NONE: Final = "Không"
_BRACKETS: Final = re.compile(r"\([^()]*\)")


def began(row: Recorded) -> PartialDate:
    """Return the first day of a row, as far as it is known."""
    precision = row.precision if isinstance(row, Record) else "day"
    # The precision is one of PartialDate's own words.
    return PartialDate("", row.valid.lower, precision)  # type: ignore[arg-type]


def day(value: PartialDate) -> str:
    """Write a day as it is known: 05/03/1988, 03/1988, 1988, or nothing."""
    return str(value) if value.day is not None and value.precision != "none" else ""


def first(row: Recorded) -> str:
    return day(began(row))


def last(row: Recorded, *, open_end: str = NOW) -> str:
    """Write the last day on which a row held, as precisely as its first."""
    until = row.valid.upper
    if until is None:
        return open_end
    precision = began(row).precision
    end = PartialDate("", until - timedelta(days=1), "day" if precision == "none" else precision)
    return day(end)


def period(row: Recorded) -> str:
    """Write the period of a row: 01/2010 – 12/2015, or 07/2025 – nay."""
    start, end = first(row), last(row)
    return f"{start} – {end}" if start else (f"đến {end}" if row.valid.upper else "")


def oldest_first(row: Recorded) -> tuple[date, int]:
    return row.valid.lower, row.pk or 0


def said(row: Record, catalogue: str) -> str:
    """Write a coded fact in its own wording, else in the catalogue's."""
    return row.raw or (label(catalogue, row.code) if row.code else "")


def number(value: object) -> str:
    """Write a number with a decimal comma; anything else as it stands."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value or "")
    return f"{value:g}".replace(".", ",") if isinstance(value, int) else f"{value:.2f}".replace(
        ".", ",")  # fmt: skip


def listed(lines: Iterable[str]) -> str:
    """Write several things one below the other, each with a dash; one alone has none to split."""
    found = [line for line in lines if line]
    if len(found) == 1 and ";" not in _BRACKETS.sub("", found[0]):
        return found[0]
    return "\n".join(f"- {line}" for line in found)


def title_of(row: Posting) -> str:
    return row.title_raw or row.post.title


def unit_of(row: Posting) -> str:
    return row.workplace_raw or row.post.unit.name


def latest(rows: Iterable[Record], fits: Callable[[Record], bool] = lambda _row: True) -> (
    Record | None
):  # fmt: skip
    """Return the newest row that fits."""
    return max((row for row in rows if fits(row)), key=oldest_first, default=None)
