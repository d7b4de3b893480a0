"""The hash tree as it is kept in the database, and the bytes that its leaves are made of."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection

from ngangtam.foundation.audit import guards, tree
from ngangtam.foundation.audit.canonical import canonical
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.audit.seals import seal
from ngangtam.foundation.audit.steps import body


class Kept:
    """The shelf of `tree`, read from the database."""

    def read(self, band: int, first: int, count: int) -> Sequence[bytes]:
        table = "audit_node where band = %s and" if band else "audit_leaf where %s = 0 and"
        with connection.cursor() as cursor:
            cursor.execute(
                f"select hash from {table} index >= %s and index < %s order by index",  # noqa: S608 - our names
                [band, first, first + count],
            )
            found = [bytes(row[0]) for row in cursor.fetchall()]
        if len(found) != count:
            raise LookupError(f"the tree lacks hashes of height {band * tree.BAND} from {first} on")
        return found


def size() -> int:
    """Return how many leaves there are, by the number of the last."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(index) + 1, 0) from audit_leaf")
        return int((cursor.fetchone() or (0,))[0])


def event_data(event: Event) -> bytes:
    """Return the bytes that the leaf of an event is made of: all it says, and its seal."""
    mark = None if event.seal is None else bytes(event.seal).hex()
    return canonical({**body(event), "seal": mark})


# What the leaf of a change is made of, as SQL over a row `c` of audit_change.
CHANGE_DATA: Final = (
    "sha256(convert_to(row('change'::text, c.id, c.at, c.xact, c.pid, c.login, c.table_name,"
    " c.version, c.op, c.pks, c.digests)::text, 'UTF8'))"
)


def settle_settings(cursor: Any) -> None:
    """For this transaction, have values written as digests are taken of them."""
    for name, value in guards.SETTINGS.items():
        cursor.execute(f"set local {name} = {value}")


def event_leaves(ids: Iterable[int]) -> dict[int, bytes]:
    """Return the leaf hashes of events by id."""
    return {
        event.pk: tree.leaf_hash(event_data(event))
        for event in Event.objects.filter(pk__in=list(ids)).order_by()
    }


def change_leaves(ids: Iterable[int]) -> dict[int, bytes]:
    """Return the leaf hashes of changes by id; asks for `settle_settings` before."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select c.id, {CHANGE_DATA} from audit_change c where c.id = any (%s)",  # noqa: S608 - our SQL
            [list(ids)],
        )
        return {pk: tree.leaf_hash(bytes(data)) for pk, data in cursor.fetchall()}


def leaf_seal(index: int, kind: str, ref: int, sealing: int, leaf: bytes) -> bytes:
    """Return the seal of one line of the tree: its place, what stands there, its hash."""
    return seal("leaf", f"{index} {kind} {ref} {sealing} {leaf.hex()}".encode())
