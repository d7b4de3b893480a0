"""Marks of one examination: who is marked in which round, what is complete, the order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from ngangtam.stages.appointment import schemes
from ngangtam.stages.appointment.models import Entrant, Examination, Mark
from ngangtam.stages.appointment.ranking import Line, Scheme, rank


@dataclass(frozen=True, slots=True)
class RoundState:
    """How far one round is. Shape: `given` of `needed` marks; `open` for marking now."""

    id: str
    label: Mapping[str, str]
    most: Decimal
    passes: Decimal
    weight: Decimal
    closed: bool
    open: bool
    given: int
    needed: int

    @property
    def is_full(self) -> bool:
        return self.needed > 0 and self.given >= self.needed


def scheme_of(exam: Examination) -> Scheme:
    return schemes.from_json(exam.scheme)


def rounds(exam: Examination) -> list[RoundState]:
    """Return every round in its order; the first that is not closed is open."""
    found: list[RoundState] = []
    jurors = exam.jurors.count()
    running = exam.state == Examination.State.RUNNING
    reached = True
    for said in exam.scheme["rounds"]:
        closed = said["id"] in exam.closed
        now = running and reached and not closed
        given, needed = _counted(exam, said["id"], jurors) if now else (0, 0)
        found.append(RoundState(
            said["id"], said["label"], Decimal(said["most"]), Decimal(said["passes"]),
            Decimal(said["weight"]), closed, now, given, needed,
        ))  # fmt: skip
        reached = closed
    return found


def _counted(exam: Examination, round_id: str, jurors: int) -> tuple[int, int]:
    """Return marks given and needed, told by the database without telling one of them."""
    going = {one.pk for one in going_on(exam)}
    with connection.cursor() as cursor:
        cursor.execute("select * from ngangtam_exam_given(%s, %s)", [exam.pk, round_id])
        given = sum(count for entrant, count in cursor.fetchall() if entrant in going)
    return given, len(going) * jurors


def open_round(exam: Examination) -> RoundState | None:
    """Return the round that is marked now."""
    return next((one for one in rounds(exam) if one.open), None)


def is_complete(exam: Examination) -> bool:
    """Whether nobody is left to be marked in any round."""
    if all(said["id"] in exam.closed for said in exam.scheme["rounds"]):
        return True
    return bool(exam.closed) and not going_on(exam)


def going_on(exam: Examination) -> list[Entrant]:
    """Return who competes in the round that comes next: who failed a closed one does not."""
    entrants = list(exam.entrants.filter(state=Entrant.State.IN).order_by("name", "pk"))
    if not exam.closed:
        return entrants
    failed = {line.candidate for line in lines(exam) if line.failed in exam.closed}
    return [one for one in entrants if one.person_id not in failed]


def lines(exam: Examination) -> list[Line]:
    """Return the order by what the closed rounds hold; marks of an open round do not count."""
    if exam.result is not None:
        return from_json(exam.result)
    marks: dict[int, dict[str, list[Decimal]]] = {
        one.person_id: {} for one in exam.entrants.filter(state=Entrant.State.IN)
    }
    rows = Mark.objects.filter(
        entrant__examination=exam, entrant__state=Entrant.State.IN, round__in=exam.closed
    )
    for person, round_id, mark in rows.values_list("entrant__person_id", "round", "mark"):
        marks[person].setdefault(round_id, []).append(mark)
    return rank(scheme_of(exam), marks, exam.jurors.count())


def as_json(exam: Examination, order: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the order as it is kept and published, with those who left at the end."""
    names = dict(exam.entrants.values_list("person_id", "name"))
    kept = [
        {"person": one.candidate, "name": names[one.candidate], "place": one.place,
         "total": None if one.total is None else str(one.total), "failed": one.failed,
         "marks": {key: str(mark) for key, mark in one.marks.items()}}
        for one in order
    ]  # fmt: skip
    gone = exam.entrants.exclude(state=Entrant.State.IN).order_by("pk")
    return kept + [
        {"person": person, "name": names[person], "place": None, "total": None, "failed": state,
         "marks": {}}
        for person, state in gone.values_list("person_id", "state")
    ]  # fmt: skip


def from_json(kept: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Return the published order of those who stayed."""
    left = {Entrant.State.WITHDRAWN.value, Entrant.State.BARRED.value}
    return [
        Line(
            one["person"], {key: Decimal(mark) for key, mark in one["marks"].items()},
            None if one["total"] is None else Decimal(one["total"]), one["place"], one["failed"],
        )
        for one in kept if one["failed"] not in left
    ]  # fmt: skip
