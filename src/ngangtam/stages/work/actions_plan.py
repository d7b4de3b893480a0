"""What a head does with work before anybody reports: plan, break down, assign, repeat, propose."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.days import add_months
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.reasons import given
from ngangtam.foundation.ui import formats
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.work import steps
from ngangtam.stages.work.closing import refuse_closed
from ngangtam.stages.work.events import EventType
from ngangtam.stages.work.models import Task
from ngangtam.stages.work.rights import Leading
from ngangtam.stages.work.steps import Places
from ngangtam.stages.work.values import Work

# Ids that an event names; a longer list is told by its number.
MOST_NAMED: Final = 500
MOST_MONTHS: Final = 60
State = Task.State


@transaction.atomic(durable=True)
def plan(*, unit_id: int, work: Work, by: User) -> Task:
    """Write a task into the plan of a unit: nobody's yet.

    Errors: Forbidden without WORK_ASSIGN there; DomainError when it names a person, its month is
        closed, or its product is not in the unit's catalogue.
    """
    if work.person_id is not None:
        raise DomainError(_("A task of the plan is the unit's; break it down to persons."))
    [task] = give(unit_id, [work], by, state=State.PLANNED)
    record(EventType.PLANNED, by=by, subject=task.unit, **said(task))
    return task


@transaction.atomic(durable=True)
def assign(*, unit_id: int, work: Work, by: User) -> Task:
    """Give one task to a person, or to a unit below.

    Errors: as `plan`; Forbidden for the own work, and for a head's work from below.
    """
    [task] = give(unit_id, [work], by)
    record(EventType.ASSIGNED, by=by, subject=task.person or task.unit, **said(task))
    return task


@transaction.atomic(durable=True)
def assign_many(*, unit_id: int, works: Sequence[Work], by: User) -> list[Task]:
    """Give many tasks at once: all or none, one event. Errors: as `assign`."""
    tasks = give(unit_id, works, by)
    record(EventType.ASSIGNED, by=by, subject=Unit.objects.get(pk=unit_id), **counted(tasks))
    return tasks


@transaction.atomic(durable=True)
def assign_shared(
    *, unit_id: int, work: Work, shares: Mapping[int, Decimal], by: User
) -> list[Task]:
    """Give one task to several persons, its quantity split by shares.

    Shape: `shares` by person. Returns the unit's task first, then the persons'.
    Errors: as `assign`; DomainError for shares that leave somebody nothing.
    """
    made = _share_out(unit_id, work, shares, by)
    record(EventType.ASSIGNED, by=by, subject=made[0].unit, **{**counted(made), **said(made[0])},
           shares={str(one.person_id): str(one.quantity) for one in made[1:]})  # fmt: skip
    return made


@transaction.atomic(durable=True)
def assign_people(
    *, unit_id: int, work: Work, people: Sequence[int], shared: bool, until: date | None, by: User
) -> int:
    """Give one task to several people, once or for every month until that of `until`.

    Shape: each gets the whole quantity, or with `shared` an equal share. Returns the number of
        tasks that people got.
    Errors: as `assign_many`; DomainError without people or for too many months.
    """
    if not people:
        raise DomainError(_("Choose who does it."))
    steps_on = [0] if until is None else [0, *(step for step, _m in _months(work.counts_in, until))]
    if len(steps_on) > MOST_MONTHS:
        raise DomainError(
            _("Choose a later month, at most %(most)s months on.") % {"most": MOST_MONTHS}
        )
    made: list[Task] = []
    for step in steps_on:
        moved = replace(
            work, due=add_months(work.due, step), month=add_months(work.counts_in, step)
        )
        if shared and len(people) > 1:
            made += _share_out(unit_id, moved, dict.fromkeys(people, Decimal(1)), by)
        else:
            made += give(unit_id, [replace(moved, person_id=one) for one in people], by)
    record(EventType.ASSIGNED, by=by, subject=Unit.objects.get(pk=unit_id), **counted(made))
    return sum(task.person_id is not None for task in made)


def _share_out(unit_id: int, work: Work, shares: Mapping[int, Decimal], by: User) -> list[Task]:
    whole = replace(work, person_id=None)
    parts = steps.split_by_shares(work.quantity, list(shares.values()))
    unit, places = _places(unit_id, [whole, *_each(whole, shares)], by)
    # What holds the shares together is nobody's product: it stays planned and counts nothing.
    parent = steps.draw_up(whole, unit=unit, places=places, by=by, state=State.PLANNED)
    _check([parent], by)
    parent.save()
    tasks = [
        steps.draw_up(
            replace(whole, person_id=person, quantity=part), unit=unit, places=places, by=by,
            parent=parent, coefficient=parent.coefficient,
        )
        for person, part in zip(shares, parts, strict=True)
    ]  # fmt: skip
    _check(tasks, by)
    return [parent, *steps.add(tasks)]


def _each(work: Work, people: Mapping[int, Decimal]) -> list[Work]:
    return [replace(work, person_id=person) for person in people]


@transaction.atomic(durable=True)
def break_down(*, task_id: int, parts: Sequence[Work], version: int | None, by: User) -> list[Task]:
    """Give the parts of a unit's task to units below or to persons.

    Parts in the task's own product count against its quantity; parts with another product are
    steps on the way and do not.
    Errors: as `assign`; DomainError when more would be given out than there is, or for a task
        that is already a person's.
    """
    parent = locked(task_id, by)
    steps.check_version(parent, version)
    if parent.person_id is not None:
        raise DomainError(_("A person's task is shared out, not broken down."))
    if parent.state not in steps.LIVE:
        raise DomainError(_("This task is no longer under way."))
    if not parts:
        raise DomainError(_("Say what the parts are."))
    named = [replace(part, origin=part.origin or parent.origin) for part in parts]
    unit, places = _places(parent.unit_id, named, by)
    tasks = [
        steps.draw_up(
            part, unit=unit, places=places, by=by, parent=parent,
            coefficient=parent.coefficient if part.product_id == parent.product_id else None,
        )
        for part in named
    ]  # fmt: skip
    _check(tasks, by)
    made = steps.add(tasks)
    _refuse_too_much(parent)
    steps.write(parent, state=State.ASSIGNED)
    record(EventType.BROKEN_DOWN, by=by, subject=parent.unit, task=parent.pk,
           remainder=str(parent.quantity - steps.given_out(parent)),
           **counted([parent, *made]))  # fmt: skip
    return made


def _refuse_too_much(parent: Task) -> None:
    given = steps.given_out(parent)
    if given > parent.quantity:
        raise DomainError(
            _("The parts come to %(given)s, the whole is %(whole)s.")
            % {"given": formats.number(given), "whole": formats.number(parent.quantity)}
        )


@transaction.atomic(durable=True)
def repeat(*, task_id: int, until: date, by: User) -> list[Task]:
    """Give the same task again for every later month, the last being that of `until`.

    The parts of a unit's task are repeated with it. Months that have it already are left alone.
    Errors: Forbidden as `assign`; DomainError for a month before the next, too many months, or a
        product that is not in force any more.
    """
    task = locked(task_id, by)
    tree = [task, *_below(task)]
    months = list(_months(task.month, until))
    if not months or len(months) > MOST_MONTHS:
        raise DomainError(
            _("Choose a later month, at most %(most)s months on.") % {"most": MOST_MONTHS}
        )
    same = Task.objects.filter(title=task.title, unit_id=task.unit_id, state__in=steps.LIVE)
    same = (
        same.filter(person_id=task.person_id)
        if task.person_id is not None
        else same.filter(person__isnull=True)
    )
    have = set(same.values_list("month", flat=True))
    made: list[Task] = []
    for step, month in months:
        if month not in have:
            made += _again(tree, step, by)
    if not made:
        raise DomainError(_("These months have this task already."))
    record(EventType.REPEATED, by=by, subject=task.person or task.unit, task=task.pk,
           until=f"{until:%Y-%m}", **counted(made))  # fmt: skip
    return made


def _months(first: date, until: date) -> Iterator[tuple[int, date]]:
    step = 1
    while (month := add_months(first, step)) <= until.replace(day=1):
        yield step, month
        step += 1


def _below(task: Task) -> list[Task]:
    """Return the parts under way, parents before their parts."""
    found: list[Task] = []
    level = [task.pk]
    while level:
        rows = list(Task.objects.filter(parent_id__in=level, state__in=steps.LIVE).order_by("pk"))
        found += rows
        level = [row.pk for row in rows]
    return found


def _again(tree: Sequence[Task], step: int, by: User) -> list[Task]:
    """Write the tasks of a tree once more, `step` months later."""
    unit = tree[0].unit
    works = [
        Work(
            title=old.title, due=add_months(old.due, step), month=add_months(old.month, step),
            quantity=old.quantity, person_id=old.person_id, unit_id=old.unit_id,
            product_id=old.product_id, origin=old.origin,
        )
        for old in tree
    ]  # fmt: skip
    places = Places.of(works, unit)
    new: dict[int, Task] = {}
    for old, work in zip(tree, works, strict=True):
        state = State.PLANNED if old.state == State.PLANNED else State.ASSIGNED
        made = steps.draw_up(
            work, unit=unit, places=places, by=by, state=state,
            parent=new.get(old.parent_id or 0) or (_above(old, work) if old is tree[0] else None),
        )  # fmt: skip
        new[old.pk] = made
    _check(list(new.values()), by)
    for made in new.values():
        made.parent = made.parent  # Its key is known only now.
        made.save()
    return list(new.values())


# --- what an official proposes ---------------------------------------------------------------


@transaction.atomic(durable=True)
def accept(*, task_id: int, version: int | None, by: User) -> Task:
    """Accept a task that an official proposed: from now on it is assigned.

    Errors: Forbidden unless `by` leads the person's work; DomainError when it is no proposal.
    """
    task = locked(task_id, by)
    steps.check_version(task, version)
    if task.state != State.PLANNED or task.person_id is None:
        raise DomainError(_("This task does not wait for acceptance."))
    refuse_closed([(task.path, task.month)])
    steps.write(task, state=State.ASSIGNED, assigned_by=by)
    record(EventType.ACCEPTED, by=by, subject=task.person, **said(task))
    return task


@transaction.atomic(durable=True)
def refuse(*, task_id: int, reason: str, version: int | None, by: User) -> Task:
    """Refuse a proposed task, with a reason that the person reads. Errors: as `accept`."""
    task = locked(task_id, by)
    steps.check_version(task, version)
    if task.state != State.PLANNED or task.person_id is None:
        raise DomainError(_("This task does not wait for acceptance."))
    steps.write(task, state=State.CANCELLED, state_before=State.PLANNED, answer=given(reason))
    record(EventType.REFUSED, by=by, subject=task.person, task=task.pk, reason=given(reason))
    return task


# --- what the actions share -------------------------------------------------------------------


def locked(task_id: int, by: User) -> Task:
    """Return the task, locked, once it is sure that `by` leads it."""
    rows = Task.objects.select_related("unit", "person", "product")
    seen = rows.get(pk=task_id)
    # Before the lock, which the wall gives only to those who may.
    Leading(by, [seen.person_id]).require(seen.person_id, str(seen.path))
    return rows.select_for_update(of=("self",)).get(pk=task_id)


def give(
    unit_id: int, works: Sequence[Work], by: User, *, state: str = State.ASSIGNED
) -> list[Task]:
    """Write tasks that stand by themselves: the body of several actions."""
    if not works:
        return []
    unit, places = _places(unit_id, works, by)
    tasks = [steps.draw_up(work, unit=unit, places=places, by=by, state=state) for work in works]
    _check(tasks, by)
    return steps.add(tasks)


def _places(unit_id: int, works: Sequence[Work], by: User) -> tuple[Unit, Places]:
    unit = Unit.objects.get(pk=unit_id)
    require(by, Permission.WORK_ASSIGN, str(unit.path))
    places = Places.of(works, unit)
    for work in works:
        if work.unit_id is not None:
            steps.check_place(places.units[work.unit_id], unit)
    return unit, places


def _check(tasks: Sequence[Task], by: User) -> None:
    leading = Leading(by, [task.person_id for task in tasks])
    for task in tasks:
        leading.require(task.person_id, str(task.path))
    refuse_closed((task.path, task.month) for task in tasks)


def said(task: Task) -> dict[str, Any]:
    """Return what an event says of a task."""
    return {
        "task": task.pk, "title": task.title[:200], "person": task.person_id,
        "quantity": str(task.quantity), "due": task.due.isoformat(),
        "month": f"{task.month:%Y-%m}",
    }  # fmt: skip


def counted(tasks: Sequence[Task]) -> dict[str, Any]:
    """Return what an event says of many tasks."""
    return {"count": len(tasks), "tasks": [task.pk for task in tasks[:MOST_NAMED]]}


def _above(old: Task, work: Work) -> Task | None:
    """Return what a repeated task is a part of: that month's task of the same name, else the same
    one as before.

    Errors: DomainError when the parts would be more than the whole.
    """
    if old.parent_id is None:
        return None
    before = Task.objects.get(pk=old.parent_id)
    again = Task.objects.filter(
        title=before.title, unit_id=before.unit_id, person__isnull=True,
        month=work.month or before.month, state__in=steps.LIVE,
    ).exclude(pk=before.pk)  # fmt: skip
    parent = again.order_by("pk").first() or before
    given = steps.given_out(parent)
    if parent.product_id == work.product_id and given + work.quantity > parent.quantity:
        raise DomainError(
            _("The parts of “%(title)s” would be more than the whole. Repeat the whole task, or"
              " give it a greater quantity first.") % {"title": parent.title}
        )  # fmt: skip
    return parent
