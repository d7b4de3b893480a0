"""The rows of a snapshot, of everybody or of some people, read from the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from ngangtam.law.engine import rulebook
from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.law.engine.vocabulary import Vocabulary
from ngangtam.records.facts.posts import Units, holders
from ngangtam.records.facts.reading import Reader
from ngangtam.records.facts.records import record_facts
from ngangtam.records.facts.snapshot import Snapshot, arrange
from ngangtam.records.facts.tree import Tree

_KINDS: Final = {"code": pl.UInt8, "flag": pl.Boolean, "int": pl.Int16, "day": pl.Date}
_OWN_KINDS: Final = {"person_id": pl.Int64, "unit": pl.Int32}


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """People with a post on the day.

    Shape: `frame` has one row a person and one column a base fact; `further` has (person_id,
        unit) for every post beside the main one.
    """

    frame: pl.DataFrame
    further: pl.DataFrame

    def snapshot(self, tree: Tree, day: date, *, version: str, seen: str) -> Snapshot:
        """Arrange the rows by unit, and within a unit by person."""
        frame = self.frame.sort("unit", "person_id")
        place = pl.DataFrame({"person_id": frame["person_id"]}).with_row_index("row")
        further = self.further.join(place, on="person_id", how="left")
        beside = (
            further["row"].to_numpy().astype(np.int32),
            further["unit"].to_numpy().astype(np.int32),
        )
        return arrange(frame, tree, day, further=beside, version=version, seen=seen)


def read_rows(reader: Reader, day: date, units: Units, people: Sequence[int] | None = None) -> Rows:
    """Read everybody who holds a post on the day, or who of these people does."""
    vocabulary = rulebook().vocabulary
    catalogues: Mapping[str, Catalogue] = vocabulary.catalogues
    held = holders(reader, day, catalogues, units, people)
    frame = held.frame
    for facts in record_facts(reader, day, catalogues, people):
        frame = frame.join(facts, on="person_id", how="left", maintain_order="left")
    return Rows(_typed(frame, vocabulary), held.further.select("person_id", "unit"))


def _typed(frame: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Give every base fact its column and its type; nobody's value is known where none is built."""
    columns: list[pl.Expr] = []
    for name in vocabulary.base():
        kind = _OWN_KINDS.get(name, _KINDS[vocabulary.facts[name].type.kind])
        known = pl.col(name) if name in frame.columns else pl.lit(None)
        columns.append(known.cast(kind).alias(name))
    return frame.select(columns)
