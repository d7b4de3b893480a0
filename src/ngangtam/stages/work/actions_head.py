"""What a head says of reported work: confirmed, returned, a cause judged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.reasons import given
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.work import steps
from ngangtam.stages.work.actions_own import Report, reported
from ngangtam.stages.work.actions_plan import counted, locked
from ngangtam.stages.work.closing import refuse_closed
from ngangtam.stages.work.events import EventType
from ngangtam.stages.work.models import Task
from ngangtam.stages.work.rights import Leading

State, Cause = Task.State, Task.Cause


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a head says of one task. Shape: None where the person's own figure is taken over."""

    task_id: int
    quantity: Decimal | None = None
    failures: int | None = None
    delays: int | None = None
    exceeds: bool | None = None
    answer: str = ""
    version: int | None = field(default=None, compare=False)


@transaction.atomic(durable=True)
def confirm(*, confirmation: Confirmation, by: User) -> Task:
    """Confirm what was done: quantity, major faults, delays, whether it exceeds.

    A task done after its deadline has at least one delay; whether an objective cause excuses it
    is another question.
    Errors: Forbidden unless `by` leads the work; DomainError when the month is closed, somebody
        changed it meanwhile, or nothing was reported and no quantity is given.
    """
    [task] = _confirm([confirmation], by)
    record(
        EventType.CONFIRMED, by=by, subject=task.person or task.unit, task=task.pk,
        quantity=str(task.confirmed_quantity), failures=task.quality_failures,
        delays=task.delays, exceeds=task.exceeds, reported=str(task.reported_quantity),
    )  # fmt: skip
    return task


@transaction.atomic(durable=True)
def confirm_many(*, unit_id: int, confirmations: Sequence[Confirmation], by: User) -> list[Task]:
    """Confirm many tasks at once: all or none, one event with their number.

    Shape: `unit_id` is the unit under which they stand. Errors: as `confirm`.
    """
    unit = Unit.objects.get(pk=unit_id)
    tasks = _confirm(confirmations, by)
    for task in tasks:
        if not steps.within(task.path, unit.path):
            raise DomainError(_("“%(title)s” is not a task of this unit.") % {"title": task.title})
    if tasks:
        record(EventType.CONFIRMED, by=by, subject=unit, **counted(tasks))
    return tasks


def _confirm(confirmations: Sequence[Confirmation], by: User) -> list[Task]:
    named = {one.task_id: one for one in confirmations}
    seen = list(Task.objects.filter(pk__in=named))
    leading = Leading(by, [task.person_id for task in seen])
    for task in seen:
        leading.require_confirm(task.person_id, str(task.path))
    tasks = steps.lock(named)
    if len(tasks) != len(named):
        raise DomainError(_("Some of these tasks are not there."))
    refuse_closed((task.path, task.month) for task in tasks)
    fields: set[str] = set()
    now = timezone.now()
    for task in tasks:
        one = named[task.pk]
        steps.check_version(task, one.version)
        fields |= set(steps.touch(
            task, state=State.CONFIRMED, confirmed_by=by, confirmed_at=now,
            answer=fold(one.answer)[:1000], **_figures(task, one),
        ))  # fmt: skip
    steps.write_many(tasks, fields)
    return tasks


def _figures(task: Task, one: Confirmation) -> dict[str, Any]:
    """Return what is confirmed: what the head says, else what the person said."""
    if task.state not in steps.OPEN:
        raise DomainError(
            _("“%(title)s” is %(state)s and cannot be confirmed.")
            % {"title": task.title[:80], "state": task.get_state_display()}
        )
    quantity = task.reported_quantity if one.quantity is None else one.quantity
    if quantity is None:
        raise DomainError(
            _("Nothing was reported of “%(title)s”: say how much was done.")
            % {"title": task.title[:80]}
        )
    delays = task.reported_delays if one.delays is None else one.delays
    failures = task.reported_failures if one.failures is None else one.failures
    if quantity < 0 or delays < 0 or failures < 0:
        raise DomainError(_("Less than nothing cannot be done."))
    exceeds = task.reported_exceeds if one.exceeds is None else one.exceeds
    return {
        "confirmed_quantity": quantity, "quality_failures": failures,
        "delays": max(delays, int(steps.late(task.done_on, task.due))), "exceeds": exceeds,
    }  # fmt: skip


@transaction.atomic(durable=True)
def return_report(*, task_id: int, reason: str, version: int | None, by: User) -> Task:
    """Return a report with a reason that the person reads. Errors: as `confirm`."""
    task = _confirming(task_id, version, by)
    if task.state != State.REPORTED:
        raise DomainError(_("There is no report that waits."))
    steps.write(task, state=State.RETURNED, answer=given(reason))
    record(EventType.RETURNED, by=by, subject=task.person or task.unit, task=task.pk,
           reason=given(reason))  # fmt: skip
    return task


@transaction.atomic(durable=True)
def reopen(*, task_id: int, reason: str, version: int | None, by: User) -> Task:
    """Take a confirmation back: the report waits again. Errors: as `confirm`."""
    task = _confirming(task_id, version, by)
    if task.state != State.CONFIRMED:
        raise DomainError(_("This task is not confirmed."))
    before = State.REPORTED if task.reported_at is not None else State.ASSIGNED
    steps.write(
        task, state=before, confirmed_quantity=None, quality_failures=0, delays=0, exceeds=False,
        confirmed_by=None, confirmed_at=None, answer=given(reason),
    )  # fmt: skip
    record(EventType.REOPENED, by=by, subject=task.person or task.unit, task=task.pk,
           reason=given(reason))  # fmt: skip
    return task


@transaction.atomic(durable=True)
def answer_cause(
    *, task_id: int, confirmed: bool, answer: str, version: int | None, by: User
) -> Task:
    """Judge the objective cause that a person claims. Errors: as `confirm`; DomainError when it
    is refused without a reason, or when none is claimed."""
    task = _confirming(task_id, version, by)
    if task.cause_state != Cause.CLAIMED:
        raise DomainError(_("No claim waits for an answer."))
    if task.state not in steps.OPEN:
        raise DomainError(_("This task was confirmed or ended; it stays as it is."))
    words = fold(answer)[:500] if confirmed else given(answer)[:500]
    state = Cause.CONFIRMED if confirmed else Cause.REFUSED
    steps.write(task, cause_state=state, cause_by=by, cause_answer=words)
    event = EventType.CAUSE_CONFIRMED if confirmed else EventType.CAUSE_REFUSED
    record(event, by=by, subject=task.person or task.unit, task=task.pk, reason=words)
    return task


@transaction.atomic(durable=True)
def report_for_unit(*, report: Report, by: User, today: date) -> Task:
    """Say what is done of a unit's own task; who leads the unit says it, above it is confirmed.

    Errors: Forbidden without WORK_ASSIGN there; DomainError for a person's task, and as `report`
        of an own one.
    """
    task = locked(report.task_id, by)
    steps.check_version(task, report.version)
    if task.person_id is not None:
        raise DomainError(_("Only the person whose task it is reports it."))
    refuse_closed([(task.path, task.month)])
    steps.write(task, **reported(task, report, today))
    record(EventType.REPORTED, by=by, subject=task.unit, task=task.pk,
           quantity=str(task.reported_quantity))  # fmt: skip
    return task


def _confirming(task_id: int, version: int | None, by: User) -> Task:
    task = locked(task_id, by)
    Leading(by, [task.person_id]).require_confirm(task.person_id, str(task.path))
    steps.check_version(task, version)
    refuse_closed([(task.path, task.month)])
    return task
