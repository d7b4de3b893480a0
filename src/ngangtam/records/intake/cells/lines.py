"""Several lines of cells in one: a table of a form, a career written into one column."""

import re
from datetime import date, timedelta
from typing import Final

from ngangtam.foundation.kernel.days import PartialDate, add_months, parse_day
from ngangtam.records.intake.cells.cell import Cell, Context, taken, uncertain
from ngangtam.records.intake.readers.grid import Raw, shown

# Between lines, between the cells of a line, and between the lines within a cell.
LINE: Final = "\n"
CELL: Final = " ‖ "
WITHIN: Final = " ⏎ "
_WORDS: Final = (
    (re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE),
     r"\1/\2/\3"),
    (re.compile(r"(?:tháng|\bT)\s*(\d{1,2})\s*(?:/|-|\s*năm\s*)\s*(\d{4})", re.IGNORECASE),
     r"\1/\2"),
)  # fmt: skip
_DAYS: Final = re.compile(
    r"(?<![\d/])(?:\d{1,2}\s*/\s*\d{1,2}\s*/\s*\d{4}|\d{1,2}\s*[/.]\s*\d{4}|(?:18|19|20)\d{2})(?!\d)"
)
# Lists whose lines are about a time; the first cell, or the third for courses, should say which.
_DATED: Final = {"history_work": 0, "history_training": 2, "history_pay": 0}


def read_lines(raw: Raw, _text: str, context: Context) -> Cell:
    """Return the lines of a cell, each as its cells; say how many lack a date they should have."""
    lines = tuple(
        tuple(cell.strip() for cell in line.split(CELL.strip()))
        for line in shown(raw).split(LINE) if line.strip()
    )  # fmt: skip
    if not lines:
        return taken(None)
    at = _DATED.get(context.field)
    undated = 0
    if at is not None:
        undated = sum(not days_in(line[at] if at < len(line) else "") for line in lines)
    return uncertain(lines, f"undated_lines:{undated}") if undated else taken(lines)


def days_in(text: str) -> list[PartialDate]:
    """Return every day, month or year that a text names, in its order."""
    for pattern, plain in _WORDS:
        text = pattern.sub(plain, text)
    found = [parse_day(re.sub(r"\s*/\s*", "/", word)).value for word in _DAYS.findall(text)]
    return [one for one in found if one.day is not None]


def after(last: PartialDate) -> date:
    """Return the first day after the day, month or year that was named."""
    assert last.day is not None
    if last.precision == "month":
        return add_months(last.day, 1)
    if last.precision == "year":
        return date(last.day.year + 1, 1, 1)
    return last.day + timedelta(days=1)
