"""Long work on rosters, done by the background worker for a person who may order it.

A job names its actor. Whether the actor may is asked when the job is ordered and again when it
runs. Progress goes through the cache: the transaction that writes a roster shows nothing of
itself before it is over.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import procrastinate
from django.core.cache import cache
from django.db import close_old_connections, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.intake import actions
from ngangtam.records.intake.headers.mapping import Template
from ngangtam.records.intake.models import Batch, MappingTemplate

CHECK: Final = "intake.check"
COMMIT: Final = "intake.commit"
UNDO: Final = "intake.undo"
_SECONDS: Final = 3600


def lock_of(batch_id: int) -> str:
    """Return the name under which the jobs of a batch stand in line."""
    return f"intake-{batch_id}"


def _order(task: str, batch_id: int, by: User, **given: Any) -> None:
    """Put a job in line, in the transaction of the caller; a second press orders nothing more."""
    cache.delete(_key(batch_id))
    lock = lock_of(batch_id)
    try:
        with transaction.atomic():
            app.configure_task(task, lock=lock, queueing_lock=lock).defer(
                batch_id=batch_id, user_id=by.pk, **given
            )
    except procrastinate.exceptions.AlreadyEnqueued:
        return


def order_check(
    batch_id: int, by: User, *, language: str, template: int | None = None,
    new_unit: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """Have a batch read and judged."""
    _order(CHECK, batch_id, by, language=language, template=template, new_unit=new_unit)


def order_commit(batch_id: int, by: User, *, language: str) -> None:
    """Have a batch written into the files."""
    _order(COMMIT, batch_id, by, language=language)


def order_undo(batch_id: int, by: User, *, language: str, reason: str) -> None:
    """Have everything taken back that a batch wrote."""
    _order(UNDO, batch_id, by, language=language, reason=reason)


@app.task(name=CHECK, queue="intake")
def check(
    *, batch_id: int, user_id: int, language: str = "vi", template: int | None = None,
    new_unit: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """Read and judge the files of a batch."""
    with _work(batch_id, user_id, language) as (batch, by):
        if batch.state != Batch.State.READING:
            return
        actions.allow(by, batch.unit)
        kept = MappingTemplate.objects.filter(pk=template).first() if template else None
        done = actions.check(
            batch_id=batch_id, template=Template.from_json(kept.mapping) if kept else None,
            progress=Teller(batch_id),
        )  # fmt: skip
        if new_unit and done.state == Batch.State.CHECKED:
            report = {**done.report, "new_unit": new_unit}
            Batch.objects.filter(pk=batch_id).update(report=report)


@app.task(name=COMMIT, queue="intake")
def commit(*, batch_id: int, user_id: int, language: str = "vi") -> None:
    """Write a batch; when it cannot be written it is open again, and says why."""
    with _work(batch_id, user_id, language) as (batch, by):
        if batch.state != Batch.State.WRITING:
            return
        try:
            actions.commit(batch_id=batch_id, by=by, today=today(), progress=Teller(batch_id))
        except (DomainError, Forbidden) as error:
            _open_again(batch_id, said(error))
        except Exception:
            _open_again(batch_id, _("The work stopped unexpectedly. Nothing was written."))
            raise


@app.task(name=UNDO, queue="intake")
def undo(*, batch_id: int, user_id: int, language: str = "vi", reason: str = "") -> None:
    """Take back a batch; when later records rest on it, it stays and says so."""
    with _work(batch_id, user_id, language) as (batch, by):
        if batch.state != Batch.State.COMMITTED:
            return
        try:
            actions.undo(batch_id=batch_id, reason=reason, by=by, today=today())
        except (DomainError, Forbidden) as error:
            Batch.objects.filter(pk=batch_id).update(error=said(error))


def _open_again(batch_id: int, why: str) -> None:
    waiting = Batch.objects.filter(pk=batch_id, state=Batch.State.WRITING)
    waiting.update(state=Batch.State.CHECKED, error=why)


def said(error: Exception) -> str:
    """Return what an error says, in one line that fits the batch."""
    return " ".join(getattr(error, "messages", None) or [str(error)])[:500]


@contextmanager
def _work(batch_id: int, user_id: int, language: str) -> Iterator[tuple[Batch, User]]:
    """Open a job: its batch and its actor, in the language of the actor."""
    if not connection.in_atomic_block:
        close_old_connections()
    with translation.override(language):
        batch = Batch.objects.select_related("unit").get(pk=batch_id)
        yield batch, User.objects.get(pk=user_id, is_active=True)
    cache.delete(_key(batch_id))


def _key(batch_id: int) -> str:
    return f"intake-progress-{batch_id}"


class Teller:
    """Tells how far the work is, twice a second at the most."""

    def __init__(self, batch_id: int) -> None:
        self._key = _key(batch_id)
        self._last = 0.0
        self._step = ""

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step == self._step and done < total and now - self._last < 0.5:
            return
        self._step, self._last = step, now
        cache.set(self._key, (step, done, total), _SECONDS)


def progress_of(batch_id: int) -> tuple[str, int, int]:
    """Return (step, done, total) of the work on a batch; empty when nothing was told yet."""
    found: tuple[str, int, int] = cache.get(_key(batch_id), ("", 0, 0))
    return found
