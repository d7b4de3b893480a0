"""What an official does with the own work: propose, report, attach evidence, name a cause."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.files.steps import Checked, keep
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.reasons import given
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.work import steps
from ngangtam.stages.work.actions_plan import counted, said
from ngangtam.stages.work.closing import refuse_closed
from ngangtam.stages.work.events import EventType
from ngangtam.stages.work.models import Evidence, Task
from ngangtam.stages.work.steps import Places
from ngangtam.stages.work.values import Work

MOST_EVIDENCE: Final = 20
MOST_PROPOSED: Final = 30
State, Cause = Task.State, Task.Cause


@dataclass(frozen=True, slots=True)
class Report:
    """What a person says of one task. Units: `quantity` in the product's measure."""

    task_id: int
    quantity: Decimal
    done_on: date | None = None
    failures: int = 0
    delays: int = 0
    exceeds: bool = False
    note: str = ""
    version: int | None = field(default=None, compare=False)


@transaction.atomic(durable=True)
def propose(*, work: Work, by: User) -> Task:
    """Propose an own task; the head accepts or refuses it.

    Errors: Forbidden for an account that is nobody's; DomainError when the month is closed, when
        too many proposals wait, or for a product that the unit does not use.
    """
    person = _me(by)
    if person.home_unit is None:
        raise DomainError(_("You hold no post today; there is no head who could accept it."))
    mine = Task.objects.filter(person=person, state=State.PLANNED)
    if mine.count() >= MOST_PROPOSED:
        raise DomainError(_("Too many of your proposals wait for an answer."))
    unit = person.home_unit
    works = [Work(
        title=work.title, due=work.due, month=work.month, quantity=work.quantity,
        person_id=person.pk, product_id=work.product_id, origin=work.origin,
    )]  # fmt: skip
    places = Places.of(works, unit)
    task = steps.draw_up(works[0], unit=unit, places=places, by=by, state=State.PLANNED)
    refuse_closed([(task.path, task.month)])
    task.save()
    record(EventType.PROPOSED, by=by, subject=person, **said(task))
    return task


@transaction.atomic(durable=True)
def withdraw(*, task_id: int, by: User) -> Task:
    """Take back an own proposal that nobody answered. Errors: as `report`."""
    [task] = _mine([task_id], by)
    if task.state != State.PLANNED or task.assigned_by_id != by.pk:
        raise DomainError(_("This task does not wait for acceptance."))
    steps.write(task, state=State.CANCELLED)
    record(EventType.WITHDRAWN, by=by, subject=task.person, task=task.pk)
    return task


@transaction.atomic(durable=True)
def report(*, report: Report, by: User, today: date) -> Task:
    """Say what is done of an own task.

    A task done after its deadline counts one delay by itself.
    Errors: Forbidden for the task of another; DomainError when the month is closed, somebody
        confirmed or ended it meanwhile, or the day lies ahead.
    """
    [task] = _report([report], by, today)
    record(EventType.REPORTED, by=by, subject=task.person, task=task.pk, **_told(task))
    return task


@transaction.atomic(durable=True)
def report_many(*, reports: Sequence[Report], by: User, today: date) -> list[Task]:
    """Say it of several own tasks: all or none, one event. Errors: as `report`."""
    tasks = _report(reports, by, today)
    if tasks:
        record(EventType.REPORTED, by=by, subject=tasks[0].person, **counted(tasks))
    return tasks


def _report(reports: Sequence[Report], by: User, today: date) -> list[Task]:
    named = {one.task_id: one for one in reports}
    tasks = _mine(named, by)
    refuse_closed((task.path, task.month) for task in tasks)
    fields: set[str] = set()
    for task in tasks:
        one = named[task.pk]
        steps.check_version(task, one.version)
        fields |= set(steps.touch(task, **reported(task, one, today)))
    steps.write_many(tasks, fields)
    return tasks


def reported(task: Task, one: Report, today: date) -> dict[str, Any]:
    """Return what a report writes into a task. Errors: DomainError when it says the impossible."""
    _refuse(task, one, today)
    late = steps.late(one.done_on, task.due)
    return {
        "state": State.REPORTED, "reported_quantity": one.quantity, "done_on": one.done_on,
        "reported_failures": one.failures, "reported_delays": max(one.delays, int(late)),
        "reported_exceeds": one.exceeds, "reported_note": fold(one.note)[:1000],
        "reported_at": timezone.now(),
    }  # fmt: skip


def _refuse(task: Task, one: Report, today: date) -> None:
    if task.state not in steps.OPEN:
        raise DomainError(
            _("“%(title)s” is %(state)s; nothing more is reported of it.")
            % {"title": task.title[:80], "state": task.get_state_display()}
        )
    if one.quantity < 0 or one.failures < 0 or one.delays < 0:
        raise DomainError(_("Less than nothing cannot be done."))
    if one.done_on is not None and one.done_on > today:
        raise DomainError(_("The day on which it was done lies ahead."))


