"""Writing the record of what happened."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from django.db import connection, transaction
from django.utils import timezone

from ngangtam.foundation.audit import once
from ngangtam.foundation.audit.canonical import canonical, instant
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.audit.seals import seal


class Actor(Protocol):
    """Whoever acts: a user, or a named process."""

    @property
    def pk(self) -> Any: ...

    def get_username(self) -> str: ...


class Subject(Protocol):
    @property
    def pk(self) -> Any: ...

    @property
    def _meta(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Process:
    """A command or the worker, acting for nobody who signs in."""

    name: str = "ngangtam"
    pk: int | None = None

    def get_username(self) -> str:
        return self.name


# Where a subject says that it stands; the first that is there counts.
_PLACES: Final = ("home_path", "path")


def _place(subject: Subject | None) -> str | None:
    for holder in (subject, getattr(subject, "person", None), getattr(subject, "unit", None)):
        for name in _PLACES:
            place = getattr(holder, name, None)
            if place:
                return str(place)
    return None


def body(event: Event) -> dict[str, Any]:
    """Return everything that an event says, as its seal and its leaf cover it."""
    return {
        "version": 1, "id": event.pk, "at": instant(event.at), "type": event.type,
        "actor_id": event.actor_id, "actor": event.actor, "subject_type": event.subject_type,
        "subject_id": event.subject_id, "subject": event.subject, "path": event.path,
        "what": event.what, "cites": event.cites, "xact": event.xact,
        "previous": event.previous,
    }  # fmt: skip


_INSERT: Final = """
insert into audit_event (id, at, type, actor_id, actor, subject_type, subject_id, subject, path,
                         what, cites, xact, previous, seal)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s)
"""


def record(
    event: str, *, by: Actor, subject: Subject | None, cites: Iterable[str] = (),
    place: str | None = None, **what: Any,
) -> Event:  # fmt: skip
    """Write the one event of an action, inside its transaction, and seal it.

    Shape: `what` holds plain JSON values: what changed, ids of the rows written. `place` is the
        tree path where it happened, when it is not where the subject stands.
    Errors: AlreadyDoneError when what was asked for was done by an earlier sending.
    """
    # No savepoint: what fails here fails with the action.
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("select event_id, event_xact, event_previous from ngangtam_audit_open()")
        pk, xact, previous = cursor.fetchone() or (0, 0, 0)
        new = Event(
            pk=pk, at=_now(), type=str(event), actor_id=by.pk, actor=by.get_username(),
            subject_type=subject._meta.label_lower if subject is not None else "",
            subject_id=subject.pk if subject is not None else None,
            subject=str(subject)[:200] if subject is not None else "",
            path=place or _place(subject), what=what, cites=list(cites), xact=xact,
            previous=previous,
        )  # fmt: skip
        new.seal = seal("event", canonical(body(new)))
        cursor.execute(_INSERT, [
            new.pk, new.at, new.type, new.actor_id, new.actor, new.subject_type, new.subject_id,
            new.subject, new.path, json.dumps(new.what), json.dumps(new.cites), new.xact,
            new.previous, new.seal,
        ])  # fmt: skip
        once.keep(pk, by.pk)
    new._state.adding, new._state.db = False, "default"
    return new


def _now() -> datetime:
    return timezone.now()


_MADE: Final = """
select distinct c.xact from audit_change c
where c.id > %s and c.pid = pg_backend_pid()
  and not exists (select from audit_event e where e.xact = c.xact and e.id > %s)
order by 1
"""


def begun() -> tuple[int, int]:
    """Return the newest change and the newest event, to account for what comes after."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce((select max(id) from audit_change), 0),"
                       " coalesce((select max(id) from audit_event), 0)")  # fmt: skip
        change, event = cursor.fetchone() or (0, 0)
    return change, event


def account_for(
    since: tuple[int, int], event: str, *, by: Actor, subject: Subject | None, **what: Any
) -> Event | None:
    """Write one event for every transaction of this connection that has none; None without any."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MADE, since)
        made = [row[0] for row in cursor.fetchall()]
        return record(event, by=by, subject=subject, xacts=made, **what) if made else None


@contextmanager
def accounted(
    event: str, *, by: Actor | None = None, subject: Subject | None = None, **what: Any
) -> Iterator[None]:
    """Let one event stand for all that this connection writes meanwhile outside of actions.

    For set-up, demonstration and repair, which take several transactions and are nobody's act.
    Nothing is left when nothing was written. What was written before a failure is accounted for.
    """
    since = begun()
    try:
        yield
    finally:
        if not connection.needs_rollback:
            account_for(since, event, by=by or Process(), subject=subject, **what)
