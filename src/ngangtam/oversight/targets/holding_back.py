"""Which figures of a unit are held back, so that none can be reckoned from those that are shown.

A figure with a small group in it is hidden first. Whoever sees the others may still add and
subtract: all less the rest. So figures are taken as vectors over people; a hidden one that is a
sum or difference of shown ones is given away, and another figure is hidden, the smallest that
keeps it. Beside it, figures of units below one unit add up to that unit's: where exactly one is
hidden, a second is.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ngangtam.law.engine.model import Indicator, IndicatorSet, Rule
from ngangtam.oversight.standards.book import Rulebook
from ngangtam.oversight.standards.small_groups import tells_too_much
from ngangtam.oversight.targets.indicators import Figures

# So many people show how figures hang together as well as all do.
SAMPLE: Final = 20_000
EVERYBODY: Final = "total"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """How the figures of a set hang together.

    Shape: `gram` holds for every two cells how many people are in both; `cells` names the rows
        that an indicator shows: those counted (band by band), then those unknown, then all asked.
    """

    gram: NDArray[np.float64]
    cells: Mapping[str, tuple[int, ...]]

    def gives_away(self, shown: Sequence[int], cell: int) -> bool:
        """Whether the size of a cell is a sum or difference of the sizes of shown ones."""
        if not shown or not self.gram[cell, cell]:
            return False
        inner = self.gram[np.ix_(shown, shown)]
        weights = np.linalg.lstsq(inner, self.gram[shown, cell], rcond=1e-9)[0]
        left = self.gram[cell, cell] - weights @ self.gram[shown, cell]
        return bool(left < 1e-6 * self.gram[cell, cell])


@lru_cache(maxsize=6)
def ties(book: Rulebook, ident: str, figures: Figures) -> Ties:
    """Find out how the figures of a set hang together, on the people of a snapshot."""
    frame = figures.snapshot.frame
    frame = frame.gather_every(max(frame.height // SAMPLE, 1))
    columns: list[NDArray[np.bool_]] = []
    cells: dict[str, tuple[int, ...]] = {}
    for asked in figures.asked:
        drawn = _drawn(book, asked.indicator, asked.reference_day, frame)
        cells[asked.indicator.id] = tuple(range(len(columns), len(columns) + len(drawn)))
        columns += [one.to_numpy() for one in drawn]
    people = np.stack(columns).astype(np.float64)
    return Ties(people @ people.T, cells)


def _drawn(book: Rulebook, item: Indicator, day: date, frame: pl.DataFrame) -> list[pl.Series]:
    """Return who is in every cell that an indicator shows."""

    def mask(rule: Rule | None) -> pl.Series:
        if rule is None:
            return pl.repeat(True, frame.height, eager=True)
        found: pl.Series = book.bound(rule, day).evaluate(frame)["value"]
        return found

    among = mask(item.denominator).fill_null(value=False)
    rules: list[Rule | None] = [band.rule for band in item.bands]
    rules = rules or [item.rule if item.kind == "count" else None]
    parts = [mask(rule) for rule in rules]
    unknown = reduce(or_, (part.is_null() for part in parts))
    return [*(among & part.fill_null(value=False) for part in parts), among & unknown, among]


def sizes(row: Row) -> list[int]:
    """Return the sizes of the cells of a figure, in the order of `Ties.cells`."""
    parts = [band["count"] for band in row.get("bands", [])] or [row["count"]]
    return [*parts, row["unknown"], row["total"]]


def is_small(row: Row, least: int) -> bool:
    """Whether one of the groups of a figure is smaller than allowed."""
    parts = [band["count"] for band in row.get("bands", [])] or [
        row["count"], row["total"] - row["count"] - row["unknown"],
    ]  # fmt: skip
    return tells_too_much([*(max(part, 0) for part in parts), row["unknown"]], least)


def alone(tied: Ties, rows: Sequence[Row], least: int, more: Set[str] = frozenset()) -> set[str]:
    """Return which figures of one unit are hidden, so that its own page gives none away.

    Shape: `more` are hidden besides, whatever their size.
    """
    by_id = {row["id"]: row for row in rows}
    small = {ident for ident, row in by_id.items() if is_small(row, least)}
    kept = small | (more & by_id.keys())
    hidden = set(kept)
    while True:
        shown = {ident: row for ident, row in by_id.items() if ident not in hidden}
        leak = next((one for one in sorted(kept) if _leaks(tied, shown, by_id[one])), None)
        others = [ident for ident in shown if ident != EVERYBODY and shown[ident]["count"]]
        if leak is None or not others:
            return hidden
        others.sort(key=lambda ident: (shown[ident]["count"], ident))
        stops = (
            one for one in others
            if not _leaks(tied, {name: row for name, row in shown.items() if name != one},
                          by_id[leak])
        )  # fmt: skip
        hidden.add(next(stops, others[0]))


def _leaks(tied: Ties, shown: Mapping[str, Row], row: Row) -> bool:
    """Whether the counts of a hidden figure can be reckoned from what is shown."""
    # A nought is shown as well: "all are university graduates" tells of the others.
    known = [cell for ident in shown for cell in tied.cells[ident]]
    counted = list(zip(tied.cells[row["id"]], sizes(row), strict=True))[:-2]
    return any(size and tied.gives_away(known, cell) for cell, size in counted)


@lru_cache(maxsize=64)
def below(
    book: Rulebook, ident: str, figures: Figures, parent: int, least: int
) -> dict[int, frozenset[str]]:
    """Return which figures are hidden in every unit right below `parent`.

    Where one unit alone hides a figure, the whole of the parent less the others would be it: the
    smallest other unit hides it too, and what then gives that away.
    """
    tied, tree = ties(book, ident, figures), figures.snapshot.tree
    rows = {child: figures.of(child) for child in tree.children(parent)}
    above = {row["id"]: row for row in figures.of(parent)}
    by_id = {child: {row["id"]: row for row in own} for child, own in rows.items()}
    hidden = {child: alone(tied, own, least) for child, own in rows.items()}
    while True:
        more: dict[int, set[str]] = {}
        for name, whole in above.items():
            closed = [child for child in rows if name in hidden[child]]
            rest = whole["count"] - sum(own[name]["count"] for own in by_id.values())
            if len(closed) + (0 < rest < least) != 1:
                continue
            open_ = [child for child in rows if child not in closed and by_id[child][name]["total"]]
            if open_:
                least_told = min(open_, key=lambda child: by_id[child][name]["count"])
                more.setdefault(least_told, set()).add(name)
        if not more:
            return {child: frozenset(found) for child, found in hidden.items()}
        for child, names in more.items():
            hidden[child] = alone(tied, rows[child], least, hidden[child] | names)


def hidden_at(
    book: Rulebook, definitions: IndicatorSet, figures: Figures, unit: int, least: int, *,
    with_brothers: bool,
) -> frozenset[str]:  # fmt: skip
    """Return which figures of a unit are held back from a viewer without access to its files.

    Shape: `with_brothers` for a viewer who may see the figures of the unit above.
    """
    parent = int(figures.snapshot.tree.parent[unit])
    if with_brothers and parent >= 0:
        return below(book, definitions.id, figures, parent, least)[unit]
    tied = ties(book, definitions.id, figures)
    return frozenset(alone(tied, figures.of(unit), least))
