"""Long work on cycles, done by the background worker for a person who may order it.

A job names its actor; whether the actor may is asked when it is ordered and again when it runs.
What went wrong is told on the page of the cycle.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import procrastinate
from django.core.cache import cache
from django.db import close_old_connections, connection, transaction
from django.utils import translation
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.evaluation import actions_cycles as actions
from ngangtam.stages.evaluation.models import Cycle

FILL: Final = "evaluation.fill"
CLOSE: Final = "evaluation.close"
RECKON: Final = "evaluation.reckon"
_SECONDS: Final = 86_400


def _lock(cycle_id: int) -> str:
    return f"evaluation-{cycle_id}"


def _step(cycle_id: int) -> str:
    return f"evaluation-step-{cycle_id}"


def _teller(cycle_id: int) -> Callable[[str], None]:
    """Return what tells how far a reckoning is; not by its own transaction, which shows nothing."""
    return lambda step: cache.set(_step(cycle_id), step, _SECONDS)


def order(task: str, *, cycle_id: int, by: User, language: str) -> None:
    """Put a job in line, in the transaction of the caller; a second press orders nothing more.

    Errors: Forbidden without the right to run cycles there.
    """
    cycle = Cycle.objects.get(pk=cycle_id)
    actions.allow(by, Permission.EVALUATION_RUN, str(cycle.path))
    cache.delete(_lock(cycle_id))
    try:
        with transaction.atomic():
            app.configure_task(task, lock=_lock(cycle_id), queueing_lock=_lock(cycle_id)).defer(
                cycle_id=cycle_id, user_id=by.pk, language=language
            )
    except procrastinate.exceptions.AlreadyEnqueued:
        return


def open_and_order(*, unit_code: str, plan: dict[str, Any], by: User, language: str) -> Cycle:
    """Open a cycle and have its sheets made. Errors: as `actions_cycles.open_cycle`."""
    opened = actions.announce(unit_code=unit_code, plan=actions.Plan(**plan), by=by)
    order(FILL, cycle_id=opened.pk, by=by, language=language)
    return opened


@app.task(name=FILL, queue="evaluation")
def fill(*, cycle_id: int, user_id: int, language: str = "vi") -> None:
    """Make the sheets of a cycle."""
    _do(actions.fill_cycle, cycle_id, user_id, language)


@app.task(name=CLOSE, queue="evaluation")
def close(*, cycle_id: int, user_id: int, language: str = "vi") -> None:
    """Reckon and close a cycle."""
    _do(partial(actions.close_cycle, tell=_teller(cycle_id)), cycle_id, user_id, language)


@app.task(name=RECKON, queue="evaluation")
def reckon(*, cycle_id: int, user_id: int, language: str = "vi") -> None:
    """Reckon a closed cycle anew."""
    _do(partial(actions.recompute, tell=_teller(cycle_id)), cycle_id, user_id, language)


def _do(act: Any, cycle_id: int, user_id: int, language: str) -> None:
    """Do one act for its actor; a refusal is kept for the page, anything else fails the job."""
    if not connection.in_atomic_block:
        close_old_connections()
    with translation.override(language):
        by = User.objects.get(pk=user_id, is_active=True)
        try:
            act(cycle_id=cycle_id, by=by)
        except (DomainError, Forbidden) as error:
            said = " ".join(getattr(error, "messages", None) or [str(error)])
            cache.set(_lock(cycle_id), said[:500], _SECONDS)
        finally:
            cache.delete(_step(cycle_id))


@dataclass(frozen=True, slots=True)
class Job:
    """The last job of a cycle. Shape: `state` is waiting, running, stopped, or "" once it went
    well; `step` is the part of a reckoning that is at hand, "" where none was told."""

    task: str
    state: str
    step: str = ""

    @property
    def live(self) -> bool:
        return self.state in {"waiting", "running"}


def job_of(cycle_id: int) -> Job:
    """Return what the last job of a cycle does.

    Ask before what the job writes is read: who reads that first may meet it unwritten, and then
    a job that is done.
    """
    rows = ProcrastinateJob.objects.filter(lock=_lock(cycle_id)).order_by("-id")
    task, status = rows.values_list("task_name", "status").first() or ("", "")
    states = {"todo": "waiting", "doing": "running", "failed": "stopped", "aborted": "stopped"}
    return Job(task, states.get(status, ""), str(cache.get(_step(cycle_id), "")))


def refusal_of(cycle_id: int) -> str:
    """Return why the last job of a cycle did nothing, "" when it did."""
    return str(cache.get(_lock(cycle_id), ""))
