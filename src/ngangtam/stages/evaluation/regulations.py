"""What a public unit's regulation says of points, and what deputies answer for: reads of both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ngangtam.law.engine.book import Rulebook
from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.evaluation.models import LedField, Sheet, UnitPoints

# The schemes in which the unit's own regulation sets the points of each item of the results: no
# national text does (Decree 233/2026/NĐ-CP, article 12.5).
BY_UNIT: Final[Mapping[str, str]] = {"public_employee": "evaluation.public_employee.result_points"}
STAFF: Final = ("quantity", "quality", "progress")
MANAGERS: Final = (*STAFF, "unit_result", "organising", "uniting")
Key = tuple[int, str, bool]


def most_of(scheme: str, on: date, book: Rulebook) -> float | None:
    """Return the points of the results together on a day, None while no rule gives them."""
    found = book.lookup(BY_UNIT[scheme], on)
    return float(found.value) if isinstance(found.value, int | float) else None


def points_by_unit(sheets: Iterable[Sheet], on: date) -> dict[Key, dict[str, float]]:
    """Return the points that hold on a day, by (unit, scheme, whether somebody leads).

    Shape: of the nearest unit upwards that set any; nothing for who has none.
    """
    asked = {(one.unit_id, str(one.path), one.scheme) for one in sheets if one.scheme in BY_UNIT}
    if not asked:
        return {}
    rows = list(
        UnitPoints.objects.filter(scheme__in={scheme for _u, _p, scheme in asked}, first__lte=on)
        .select_related("unit")
        .order_by("first", "pk")
    )
    found: dict[Key, dict[str, float]] = {}
    for unit, path, scheme in asked:
        over = [
            row for row in rows
            if row.scheme == scheme and f"{path}.".startswith(f"{row.unit.path}.")
        ]  # fmt: skip
        if over:
            nearest = max(over, key=lambda row: (str(row.unit.path).count("."), row.first, row.pk))
            found[unit, scheme, False] = nearest.points
            found[unit, scheme, True] = nearest.leader_points
    return found


def key_of(sheet: Sheet) -> Key:
    return sheet.unit_id, sheet.scheme, sheet.leader


def set_for(unit: Unit, scheme: str) -> list[UnitPoints]:
    """Return what was set at the unit or above it, what holds last first."""
    rows = UnitPoints.objects.filter(unit__path__above=str(unit.path), scheme=scheme)
    found = rows.select_related("unit", "set_by")
    return sorted(
        found, key=lambda row: (str(row.unit.path).count("."), row.first, row.pk), reverse=True
    )


@dataclass(frozen=True, slots=True)
class Deputy:
    """A deputy of a unit and the field that is recorded. Shape: names, in the order of the unit."""

    person: Person
    title: str
    field: LedField | None
    units: tuple[str, ...]
    people: tuple[str, ...]


def deputies_of(unit: Unit, on: date) -> list[Deputy]:
    """Return who holds a post of a deputy in the unit on a day, with the field of each."""
    rows = Posting.objects.on(on).filter(
        post__unit=unit, post__leadership=True, post__head=False
    ).select_related("person", "post")  # fmt: skip
    held = {row.person_id: row for row in rows.order_by("post__position", "person__name_key")}
    fields = fields_in(unit, on)
    units = dict(Unit.objects.filter(path__within=str(unit.path)).values_list("pk", "name"))
    led = {one for field in fields.values() for one in field.people}
    people = dict(Person.objects.filter(pk__in=led).values_list("pk", "full_name"))
    found = []
    for pk, row in held.items():
        field = fields.get(pk)
        found.append(Deputy(
            row.person, row.post.title, field,
            tuple(units[one] for one in (field.units if field else ()) if one in units),
            tuple(people[one] for one in (field.people if field else ()) if one in people),
        ))  # fmt: skip
    return found


def may_be_led(unit: Unit, on: date) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return (code, name) of units below and (number, name) of people in the unit itself."""
    below = Unit.objects.filter(parent=unit, ended_on=None).order_by("position", "name")
    held = Posting.objects.on(on).filter(post__unit=unit, post__leadership=False)
    rows = held.select_related("person", "post").order_by("person__name_key")
    people = {row.person.number: f"{row.person.full_name} – {row.post.title}" for row in rows}
    return [(one.code, one.name) for one in below], list(people.items())


def chosen(field: LedField | None) -> tuple[list[str], list[str]]:
    """Return the codes of units and the numbers of people in a field."""
    if field is None:
        return [], []
    units = Unit.objects.filter(pk__in=field.units).values_list("code", flat=True)
    people = Person.objects.filter(pk__in=field.people).values_list("number", flat=True)
    return list(units), list(people)


def scheme_in(unit: Unit, on: date) -> str:
    """Return the scheme whose points the unit's regulation sets; a regulation may precede staff."""
    rows = Post.objects.on(on).filter(unit__path__within=str(unit.path), regime__in=list(BY_UNIT))
    return str(rows.values_list("regime", flat=True).first() or next(iter(BY_UNIT)))


def fields_in(unit: Unit, on: date) -> dict[int, LedField]:
    """Return the field that holds on a day for each deputy of a unit, by person."""
    rows = LedField.objects.filter(unit=unit, first__lte=on).select_related("set_by")
    return {row.person_id: row for row in rows.order_by("first", "pk")}


def last_field(unit: Unit, person: int) -> int:
    """Return the id of what was set last for a deputy, 0 for nothing."""
    rows = LedField.objects.filter(unit=unit, person=person).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0
