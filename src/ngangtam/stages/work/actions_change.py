"""What becomes of assigned work on the way: changed, shared out, handed over, cancelled."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.reasons import given
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.ui import formats
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.work import steps
from ngangtam.stages.work.actions_plan import counted, locked
from ngangtam.stages.work.closing import refuse_closed
from ngangtam.stages.work.events import EventType
from ngangtam.stages.work.models import Task
from ngangtam.stages.work.rights import Leading
from ngangtam.stages.work.steps import Places
from ngangtam.stages.work.values import Work

State = Task.State
_BEFORE = (State.PLANNED, *steps.OPEN)


@transaction.atomic(durable=True)
def change(
    *, task_id: int, reason: str, version: int | None, by: User, title: str = "",
    quantity: Decimal | None = None, due: date | None = None,
) -> Task:  # fmt: skip
    """Change the wording, the quantity or the deadline, while nobody has confirmed it.

    Errors: Forbidden unless `by` leads the work; DomainError without a reason, when nothing would
        change, when it was confirmed or ended, or when its parts come to more.
    """
    task = _changing(task_id, version, by)
    changes: dict[str, Any] = {}
    if fold(title) and fold(title) != task.title:
        changes["title"] = fold(title)[:500]
    if quantity is not None and quantity != task.quantity:
        changes["quantity"] = _enough(task, quantity)
    if due is not None and due != task.due:
        changes["due"] = due
    if not changes:
        raise DomainError(_("Nothing would change."))
    before = {name: str(getattr(task, name)) for name in changes}
    steps.write(task, **changes)
    record(
        EventType.CHANGED, by=by, subject=task.person or task.unit, task=task.pk, before=before,
        after={name: str(value) for name, value in changes.items()}, reason=given(reason),
    )  # fmt: skip
    return task


def _enough(task: Task, quantity: Decimal) -> Decimal:
    """Return the quantity once it fits between the parts below and the whole above."""
    if quantity <= 0:
        raise DomainError(_("Say how much is to be done."))
    if task.person_id is None and quantity < (out := steps.given_out(task)):
        raise DomainError(
            _("%(given)s of it is given out already.") % {"given": formats.number(out)}
        )
    if task.parent_id is not None:
        parent = Task.objects.select_for_update(of=("self",)).get(pk=task.parent_id)
        if parent.product_id == task.product_id:
            room = parent.quantity - steps.given_out(parent) + task.quantity
            if quantity > room:
                raise DomainError(
                    _("The whole leaves %(room)s for this part.") % {"room": formats.number(room)}
                )
    return quantity


@transaction.atomic(durable=True)
def cancel(*, task_id: int, reason: str, version: int | None, by: User) -> Task:
    """Cancel a task; it counts no more. `restore` takes that back.

    Errors: as `change`; DomainError while parts of it are under way.
    """
    task = _changing(task_id, version, by)
    if task.children.filter(state__in=steps.LIVE).exists():
        raise DomainError(_("Cancel its parts first."))
    steps.write(task, state=State.CANCELLED, state_before=task.state, answer=given(reason))
    record(EventType.CANCELLED, by=by, subject=task.person or task.unit, task=task.pk,
           reason=given(reason))  # fmt: skip
    return task


@transaction.atomic(durable=True)
def restore(*, task_id: int, version: int | None, by: User) -> Task:
    """Take a cancelling or a refusal back: the task is what it was.

    Errors: as `change`; DomainError when it was not cancelled, or when the whole has no room for
        it any more.
    """
    task = locked(task_id, by)
    steps.check_version(task, version)
    refuse_closed([(task.path, task.month)])
    if task.state != State.CANCELLED:
        raise DomainError(_("This task was not cancelled."))
    if task.parent_id is not None:
        parent = Task.objects.select_for_update(of=("self",)).get(pk=task.parent_id)
        if parent.state not in steps.LIVE:
            raise DomainError(_("What it is part of is no longer under way."))
        room = parent.quantity - steps.given_out(parent)
        if parent.product_id == task.product_id and task.quantity > room:
            raise DomainError(
                _("The whole leaves %(room)s for this part.") % {"room": formats.number(room)}
            )
    before = task.state_before or State.ASSIGNED
    steps.write(task, state=before, state_before="", answer="")
    record(EventType.RESTORED, by=by, subject=task.person or task.unit, task=task.pk)
    return task


@transaction.atomic(durable=True)
def hand_over(
    *, task_id: int, to: int, kept: Decimal, reason: str, version: int | None, by: User
) -> Task:
    """Hand what is left of a person's task to another person.

    Units: `kept` is what stays with the first, in the product's measure; nought hands it over
        whole. Returns the task of the other.
    Shape: what stays and what goes over give what was there before.
    Errors: as `change`; Forbidden for the own work of either; DomainError when nothing is left to
        hand over, or for the same person.
    """
    task = _of_person(task_id, version, by)
    if to == task.person_id:
        raise DomainError(_("It is this person's already."))
    if not 0 <= kept < task.quantity:
        raise DomainError(
            _("Between nothing and %(whole)s may stay; the rest goes over.")
            % {"whole": formats.number(task.quantity)}
        )
    if task.reported_quantity is not None and kept < task.reported_quantity:
        raise DomainError(
            _("%(done)s is reported as done already: that much stays.")
            % {"done": formats.number(task.reported_quantity)}
        )
    [new] = _others(task, [(to, task.quantity - kept)], by)
    if kept:
        steps.write(task, quantity=kept)
    else:
        steps.write(task, state=State.HANDED_OVER, state_before=task.state, answer=given(reason))
    record(
        EventType.HANDED_OVER, by=by, subject=task.person, task=task.pk, tasks=[task.pk, new.pk],
        to=to, kept=str(kept), quantity=str(new.quantity), reason=given(reason),
    )  # fmt: skip
    return new


@transaction.atomic(durable=True)
def share(
    *, task_id: int, parts: Sequence[tuple[int, Decimal]], reason: str, version: int | None,
    by: User,
) -> list[Task]:  # fmt: skip
    """Give parts of a person's task to others; the rest stays with the person.

    Shape: `parts` by person, in the product's measure. Returns the tasks of the others.
    Errors: as `hand_over`; DomainError when nothing would stay.
    """
    task = _of_person(task_id, version, by)
    out = sum((quantity for _person, quantity in parts), Decimal(0))
    if not parts or any(quantity <= 0 for _person, quantity in parts):
        raise DomainError(_("Every share is more than nought."))
    if out >= task.quantity:
        raise DomainError(_("Nothing would stay; hand it over instead."))
    if task.reported_quantity is not None and task.quantity - out < task.reported_quantity:
        raise DomainError(
            _("%(done)s is reported as done already: that much stays.")
            % {"done": formats.number(task.reported_quantity)}
        )
    made = _others(task, parts, by)
    steps.write(task, quantity=task.quantity - out)
    record(EventType.SHARED, by=by, subject=task.person, task=task.pk, reason=given(reason),
           **counted([task, *made]))  # fmt: skip
    return made


def _others(task: Task, parts: Sequence[tuple[int, Decimal]], by: User) -> list[Task]:
    """Write the tasks of others that come out of one, beside it in the tree."""
    works = [
        Work(
            title=task.title, due=task.due, month=task.month, quantity=quantity, person_id=person,
            product_id=None, origin=task.origin,
        )
        for person, quantity in parts
    ]  # fmt: skip
    # The work stays where it is known: the other works in the same unit or in one above it that
    # `by` leads.
    unit = _common(task, by)
    places = Places.of(works, unit)
    tasks = [
        steps.draw_up(
            work, unit=unit, places=places, by=by, parent=task.parent, previous=task,
            coefficient=task.coefficient,
        )
        for work in works
    ]  # fmt: skip
    leading = Leading(by, [one.person_id for one in tasks])
    for one in tasks:
        one.product = task.product
        leading.require(one.person_id, str(one.path))
    return steps.add(tasks)


def _common(task: Task, by: User) -> Unit:
    """Return the topmost unit on the way up in which `by` assigns work."""
    way = Unit.objects.filter(path__above=str(task.path)).order_by("path")
    led = (unit for unit in way if may(by, Permission.WORK_ASSIGN, str(unit.path)))
    return next(led, task.unit)


def _of_person(task_id: int, version: int | None, by: User) -> Task:
    task = _changing(task_id, version, by)
    if task.person_id is None or task.state == State.PLANNED:
        raise DomainError(_("Only a person's assigned task is shared out or handed over."))
    return task


def _changing(task_id: int, version: int | None, by: User) -> Task:
    task = locked(task_id, by)
    steps.check_version(task, version)
    refuse_closed([(task.path, task.month)])
    if task.state not in _BEFORE:
        raise DomainError(_("This task was confirmed or ended; it stays as it is."))
    return task
