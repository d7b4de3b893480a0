"""Which reader reads which kind of field."""

from collections.abc import Callable
from typing import Final

from ngangtam.records.intake.cells import codes, dates, lines, names, numbers, texts
from ngangtam.records.intake.cells.cell import Cell, Context
from ngangtam.records.intake.readers.grid import Raw

Reader = Callable[[Raw, str, Context], Cell]

READERS: Final[dict[str, Reader]] = {
    "ordinal": texts.read_ordinal,
    "text": texts.read_text,
    "address": texts.read_text,
    "name": names.read_name,
    "name_part": names.read_name_part,
    "code": names.read_code,
    "gender": codes.read_gender,
    "mark": codes.read_mark,
    "catalogue": codes.read_coded,
    "date": dates.read_date,
    "date_part": dates.read_date_part,
    "terms": numbers.read_terms,
    "coefficient": numbers.read_coefficient,
    "percent": numbers.read_percent,
    "step": numbers.read_step,
    "rank": numbers.read_rank,
    "personal_number": numbers.read_personal_number,
    "phone": numbers.read_phone,
    "email": numbers.read_email,
    "lines": lines.read_lines,
}


def read_cell(kind: str, raw: Raw, text: str, context: Context) -> Cell:
    """Return the judged cell of one raw value; `text` is the same, folded."""
    return READERS[kind](raw, text, context)
