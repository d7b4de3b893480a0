"""Appending what was committed to the hash tree, outside of the transactions that wrote it.

There is one writer at a time. A pass sees one snapshot, so that all that one transaction wrote
is sealed in the same pass; whatever turns up later under its number is a forgery.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from ngangtam.foundation.audit import shelf, tree
from ngangtam.foundation.audit.canonical import canonical
from ngangtam.foundation.audit.models import Checkpoint
from ngangtam.foundation.audit.seals import public_key, seal, sign
from ngangtam.foundation.kernel.home import room

# A checkpoint is signed after so many new leaves, and once a day when there is any.
EVERY: Final = 1000
DAILY: Final = timedelta(days=1)
_LOCK: Final = 0x6E74_6175  # one sealer for the whole database
_CHUNK: Final = 5000


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass has seen, as its row keeps it."""

    id: int
    first: int
    size: int
    seen_event: int
    seen_change: int
    horizon: int
    settled_event: int
    settled_change: int

    def seal(self) -> bytes:
        values = [getattr(self, name) for name in self.__slots__]
        return seal("sealing", json.dumps(values).encode())


@contextmanager
def _alone(wait: bool) -> Iterator[bool]:
    """Hold the sealer's lock; False when another process holds it and we are not to wait."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("select true from pg_advisory_lock(%s)", [_LOCK])
        else:
            cursor.execute("select pg_try_advisory_lock(%s)", [_LOCK])
        held = bool((cursor.fetchone() or (False,))[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])


@contextmanager
def one_snapshot(*, read_only: bool = False) -> Iterator[Any]:
    """Run a transaction that sees one moment; gives its cursor."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "set transaction isolation level repeatable read" + (", read only" if read_only else "")
        )
        # Whatever somebody told this login to find first, functions are PostgreSQL's own.
        cursor.execute("set local search_path = pg_catalog, public")
        cursor.execute("set local work_mem = '128MB'")
        shelf.settle_settings(cursor)
        yield cursor


def seal_new(*, wait: bool = True) -> int:
    """Append everything that is committed and not yet in the tree; return how many leaves.

    Must not run inside a transaction. Without `wait` it leaves the work to whoever is at it.
    """
    with _alone(wait) as held:
        if not held:
            return 0
        with connection.cursor() as cursor:
            # Before the snapshot: an id drawn by now belongs to a transaction that the snapshot
            # knows as finished or as running.
            cursor.execute(
                "select (select last_value from audit_event_id_seq),"
                " (select last_value from audit_change_id_seq)"
            )
            seen = cursor.fetchone()
        with one_snapshot() as cursor:
            made = _pass(cursor, seen)
        _note_head()
        if made:
            _checkpoint_when_due()
        return made


_LAST: Final = (
    "select id, first, size, seen_event, seen_change, horizon, settled_event, settled_change"
    " from audit_sealing order by id desc limit 1"
)
_SETTLED: Final = """
select seen_event, seen_change from audit_sealing
-- The second half: numbers of another database server, from which this one was restored.
where horizon <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
   or horizon > pg_snapshot_xmax(pg_current_snapshot())::text::bigint
order by id desc limit 1
"""
_NEW: Final = """
select kind, ref from (
  select coalesce(e.xact, 0) as xact, 'e' as kind, e.id as ref from audit_event e
  where e.id > %s and not exists (select from audit_leaf l where l.kind = 'e' and l.ref = e.id)
  union all
  select c.xact, 'c', c.id from audit_change c
  where c.id > %s and not exists (select from audit_leaf l where l.kind = 'c' and l.ref = c.id)
) unsealed
order by xact, kind, ref
"""


