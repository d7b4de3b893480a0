"""Writing the record of what happened."""

from collections.abc import Iterable
from typing import Any, Protocol

from ngangtam.foundation.audit.models import Event


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


def record(
    event: str, *, by: Actor, subject: Subject, cites: Iterable[str] = (), **what: Any
) -> Event:
    """Write the one event of an action, inside its transaction.

    Shape: `what` holds plain JSON values: what changed, ids of the rows written.
    """
    return Event.objects.create(
        type=event,
        actor_id=by.pk,
        actor=by.get_username(),
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject=str(subject)[:200],
        what=what,
        cites=list(cites),
    )
