"""Counting a form: every cell for one unit and day, the unknown apart, and its sums checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ngangtam.law.engine.vocabulary import FLAG
from ngangtam.oversight.standards.book import rulebook
from ngangtam.oversight.statistics.entries import Entries, entries
from ngangtam.oversight.statistics.model import Form, Formula, Line

Mask = NDArray[np.bool_]
Part = Literal["counted", "unknown"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure.

    Shape: `count` is None when nobody can count it, and `why` says why; `unknown` are those of
        whom a fact is missing, and who are not among the counted.
    """

    count: int | None
    unknown: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A sum that does not hold: which, where, and the two numbers."""

    formula: Formula
    at: str
    parts: int
    whole: int


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A form filled for one unit and day. Shape: `cells` by (row id, column id); headings have
    none."""

    form: Form
    day: date
    unit: int
    cells: dict[tuple[str, str], Cell]
    broken: tuple[Broken, ...] = ()
    masks: Masks | None = field(default=None, repr=False)

    def people(self, row: str, column: str, part: Part = "counted") -> NDArray[np.int64]:
        """Return the ids of the people behind a cell, each once."""
        assert self.masks is not None
        true, unknown = self.masks.cell(row, column)
        chosen = np.flatnonzero(true if part == "counted" else unknown)
        person = self.masks.entries.person[chosen]
        if part == "unknown":
            person = np.setdiff1d(person, self.masks.entries.person[true])
        return np.unique(person)

    def spread(self, row: str, column: str) -> NDArray[np.int64]:
        """Return the units, by preorder number, of the entries that a cell counts."""
        assert self.masks is not None
        true, _unknown = self.masks.cell(row, column)
        return self.masks.entries.unit[true].astype(np.int64)


@dataclass(slots=True, eq=False)
class Masks:
    """Which entries are true or unknown for each row and column, worked out once each."""

    form: Form
    entries: Entries
    inside: Mask
    _known: dict[str, tuple[Mask, Mask]] = field(default_factory=dict)

    def cell(self, row: str, column: str) -> tuple[Mask, Mask]:
        """Return (true, unknown) of a cell; three-valued “and”."""
        row_true, row_open = self._line(self.form.row(row), "row")
        true, open_ = self._line(self.form.column(column), "column")
        both = row_true & true
        possible = (row_true | row_open) & (true | open_)
        return both, possible & ~both

    def _line(self, line: Line, axis: str) -> tuple[Mask, Mask]:
        key = f"{axis}:{line.id}"
        if key not in self._known:
            self._known[key] = self._reckon(line)
        return self._known[key]

    def _reckon(self, line: Line) -> tuple[Mask, Mask]:
        true, unknown = self.inside, np.zeros_like(self.inside)
        if line.course:
            true = true & self._course(line)
        if line.where:
            compiled = rulebook().compile(line.where, self.entries.day, expect=FLAG)
            value = compiled.evaluate(self.entries.frame)["value"]
            unknown = true & value.is_null().to_numpy()
            true = true & value.fill_null(value=False).to_numpy()
        return true, unknown

    def _course(self, line: Line) -> Mask:
        frame = self.entries.frame
        kind, code = frame["kind"].to_numpy(), frame["course"].to_numpy()
        found = np.zeros(frame.height, dtype=np.bool_)
        for name, codes in line.course.items():
            found |= (kind == name) & (np.isin(code, codes) if codes else True)
        return found


def fill(form: Form, *, unit: str, day: date) -> Table:
    """Fill a form for a unit, with all below it, on a day.

    Errors: KeyError when no unit has that code on the day.
    """
    found = entries(form.source, day)
    return fill_at(form, found, found.snapshot.tree.number(unit))


def fill_at(form: Form, found: Entries, unit: int) -> Table:
    """Fill a form from entries, for a unit by its preorder number."""
    masks = Masks(form, found, found.inside(unit))
    cells = {
        (row.id, column.id): _cell(form, masks, row, column)
        for row in form.rows if not row.heading
        for column in form.columns
    }  # fmt: skip
    return Table(form, found.day, unit, cells, tuple(broken(form, cells)), masks)


def _cell(form: Form, masks: Masks, row: Line, column: Line) -> Cell:
    why = row.unknown or column.unknown
    if why:
        return Cell(None, why=why)
    true, unknown = masks.cell(row.id, column.id)
    if form.counted == "entries":
        return Cell(int(true.sum()), int(unknown.sum()))
    person = masks.entries.person
    counted = np.unique(person[true])
    maybe = np.setdiff1d(person[unknown], counted)
    return Cell(len(counted), len(maybe))


def broken(form: Form, cells: dict[tuple[str, str], Cell]) -> list[Broken]:
    """Return the sums that do not hold. Cells that nobody can count take part in none."""
    found = []
    for formula in form.formulas:
        lines = form.columns if formula.axis == "rows" else form.rows
        for line in lines:
            if line.heading:
                continue
            one = _broken(formula, line.id, cells)
            if one is not None:
                found.append(one)
    return found


def _broken(formula: Formula, at: str, cells: dict[tuple[str, str], Cell]) -> Broken | None:
    def cell(ident: str) -> Cell:
        return cells[(ident, at) if formula.axis == "rows" else (at, ident)]

    parts, whole = [cell(one) for one in formula.parts], cell(formula.of)
    if whole.count is None or any(one.count is None for one in parts):
        return None
    counts = [one.count or 0 for one in parts]
    most = whole.count + whole.unknown
    # Each unknown is unknown to every part alike; it can be missing from the sum once.
    open_ = max((one.unknown for one in parts), default=0)
    total = sum(counts)
    holds = {
        "whole": total <= most and total + open_ >= whole.count,
        "within": all(count <= most for count in counts),
        "at_least": all(count <= most for count in counts) and total + open_ >= whole.count,
    }[formula.rule]
    return None if holds else Broken(formula, at, total, whole.count)
