"""How a unit changes from a day on: the stairs under this room's actions.

Versions are the truth; what the unit's own row says is today's copy, which `settle` keeps. A
decision signed today for the first of next month writes a version now and is settled then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.organisation.models import (
    Decision,
    Post,
    Recorded,
    Source,
    Unit,
    UnitSuccession,
    UnitVersion,
)
from ngangtam.records.organisation.steps import add_decision, add_source

_COPIED: Final = ("name", "kind", "level", "parent_id", "area_id")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a change rests on, as a person writes it: a decision, or the name of a source."""

    number: str = ""
    day: date | None = None
    body: str = ""
    signer: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """The row that a change rests on: one of the two."""

    decision: Decision | None
    source: Source | None

    def __str__(self) -> str:
        return str(self.decision or self.source)


def ground(basis: Basis, *, kind: str, first_day: date) -> Ground:
    """Record the decision or source. Errors: DomainError when neither is given in full."""
    if fold(basis.number):
        if basis.day is None or not fold(basis.body):
            raise DomainError(_("A decision has a number, a day and an issuing body."))
        made = add_decision(
            number=basis.number, day=basis.day, body=basis.body, signer=basis.signer, kind=kind
        )
        return Ground(made, None)
    if fold(basis.source):
        named = add_source(kind="statement", name=basis.source, day=basis.day or first_day)
        return Ground(None, named)
    raise DomainError(_("Say which decision or which source this rests on."))


def change(
    unit: Unit, *, first_day: date, rests_on: Ground, by: str, today: date, **fields: Any
) -> UnitVersion:
    """Let a unit be otherwise from `first_day` on: a new version, the one before it ends.

    Errors: DomainError when the unit does not stand on that day, or already changes later.
    """
    standing = _standing(unit, first_day)
    values: dict[str, Any] = {name: getattr(standing, name) for name in _COPIED} | fields
    if all(getattr(standing, name) == value for name, value in values.items()):
        raise DomainError(_("Nothing changes: the unit is already so on that day."))
    until = standing.valid.upper
    _close(standing, first_day, by=by)
    version = UnitVersion.objects.create(
        unit=unit, valid=span(first_day, until), decision=rests_on.decision,
        source=rests_on.source, recorded_by=by, **values,
    )  # fmt: skip
    settle([unit.pk], today)
    return version


def end(unit: Unit, *, on: date, by: str, today: date) -> None:
    """Let a unit and its posts end before `on`.

    Errors: DomainError while units stand under it or people hold its posts beyond that day.
    """
    standing = _standing(unit, on)
    below = UnitVersion.objects.standing().filter(parent=unit, valid__overlap=span(on))
    if count := below.values("unit").distinct().count():
        raise DomainError(
            _("%(count)s units still stand under %(unit)s then: move them first.")
            % {"count": count, "unit": unit}
        )
    if count := held_from([unit.pk], on):
        raise DomainError(
            _("%(count)s people still hold posts in %(unit)s then: give them other posts first.")
            % {"count": count, "unit": unit}
        )
    for post in Post.objects.standing().filter(unit=unit, valid__overlap=span(on)):
        _close(post, on, by=by)
    for established in unit.establishments.filter(voided_at=None, valid__overlap=span(on)):
        _close(established, on, by=by)
    _close(standing, on, by=by)
    settle([unit.pk], today)


def held_from(units: Iterable[int], day: date) -> int:
    """Return how many postings in these units reach to `day` or beyond."""
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_held_from(%s::bigint[], %s)", [list(units), day])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def succeed(before: Unit, after: Unit, *, kind: str, day: date, rests_on: Ground) -> UnitSuccession:
    """Record that one unit became another. Errors: DomainError when that is already recorded."""
    made, new = UnitSuccession.objects.get_or_create(
        before=before, after=after,
        defaults={"kind": kind, "day": day, "decision": rests_on.decision,
                  "source": rests_on.source},
    )  # fmt: skip
    if not new:
        raise DomainError(
            _("%(before)s already became %(after)s.") % {"before": before, "after": after}
        )
    return made


def children_on(unit: Unit, day: date) -> list[Unit]:
    """Return the units that stand right under `unit` on `day`."""
    below = UnitVersion.objects.on(day).filter(parent=unit).values("unit")
    return list(Unit.objects.filter(pk__in=below).order_by("position", "code"))


def must_stand(unit: Unit, day: date) -> None:
    """Refuse when the unit does not exist on `day`. Errors: DomainError."""
    if not UnitVersion.objects.on(day).filter(unit=unit).exists():
        raise DomainError(
            _("%(unit)s does not stand on %(day)s.") % {"unit": unit, "day": f"{day:%d/%m/%Y}"}
        )


