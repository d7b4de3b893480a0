"""Judges whole columns: each distinct value once, then counts and looks up by code."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ngangtam.foundation.kernel.text import plain
from ngangtam.records.intake.cells.cell import Cell, Context, Verdict
from ngangtam.records.intake.cells.codes import look_again
from ngangtam.records.intake.cells.dates import order_of
from ngangtam.records.intake.cells.parse import read_cell
from ngangtam.records.intake.headers.fields import DATE_PARTS, fields
from ngangtam.records.intake.headers.mapping import ColumnMap
from ngangtam.records.intake.headers.rows import RowKind
from ngangtam.records.intake.readers.grid import BLANK, Column, Raw
from ngangtam.records.intake.tables import RosterTable

# How the columns of men and of women are told apart: by part, or by the word over the marks.
_SIDES: Final = (("male", "nam"), ("female", "nu"))
_EMPTY: Final = Cell(None)
_KEPT: Final = Cell(None, Verdict.TAKEN, "unmapped")


@dataclass(slots=True, eq=False)
class JudgedColumn:
    """One column with a judged cell for each distinct value."""

    map: ColumnMap
    column: Column
    cells: list[Cell]
    verdicts: NDArray[np.int8]

    @property
    def codes(self) -> NDArray[np.uint32]:
        return np.frombuffer(self.column.codes, dtype=np.uint32)

    def values(self, rows: NDArray[np.int64]) -> list[object]:
        """Return the value of each row, None for blanks and refused cells."""
        by_code = [cell.value for cell in self.cells]
        return [by_code[code] for code in self.codes[rows].tolist()]

    def counts(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many non-empty cells of these rows got each verdict."""
        codes = self.codes[rows]
        return np.bincount(self.verdicts[codes[codes != BLANK]], minlength=4).astype(np.int64)


@dataclass(slots=True)
class JudgedTable:
    """One roster table with every column judged; rows without a usable name are rejected."""

    table: RosterTable
    columns: list[JudgedColumn]
    # Why a row is rejected, where it is not for want of a name.
    rejected: dict[int, str] = field(default_factory=dict)

    def of(self, field: str, part: str = "") -> JudgedColumn | None:
        """Return the judged column of a field and part."""
        return next(
            (found for found in self.columns if (found.map.field, found.map.part) == (field, part)),
            None,
        )

    def all_of(self, field: str) -> list[JudgedColumn]:
        """Return every judged column of a field, in the order of the sheet."""
        return [found for found in self.columns if found.map.field == field]


class Judge:
    """Judges the tables of one file together: the order of day and month is one for all."""

    def __init__(self, tables: Sequence[RosterTable], day: date) -> None:
        look_again()
        self._day = day
        self._orders = _orders(tables)
        self._cache: dict[tuple[str, str, str], dict[object, Cell]] = defaultdict(dict)

    def table(self, table: RosterTable) -> JudgedTable:
        """Return the table with every column judged."""
        font = next(
            (mark.reason for mark in table.raw.remarks if mark.reason.startswith("legacy_font")), ""
        )
        judged = JudgedTable(
            table, [self._column(table, column, font) for column in table.mapping.columns]
        )
        _reject_bad_names(judged)
        for field_name in ("gender", "birth"):
            _doubt_both(judged, field_name)
        return judged

    def _column(self, table: RosterTable, column: ColumnMap, font: str) -> JudgedColumn:
        raw = table.raw.columns[column.index]
        if not column.field:
            cells = [_EMPTY, *map(self._kept, raw.values[1:], raw.texts[1:])]
        else:
            context, cache = self._context(table.raw.file, column)
            kind = fields()[column.field].kind
            if column.part in DATE_PARTS:
                kind = "date_part"
            cells = [
                _EMPTY,
                *[
                    _cached(cache, kind, value, text, context)
                    for value, text in zip(raw.values[1:], raw.texts[1:], strict=True)
                ],
            ]
        if font:
            cells = [
                _from_font(cell, value, font) for cell, value in zip(cells, raw.values, strict=True)
            ]
        verdicts = np.fromiter((cell.verdict for cell in cells), dtype=np.int8, count=len(cells))
        return JudgedColumn(column, raw, cells, verdicts)

    def _context(self, file: str, column: ColumnMap) -> tuple[Context, dict[object, Cell]]:
        meant = fields()[column.field]
        option = column.part.removeprefix("=") if column.part.startswith("=") else ""
        if column.part in DATE_PARTS:
            option = column.part
        if column.field == "gender" and column.part in {"male", "female"}:
            option = {"male": "Nam", "female": "Nữ"}[column.part]
        month_first, day_first, swapped = self._orders.get((file, column.field), (0, 0, False))
        context = Context(
            day=self._day, field=meant.name, catalogue=meant.catalogue, absent=meant.absent,
            option=option, month_first=month_first, day_first=day_first, swapped=swapped,
        )  # fmt: skip
        return context, self._cache[(file, column.field, column.part)]

    def _kept(self, value: Raw, text: str) -> Cell:
        """Look at a cell without a field for what is dangerous or broken only."""
        cache = self._cache[("", "", "")]
        cell = _cached(cache, "text", value, text, Context(day=self._day))
        return cell if cell.verdict > Verdict.NORMALISED else _KEPT


