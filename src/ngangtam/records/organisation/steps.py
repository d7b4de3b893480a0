"""Writes on the organisation that actions of this and higher rooms are built from.

No permission and no audit here. Units are created and moved through these steps alone, so that
paths, versions and today's columns stay one story.
"""

import json
from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.organisation.models import (
    Area,
    Decision,
    Level,
    Post,
    Regime,
    Source,
    Unit,
    UnitVersion,
)

ROOT_CODE = "ROOT"


def root_unit(day: date = date(1945, 9, 2)) -> Unit:
    """Return the unit above all units, made on first use: whole-system grants point at it."""
    root = Unit.objects.filter(code=ROOT_CODE).first()
    if root is not None:
        return root
    source = add_source(kind="system", name=_("Set-up of the instance"), day=day)
    return add_unit(
        code=ROOT_CODE, name="Toàn hệ thống", kind="system", level=Level.CENTRAL, parent=None,
        first_day=day, source=source,
    )  # fmt: skip


def add_source(*, kind: str, name: str, day: date, reference: str = "") -> Source:
    return Source.objects.create(kind=kind, name=fold(name)[:300], day=day, reference=reference)


def add_decision(
    *, number: str, day: date, body: str, signer: str = "", kind: str = "other",
    summary: str = "", effects: Iterable[str] = (),
) -> Decision:  # fmt: skip
    """Record a decision, or find the same one: number, day and body name it."""
    return find_or_add_decision(
        number=number, day=day, body=body, signer=signer, kind=kind, summary=summary,
        effects=effects,
    )[0]  # fmt: skip


def find_or_add_decision(
    *, number: str, day: date, body: str, signer: str = "", kind: str = "other",
    summary: str = "", effects: Iterable[str] = (),
) -> tuple[Decision, bool]:  # fmt: skip
    """Return the decision and whether it is new.

    Shape: one that the viewer may not read yet comes with its number, day and body alone.
    """
    said = (fold(number), day, fold(body))
    with connection.cursor() as cursor:
        cursor.execute(
            "select decision, made"
            " from ngangtam_record_decision(%s, %s, %s, %s, %s, %s, %s::jsonb)",
            [*said, fold(signer), kind, fold(summary)[:500], json.dumps(list(effects))],
        )
        row = cursor.fetchone()
    assert row is not None
    pk, made = row
    found = Decision.objects.filter(pk=pk).first()
    return found or Decision(pk=pk, number=said[0], day=day, body=said[2]), made


def add_unit(
    *, code: str, name: str, kind: str = "body", level: str = Level.PROVINCE,
    parent: Unit | None, first_day: date, area: Area | None = None, position: int = 0,
    decision: Decision | None = None, source: Source | None = None, by: str = "",
) -> Unit:  # fmt: skip
    """Create a unit under `parent` with its first version.

    Errors: DomainError when the code is taken or nothing is given that the unit rests on.
    """
    try:
        with transaction.atomic():
            unit = Unit(
                code=fold(code), name=fold(name), name_plain=plain(name), kind=kind, level=level,
                parent=parent, area=area, position=position,
            )  # fmt: skip
            # The path ends in the unit's own id, so the id is drawn before the row is written.
            unit.pk = _next_unit_id()
            unit.path = f"{parent.path}.{unit.pk}" if parent else str(unit.pk)
            unit.save(force_insert=True)
            UnitVersion.objects.create(
                unit=unit, name=unit.name, kind=kind, level=level, parent=parent, area=area,
                valid=span(first_day), decision=decision, source=source, recorded_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        if "organisation_unit_code" in str(error):
            raise DomainError(_("There is already a unit with the code %s.") % code) from error
        raise DomainError.from_constraint(UnitVersion, error) from error
    return unit


def void_version(version: UnitVersion, *, by: str, reason: str) -> None:
    """Strike out the only version of a unit: it ends on the day on which it would have begun."""
    version.voided_at, version.voided_by, version.void_reason = timezone.now(), by, reason[:300]
    version.save(update_fields=["voided_at", "voided_by", "void_reason"])
    Unit.objects.filter(pk=version.unit_id).update(ended_on=version.valid.lower)


def stand_again(unit: Unit, *, name: str, first_day: date) -> Unit:
    """Let a unit whose every version was struck out stand from `first_day` on, where it stood."""
    source = add_source(kind="roster", name=name, day=first_day)
    unit.name, unit.name_plain, unit.ended_on = fold(name), plain(name), None
    unit.save(update_fields=["name", "name_plain", "ended_on"])
    UnitVersion.objects.create(
        unit=unit, name=unit.name, kind=unit.kind, level=unit.level, parent=unit.parent,
        area=unit.area, valid=span(first_day), source=source,
    )  # fmt: skip
    return unit


def area(pk: int | None) -> Area | None:
    """Return the area with this id. Errors: DomainError when there is none."""
    if pk is None:
        return None
    found = Area.objects.filter(pk=pk).first()
    if found is None:
        raise DomainError(_("There is no such area."))
    return found


def _next_unit_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('organisation_unit', 'id'))")
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def add_post(
    *, unit: Unit, title: str, first_day: date, seats: int | None = 1, title_kind: str = "other",
    level: str | None = None, regime: str = Regime.CIVIL_SERVANT, managed_by: str = "",
    area: Area | None = None, leadership: bool = False, head: bool = False,
    key_leader: bool = False, committee_member: bool = False,
    standing_committee_member: bool = False, deputy_elected: bool = False,
    full_time: bool = True, position: int = 0,
    decision: Decision | None = None, source: Source | None = None, by: str = "",
) -> Post:  # fmt: skip
    """Create a post of a unit. `seats` None means that nobody fixed a number."""
    try:
        with transaction.atomic():
            return Post.objects.create(
                unit=unit, title=fold(title), title_kind=title_kind, seats=seats,
                level=level or unit.level, regime=regime, managed_by=managed_by,
                area=area or unit.area, leadership=leadership, head=head, key_leader=key_leader,
                committee_member=committee_member,
                standing_committee_member=standing_committee_member,
                deputy_elected=deputy_elected, full_time=full_time, position=position,
                valid=span(first_day), decision=decision, source=source, recorded_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Post, error) from error
