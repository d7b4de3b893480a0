"""The snapshot: what is known of everybody who holds a post on a day, one column a fact."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ngangtam.law.engine.numpy_values import Column, column_from
from ngangtam.records.facts.tree import Ints, Tree, from_preorder

PEOPLE = "people.parquet"
UNITS = "units.parquet"
FURTHER = "further.parquet"
ABOUT = "about.json"


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Everybody in one line, sorted by unit: people once a post, less the times they meet.

    Adding the weights of the rows of a subtree counts each of its people once.

    Shape: the line's rows are the rows `order` of `frame`, or the frame itself when None; those
        of unit `u` are `first[u]:first[u + 1]`. `weight` is 1, or -1 where two posts of a person
        first meet in one subtree; None when nobody has several.
    """

    frame: pl.DataFrame
    first: NDArray[np.int64]
    order: NDArray[np.int64] | None = None
    weight: NDArray[np.int8] | None = None
    _columns: dict[str, Column] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """How many rows the line has."""
        return int(self.first[-1])

    def columns(self, facts: Iterable[str]) -> dict[str, Column]:
        """Return the named facts as they lie in memory; one without a column is left out."""
        for fact in facts:
            if fact not in self._columns and fact in self.frame.columns:
                self._columns[fact] = column_from(self.series(fact).rechunk().to_arrow())
        return self._columns

    def series(self, fact: str) -> pl.Series:
        """Return the column of a fact, row by row of the line."""
        return self.frame[fact] if self.order is None else self.frame[fact].gather(self.order)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One row a person, sorted by unit in preorder, so that a subtree is one slice of rows.

    Shape: `frame` has the columns of the facts vocabulary; `unit` is the preorder number of the
        unit of the person's main post. A person with further posts has one row all the same;
        `further_row` and `further_unit` say where else that row belongs. `seen` names, in the
        words of the database, the transactions whose writes are in it.
    """

    day: date
    frame: pl.DataFrame
    tree: Tree
    further_row: Ints
    further_unit: Ints
    version: str = ""
    seen: str = ""

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Where the rows of every unit begin; one entry more than units."""
        return first_rows(self.frame["unit"].to_numpy(), len(self.tree))

    @cached_property
    def line(self) -> Line:
        """Everybody in one line, so that all of them are counted in one pass.

        People count once (1) at the unit of each of their posts. Sort a person's units in
        preorder: the lowest unit that holds two neighbours is where both first meet in one
        subtree, and there one is taken off (-1). Posts less meetings is one in every subtree.
        """
        if not self.further_row.size:
            return Line(self.frame, self.first)
        row, left, right = self._neighbours()
        meet = self.tree.common(left, right)
        rows = np.concatenate(
            [np.arange(self.frame.height), self.further_row, row[meet >= 0]], dtype=np.int64
        )
        units = np.concatenate([self.frame["unit"].to_numpy(), self.further_unit, meet[meet >= 0]])
        posts = self.frame.height + len(self.further_row)
        order = np.argsort(units, kind="stable")
        return Line(
            frame=self.frame,
            first=first_rows(units[order], len(self.tree)),
            order=rows[order],
            weight=np.where(order < posts, 1, -1).astype(np.int8),
        )

    def rows(self, unit: int, *, below: bool = True) -> NDArray[np.int64]:
        """Return the rows of the people in `unit` (and below it), each person once."""
        last = int(self.tree.end[unit]) if below else unit + 1
        main = np.arange(self.first[unit], self.first[last], dtype=np.int64)
        inside = (self.further_unit >= unit) & (self.further_unit < last)
        further = self.further_row[inside].astype(np.int64)
        return np.union1d(main, further) if further.size else main

    def people(self, unit: int) -> pl.DataFrame:
        """Return the rows of the people in `unit` and below it, each person once."""
        start, stop = int(self.first[unit]), int(self.first[int(self.tree.end[unit])])
        chosen = self.rows(unit)
        if len(chosen) == stop - start:
            return self.frame[start:stop]
        return self.frame[chosen]

    def slice(self, unit: int) -> Snapshot:
        """Return the snapshot of one subtree: `unit` becomes the root, number 0.

        A person whose main post is elsewhere is placed at the first post inside.
        """
        last = int(self.tree.end[unit])
        start, stop = int(self.first[unit]), int(self.first[last])
        inside = (self.further_unit >= unit) & (self.further_unit < last)
        row, at = self.further_row[inside], self.further_unit[inside]
        guests, first_post = np.unique(row[(row < start) | (row >= stop)], return_index=True)
        places = self.frame["unit"].to_numpy()[start:stop]
        frame = self.frame[start:stop]
        if guests.size:
            visits = at[(row < start) | (row >= stop)][first_post]
            places = np.concatenate([places, visits])
            frame = pl.concat([frame, self.frame[guests]])
        rows = np.concatenate([np.arange(start, stop), guests])
        back = np.argsort(rows, kind="stable")
        return arrange(
            frame.with_columns(pl.Series("unit", places - unit, dtype=pl.Int32)),
            self.tree.cut(unit),
            self.day,
            further=(back[np.searchsorted(rows[back], row)].astype(np.int32), at - np.int32(unit)),
            version=self.version,
        )

    def with_frame(self, frame: pl.DataFrame, day: date | None = None) -> Snapshot:
        """Return the same people with other columns (and another reference day)."""
        return replace(self, frame=frame, day=day or self.day)

    def _neighbours(self) -> tuple[Ints, Ints, Ints]:
        """Return (row, unit, next unit) for every two neighbouring posts of one person."""
        people = np.unique(self.further_row)
        main = self.frame["unit"].to_numpy()[people] if people.size else people
        row = np.concatenate([people, self.further_row])
        unit = np.concatenate([main, self.further_unit])
        order = np.lexsort((unit, row))
        row, unit = row[order], unit[order]
        same = row[1:] == row[:-1]
        return row[1:][same], unit[:-1][same], unit[1:][same]

    def write(self, folder: Path) -> None:
        """Write the snapshot as Parquet, whole or not at all."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
        try:
            self.frame.write_parquet(draft / PEOPLE, compression="lz4", statistics=False)
            units = {
                "key": self.tree.key,
                "parent": self.tree.parent,
                "code": self.tree.code,
                "name": self.tree.name,
            }
            pl.DataFrame(units).write_parquet(draft / UNITS)
            further = {"row": self.further_row, "unit": self.further_unit}
            pl.DataFrame(further).write_parquet(draft / FURTHER)
            about = {"day": self.day.isoformat(), "version": self.version, "seen": self.seen}
            (draft / ABOUT).write_text(json.dumps(about), encoding="utf-8")
            if folder.exists():
                shutil.rmtree(folder)
            draft.replace(folder)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise


def first_rows(unit: NDArray[np.int32], units: int) -> NDArray[np.int64]:
    """Return where each unit's rows begin in a sorted column of unit numbers."""
    return np.searchsorted(unit, np.arange(units + 1)).astype(np.int64)


