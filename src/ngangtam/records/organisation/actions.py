"""What may be done to units, posts and establishment. Every action rests on a decision or source.

Each asks UNIT_CHANGE over the places it touches, writes versions, and leaves one event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation import changes, steps
from ngangtam.records.organisation.changes import Basis
from ngangtam.records.organisation.events import EventType
from ngangtam.records.organisation.models import Unit, UnitSuccession


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that a split makes: it stands where the old one stood."""

    code: str
    name: str


def _held(unit_id: int, by: Viewer) -> Unit:
    """Return the unit, locked, when the viewer may change it. Errors: Forbidden."""
    # Asked before the lock: the database's own wall would answer a stranger with nothing at all.
    require(by, Permission.UNIT_CHANGE, str(Unit.objects.get(pk=unit_id).path))
    return Unit.objects.select_for_update(of=("self",)).get(pk=unit_id)


@transaction.atomic(durable=True)
def create(
    *, code: str, name: str, kind: str, level: str, parent_id: int, first_day: date, basis: Basis,
    area_id: int | None = None, position: int = 0, by: Viewer,
) -> Unit:  # fmt: skip
    """Set up a unit under another from `first_day` on.

    Errors: Forbidden without UNIT_CHANGE over the parent; DomainError when the code is taken, the
        parent does not stand then, or nothing is given that the unit rests on.
    """
    parent = _held(parent_id, by)
    changes.must_stand(parent, first_day)
    rests_on = changes.ground(basis, kind="unit", first_day=first_day)
    unit = steps.add_unit(
        code=code, name=name, kind=kind, level=level, parent=parent, first_day=first_day,
        area=steps.area(area_id), position=position, decision=rests_on.decision,
        source=rests_on.source, by=by.get_username(),
    )  # fmt: skip
    record(EventType.CREATED, by=by, subject=unit, code=unit.code, parent=parent.code,
           first_day=first_day.isoformat(), basis=str(rests_on))  # fmt: skip
    return unit


@transaction.atomic(durable=True)
def rename(
    *, unit_id: int, name: str, first_day: date, basis: Basis, today: date, by: Viewer
) -> Unit:
    """Give a unit another name from `first_day` on; the old one stays in its history."""
    unit = _held(unit_id, by)
    before = unit.name
    rests_on = changes.ground(basis, kind="unit", first_day=first_day)
    changes.change(
        unit, first_day=first_day, rests_on=rests_on, by=by.get_username(), today=today,
        name=fold(name),
    )  # fmt: skip
    record(EventType.RENAMED, by=by, subject=unit, before=before, after=fold(name),
           first_day=first_day.isoformat(), basis=str(rests_on))  # fmt: skip
    return _again(unit)


@transaction.atomic(durable=True)
def move(
    *, unit_id: int, parent_id: int, first_day: date, basis: Basis, today: date, by: Viewer
) -> Unit:
    """Put a unit, with all that stands below it, under another from `first_day` on.

    Paths of the units, of their people and of the grants over them follow on that day.
    Errors: Forbidden without UNIT_CHANGE over both places; DomainError when the new place is the
        unit itself or below it, or does not stand then.
    """
    unit, parent = _held(unit_id, by), _held(parent_id, by)
    if changes.stands_below(parent, unit, first_day):
        raise DomainError(_("A unit cannot stand under itself."))
    changes.must_stand(parent, first_day)
    rests_on = changes.ground(basis, kind="unit", first_day=first_day)
    before = unit.parent.code if unit.parent is not None else ""
    changes.change(
        unit, first_day=first_day, rests_on=rests_on, by=by.get_username(), today=today,
        parent_id=parent.pk,
    )  # fmt: skip
    record(EventType.MOVED, by=by, subject=unit, before=before, after=parent.code,
           first_day=first_day.isoformat(), basis=str(rests_on))  # fmt: skip
    return _again(unit)


