"""Reads for the screens of the room; every one starts from the viewer."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.text import capfirst

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.law.engine import rulebook
from ngangtam.records.corrections.queries import own_person
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.evaluation.models import Cycle
from ngangtam.stages.evaluation.periods import words_of
from ngangtam.stages.surveys.models import Survey, Tally
from ngangtam.stages.surveys.tallying import FLOOR, Told, weighted

LEAST: Final = "evaluation.survey.minimum_answers"
WEIGHTS: Final = "evaluation.sources.weights"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one person, or the holder of one code, is asked."""

    ticket: int
    survey: int
    side: str
    used: bool
    state: str
    closes_on: date
    questions: list[dict[str, Any]]
    lock: bytes
    subject: str
    headline: str
    unit: str
    cycle: str
    collective: bool

    def is_open(self, today: date) -> bool:
        """Whether it can still be answered."""
        return not self.used and self.state == Survey.State.OPEN and today <= self.closes_on


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of a side were asked, and how many answered."""

    side: str
    asked: int
    answered: int


def asked(
    *, ticket_id: int | None = None, digest: bytes | None = None, person_id: int | None = None
) -> list[Asked]:
    """Return what is asked by this ticket, this code, or of this person; soonest first.

    Shape: on the web the database itself says whose account it is; `person_id` counts elsewhere.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from ngangtam_survey_asked(%s, %s, %s)", [ticket_id, digest, person_id]
        )
        rows = cursor.fetchall()
    return [_asked(row) for row in rows]


def _asked(row: tuple[Any, ...]) -> Asked:
    values = list(row)
    values[6] = json.loads(values[6]) if isinstance(values[6], str) else values[6]
    values[7] = bytes(values[7])
    values[11] = words_of(values[11])
    return Asked(*values)


def asked_of(viewer: Viewer) -> list[Asked]:
    """Return everything that the viewer is asked."""
    me = own_person(viewer) if isinstance(viewer, User) else None
    return asked(person_id=me) if me is not None else []


def names_around(ticket: int, digest: bytes | None, viewer: Viewer) -> tuple[list[str], list[str]]:
    """Return the names and posts of people around the subject, for marking them in a comment."""
    me = own_person(viewer) if isinstance(viewer, User) else None
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, title from ngangtam_survey_names(%s, %s, %s)", [ticket, digest, me]
        )
        rows = cursor.fetchall()
    return [name for name, _title in rows], sorted({title for _name, title in rows if title})


def counts(survey_id: int) -> list[Counted]:
    """Return how many of each side were asked and answered; nothing for the subject."""
    with connection.cursor() as cursor:
        cursor.execute("select side, asked, answered from ngangtam_survey_counts(%s)", [survey_id])
        return [Counted(*row) for row in cursor.fetchall()]


def surveys_for(viewer: Viewer) -> QuerySet[Survey]:
    """Surveys of the viewer's units, and the closed ones about the viewer."""
    if not isinstance(viewer, User):
        return Survey.objects.none()
    within = Q(state=Survey.State.CLOSED, person=own_person(viewer), person__isnull=False)
    for permission in (Permission.EVALUATION_RUN, Permission.EVALUATION_VIEW):
        for path in scopes(viewer, permission):
            within |= Q(path__within=path)
    rows = Survey.objects.filter(within).select_related("person", "unit", "cycle")
    return rows.order_by("-closes_on", "-pk")


def get_survey(viewer: Viewer, pk: int) -> Survey | None:
    return surveys_for(viewer).filter(pk=pk).first()


def may_run(viewer: Viewer, survey: Survey) -> bool:
    """Whether the viewer may close it and make codes: never who it is about."""
    return (
        may(viewer, Permission.EVALUATION_RUN, str(survey.path))
        and isinstance(viewer, User)
        and (survey.person_id is None or survey.person_id != own_person(viewer))
    )


def is_about(viewer: Viewer, survey: Survey) -> bool:
    """Whether the survey is about the viewer."""
    mine = own_person(viewer) if isinstance(viewer, User) else None
    return mine is not None and mine == survey.person_id


def results(survey: Survey) -> list[Tally]:
    """Return what may be told of a closed survey."""
    return list(survey.tallies.order_by("pk")) if survey.state == Survey.State.CLOSED else []


def fewest(on: date) -> int:
    """Return the fewest answers that are told: the authority's number, five at the least."""
    book = rulebook()
    found = book.lookup(LEAST, on) if LEAST in book.parameters else None
    said = found.value if found is not None else None
    return max(FLOOR, said) if isinstance(said, int) else FLOOR


def weights(on: date) -> dict[str, float]:
    """Return the authority's weights of the sides; empty while none are set."""
    book = rulebook()
    found = book.lookup(WEIGHTS, on) if WEIGHTS in book.parameters else None
    said = found.value if found is not None else None
    if not isinstance(said, dict):
        return {}
    return {str(side): float(share) for side, share in said.items()}


def total(survey: Survey, tallies: list[Tally]) -> dict[str, float] | None:
    """Return each question's mean over the sides; None without weights or with a side untold."""
    said = weights(survey.closes_on)
    told = [Told(tuple(one.sides), one.answered, one.figures, ()) for one in tallies]
    return weighted(told, said) if said else None


def may_read(viewer: Viewer) -> bool:
    """Whether the viewer reads or runs surveys anywhere."""
    return may(viewer, Permission.EVALUATION_VIEW) or may(viewer, Permission.EVALUATION_RUN)


def units_to_ask_in(viewer: Viewer) -> list[Unit]:
    """Return the topmost units in which the viewer may open surveys."""
    paths = scopes(viewer, Permission.EVALUATION_RUN)
    return list(Unit.objects.filter(path__in=paths).order_by("path")) if paths else []


def unit_to_ask_in(viewer: Viewer, code: str) -> Unit | None:
    """Return a unit in which the viewer may open surveys."""
    unit = Unit.objects.filter(code=code, ended_on__isnull=True).first()
    if unit is None or not may(viewer, Permission.EVALUATION_RUN, str(unit.path)):
        return None
    return unit


def cycles_of(unit: Unit) -> list[tuple[int, str]]:
    """Return (id, name) of the cycles that hold for a unit, newest first."""
    rows = Cycle.objects.filter(path__above=str(unit.path)).order_by("-first", "-pk")
    return [(row.pk, capfirst(row.label)) for row in rows[:24]]


def people_to_ask_about(unit: Unit, day: date) -> list[Posting]:
    """Return who holds a leadership post in the unit and below; surveys are mostly about them."""
    rows = Posting.objects.on(day).filter(post__unit__path__within=str(unit.path))
    rows = rows.filter(post__leadership=True).select_related("person", "post__unit")
    return list(rows.order_by("post__unit__path", "post__position", "person__name_key")[:200])


def place_of(number: str, code: str) -> str:
    """Return the code of the unit where a person works; the given one without a person."""
    rows = Person.objects.filter(number=number) if number else Person.objects.none()
    return rows.values_list("home_unit__code", flat=True).first() or code


def over(day: date) -> list[int]:
    """Return the open surveys whose last day lies before a day."""
    rows = Survey.objects.filter(state=Survey.State.OPEN, closes_on__lt=day)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def waiting_for(viewer: Viewer, today: date) -> list[Asked]:
    """Return what the viewer is asked and can still answer, soonest first."""
    return [one for one in asked_of(viewer) if one.is_open(today)]