def _told(task: Task) -> dict[str, Any]:
    return {
        "quantity": str(task.reported_quantity), "failures": task.reported_failures,
        "delays": task.reported_delays, "exceeds": task.reported_exceeds,
        "done_on": task.done_on.isoformat() if task.done_on else None,
    }  # fmt: skip


@transaction.atomic(durable=True)
def take_back(*, task_id: int, version: int | None, by: User) -> Task:
    """Take an own report back, before anybody confirmed it. Errors: as `report`."""
    [task] = _mine([task_id], by)
    steps.check_version(task, version)
    refuse_closed([(task.path, task.month)])
    if task.state != State.REPORTED:
        raise DomainError(_("There is no report that waits."))
    steps.write(
        task, state=State.ASSIGNED, reported_quantity=None, done_on=None, reported_failures=0,
        reported_delays=0, reported_exceeds=False, reported_note="", reported_at=None,
    )  # fmt: skip
    record(EventType.REPORT_TAKEN_BACK, by=by, subject=task.person, task=task.pk)
    return task


@transaction.atomic(durable=True)
def attach(
    *, task_id: int, files: Sequence[Checked], by: User, reference: str = ""
) -> list[Evidence]:
    """Attach files, or name a document kept elsewhere, as proof of an own report.

    Errors: as `report`; DomainError without either, or with too much.
    """
    [task] = _mine([task_id], by)
    refuse_closed([(task.path, task.month)])
    if task.state not in steps.OPEN:
        raise DomainError(_("This task was confirmed or ended; it stays as it is."))
    named = fold(reference)[:300]
    if not files and not named:
        raise DomainError(_("Attach a file or name a document."))
    standing = task.evidence.filter(removed_at__isnull=True).count()
    if standing + len(files) + bool(named) > MOST_EVIDENCE:
        raise DomainError(_("At most %(most)s proofs stand with one task.")
                          % {"most": MOST_EVIDENCE})  # fmt: skip
    made = [
        Evidence.objects.create(task=task, file=keep(one, sent_by=by.pk), added_by=by)
        for one in files
    ]
    if named:
        made.append(Evidence.objects.create(task=task, reference=named, added_by=by))
    record(EventType.ATTACHED, by=by, subject=task.person, task=task.pk,
           evidence=[one.pk for one in made])  # fmt: skip
    return made


@transaction.atomic(durable=True)
def detach(*, evidence_id: int, by: User) -> Evidence:
    """Take away a proof that oneself attached, while nobody confirmed the task."""
    one = Evidence.objects.get(pk=evidence_id)
    if one.added_by_id != by.pk:
        raise Forbidden(_("Only who attached it takes it away."))
    [task] = _mine([one.task_id], by)
    refuse_closed([(task.path, task.month)])
    one = Evidence.objects.select_for_update().get(pk=evidence_id)
    if task.state not in steps.OPEN or one.removed_at is not None:
        raise DomainError(_("This task was confirmed or ended; it stays as it is."))
    one.removed_at = timezone.now()
    one.save(update_fields=["removed_at"])
    record(EventType.DETACHED, by=by, subject=task.person, task=task.pk, evidence=[one.pk])
    return one


@transaction.atomic(durable=True)
def claim(*, task_id: int, cause: str, version: int | None, by: User) -> Task:
    """Say that an objective cause stood in the way; whoever leads the work judges it.

    Errors: as `report`; DomainError without words, or when it was confirmed already.
    """
    [task] = _mine([task_id], by)
    steps.check_version(task, version)
    refuse_closed([(task.path, task.month)])
    if task.state not in steps.OPEN or task.cause_state == Cause.CONFIRMED:
        raise DomainError(_("This task was confirmed or ended; it stays as it is."))
    steps.write(task, cause=given(cause), cause_state=Cause.CLAIMED)
    record(EventType.CAUSE_CLAIMED, by=by, subject=task.person, task=task.pk,
           cause=given(cause)[:300])  # fmt: skip
    return task


@transaction.atomic(durable=True)
def withdraw_claim(*, task_id: int, version: int | None, by: User) -> Task:
    """Take the claim of an objective cause back. Errors: as `claim`."""
    [task] = _mine([task_id], by)
    steps.check_version(task, version)
    refuse_closed([(task.path, task.month)])
    if task.cause_state != Cause.CLAIMED or task.state not in steps.OPEN:
        raise DomainError(_("No claim waits for an answer."))
    steps.write(task, cause="", cause_state=Cause.NONE)
    record(EventType.CAUSE_WITHDRAWN, by=by, subject=task.person, task=task.pk)
    return task


def _me(by: User) -> Person:
    person = own_person(by)
    if person is None:
        raise Forbidden(_("This account is not linked to a person."))
    return Person.objects.select_related("home_unit").get(pk=person)


def _mine(task_ids: "Sequence[int] | dict[int, Report]", by: User) -> list[Task]:
    """Return own tasks, locked. Errors: Forbidden when one of them is another's."""
    person = own_person(by)
    wanted = set(task_ids)
    seen = Task.objects.filter(pk__in=wanted, person_id=person or 0).count() if person else 0
    if seen != len(wanted):
        raise Forbidden(_("Only the person whose task it is reports it."))
    return steps.lock(wanted)