def arrange(
    frame: pl.DataFrame,
    tree: Tree,
    day: date,
    *,
    further: tuple[Ints, Ints] | None = None,
    version: str = "",
    seen: str = "",
) -> Snapshot:
    """Sort the rows by unit and make the snapshot.

    Shape: `further` is (row, unit) pairs, rows as they come in `frame` before the sorting; a
        further post in the unit of the main one, or named twice, adds nothing and is dropped.
    """
    units = frame["unit"].to_numpy()
    order = np.argsort(units, kind="stable")
    if not bool((units[1:] >= units[:-1]).all()):
        frame = frame[order]
    row, unit = further if further else (np.empty(0, np.int32), np.empty(0, np.int32))
    new_place = np.empty(len(order), np.int32)
    new_place[order] = np.arange(len(order), dtype=np.int32)
    other = unit != units[row]
    pairs = np.unique(np.stack([new_place[row[other]], unit[other]]), axis=1)
    return Snapshot(
        day=day,
        frame=frame,
        tree=tree,
        further_row=pairs[0].astype(np.int32),
        further_unit=pairs[1].astype(np.int32),
        version=version,
        seen=seen,
    )


def read(folder: Path, columns: Sequence[str] | None = None) -> Snapshot:
    """Read a written snapshot, all facts or the named ones (and `unit`, `person_id`).

    Errors: FileNotFoundError when nothing whole stands there.
    """
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    wanted = None if columns is None else sorted({*columns, "unit", "person_id"})
    units = pl.read_parquet(folder / UNITS)
    further = pl.read_parquet(folder / FURTHER)
    return Snapshot(
        day=date.fromisoformat(about["day"]),
        frame=pl.read_parquet(folder / PEOPLE, columns=wanted).rechunk(),
        tree=from_preorder(
            units["key"].to_numpy(),
            units["parent"].to_numpy(),
            tuple(units["code"]),
            tuple(units["name"]),
        ),
        further_row=further["row"].to_numpy(),
        further_unit=further["unit"].to_numpy(),
        version=about["version"],
        seen=about.get("seen", ""),
    )
