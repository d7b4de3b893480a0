"""Statistical forms as one viewer may see them: small groups held back, people behind a cell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.ui.tables import Page, Query
from ngangtam.oversight.standards.book import Rulebook, rulebook
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.standards.small_groups import smallest_shown, tells_too_much
from ngangtam.oversight.statistics.counting import Cell, Part, Table, fill_at
from ngangtam.oversight.statistics.entries import Entries, entries
from ngangtam.oversight.statistics.model import Form, Line
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.people import people_for

PARTS: Final[tuple[Part, ...]] = ("counted", "unknown")


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as the viewer may see it. Shape: `opens` when its people may be listed."""

    row: Line
    column: Line
    cell: Cell
    hidden: bool = False
    opens: bool = False

    @property
    def text(self) -> str:
        """The figure as a form prints it: “…” for what nobody can count, “*” for a small group."""
        if self.hidden:
            return "*"
        if self.cell.count is None or (not self.cell.count and self.cell.unknown):
            return "…"
        return str(self.cell.count)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form filled for a place. Shape: `lines` has for each row its cells, none for headings."""

    form: Form
    place: Place
    table: Table
    lines: list[tuple[Line, list[Shown]]]

    @property
    def reasons(self) -> list[str]:
        """Why some cells cannot be counted, each once."""
        found = [one.cell.why for _row, cells in self.lines for one in cells if one.cell.why]
        return list(dict.fromkeys(found))

    @property
    def hides(self) -> bool:
        return any(one.hidden for _row, cells in self.lines for one in cells)

    @property
    def unknown(self) -> bool:
        """Whether facts are missing of anybody who would be counted."""
        return any(one.cell.unknown for _row, cells in self.lines for one in cells)


@lru_cache(maxsize=24)
def _filled(_book: Rulebook, form: Form, found: Entries, unit: int) -> Table:
    return fill_at(form, found, unit)


def sheet_for(place: Place, form: Form) -> Sheet | None:
    """Return the form filled for the place; None when the unit did not exist on the day."""
    here = _place_in(form, place.day, place.unit.pk)
    if here is None:
        return None
    found, unit = here
    table = _filled(rulebook(), form, found, unit)
    hidden = set() if place.sees_people else _hidden(place, table)
    lines = [
        (row, [] if row.heading else [
            Shown(row, column, table.cells[row.id, column.id], (row.id, column.id) in hidden,
                  opens=_opens(place, row, column, table.cells[row.id, column.id]))
            for column in form.columns])
        for row in form.rows
    ]  # fmt: skip
    return Sheet(form, place, table, lines)


def _place_in(form: Form, day: date, key: int) -> tuple[Entries, int] | None:
    found = entries(form.source, day)
    at = np.flatnonzero(found.snapshot.tree.key == key)
    return (found, int(at[0])) if at.size else None


def _hidden(place: Place, table: Table) -> set[tuple[str, str]]:
    """Return the cells held back from those who may not read the files of everybody here.

    A cell is held back with all that could give it away: the other rows of its group, the other
    columns of its sum, and the same cell of every unit beside, so that no subtraction finds it.
    """
    least = smallest_shown(place.day)
    small = {
        key for key, cell in table.cells.items()
        if cell.count is not None and _is_small(table, key, cell, least)
    }  # fmt: skip
    small |= {key for key in table.cells if _small_beside(place, table, key, least)}
    return _with_sums(table, small)


def _is_small(table: Table, key: tuple[str, str], cell: Cell, least: int) -> bool:
    total = table.cells.get((table.form.rows[0].id, key[1]))
    whole = total.count if total is not None and total.count is not None else 0
    rest = max(whole - (cell.count or 0), 0)
    return tells_too_much((cell.count or 0, rest), least) or 0 < cell.unknown < least


def _small_beside(place: Place, table: Table, key: tuple[str, str], least: int) -> bool:
    """Whether any unit beside this one, or the own people of the unit above, is a small group."""
    assert table.masks is not None
    tree = table.masks.entries.snapshot.tree
    above = int(tree.parent[table.unit])
    seen_above = place.reach.may(Permission.TARGET_VIEW, place.path.rpartition(".")[0])
    if above < 0 or not seen_above or table.cells[key].count is None:
        return False
    whole = _filled(rulebook(), table.form, table.masks.entries, above)
    units = whole.spread(*key)
    children = np.array(tree.children(above), dtype=np.int64)
    part = np.searchsorted(children, units, side="right")
    own = units == above
    sizes = np.bincount(np.where(own, 0, part), minlength=len(children) + 1)
    return bool(((sizes > 0) & (sizes < least)).any())


def _with_sums(table: Table, small: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Add the cells from which a hidden one could be worked out."""
    form, hidden = table.form, set(small)
    groups = [
        {row.id for row in form.rows if row.group == name}
        for name in {row.group for row in form.rows if row.group}
    ]
    sums = [{*one.parts, one.of} for one in form.formulas if one.axis == "columns"]
    for row, column in small:
        hidden |= {(other, column) for group in groups if row in group for other in group}
    for row, column in list(hidden):
        hidden |= {(row, other) for one in sums if column in one for other in one}
    return hidden


def _opens(place: Place, row: Line, column: Line, cell: Cell) -> bool:
    """Whether the people of a cell may be listed: not where it would tell a sensitive fact."""
    countable = cell.count is not None and bool(cell.count or cell.unknown)
    return countable and place.sees_people and not _is_sensitive((row, column), place.day)


def _is_sensitive(lines: Iterable[Line], day: date) -> bool:
    book = rulebook()
    return any(
        book.facts[name].privacy == "sensitive"
        for line in lines if line.where
        for name in book.compile(line.where, day).facts
    )  # fmt: skip


def people(
    sheet: Sheet, row: str, column: str, part: Part, asked: Query
) -> tuple[Shown, Page] | None:
    """Return a cell and the people behind it; None when they may not be listed."""
    shown = next(
        (one for line, cells in sheet.lines for one in cells
         if (line.id, one.column.id) == (row, column)), None
    )  # fmt: skip
    if shown is None or not shown.opens:
        return None
    ids: NDArray[np.int64] = sheet.table.people(row, column, part)
    rows = people_for(sheet.place.reach).filter(pk__in=ids.tolist()).select_related("home_unit")
    order = "name_key" if asked.sort.removeprefix("-") == "name" else "home_path"
    found = rows.order_by(f"-{order}" if asked.sort.startswith("-") else order, "name_key", "pk")
    return shown, asked.cut(cast("list[Person]", found), total=found.count())


def part_of(text: str) -> Part:
    """Return the part of a cell asked for; the counted by default."""
    return next((part for part in PARTS if part == text), "counted")