@transaction.atomic(durable=True)
def merge(
    *, unit_ids: Sequence[int], into_id: int, day: date, basis: Basis, today: date, by: Viewer
) -> Unit:
    """Let units end on `day` and live on in another; what stands below them moves there.

    Errors: Forbidden without UNIT_CHANGE over every unit; DomainError while people hold posts in
        a unit that ends, or when a unit is merged into itself or into what stands below it.
    """
    into = _held(into_id, by)
    merged = [_held(pk, by) for pk in dict.fromkeys(unit_ids)]
    if not merged or into in merged:
        raise DomainError(_("Choose units to merge, other than the one they merge into."))
    changes.must_stand(into, day)
    rests_on = changes.ground(basis, kind="merge", first_day=day)
    for unit in merged:
        if changes.stands_below(into, unit, day):
            raise DomainError(_("A unit cannot merge into one that stands below it."))
        for child in changes.children_on(unit, day):
            changes.change(child, first_day=day, rests_on=rests_on, by=by.get_username(),
                           today=today, parent_id=into.pk)  # fmt: skip
        changes.succeed(unit, into, kind=UnitSuccession.Kind.MERGE, day=day, rests_on=rests_on)
        changes.end(unit, on=day, by=by.get_username(), today=today)
    record(EventType.MERGED, by=by, subject=into, merged=[unit.code for unit in merged],
           day=day.isoformat(), basis=str(rests_on))  # fmt: skip
    return _again(into)


@transaction.atomic(durable=True)
def split(
    *, unit_id: int, into: Sequence[NewUnit], day: date, basis: Basis, today: date,
    ends: bool = False, below: Mapping[int, str] | None = None, by: Viewer,
) -> list[Unit]:  # fmt: skip
    """Make new units out of one, beside it. With `ends` the old one ends that day.

    Shape: `below` says for units standing below which new one (by code) they go to; when the old
        unit ends, every unit below it needs a place.
    Errors: Forbidden without UNIT_CHANGE over the unit and over what it stands under; DomainError
        as the new codes, the places and the people in post require.
    """
    unit = _held(unit_id, by)
    if unit.parent_id is None or not into:
        raise DomainError(_("Name at least one new unit."))
    parent = _held(unit.parent_id, by)
    rests_on = changes.ground(basis, kind="split", first_day=day)
    user, made = by.get_username(), {}
    for new in into:
        one = steps.add_unit(
            code=new.code, name=new.name, kind=unit.kind, level=unit.level, parent=parent,
            first_day=day, area=unit.area, position=unit.position, decision=rests_on.decision,
            source=rests_on.source, by=user,
        )  # fmt: skip
        changes.succeed(unit, one, kind=UnitSuccession.Kind.SPLIT, day=day, rests_on=rests_on)
        made[one.code] = one
    for child in changes.children_on(unit, day):
        place = made.get(fold((below or {}).get(child.pk, "")))
        if place is not None:
            changes.change(child, first_day=day, rests_on=rests_on, by=user, today=today,
                           parent_id=place.pk)  # fmt: skip
        elif ends:
            raise DomainError(_("Say where %(unit)s goes.") % {"unit": child})
    if ends:
        changes.end(unit, on=day, by=user, today=today)
    record(EventType.SPLIT, by=by, subject=unit, into=sorted(made), ends=ends,
           day=day.isoformat(), basis=str(rests_on))  # fmt: skip
    return list(made.values())


@transaction.atomic(durable=True)
def end(*, unit_id: int, on: date, basis: Basis, today: date, by: Viewer) -> Unit:
    """Let a unit end: `on` is the first day on which it no longer stands.

    Errors: DomainError while units stand under it or people hold its posts.
    """
    unit = _held(unit_id, by)
    rests_on = changes.ground(basis, kind="unit", first_day=on)
    changes.end(unit, on=on, by=by.get_username(), today=today)
    record(EventType.ENDED, by=by, subject=unit, on=on.isoformat(), basis=str(rests_on))
    return _again(unit)


def _again(unit: Unit) -> Unit:
    unit.refresh_from_db()
    return unit