def _cached(cache: dict[object, Cell], kind: str, value: Raw, text: str, context: Context) -> Cell:
    key = value if isinstance(value, str) else (type(value), value)
    cell = cache.get(key)
    if cell is None:
        cell = cache[key] = read_cell(kind, value, text, context)
    return cell


def _from_font(cell: Cell, value: Raw, font: str) -> Cell:
    if cell.verdict is Verdict.TAKEN and isinstance(value, str) and not value.isascii():
        return Cell(cell.value, Verdict.NORMALISED, font)
    return cell


def _orders(tables: Iterable[RosterTable]) -> dict[tuple[str, str], tuple[int, int, bool]]:
    """Return for each file and date field what its values say about the order of day and month."""
    counted: dict[tuple[str, str], list[tuple[Raw, int]]] = defaultdict(list)
    for table in tables:
        for column in table.mapping.columns:
            if not column.field or fields()[column.field].kind != "date":
                continue
            if column.part in DATE_PARTS:
                continue
            raw = table.raw.columns[column.index]
            codes = np.frombuffer(raw.codes, dtype=np.uint32)[table.people]
            counts = np.bincount(codes, minlength=len(raw.values)).tolist()
            counted[(table.raw.file, column.field)].extend(
                (value, count)
                for value, count in zip(raw.values[1:], counts[1:], strict=True)
                if count
            )
    return {key: order_of(values) for key, values in counted.items()}


def _doubt_both(judged: JudgedTable, field_name: str) -> None:
    """Where a row fills the column of men and the column of women, neither says which it is."""
    sides = {
        plain(column.map.part.removeprefix("=")): column for column in judged.all_of(field_name)
    }
    men, women = (sides.get(side[0]) or sides.get(side[1]) for side in _SIDES)
    if men is None or women is None:
        return
    pair = (men, women)
    said = [
        np.array([cell.value is not None for cell in column.cells])[column.codes] for column in pair
    ]
    both = said[0] & said[1] & (judged.table.kinds == RowKind.PERSON)
    if both.any():
        judged.columns = [
            _doubted(column, both) if column in pair else column for column in judged.columns
        ]


def _doubted(judged: JudgedColumn, rows: NDArray[np.bool_]) -> JudgedColumn:
    """Return the column with the cells of these rows in doubt, whatever they say elsewhere."""
    old, codes = judged.column, judged.codes.copy()
    column = Column(list(old.values), list(old.texts))
    cells = list(judged.cells)
    for code in np.unique(codes[rows]).tolist():
        codes[rows & (codes == code)] = len(cells)
        column.values.append(old.values[code])
        column.texts.append(old.texts[code])
        cells.append(Cell(None, Verdict.UNCERTAIN, "both_genders"))
    column.codes = array("I", codes.tobytes())
    verdicts = np.fromiter((cell.verdict for cell in cells), dtype=np.int8, count=len(cells))
    return JudgedColumn(judged.map, column, cells, verdicts)


def _reject_bad_names(judged: JudgedTable) -> None:
    """A row whose name was refused is a row without a name."""
    kinds = judged.table.kinds
    named = judged.all_of("full_name") or judged.all_of("given_name") or judged.all_of("code")
    if not named:
        return
    usable = np.zeros(len(kinds), dtype=np.bool_)
    for column in named:
        good = (column.verdicts != Verdict.REFUSED) & np.array(
            [cell.value is not None for cell in column.cells]
        )
        usable |= good[column.codes]
    kinds[(kinds == RowKind.PERSON) & ~usable] = RowKind.NAMELESS
