"""Setting the points of a public unit's regulation, and the field of a deputy."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.ui import formats
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.evaluation.events import EventType
from ngangtam.stages.evaluation.models import LedField, UnitPoints
from ngangtam.stages.evaluation.regulations import BY_UNIT, MANAGERS, STAFF, most_of

# Beside the locks of cycles; see `steps`.
_LOCK: Final = 0x4B5A
Points = Mapping[str, Decimal]


@transaction.atomic(durable=True)
def set_points(
    *, unit_code: str, scheme: str, first: date, basis: str, points: Points,
    leader_points: Points, version: int, by: User,
) -> UnitPoints:  # fmt: skip
    """Set the points of each item of the results from a day on, for a unit and all below it.

    Shape: `version` is the id of the row that the page showed, 0 for none.
    Errors: Forbidden without EVALUATION_DECIDE over the unit; DomainError without the regulation,
        when points do not add up, or when somebody else set others meanwhile.
    """
    unit = _alone_with(unit_code)
    require(by, Permission.EVALUATION_DECIDE, str(unit.path))
    if scheme not in BY_UNIT:
        raise DomainError(_("No regulation of a unit sets the points of this scheme."))
    said = fold(basis)[:300]
    if not said:
        raise DomainError(_("Name the regulation: its number, day and who issued it."))
    last = UnitPoints.objects.filter(unit=unit, scheme=scheme).order_by("-pk").first()
    if (last.pk if last else 0) != version:
        raise DomainError(_("Somebody else set other points meanwhile; look at them first."))
    row = UnitPoints.objects.create(
        unit=unit, path=unit.path, scheme=scheme, first=first, basis=said, set_by=by,
        points=_added_up(points, STAFF, scheme, first),
        leader_points=_added_up(leader_points, MANAGERS, scheme, first),
    )  # fmt: skip
    record(EventType.POINTS_SET, by=by, subject=unit, scheme=scheme, first=first.isoformat(),
           basis=said, points=row.points, leader_points=row.leader_points)  # fmt: skip
    return row


def _alone_with(unit_code: str) -> Unit:
    """Return the unit; whoever else settles something for it waits until we are through.

    By a lock of our own: who evaluates in a unit may not change it, and its row cannot be locked.
    """
    unit = Unit.objects.get(code=unit_code)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s::int, %s::int)", [_LOCK, unit.pk])
    return unit


def _added_up(points: Points, parts: Sequence[str], scheme: str, on: date) -> dict[str, float]:
    most = most_of(scheme, on, rulebook())
    if most is None:
        raise DomainError(_("On that day no rule gives the points of the results."))
    given = {part: points.get(part) for part in parts}
    if any(value is None or value < 0 for value in given.values()):
        raise DomainError(_("Give every item its points; 0 for one that does not count."))
    whole = sum((value for value in given.values() if value is not None), Decimal(0))
    if float(whole) != most:
        raise DomainError(
            _("The points of the results are %(most)s together; these are %(whole)s.")
            % {"most": formats.number(most), "whole": formats.number(whole)}
        )
    return {part: float(value) for part, value in given.items() if value is not None}


@transaction.atomic(durable=True)
def set_field(
    *, unit_code: str, person_number: str, first: date, units: Sequence[str],
    people: Sequence[str], version: int, by: User,
) -> LedField:  # fmt: skip
    """Say for which units and people a deputy answers, from a day on; the whole field at once.

    Shape: codes of units below (or the unit itself), numbers of people in it; `version` is the id
        of the row that the page showed, 0 for none.
    Errors: Forbidden without WORK_ASSIGN over the unit, and about oneself; DomainError for
        somebody who is no deputy there, for what lies outside the unit, for an empty field.
    """
    unit = _alone_with(unit_code)
    require(by, Permission.WORK_ASSIGN, str(unit.path))
    person = Person.objects.get(number=person_number)
    if person.pk == own_person(by):
        raise Forbidden(_("Nobody sets the own field."))
    if not _leads(person, unit, first):
        raise DomainError(_("This person holds no post of a deputy there on that day."))
    last = LedField.objects.filter(unit=unit, person=person).order_by("-pk").first()
    if (last.pk if last else 0) != version:
        raise DomainError(_("Somebody else set another field meanwhile; look at it first."))
    led = Unit.objects.filter(code__in=list(units), path__within=str(unit.path))
    held = Posting.objects.on(first).filter(
        person__number__in=list(people), post__unit__path__within=str(unit.path)
    )
    led_people = sorted({one.person_id for one in held if one.person_id != person.pk})
    led_units = sorted(led.values_list("pk", flat=True))
    if len(led_units) != len(set(units)) or len(led_people) != len(set(people)):
        raise DomainError(_("A field lies inside the unit: choose units and people of it."))
    if not led_units and not led_people:
        raise DomainError(_("Choose at least one unit or one person."))
    row = LedField.objects.create(
        person=person, unit=unit, path=unit.path, first=first, units=led_units,
        people=led_people, set_by=by,
    )  # fmt: skip
    record(EventType.FIELD_SET, by=by, subject=person, unit=unit.code, first=first.isoformat(),
           units=sorted(set(units)), people=sorted(set(people)))  # fmt: skip
    return row


def _leads(person: Person, unit: Unit, on: date) -> bool:
    held = Posting.objects.on(on).filter(person=person, post__unit=unit)
    return held.filter(post__leadership=True, post__head=False).exists()