def replace_row(row: Recorded, *, first_day: date, by: str) -> None:
    """Make room for another row from `first_day` on: end this one, or strike it out.

    A row that began that very day never held: it is voided, readable, and keeps its decision.
    """
    _close(row, first_day, by=by)


def settle(units: Iterable[int] | None, day: date) -> int:
    """Bring today's columns of these units (None: all) to what their versions say on `day`.

    Shape: how many units changed. Paths of everything below follow. Run daily, it turns changes
    that were decided ahead into effect.
    """
    rows = _due(units, day)
    for pk, name, kind, level, parent, area, ended in rows:
        Unit.objects.filter(pk=pk).update(
            name=name, name_plain=plain(name), kind=kind, level=level, parent_id=parent,
            area_id=area, ended_on=ended,
        )  # fmt: skip
    if rows:
        with connection.cursor() as cursor:
            cursor.execute("select ngangtam_settle_paths()")
    return len(rows)


# A unit that ended keeps its last version, one that has not begun shows its first.
_DUE: Final = """
select u.id, v.name, v.kind, v.level, v.parent_id, v.area_id, v.ended
from organisation_unit u
join lateral (
  select w.name, w.kind, w.level, w.parent_id, w.area_id,
         (select case when bool_and(upper(x.valid) is not null) then max(upper(x.valid)) end
          from organisation_unitversion x
          where x.unit_id = u.id and x.voided_at is null) as ended
  from organisation_unitversion w
  where w.unit_id = u.id and w.voided_at is null
  order by w.valid @> %(day)s::date desc, lower(w.valid) <= %(day)s desc,
           case when lower(w.valid) <= %(day)s then lower(w.valid) end desc nulls last,
           lower(w.valid)
  limit 1
) v on true
where (%(units)s::bigint[] is null or u.id = any (%(units)s))
  and (u.name, u.kind, u.level, u.parent_id, u.area_id, u.ended_on)
      is distinct from (v.name, v.kind, v.level, v.parent_id, v.area_id, v.ended)
"""


def _due(units: Iterable[int] | None, day: date) -> list[tuple[Any, ...]]:
    wanted = None if units is None else list(units)
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"units": wanted, "day": day})
        return list(cursor.fetchall())


def _standing(unit: Unit, day: date) -> UnitVersion:
    """Return the version of `day`, the last one. Errors: DomainError when it is not."""
    versions = UnitVersion.objects.standing().filter(unit=unit)
    later = versions.filter(valid__startswith__gt=day).order_by("valid").first()
    if later is not None:
        raise DomainError(
            _("%(unit)s already changes on %(day)s: enter changes in their order.")
            % {"unit": unit, "day": f"{later.valid.lower:%d/%m/%Y}"}
        )
    found = versions.filter(valid__contains=day).first()
    if found is None:
        raise DomainError(
            _("%(unit)s does not stand on %(day)s.") % {"unit": unit, "day": f"{day:%d/%m/%Y}"}
        )
    return found


def _close(row: Recorded, day: date, *, by: str) -> None:
    if row.valid.lower >= day:
        row.voided_at, row.voided_by = timezone.now(), by
        row.void_reason = _("Changed again from the same day.")
        row.save(update_fields=["voided_at", "voided_by", "void_reason"])
        return
    row.valid = span(row.valid.lower, day)
    row.save(update_fields=["valid"])


def stands_below(unit: Unit, other: Unit, day: date) -> bool:
    """Whether `unit` is `other` or stands somewhere below it on `day`, by the versions."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive above as (
              select %(unit)s::bigint as id
              union
              select v.parent_id from organisation_unitversion v join above on v.unit_id = above.id
              where v.voided_at is null and v.valid @> %(day)s::date and v.parent_id is not null
            )
            select exists (select 1 from above where id = %(other)s)
            """,
            {"unit": unit.pk, "other": other.pk, "day": day},
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def highest_seat(post: Post, from_day: date | None = None) -> int:
    """Return the highest seat of the post that is held on `from_day` or later; 0 when none is."""
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_highest_seat(%s, %s)", [post.pk, from_day])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def rewrite(row: Post, fields: dict[str, Any]) -> None:
    """Set fields of a post anew. Errors: DomainError as the constraints say."""
    for name, value in fields.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save(update_fields=list(fields))
    except IntegrityError as error:
        raise DomainError.from_constraint(type(row), error) from error


def guarded(model: type[Recorded], **fields: Any) -> Any:
    """Create a row, and say in its words which constraint refused it."""
    try:
        with transaction.atomic():
            return model._default_manager.create(**fields)
    except IntegrityError as error:
        raise DomainError.from_constraint(model, error) from error
