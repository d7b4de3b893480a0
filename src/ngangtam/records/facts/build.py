"""The snapshot of a day: built from the database, kept as Parquet, mended when records change."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

import polars as pl
from django.db import connection

from ngangtam.foundation.kernel.home import room
from ngangtam.law.engine import rulebook
from ngangtam.records.facts.mending import mended, moment
from ngangtam.records.facts.posts import units_of
from ngangtam.records.facts.reading import DjangoReader, Reader, arrow_reader, reads_own_writes
from ngangtam.records.facts.rows import read_rows
from ngangtam.records.facts.snapshot import ABOUT, Snapshot, read

# Raised when the way of building changes, so that what was kept before is not used.
SHAPE: Final = 3
KEPT: Final = 12
KEPT_OF_A_DAY: Final = 2
# More named changes than this are forgotten, whoever could still mend from them.
_LONG: Final = 20_000
_building = Lock()


def on(day: date, unit: str | None = None) -> Snapshot:
    """Return what is known on `day` of everybody who holds a post, or of one subtree.

    Shape: `unit` is the code of a unit; see `Snapshot`.
    Errors: KeyError when no unit has that code on the day.
    """
    # Nothing is kept of writes that may still be taken back.
    snapshot = build(DjangoReader(), day) if reads_own_writes() else _kept(day, version())
    return snapshot if unit is None else snapshot.slice(snapshot.tree.number(unit))


def of(people: Sequence[int], day: date) -> pl.DataFrame:
    """Return the rows of these people alone, read now; whoever holds no post is left out.

    Shape: as the frame of `on`, in no order. A few people are read in a moment, however many
        others there are, and an action sees what it wrote itself.
    """
    with nullcontext(DjangoReader()) if reads_own_writes() else arrow_reader() as reader:
        return read_rows(reader, day, units_of(reader, day), people).frame


def warm(day: date) -> bool:
    """Make sure that the snapshot of a day is kept; return whether there was anything to do."""
    if (room("facts") / _name(day, version()) / ABOUT).exists():
        return False
    on(day)
    return True


def version() -> str:
    """Return a word that differs after every committed change of what facts are made of."""
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_facts_version()")
        (changes,) = cursor.fetchone()
    return f"{SHAPE}-{rulebook().fingerprint[:12]}-{changes}"


def build(reader: Reader, day: date, version: str = "") -> Snapshot:
    """Build the snapshot from the records, from scratch."""
    units = units_of(reader, day)
    rows = read_rows(reader, day, units)
    return rows.snapshot(units.tree, day, version=version, seen=moment(reader))


def _kept(day: date, version: str) -> Snapshot:
    with _building:
        return _load(room("facts"), day, version)


def _name(day: date, version: str) -> str:
    return f"{day.isoformat()}-{version}"


@lru_cache(maxsize=3)
def _load(home: Path, day: date, version: str) -> Snapshot:
    folder = home / _name(day, version)
    snapshot = _read(folder)
    if snapshot is not None:
        return snapshot
    with _alone(home):
        # Another process may have made it while we waited.
        snapshot = _read(folder)
        if snapshot is None:
            snapshot = _made(home, day, version)
            snapshot.write(folder)
            _forget_old(home)
    return snapshot


def _read(folder: Path) -> Snapshot | None:
    try:
        return read(folder)
    except FileNotFoundError:
        return None


def _made(home: Path, day: date, version: str) -> Snapshot:
    with arrow_reader() as reader:
        base = _base(home, day, version)
        made = None if base is None else mended(reader, base, day, version)
        return made or build(reader, day, version)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let one process at a time build: two would only slow each other down."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".building").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _base(home: Path, day: date, version: str) -> Snapshot | None:
    """Return the newest kept snapshot of the day since which every change is known."""
    same = _name(day, version).rpartition("-")[0] + "-"
    for folder in _folders(home):
        if folder.name.startswith(same) and _is_followed(_seen(folder)):
            return _read(folder)
    return None


def _is_followed(seen: str) -> bool:
    """Whether every change that a snapshot did not see is still named."""
    if not seen:
        return False
    with connection.cursor() as cursor:
        cursor.execute("select %s::xid8 >= horizon from facts_era", [str(_first_unseen(seen))])
        return bool(cursor.fetchone()[0])


def _forget_old(home: Path) -> None:
    """Keep the newest snapshots, the others can be built again; and the changes since."""
    kept: list[Path] = []
    of_day: dict[str, int] = {}
    for folder in _folders(home):
        day = folder.name[:10]
        of_day[day] = of_day.get(day, 0) + 1
        if len(kept) < KEPT and of_day[day] <= KEPT_OF_A_DAY:
            kept.append(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    oldest = [_first_unseen(seen) for seen in map(_seen, kept) if seen]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from facts_touched")
        (named,) = cursor.fetchone()
        until = max(oldest) if named > _LONG else min(oldest)
        cursor.execute("select ngangtam_facts_sum_up(%s::xid8)", [str(until)])


def _folders(home: Path) -> list[Path]:
    """Return the kept snapshots, the newest first."""
    folders = [path for path in home.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)


def _seen(folder: Path) -> str:
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    return str(about.get("seen", ""))


def _first_unseen(seen: str) -> int:
    """Return the transaction below which a snapshot of the database (xmin:xmax:…) saw all."""
    return int(seen.partition(":")[0])
