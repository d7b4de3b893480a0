"""Reads of examinations: for who runs or decides there, the council and the candidates."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.records.corrections.queries import linked
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.appointment import actions_exams, marking
from ngangtam.stages.appointment.models import Complaint, Entrant, Examination, Juror, Mark
from ngangtam.stages.appointment.ranking import Line
from ngangtam.stages.procedure.models import Case


@dataclass(frozen=True, slots=True)
class Hands:
    """What the viewer is to one examination."""

    runs: bool
    decides: bool
    reads: bool
    juror: bool
    chair: bool
    candidate: Entrant | None


@dataclass(frozen=True, slots=True)
class Placed:
    """One line of an order, with the name."""

    name: str
    line: Line


def exams_for(viewer: Viewer) -> QuerySet[Examination]:
    """Examinations of the viewer's units, and those in which the viewer marks or competes."""
    if not isinstance(viewer, User):
        return Examination.objects.none()
    mine = linked(viewer).values("person")
    reach = Q(jurors__user=viewer) | Q(entrants__person__in=mine)
    for path in scopes(viewer, Permission.CASE_VIEW):
        reach |= Q(path__within=path)
    return Examination.objects.filter(reach).select_related("unit", "post").distinct()


def takes_part(viewer: Viewer) -> bool:
    """Whether the viewer reads examinations at all."""
    return may(viewer, Permission.CASE_VIEW) or exams_for(viewer).exists()


def get_exam(viewer: Viewer, pk: int) -> Examination | None:
    return exams_for(viewer).filter(pk=pk).first()


def hands_of(viewer: Viewer, exam: Examination) -> Hands:
    """Return what the viewer is to this examination."""
    path = str(exam.path)
    juror = Juror.objects.filter(examination=exam, user=viewer).first() if (
        isinstance(viewer, User)
    ) else None  # fmt: skip
    me = own_person(viewer) if isinstance(viewer, User) else None
    mine = Entrant.objects.filter(examination=exam, person=me).first() if me else None
    away = juror is not None or mine is not None
    return Hands(
        runs=may(viewer, Permission.CASE_RUN, path) and not away,
        decides=may(viewer, Permission.CASE_DECIDE, path) and not away,
        reads=may(viewer, Permission.CASE_VIEW, path), juror=juror is not None,
        chair=juror is not None and juror.chair, candidate=mine,
    )  # fmt: skip


def order(exam: Examination, hands: Hands) -> list[Placed]:
    """Return the order as far as it is to be seen: the council's and the authority's by closed
    rounds, a candidate's once it is published."""
    published = exam.state == Examination.State.PUBLISHED
    if not published and (not exam.closed or not (hands.reads or hands.juror)):
        return []
    if published:
        names = {one["person"]: one["name"] for one in exam.result}
    else:
        names = dict(exam.entrants.values_list("person_id", "name"))
    return [Placed(names.get(one.candidate, ""), one) for one in marking.lines(exam)]


def has_marked(viewer: Viewer, exam: Examination, round_id: str) -> bool:
    """Whether the viewer has given marks for a round."""
    rows = Mark.objects.filter(entrant__examination=exam, round=round_id)
    return isinstance(viewer, User) and rows.filter(juror__user=viewer).exists()


def entrants_of(exam: Examination) -> list[Entrant]:
    return list(exam.entrants.order_by("name", "pk"))


def council_of(exam: Examination) -> list[Juror]:
    rows = exam.jurors.select_related("user")
    return list(rows.order_by("-chair", "user__full_name"))


def complaints_of(exam: Examination) -> list[Complaint]:
    """Return the complaints that the walls let the viewer read."""
    rows = Complaint.objects.filter(entrant__examination=exam).select_related("entrant")
    return list(rows.order_by("filed_on", "pk"))


def get_entrant(viewer: Viewer, pk: int) -> Entrant | None:
    rows = Entrant.objects.filter(examination__in=exams_for(viewer)).select_related("examination")
    return rows.filter(pk=pk).first()


def get_complaint(viewer: Viewer, pk: int) -> Complaint | None:
    rows = Complaint.objects.select_related("entrant__examination__unit")
    found = rows.filter(pk=pk).first()
    if found is None or not may(
        viewer, Permission.CASE_DECIDE, str(found.entrant.examination.path)
    ):
        return None
    return found


def complaint_until(exam: Examination) -> date | None:
    return actions_exams.complaint_until(exam) if exam.published_on else None


def first_ones(exam: Examination) -> list[tuple[int, str]]:
    """Return who stands first by the closed rounds, with names."""
    names = dict(exam.entrants.values_list("person_id", "name"))
    return [(one.candidate, names[one.candidate]) for one in marking.lines(exam) if one.place == 1]


def scheme_rows(exam: Examination) -> list[Any]:
    return marking.rounds(exam)


def cases_of(viewer: Viewer, exam: Examination) -> list[Case]:
    """Return the open and decided cases for the post of an examination since its result, about
    who was proposed, as far as the viewer reads cases there."""
    if exam.published_on is None or exam.chosen_id is None:
        return []
    if not may(viewer, Permission.CASE_VIEW, str(exam.path)):
        return []
    rows = Case.objects.filter(
        post=exam.post_id,
        subjects__person=exam.chosen_id,
        fictional=False,
        opened_on__gte=exam.published_on,
    )
    return list(rows.exclude(state=Case.State.WITHDRAWN).distinct().order_by("pk"))


def chosen_number(exam: Examination) -> str:
    """Return the file number of who was proposed, "" where the walls hold the file back."""
    rows = Person.objects.filter(pk=exam.chosen_id or 0).values_list("number", flat=True)
    return rows.first() or ""
