"""Putting rows of files into the shapes of the API."""

from typing import Any

from ngangtam.doors.api.shapes import people as shapes
from ngangtam.doors.api.shapes.common import UnitRef, coded
from ngangtam.foundation.kernel.days import full_age, today
from ngangtam.records.organisation.models import Recorded, Unit
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.kinds import KINDS
from ngangtam.records.personnel.models import Person, Posting, Record
from ngangtam.records.personnel.queries.file import Days


def unit_ref(unit: Unit | None) -> UnitRef | None:
    return UnitRef(code=unit.code, name=unit.name) if unit else None


# The fields of a shape; their types stand there.
def line_values(person: Person) -> dict[str, Any]:
    """Return what every list says of a person."""
    return {
        "number": person.number, "full_name": person.full_name,
        "birth": shapes.Birth(
            raw=person.birth_raw, day=person.birth_day,
            precision=person.birth_precision,  # type: ignore[arg-type]  # one of these words
        ),
        "gender": person.gender or None, "headline": person.headline,
        "unit": unit_ref(person.home_unit),
        "level": coded(person.level, label("level", person.level)),
        "leadership": person.leadership, "party_member": person.party,
        "degree": coded(person.degree, label("degree", person.degree)),
    }  # fmt: skip


def person_line(person: Person) -> shapes.PersonLine:
    return shapes.PersonLine(**line_values(person))


def person(row: Person, *, may_change: bool, parts: tuple[str, ...]) -> shapes.Person:
    """Return a whole person, without what is sensitive."""
    return shapes.Person(
        **line_values(row),
        other_names=row.other_names, nationality=row.nationality, hometown=row.hometown_raw,
        birthplace=row.birthplace_raw, recorded_at=row.recorded_at,
        age=full_age(row.birth_day, today()) if row.birth_day else None,
        may_change=may_change, sensitive_parts=list(parts),
    )  # fmt: skip


def _dated(row: Recorded, days: Days) -> dict[str, Any]:
    decision, voided = row.decision, not days.stands(row)
    return {
        "id": row.pk, "first_day": row.valid.lower, "until": row.valid.upper,
        "basis": shapes.Basis(
            decision=decision.number if decision else None,
            decision_day=decision.day if decision else None,
            decision_body=decision.body if decision else None,
            source=str(row.source) if row.source else None,
        ),
        "recorded_at": row.recorded_at, "recorded_by": row.recorded_by, "voided": voided,
        "void_reason": row.void_reason if voided else None,
    }  # fmt: skip


def posting(row: Posting, number: str, days: Days) -> shapes.Posting:
    unit = row.post.unit
    return shapes.Posting(
        **_dated(row, days), person=number, post_id=row.post_id, title=row.post.title,
        seat=row.seat, main=row.main, unit=UnitRef(code=unit.code, name=unit.name),
        title_raw=row.title_raw, workplace_raw=row.workplace_raw,
    )  # fmt: skip


def record(row: Record, number: str, days: Days) -> shapes.Record:
    kind = KINDS.get(row.kind)
    words = label(kind.catalogue, row.code) if kind else row.code
    return shapes.Record(
        **_dated(row, days), person=number, kind=row.kind,
        kind_label=str(kind.label) if kind else row.kind, group=kind.group if kind else "other",
        code=coded(row.code, words), raw=row.raw,
        precision=row.precision,  # type: ignore[arg-type]  # one of these words
        detail=row.detail,
    )  # fmt: skip
