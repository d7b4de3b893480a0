"""What is sent twice is done once.

Whoever asks for an act may mark it: a form carries a number drawn for it, a program sends a key.
The mark is kept in the transaction of the act, together with its event. A second sending finds it
before anything is done, or meets it where it would write its event; either way it is answered
with what came of the first.
"""

import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db import connection
from django.utils import timezone

from ngangtam.foundation.audit.models import Once

# So long a lost answer may be asked for again.
KEPT: Final = timedelta(days=3)


class AlreadyDoneError(Exception):
    """The act that is asked for was done when it was asked for before. Nothing is done again."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One sending of an act that somebody asks for.

    Shape: `key` is the same in every sending, SHA-256 in hexadecimal; `digest` in every one that
        says the same, where the key does not say so already. `sending` is of this one alone.
    """

    viewer_id: int
    key: str
    digest: str = ""
    sending: str = field(default_factory=lambda: secrets.token_hex(16))


def hashed(parts: Iterable[bytes]) -> str:
    """Return one hash for several texts, so that no two lists of texts share one."""
    whole = sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8) + part)
    return whole.hexdigest()


_asked: ContextVar[Mark | None] = ContextVar("ngangtam_once", default=None)


def ask(mark: Mark | None) -> None:
    """From now on this thread carries out the act so marked; None: any act, as often as asked."""
    _asked.set(mark)


_KEEP: Final = """
insert into audit_once (viewer_id, key, digest, sending, event_id, at)
values (%s, %s, %s, %s, %s, now()) on conflict (viewer_id, key) do nothing
"""
_WHOSE: Final = "select sending from audit_once where viewer_id = %s and key = %s"


def keep(event_id: int, actor_id: int | None) -> None:
    """Keep the mark of the act that is being carried out, if it has one, in its transaction.

    A sending that is still at work elsewhere is waited for. An event that names somebody else, or
    nobody, is not tied to whoever is signed in. Errors: AlreadyDoneError.
    """
    mark = _asked.get()
    if mark is None or mark.viewer_id != actor_id:
        return
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [mark.viewer_id, mark.key, mark.digest, mark.sending, event_id])
        if cursor.rowcount:
            return
        cursor.execute(_WHOSE, [mark.viewer_id, mark.key])
        row = cursor.fetchone()
    if row is None or row[0] != mark.sending:  # a sending may do more than one thing
        raise AlreadyDoneError


def before(mark: Mark) -> Once | None:
    """Return what is kept of an earlier sending."""
    found = Once.objects.filter(viewer_id=mark.viewer_id, key=mark.key)
    return found.exclude(sending=mark.sending).first()


def note(mark: Mark, status: int, location: str = "", body: str = "") -> None:
    """Keep how this sending was answered; nothing when it did nothing."""
    mine = Once.objects.filter(viewer_id=mark.viewer_id, key=mark.key, sending=mark.sending)
    mine.update(status=status, location=location[:2000], body=body)


def sweep() -> int:
    """Remove marks that nobody asks for any more; return how many."""
    return Once.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
