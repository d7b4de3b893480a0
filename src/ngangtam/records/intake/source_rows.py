"""The rows of the source files, laid down as they were written: every cell, verdict and outcome."""

from collections.abc import Iterator, Sequence, Set
from json.encoder import encode_basestring
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ngangtam.records.intake import copying
from ngangtam.records.intake.headers.rows import REASONS, RowKind
from ngangtam.records.intake.judging import JudgedColumn, JudgedTable
from ngangtam.records.intake.models import Row
from ngangtam.records.intake.people import tables_of
from ngangtam.records.intake.readers.grid import shown
from ngangtam.records.intake.roster import Roster

_ROW: Final = (
    "batch_id", "file", "\"table\"", "\"left\"", "number", "kind", "outcome", "worst", "name",
    "cells", "reason", "person_id",
)  # fmt: skip


def write_rows(
    roster: Roster,
    batch: int,
    people: Sequence[NDArray[np.int64]] = (),
    known: Set[int] = frozenset(),
) -> int:
    """Write every row of every table with its raw cells, verdicts and outcome.

    Shape: `people` holds for each table whose file each row went to, 0 for none; nothing before
        the roster is committed. `known` are the files that were there before.
    """
    return copying.copy("intake_row", _ROW, _all_rows(roster, batch, people, known))


def _all_rows(
    roster: Roster, batch: int, people: Sequence[NDArray[np.int64]], known: Set[int]
) -> Iterator[str]:
    for table, (number, judged) in enumerate(tables_of(roster)):
        here = people[table] if people else None
        yield from _rows(judged, f"{batch}\t{number}", here, known)


def _rows(
    judged: JudgedTable, head: str, people: NDArray[np.int64] | None, known: Set[int]
) -> Iterator[str]:
    raw, kinds, header = judged.table.raw, judged.table.kinds, judged.table.header
    fragments = [_fragments(column) for column in judged.columns]
    codes = [column.codes for column in judged.columns]
    worst = worst_of(judged)
    names = _Names(judged)
    for start in range(0, raw.height, 4096):
        stop = min(start + 4096, raw.height)
        cells = zip(
            *(
                map(pieces.__getitem__, code[start:stop].tolist())
                for pieces, code in zip(fragments, codes, strict=True)
            ),
            strict=True,
        )
        for index, row in enumerate(cells, start):
            if header.first <= index <= header.last:
                continue
            kind = int(kinds[index])
            person = int(people[index]) if people is not None else 0
            reason = "" if kind == RowKind.PERSON else _reason(judged, index, kind)
            yield (
                f"{head}\t{raw.index}\t{raw.left}\t{raw.numbers[index]}\t{kind}\t"
                f"{_outcome(kind, person, known)}\t{worst[index]}\t{names(index)}\t"
                f"[{','.join(row)}]\t{reason}\t{person or copying.NULL}"
            )


def _reason(judged: JudgedTable, index: int, kind: int) -> str:
    return judged.rejected.get(index, REASONS[RowKind(kind)])[:300]


def _outcome(kind: int, person: int, known: Set[int]) -> str:
    if kind == RowKind.PERSON:
        return (Row.Outcome.KNOWN if person in known else Row.Outcome.NEW).value
    return (Row.Outcome.REJECTED if kind == RowKind.NAMELESS else Row.Outcome.SKIPPED).value


def _fragments(column: JudgedColumn) -> list[str]:
    """Return for each distinct value its JSON, ready for COPY."""
    made = ["0"]
    text, quoted = copying.text, encode_basestring
    for raw, cell in zip(column.column.values[1:], column.cells[1:], strict=True):
        written = raw if isinstance(raw, str) else shown(raw)
        # A zero character is the one that the database cannot hold; it is no letter of anything.
        piece = quoted(written.replace("\x00", ""))
        if cell.reason:
            made.append(text(f"[{piece},{int(cell.verdict)},{quoted(cell.reason)}]"))
        else:
            made.append(text(f"[{piece},{int(cell.verdict)}]"))
    return made


def worst_of(judged: JudgedTable) -> NDArray[np.int8]:
    """Return the worst verdict of each row."""
    worst = np.zeros(judged.table.raw.height, dtype=np.int8)
    for column in judged.columns:
        np.maximum(worst, column.verdicts[column.codes], out=worst)
    worst[judged.table.kinds == RowKind.NAMELESS] = 3
    return worst


class _Names:
    """The name to show for a row, whatever the row is."""

    def __init__(self, judged: JudgedTable) -> None:
        wanted = ("full_name", "family_name", "given_name", "code")
        columns = [column for name in wanted for column in judged.all_of(name)[:1]]
        if columns and columns[0].map.field == "full_name":
            columns = columns[:1]
        most = 150 if len(columns) == 1 else 74
        self._texts = [
            [copying.text(text[:most]) for text in column.column.texts] for column in columns
        ]
        self._codes = [column.column.codes for column in columns]

    def __call__(self, index: int) -> str:
        found = (texts[codes[index]] for texts, codes in zip(self._texts, self._codes, strict=True))
        return " ".join(text for text in found if text)
