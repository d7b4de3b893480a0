"""Rows that resemble each other or somebody known, found by whole columns.

Only the few rows that resemble anybody are then weighed one by one (`matching`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.records.intake.cells.names import Name
from ngangtam.records.intake.headers.rows import RowKind
from ngangtam.records.intake.judging import JudgedColumn, JudgedTable
from ngangtam.records.intake.people import people_of, tables_of
from ngangtam.records.intake.roster import Roster

FIELDS: Final = frozenset({
    "full_name", "family_name", "given_name", "code", "birth", "gender", "personal_number",
    "home_place", "party_day",
})  # fmt: skip
_KEYS: Final = FIELDS - {"home_place", "party_day", "gender"}


@dataclass(slots=True)
class Keys:
    """What rows are recognised by, in parallel lists."""

    at: list[tuple[int, int]]
    names: list[str]
    years: list[int]
    numbers: list[str]


def keys_of(roster: Roster) -> Keys:
    """Return name, year of birth (0 unknown) and personal number of every accepted row."""
    keys = Keys([], [], [], [])
    for table, (_number, judged) in enumerate(tables_of(roster)):
        if not _by_column(table, judged, keys):
            return _row_by_row(roster)
    return keys


def _by_column(table: int, judged: JudgedTable, keys: Keys) -> bool:
    """Add a table whose name and birth each stand in one column; False for any other."""
    name, birth = judged.of("full_name"), judged.of("birth")
    parts = {column.map.part for column in judged.all_of("birth")} - {"", "check"}
    if name is None or parts:
        return False
    rows = judged.table.people
    names = [cell.value.plain if isinstance(cell.value, Name) else "" for cell in name.cells]
    keys.at.extend((table, index) for index in rows.tolist())
    keys.names.extend(names[code] for code in name.codes[rows].tolist())
    keys.years.extend(_years(birth, rows))
    number = judged.of("personal_number")
    if number is None:
        keys.numbers.extend([""] * len(rows))
    else:
        keys.numbers.extend(str(value or "") for value in number.values(rows))
    return True


def _years(birth: JudgedColumn | None, rows: NDArray[np.int64]) -> Iterable[int]:
    if birth is None:
        return [0] * len(rows)
    years = [
        cell.value.day.year if isinstance(cell.value, PartialDate) and cell.value.day else 0
        for cell in birth.cells
    ]
    return [years[code] for code in birth.codes[rows].tolist()]


def _row_by_row(roster: Roster) -> Keys:
    keys = Keys([], [], [], [])
    for block in people_of(roster, _KEYS):
        for said in block:
            keys.at.append((said.table, said.index))
            keys.names.append(said.plain_name)
            keys.years.append(said.birth.day.year if said.birth and said.birth.day else 0)
            keys.numbers.append(said.personal_number)
    return keys


_KNOWN: Final = """
select distinct wanted.name, wanted.year, '' from personnel_person p
join unnest(%s::text[], %s::int[]) as wanted(name, year)
  on p.name_plain = wanted.name and extract(year from p.birth_day)::int = wanted.year
where p.voided_at is null
union all
select '', 0, p.personal_number from personnel_person p
where p.personal_number = any(%s::text[]) and p.personal_number <> '' and p.voided_at is null
"""


def resembling(keys: Keys) -> dict[int, set[int]]:
    """Return the rows, by table, that share a key with another row or with somebody known."""
    born = [(name, year) for name, year in zip(keys.names, keys.years, strict=True) if year]
    counts, numbers = Counter(born), Counter(number for number in keys.numbers if number)
    people = {key for key, count in counts.items() if count > 1}
    known_numbers = {number for number, count in numbers.items() if count > 1}
    for name, year, number in _known(list(counts), list(numbers)):
        if number:
            known_numbers.add(number)
        else:
            people.add((name, year))
    rows: dict[int, set[int]] = defaultdict(set)
    for (table, index), name, year, number in zip(
        keys.at, keys.names, keys.years, keys.numbers, strict=True
    ):
        if (name, year) in people or number in known_numbers:
            rows[table].add(index)
    return rows


def _known(born: list[tuple[str, int]], numbers: list[str]) -> Iterator[tuple[str, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _KNOWN, [[name for name, _year in born], [year for _name, year in born], numbers]
        )
        yield from cursor.fetchall()


def reject_copies(roster: Roster) -> None:
    """Reject rows that repeat an earlier one in every cell but the ordinal, birth day included."""
    tables = [(number, judged) for number, judged in tables_of(roster)]
    hashes = [_row_hashes(judged) for _number, judged in tables]
    if not hashes:
        return
    every = np.concatenate(
        [found[judged.table.people] for found, (_n, judged) in zip(hashes, tables, strict=True)]
    )
    values, counts = np.unique(every, return_counts=True)
    repeated = values[(counts > 1) & (values != 0)]
    if not len(repeated):
        return
    seen: dict[tuple[tuple[str, str], ...], tuple[int, int, int]] = {}
    for found, (number, judged) in zip(hashes, tables, strict=True):
        rows = judged.table.people
        for index in rows[np.isin(found[rows], repeated)].tolist():
            cells = _cells(judged, index)
            place = (number + 1, judged.table.raw.index, judged.table.raw.numbers[index])
            first = seen.setdefault(cells, place)
            if first != place:
                judged.table.kinds[index] = RowKind.NAMELESS
                judged.rejected[index] = f"row_repeated:{'.'.join(map(str, first))}"


def _row_hashes(judged: JudgedTable) -> NDArray[np.uint64]:
    """Return a number for each row that is equal for equal rows; 0 where too little is said."""
    total = np.zeros(judged.table.raw.height, dtype=np.uint64)
    filled = np.zeros(judged.table.raw.height, dtype=np.int16)
    birth = judged.of("birth")
    if birth is None:
        return total
    for column in _compared(judged):
        label = column.map.label
        by_code = np.array(
            [0, *(hash((label, text)) & _MASK for text in column.column.texts[1:])],
            dtype=np.uint64,
        )
        total += by_code[column.codes]
        filled += column.codes != 0
    total[(filled < 4) | (birth.codes == 0)] = 0
    return total


_MASK = (1 << 63) - 1


def _compared(judged: JudgedTable) -> list[JudgedColumn]:
    return [column for column in judged.columns if column.map.field != "ordinal"]


def _cells(judged: JudgedTable, index: int) -> tuple[tuple[str, str], ...]:
    return tuple(
        (column.map.label, column.column.texts[column.column.codes[index]])
        for column in _compared(judged)
        if column.column.codes[index]
    )
