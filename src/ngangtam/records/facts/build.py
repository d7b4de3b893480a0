"""The snapshot of a day: built from the database, kept as Parquet until a record changes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import polars as pl
from django.db import connection

from ngangtam.foundation.kernel.home import room
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.law.engine.vocabulary import Vocabulary
from ngangtam.records.facts.posts import holders
from ngangtam.records.facts.reading import DjangoReader, Reader, arrow_reader, reads_own_writes
from ngangtam.records.facts.records import record_facts
from ngangtam.records.facts.snapshot import Snapshot, arrange, read

# Raised when the way of building changes, so that what was kept before is not used.
SHAPE: Final = 1
KEPT: Final = 12
_KINDS: Final = {"code": pl.UInt8, "flag": pl.Boolean, "int": pl.Int16, "day": pl.Date}
_OWN_KINDS: Final = {"person_id": pl.Int64, "unit": pl.Int32}
_building = Lock()


def on(day: date, unit: str | None = None) -> Snapshot:
    """Return what is known on `day` of everybody who holds a post, or of one subtree.

    Shape: `unit` is the code of a unit; see `Snapshot`.
    Errors: KeyError when no unit has that code on the day.
    """
    # Nothing is kept of writes that may still be taken back.
    snapshot = build(DjangoReader(), day) if reads_own_writes() else _kept(day, version())
    return snapshot if unit is None else snapshot.slice(snapshot.tree.number(unit))


def version() -> str:
    """Return a word that differs after every committed change of what facts are made of."""
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_facts_version()")
        (changes,) = cursor.fetchone()
    return f"{SHAPE}-{rulebook().fingerprint[:12]}-{changes}"


def build(reader: Reader, day: date, version: str = "") -> Snapshot:
    """Build the snapshot from the records, from scratch."""
    vocabulary = rulebook().vocabulary
    catalogues: Mapping[str, Catalogue] = vocabulary.catalogues
    held = holders(reader, day, catalogues)
    frame = held.frame
    for facts in record_facts(reader, day, catalogues):
        frame = frame.join(facts, on="person_id", how="left", maintain_order="left")
    place = pl.DataFrame({"person_id": frame["person_id"]}).with_row_index("row")
    further = held.further.join(place, on="person_id", how="left")
    return arrange(
        _typed(frame, vocabulary),
        held.tree,
        day,
        further=(
            further["row"].to_numpy().astype(np.int32),
            further["unit"].to_numpy().astype(np.int32),
        ),
        version=version,
    )


def _typed(frame: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Give every base fact its column and its type; nobody's value is known where none is built."""
    columns: list[pl.Expr] = []
    for name in vocabulary.base():
        kind = _OWN_KINDS.get(name, _KINDS[vocabulary.facts[name].type.kind])
        known = pl.col(name) if name in frame.columns else pl.lit(None)
        columns.append(known.cast(kind).alias(name))
    return frame.select(columns)


def _kept(day: date, version: str) -> Snapshot:
    with _building:
        return _load(room("facts"), day, version)


@lru_cache(maxsize=3)
def _load(home: Path, day: date, version: str) -> Snapshot:
    folder = home / f"{day.isoformat()}-{version}"
    try:
        return read(folder)
    except FileNotFoundError:
        pass
    with arrow_reader() as reader:
        snapshot = build(reader, day, version)
    snapshot.write(folder)
    _forget_old(home)
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_facts_sum_up()")
    return snapshot


def _forget_old(home: Path) -> None:
    """Keep the newest snapshots; the others can be built again."""
    folders = [path for path in home.iterdir() if path.is_dir() and not path.name.startswith(".")]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for old in folders[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
