"""What the start page says: the size of what the viewer may see, and where to begin."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
from django.http import HttpRequest

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import scopes
from ngangtam.foundation.ui.glances import glance
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.evaluation.models import Reminder
from ngangtam.stages.evaluation.queries_cycles import reminders_for
from ngangtam.stages.surveys.queries import Asked, waiting_for


@dataclass(frozen=True, slots=True)
class Place:
    """One subtree in which the viewer has work."""

    unit: Unit
    people: int
    units: int


@dataclass(frozen=True, slots=True)
class Cases:
    """What waits for the viewer in personnel cases. Shape: numbers of steps, and of opinions."""

    steps: int
    overdue: int
    soon: int
    opinions: int

    def __bool__(self) -> bool:
        return bool(self.steps or self.opinions)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the start page.

    Shape: `places` are the topmost units of the viewer's grants; `may` the permissions held
        anywhere; `day` the day as of which counts hold; `reminders` what the viewer was reminded
        of and has not done; `unseen` how many own classes were told and not opened; `asked` the
        surveys that wait for an answer; `cases` what waits in personnel cases.
    """

    places: list[Place]
    may: frozenset[str]
    day: date
    reminders: list[Reminder]
    unseen: int
    asked: list[Asked]
    cases: Cases


def desk_for(request: HttpRequest, *, day: date) -> Desk:
    """Return the start page of one viewer; empty for somebody without any grant.

    Shape: numbers come from the one query of the menu; what they number is read where there is
        some.
    """
    viewer = request.user
    held = {permission: scopes(viewer, permission, on=day) for permission in Permission}
    paths = sorted({*held[Permission.PERSON_VIEW], *held[Permission.TARGET_VIEW]})
    return Desk(
        places=[place for path in _topmost(paths) if (place := _place(path))],
        may=frozenset(permission.value for permission, found in held.items() if found),
        day=day,
        reminders=reminders_for(own_person(viewer)) if glance(request, "own_file") else [],
        unseen=glance(request, "unseen_classes"),
        asked=waiting_for(viewer, day) if glance(request, "surveys") else [],
        cases=Cases(
            glance(request, "case_steps"),
            glance(request, "case_overdue"),
            glance(request, "case_soon"),
            glance(request, "case_opinions"),
        ),
    )


def _topmost(paths: list[str]) -> list[str]:
    return [
        path
        for path in paths
        if not any(path != other and path.startswith(f"{other}.") for other in paths)
    ]


def _place(path: str) -> Place | None:
    # Below the root of the instance the province itself is what an officer looks for.
    below = Unit.objects.filter(path__within=path, ended_on__isnull=True)
    unit = Unit.objects.filter(path=path).first()
    if unit is None:
        return None
    children = list(below.filter(parent=unit)[:2])
    if unit.kind == "system" and len(children) == 1:
        unit = children[0]
    counted = below.aggregate(people=Sum("holders"))
    return Place(unit=unit, people=counted["people"] or 0, units=below.count())