def _pass(cursor: Any, seen: tuple[int, int]) -> int:
    cursor.execute(_LAST)
    row = cursor.fetchone()
    last = Pass(*row) if row else Pass(0, 0, 0, 0, 0, 0, 0, 0)
    cursor.execute(_SETTLED)
    settled = cursor.fetchone() or (0, 0)
    settled = (max(settled[0], last.settled_event), max(settled[1], last.settled_change))
    # Not from what is settled now: a transaction may have ended since the pass before.
    cursor.execute(_NEW, [last.settled_event, last.settled_change])
    wanted: list[tuple[str, int]] = cursor.fetchall()
    if not wanted:
        return 0
    cursor.execute("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    first = shelf.size()
    new = Pass(last.id + 1, first, first + len(wanted), seen[0], seen[1], cursor.fetchone()[0],
               settled[0], settled[1])  # fmt: skip
    _append(cursor, wanted, new)
    cursor.execute(
        "insert into audit_sealing (id, at, first, size, seen_event, seen_change, horizon,"
        " settled_event, settled_change, seal) values (%s, now(), %s, %s, %s, %s, %s, %s, %s, %s)",
        [new.id, new.first, new.size, new.seen_event, new.seen_change, new.horizon,
         new.settled_event, new.settled_change, new.seal()],
    )  # fmt: skip
    return len(wanted)


def _append(cursor: Any, wanted: list[tuple[str, int]], new: Pass) -> None:
    growth = tree.Growth(shelf.Kept(), new.first)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        hashes = {
            "e": shelf.event_leaves(ref for kind, ref in part if kind == "e"),
            "c": shelf.change_leaves(ref for kind, ref in part if kind == "c"),
        }
        leaves, nodes = [], []
        for kind, ref in part:
            index, leaf = growth.size, hashes[kind][ref]
            mark = shelf.leaf_seal(index, kind, ref, new.id, leaf)
            leaves.append((index, kind, ref, new.id, leaf, mark))
            nodes += list(growth.append(leaf))
        _write(cursor, "audit_leaf (index, kind, ref, sealing, hash, seal)", leaves)
        _write(cursor, "audit_node (band, index, hash)", nodes)


def _write(cursor: Any, into: str, rows: list[Any]) -> None:
    with cursor.copy(f"copy {into} from stdin") as pipe:
        for row in rows:
            pipe.write_row(row)


# --- checkpoints ---------------------------------------------------------------------------


def _checkpoint_when_due() -> None:
    last = Checkpoint.objects.order_by("-id").first()
    reached = shelf.size()
    if last is None or reached - last.size >= EVERY or timezone.now() - last.at >= DAILY:
        checkpoint()


def checkpoint() -> Checkpoint:
    """Sign the tree as it is now."""
    now = timezone.now()
    reached = shelf.size()
    root = tree.root(shelf.Kept(), reached)
    made = Checkpoint.objects.create(at=now, size=reached, root=root, note=sign(reached, root, now))
    with _notes().open("a") as file:
        file.write(f"{made.note}\n\n")
    return made


def newest(size: int) -> Checkpoint:
    """Return the newest checkpoint; a new one is signed when it covers less than `size`."""
    last = Checkpoint.objects.order_by("-id").first()
    return last if last is not None and last.size >= size else checkpoint()


def beside() -> Path:
    """Return the folder of what is kept of this database's audit beside it."""
    folder = room("audit") / str(connection.settings_dict["NAME"])
    folder.mkdir(exist_ok=True)
    return folder


def _notes() -> Path:
    return beside() / "checkpoints.txt"


def kept_notes() -> list[str]:
    """Return the checkpoints that were written beside the database, oldest first."""
    path = _notes()
    if not path.exists():
        return []
    lines = path.read_text().split("\n\n\n")
    return [f"{note.strip()}\n" for note in lines if note.strip()]


# --- the newest root, beside the database ----------------------------------------------------


def _note_head() -> None:
    """Keep the newest size and root in the home: who takes rows off the end must reach it too."""
    reached = shelf.size()
    path = beside() / "head.json"
    told = {"size": reached, "root": tree.root(shelf.Kept(), reached).hex(), "key": public_key()}
    held = kept_head()
    if held is not None and held["size"] >= reached:
        return
    partial = path.with_suffix(".new")
    partial.write_text(json.dumps({**told, "seal": seal("head", canonical(told)).hex()}))
    partial.replace(path)


def kept_head() -> dict[str, Any] | None:
    """Return the newest root as it was kept beside the database."""
    path = beside() / "head.json"
    if not path.exists():
        return None
    held: dict[str, Any] = json.loads(path.read_text())
    return held
