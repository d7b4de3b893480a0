"""From judged columns to people: what each accepted row says, field by field."""

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ngangtam.foundation.kernel.days import PartialDate, parse_day
from ngangtam.foundation.kernel.text import plain
from ngangtam.records.intake.cells.cell import ABSENT
from ngangtam.records.intake.cells.names import Name
from ngangtam.records.intake.headers.fields import PARTS, fields
from ngangtam.records.intake.judging import JudgedColumn, JudgedTable
from ngangtam.records.intake.roster import Roster

Place = tuple[int, int, int, int]
BLOCK: Final = 10_000


@dataclass(slots=True)
class Said:
    """What one row says of one person. Raw wordings stand beside the values they gave.

    Shape: `place` is (file, table, left, row number); `table` counts the tables of the roster and
        `index` the rows of that table; `ratings` are the slots of yearly ratings.
    """

    place: Place
    index: int
    name: str
    plain_name: str
    other_names: str = ""
    birth: PartialDate | None = None
    gender: str = ""
    personal_number: str = ""
    values: dict[str, object] = field(default_factory=dict)
    raws: dict[str, str] = field(default_factory=dict)
    ratings: tuple[str, ...] = ()
    table: int = 0

    def text(self, name: str) -> str:
        """Return a text field, empty when absent."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def day(self, name: str) -> PartialDate | None:
        """Return a date field."""
        value = self.values.get(name)
        return value if isinstance(value, PartialDate) and value.day is not None else None

    @property
    def birth_key(self) -> date | None:
        """Return the birth day when it is known to the day."""
        return self.birth.day if self.birth and self.birth.precision == "day" else None


def people_of(roster: Roster, only: Set[str] | None = None) -> Iterator[list[Said]]:
    """Yield the accepted rows of a roster in the order of the files, in blocks.

    Shape: `only` names the fields to read, all when None; short tables share a block.
    """
    block: list[Said] = []
    for table, (number, judged) in enumerate(tables_of(roster)):
        rows = judged.table.people
        for start in range(0, len(rows), BLOCK):
            block.extend(_block(judged, (number, table), rows[start : start + BLOCK], only))
            if len(block) >= BLOCK:
                yield block
                block = []
    if block:
        yield block


def said_in(roster: Roster, rows: Mapping[int, Collection[int]], only: Set[str]) -> list[Said]:
    """Return chosen rows, given by table and row index, in the order of the files."""
    found: list[Said] = []
    for table, (number, judged) in enumerate(tables_of(roster)):
        if chosen := rows.get(table):
            indices = np.array(sorted(chosen), dtype=np.int64)
            found.extend(_block(judged, (number, table), indices, only))
    return found


def tables_of(roster: Roster) -> Iterator[tuple[int, JudgedTable]]:
    """Yield (number of the file, table) for every table with people, in one order always."""
    for number, found in enumerate(roster.files):
        for judged in found.tables:
            yield number, judged


def place_text(place: Place | tuple[()]) -> str:
    """Return a place as the text that matches are filed under."""
    return ".".join(map(str, place))


def _block(
    judged: JudgedTable,
    at: tuple[int, int],
    rows: NDArray[np.int64],
    only: Set[str] | None,
) -> list[Said]:
    raw, context = judged.table.raw, judged.table.context
    file, table = at
    columns = [
        column
        for column in judged.columns
        if column.map.field and (only is None or column.map.field in only)
    ]
    ratings = tuple(
        f"rating:{column.map.part}" for column in columns if column.map.field == "rating"
    )
    said = [
        Said(
            (file, raw.index, raw.left, raw.numbers[index]), index, "", "",
            values=dict(context), raws=dict(context), ratings=ratings, table=table,
        )
        for index in rows.tolist()
    ]  # fmt: skip
    for column in columns:
        _spread(column, rows, said)
    no = judged.table.mapping.blank_means_no
    for one in said:
        _finish(one, no)
    return said


def _spread(column: JudgedColumn, rows: NDArray[np.int64], said: list[Said]) -> None:
    """Put the values of one column into the rows."""
    name, part = column.map.field, column.map.part
    if part == "check":
        _fill_gaps(column, rows, said)
        return
    repeat = fields()[name].repeat
    label = part.removeprefix("=") if part.startswith("=") else ""
    slot = f"{name}:{part}" if repeat == "each" or part in PARTS else name
    values = [cell.value for cell in column.cells]
    raws = column.column.texts
    for one, code in zip(said, column.codes[rows].tolist(), strict=True):
        if not code:
            continue
        value = values[code]
        wording = f"{label}: {raws[code]}" if label and len(raws[code]) > 2 else label or raws[code]
        held = one.raws.get(slot)
        if held is None or (one.values.get(slot) is None and value is not None):
            one.values[slot] = value
            one.raws[slot] = wording
        elif repeat == "join" and value is not None and value is not ABSENT:
            before = one.values[slot]
            one.values[slot] = f"{before}; {value}" if isinstance(before, str) else value
            one.raws[slot] = f"{held}; {wording}"


def _fill_gaps(column: JudgedColumn, rows: NDArray[np.int64], said: list[Said]) -> None:
    """Use a second column of the same meaning only where the first says nothing."""
    name = column.map.field
    for one, code in zip(said, column.codes[rows].tolist(), strict=True):
        if code and one.values.get(name) is None and column.cells[code].value is not None:
            one.values[name] = column.cells[code].value
            one.raws[name] = column.column.texts[code]


def _finish(one: Said, blank_means_no: tuple[str, ...]) -> None:
    """Settle name, birth and gender from their columns and parts."""
    values = one.values
    _finish_name(one)
    _finish_birth(one)
    gender = values.get("gender") or values.get("gender:male") or values.get("gender:female")
    if not gender and one.birth is not None:
        gender = "male" if "birth:male" in values else "female" if "birth:female" in values else ""
    one.gender = gender if isinstance(gender, str) else ""
    one.personal_number = one.text("personal_number")
    for name in blank_means_no:
        if name not in one.raws:
            values[name] = ABSENT
            one.raws[name] = ""


def _finish_name(one: Said) -> None:
    name = one.values.get("full_name")
    one.plain_name = name.plain if isinstance(name, Name) else ""
    asides = [one.text("other_name")]
    if isinstance(name, Name):
        one.name = name.full
        asides.append(name.aside)
    elif isinstance(name, str):
        one.name = name
    else:
        parts = [one.values.get("family_name"), one.values.get("given_name")]
        one.name = " ".join(part.full for part in parts if isinstance(part, Name) and part.full)
        one.name = one.name or one.text("code")
    one.other_names = "; ".join(aside for aside in asides if aside)
    one.name = one.name[:150]
    one.plain_name = one.plain_name or plain(one.name)


def _finish_birth(one: Said) -> None:
    values = one.values
    for slot in ("birth", "birth:male", "birth:female"):
        value = values.get(slot)
        if isinstance(value, PartialDate) and value.day is not None:
            one.birth = value
            one.raws["birth"] = one.raws[slot]
            return
    year, month, day = (values.get(f"birth:{part}") for part in ("year", "month", "day"))
    if year is None:
        return
    one.birth = _joined_birth(year, month, day)
    if one.birth is not None:
        one.raws["birth"] = one.birth.raw


def _joined_birth(year: object, month: object, day: object) -> PartialDate | None:
    """Join a birth day out of three columns; what is missing lowers the precision."""
    text = "/".join(str(part) for part in (day, month, year) if part not in {None, ""})
    parsed = parse_day(text)
    return parsed.value if parsed.value.day is not None else None
