"""A table as it was read: dictionary-coded columns, so that memory follows distinct values."""

import unicodedata
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from ngangtam.foundation.kernel.text import fold

Raw = str | int | float | bool | date | datetime | time | timedelta | None

BLANK: Final = 0


def shown(raw: Raw) -> str:
    """Return a raw cell as the text a person would have seen in the file."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, datetime):
        return f"{raw:%d/%m/%Y}" if raw.time() == time() else f"{raw:%d/%m/%Y %H:%M:%S}"
    if isinstance(raw, date):
        return f"{raw:%d/%m/%Y}"
    return str(raw).upper() if isinstance(raw, bool) else str(raw)


def folded(raw: Raw) -> str:
    """Return the folded text of a raw cell; most texts are their own, which is quick to see."""
    text = shown(raw)
    if (
        text.isprintable()
        and "  " not in text
        and text[:1] != " "
        and text[-1:] != " "
        and unicodedata.is_normalized("NFC", text)
    ):
        return text
    return fold(text)


class _Codes(dict[object, int]):
    """Gives every new raw value the next code; blanks are code 0."""

    def __init__(self, column: "Column") -> None:
        super().__init__()
        self._column = column

    def __missing__(self, key: object) -> int:
        raw = key[1] if isinstance(key, tuple) else key
        code = self[key] = self._column.code_of(raw)  # type: ignore[arg-type]
        return code


@dataclass(slots=True)
class Column:
    """One column: each distinct raw value once, its folded text beside it, and a code a row."""

    values: list[Raw] = field(default_factory=lambda: [""])
    texts: list[str] = field(default_factory=lambda: [""])
    codes: "array[int]" = field(default_factory=lambda: array("I"))

    def at(self, row: int) -> Raw:
        """Return the raw value in row `row`, counted from 0."""
        return self.values[self.codes[row]]

    def code_of(self, raw: Raw) -> int:
        """Return a new code for a raw value; blanks of every kind are code 0."""
        text = folded(raw)
        if not text:
            return BLANK
        self.values.append(raw)
        self.texts.append(text)
        return len(self.values) - 1

    def change(self, convert: Callable[[str], str]) -> None:
        """Turn every text of the column into another."""
        self.values[:] = [convert(raw) if isinstance(raw, str) else raw for raw in self.values]
        self.texts[:] = [folded(raw) for raw in self.values]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reader noticed about one cell or one table.

    Shape: `number` is the row number in the file, `column` counts from 0; None means all of it.
    """

    reason: str
    number: int | None = None
    column: int | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A merged range, ends included: rows by the number in the file, columns counted from 0."""

    first: int
    left: int
    last: int
    right: int


@dataclass(slots=True)
class RawTable:
    """One table of one file.

    Shape: `numbers` are the row numbers a person sees in the file (from 1); wholly blank rows are
        left out. `context` are the lines of text above the table. `spans` are its merged ranges;
        their value stands in the upper left cell only.
    """

    file: str
    index: int
    name: str
    context: tuple[str, ...] = ()
    numbers: "array[int]" = field(default_factory=lambda: array("I"))
    columns: list[Column] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    hidden: bool = False
    # Where this table begins when it was cut out of a wider sheet, cells filled from above, and
    # further lines that were joined to the person above.
    left: int = 0
    filled: set[tuple[int, int]] = field(default_factory=set)
    joined: set[int] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def height(self) -> int:
        return len(self.numbers)

    @property
    def width(self) -> int:
        return len(self.columns)

    def remark(self, reason: str) -> None:
        """Note something about the whole table, once."""
        if Remark(reason) not in self.remarks:
            self.remarks.append(Remark(reason))

    def row(self, index: int) -> list[Raw]:
        """Return the raw cells of row `index`."""
        return [column.values[column.codes[index]] for column in self.columns]

    def texts(self, index: int) -> list[str]:
        """Return the folded texts of row `index`."""
        return [column.texts[column.codes[index]] for column in self.columns]


class Builder:
    """Codes rows into a table, a block of rows at a time."""

    BLOCK: Final = 4096

    def __init__(self, table: RawTable) -> None:
        self.table = table
        self._coders: list[_Codes] = []
        self._rows: list[Sequence[Raw]] = []
        self._numbers: list[int] = []

    def add(self, number: int, cells: Sequence[Raw]) -> None:
        """Add one row; `number` is what a person sees in the file."""
        self._rows.append(cells)
        self._numbers.append(number)
        if len(self._rows) >= self.BLOCK:
            self._flush()

    def finish(self) -> RawTable:
        """Return the table with wholly blank rows and trailing blank columns left out."""
        self._flush()
        table = self.table
        while table.columns and len(table.columns[-1].values) == 1:
            table.columns.pop()
        return table

    def _flush(self) -> None:
        if not self._rows:
            return
        width = max(map(len, self._rows))
        while len(self._coders) < width:
            column = Column()
            column.codes.extend([BLANK] * self.table.height)
            self.table.columns.append(column)
            self._coders.append(_Codes(column))
        rows = self._rows
        if any(len(row) != len(self._coders) for row in rows):
            rows = [[*row, *[""] * (len(self._coders) - len(row))] for row in rows]
        coded = [
            list(map(coder.__getitem__, _keys(cells)))
            for coder, cells in zip(self._coders, zip(*rows, strict=True), strict=True)
        ]
        keep = [at for at, codes in enumerate(zip(*coded, strict=True)) if any(codes)]
        everything = len(keep) == len(rows)
        for column, codes in zip(self.table.columns, coded, strict=True):
            column.codes.extend(codes if everything else [codes[at] for at in keep])
        self.table.numbers.extend(
            self._numbers if everything else [self._numbers[at] for at in keep]
        )
        self._rows, self._numbers = [], []


def _keys(cells: Sequence[Raw]) -> Iterable[object]:
    """Return dictionary keys; 1, 1.0 and True are one key to Python and three cells to us."""
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return cells
    if bool in kinds:
        return [(type(cell), cell) if isinstance(cell, bool) else cell for cell in cells]
    return cells
