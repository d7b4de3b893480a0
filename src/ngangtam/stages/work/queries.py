"""Reads for the screens of the room; every one starts from the viewer."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.kernel.days import add_months
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.foundation.ui.components.flows import Moment
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.work import events, words
from ngangtam.stages.work.models import Draft, Evidence, Task
from ngangtam.stages.work.rights import Leading, may_keep_catalogue
from ngangtam.stages.work.words import Said

S, Cause = Task.State, Task.Cause
OPEN: Final = (S.ASSIGNED, S.REPORTED, S.RETURNED)
LIVE: Final = (S.PLANNED, *OPEN, S.CONFIRMED)
COUNTS: Final = (*OPEN, S.CONFIRMED)
_WITH: Final = ("unit", "person", "product", "assigned_by", "confirmed_by", "cause_by")


@dataclass(frozen=True, slots=True)
class Line:
    """One task as a list shows it. Shape: `proofs` is the number of standing evidence."""

    task: Task
    state: Said
    deadline: Said
    proofs: int
    may_lead: bool = False
    may_confirm: bool = False
    own: bool = False

    @property
    def may_report(self) -> bool:
        return self.own and self.task.state in OPEN

    @property
    def done(self) -> Decimal | None:
        """What is confirmed, else what was reported."""
        task = self.task
        return task.confirmed_quantity if task.state == S.CONFIRMED else task.reported_quantity


def lines(viewer: Viewer, tasks: Sequence[Task], today: date) -> list[Line]:
    """Put tasks into words, with what the viewer may do about each."""
    leading = Leading(viewer, [task.person_id for task in tasks])
    counted = Evidence.objects.filter(task__in=[task.pk for task in tasks], removed_at=None)
    proofs = dict(counted.values_list("task").annotate(n=Count("pk")))
    return [
        Line(
            task, words.state(task), words.deadline(task, today), proofs.get(task.pk, 0),
            not leading.why_not(task.person_id, str(task.path)),
            not leading.why_not_confirm(task.person_id, str(task.path)),
            task.person_id is not None and task.person_id == leading.own,
        )
        for task in tasks
    ]  # fmt: skip


def _within(viewer: Viewer) -> Q:
    """Tasks of units whose work the viewer leads or whose evaluation the viewer reads."""
    within = Q(pk__in=[])
    for permission in (Permission.WORK_ASSIGN, Permission.EVALUATION_VIEW):
        for path in scopes(viewer, permission):
            within |= Q(path__within=path)
    return within


def tasks_for(viewer: Viewer) -> QuerySet[Task]:
    """Tasks that the viewer may read: the own, those led, and the plan of the units above."""
    if not isinstance(viewer, User):
        return Task.objects.none()
    seen = _within(viewer)
    person = own_person(viewer)
    if person is not None:
        home = Person.objects.filter(pk=person).values_list("home_path", flat=True).first()
        seen |= Q(person=person)
        if home:
            seen |= Q(person__isnull=True, path__above=str(home))
    return Task.objects.filter(seen).select_related(*_WITH)


def get_task(viewer: Viewer, pk: int) -> Task | None:
    return tasks_for(viewer).filter(pk=pk).first()


def own_tasks(viewer: Viewer, month: date) -> list[Task]:
    """Return the viewer's own tasks of a month, what presses most first."""
    person = own_person(viewer)
    if person is None:
        return []
    rows = Task.objects.filter(person=person, month=month).select_related(*_WITH)
    order = {S.RETURNED: 0, S.ASSIGNED: 1, S.REPORTED: 2, S.PLANNED: 3, S.CONFIRMED: 4}
    return sorted(rows, key=lambda task: (order.get(S(task.state), 5), task.due, task.pk))


def own_file(viewer: Viewer) -> Person | None:
    """Return the person whose account this is."""
    rows = Person.objects.select_related("home_unit").filter(pk=own_person(viewer) or 0)
    return rows.first()


def overdue_elsewhere(viewer: Viewer, month: date, today: date) -> int:
    """Return how many own tasks of other months wait for a report after their deadline."""
    person = own_person(viewer)
    rows = Task.objects.filter(
        person=person or 0, state__in=(S.ASSIGNED, S.RETURNED), due__lt=today
    )
    return rows.exclude(month=month).count() if person is not None else 0


@dataclass(frozen=True, slots=True)
class Sums:
    """Figures of a list of tasks. Units: standard products, tasks."""

    tasks: int
    assigned: Decimal
    reported: Decimal
    confirmed: Decimal
    open: int
    late: int
    waiting: int

    @property
    def percent_reported(self) -> float | None:
        return _percent(self.reported, self.assigned)

    @property
    def percent_confirmed(self) -> float | None:
        return _percent(self.confirmed, self.assigned)


def _percent(part: Decimal, whole: Decimal) -> float | None:
    return float(100 * part / whole) if whole else None


def sums(tasks: Iterable[Task], today: date) -> Sums:
    """Add up what counts: planned, cancelled and handed over does not."""
    rows = [task for task in tasks if task.state in COUNTS]
    zero = Decimal(0)
    return Sums(
        len(rows),
        sum((task.standard for task in rows), zero),
        sum(((task.reported_quantity or zero) * task.coefficient for task in rows), zero),
        sum(
            ((task.confirmed_quantity or zero) * task.coefficient
             for task in rows if task.state == S.CONFIRMED), zero,
        ),
        sum(task.state in (S.ASSIGNED, S.RETURNED) for task in rows),
        sum(task.is_late(today) and task.state in OPEN for task in rows),
        sum(task.state == S.REPORTED for task in rows),
    )  # fmt: skip


# --- a unit's month ---------------------------------------------------------------------------


def led_unit(viewer: Viewer, code: str) -> Unit | None:
    """Return a unit whose work the viewer leads or reads."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None or not reads(viewer, unit):
        return None
    return unit


def reads(viewer: Viewer, unit: Unit) -> bool:
    return any(
        may(viewer, permission, str(unit.path))
        for permission in (Permission.WORK_ASSIGN, Permission.EVALUATION_VIEW)
    )


def led_units(viewer: Viewer) -> list[Unit]:
    """Return the topmost units whose work the viewer leads or reads."""
    paths = {
        path
        for permission in (Permission.WORK_ASSIGN, Permission.EVALUATION_VIEW)
        for path in scopes(viewer, permission)
    }
    top = [
        path for path in paths
        if not any(path.startswith(f"{other}.") for other in paths if other != path)
    ]  # fmt: skip
    return list(Unit.objects.filter(path__in=top, ended_on=None).order_by("path"))


def plan_unit(viewer: Viewer, code: str) -> Unit | None:
    """Return a unit whose plan the viewer may read: led, or on the way up from the own post."""
    unit = led_unit(viewer, code)
    if unit is not None:
        return unit
    person = own_person(viewer)
    home = Person.objects.filter(pk=person or 0).values_list("home_path", flat=True).first()
    return Unit.objects.filter(code=code, path__above=str(home)).first() if home else None


def kept_unit(viewer: Viewer, code: str) -> Unit | None:
    """Return a unit whose catalogue the viewer keeps."""
    unit = Unit.objects.filter(code=code).first()
    return unit if unit is not None and may_keep_catalogue(viewer, str(unit.path)) else None


def unit_tasks(viewer: Viewer, unit: Unit, month: date) -> QuerySet[Task]:
    """Tasks of persons under a unit that count in a month, as the viewer may read them."""
    return tasks_for(viewer).filter(path__within=str(unit.path), month=month, person__isnull=False)


def narrowed(rows: QuerySet[Task], values: Mapping[str, str], today: date) -> QuerySet[Task]:
    """Narrow the tasks of a unit by what the filters say."""
    typed = plain(fold(values.get("q", "")))
    if typed:
        rows = rows.filter(
            Q(person__name_plain__contains=typed) | Q(title__icontains=fold(values["q"]))
        )
    if values.get("person", "").isdecimal():
        rows = rows.filter(person_id=int(values["person"]))
    if values.get("state"):
        rows = rows.filter(state=values["state"])
    else:
        rows = rows.exclude(state__in=(S.CANCELLED, S.HANDED_OVER))
    return _looked(rows, values.get("look", ""), today)


def _looked(rows: QuerySet[Task], look: str, today: date) -> QuerySet[Task]:
    missed = Q(done_on__isnull=True, due__lt=today, state__in=OPEN)
    proven = Exists(Evidence.objects.filter(task=OuterRef("pk"), removed_at=None))
    looks = {
        "late": missed | Q(done_on__gt=F("due")),
        "unconfirmed": Q(state=S.REPORTED),
        "silent": Q(state__in=(S.ASSIGNED, S.RETURNED)),
        "no_evidence": Q(state__in=(S.REPORTED, S.CONFIRMED)) & ~proven,
        "cause": Q(cause_state=Cause.CLAIMED),
        "proposed": Q(state=S.PLANNED),
    }
    return rows.filter(looks[look]) if look in looks else rows


def counts(rows: QuerySet[Task], today: date) -> dict[str, int]:
    """Return how many tasks each look finds, for the tiles above the list."""
    live = rows.exclude(state__in=(S.CANCELLED, S.HANDED_OVER))
    return {
        look: _looked(live, look, today).count()
        for look in ("", "unconfirmed", "silent", "late", "no_evidence", "cause", "proposed")
    }


def people_of(viewer: Viewer, unit: Unit) -> list[Person]:
    """Return the people who work under a unit, as far as the viewer reads files there."""
    if not may(viewer, Permission.PERSON_VIEW, str(unit.path)):
        return []
    rows = Person.objects.filter(home_path__within=str(unit.path), voided_at__isnull=True)
    return list(rows.select_related("home_unit").order_by("name_key", "pk")[:500])


def people_around(viewer: Viewer, task: Task) -> list[Person]:
    """Return who could take over a task: people of the widest unit that the viewer leads there."""
    way = Unit.objects.filter(path__above=str(task.path)).order_by("path")
    led = (unit for unit in way if may(viewer, Permission.WORK_ASSIGN, str(unit.path)))
    return people_of(viewer, next(led, task.unit))


def units_below(unit: Unit) -> list[tuple[int, str]]:
    """Return the units right below one, for a part that goes to a unit."""
    rows = Unit.objects.filter(parent=unit, ended_on=None)
    return list(rows.order_by("position", "code").values_list("pk", "name")[:500])


def remainder(task: Task) -> Decimal:
    """Return how much of a unit's task nobody has been given yet."""
    rows = task.children.filter(state__in=LIVE, product=task.product)
    return task.quantity - (rows.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0))


def months_of(viewer: Viewer, unit: Unit) -> list[date]:
    rows = tasks_for(viewer).filter(path__within=str(unit.path))
    return list(rows.order_by("-month").values_list("month", flat=True).distinct()[:36])


def load_of(viewer: Viewer, unit: Unit, month: date) -> dict[int, Decimal]:
    """Return standard products already given to each person in a month."""
    rows = unit_tasks(viewer, unit, month).filter(state__in=COUNTS)
    sums = rows.values_list("person").annotate(n=Sum(F("quantity") * F("coefficient")))
    return {person: total or Decimal(0) for person, total in sums.order_by()}


# --- one task ---------------------------------------------------------------------------------


def evidence_of(task: Task) -> list[Evidence]:
    rows = task.evidence.filter(removed_at__isnull=True).select_related("file", "added_by")
    return list(rows.order_by("pk"))


def get_evidence(viewer: Viewer, token: str) -> Evidence | None:
    """Return a proof by its unguessable name, of a task that the viewer may read."""
    rows = Evidence.objects.select_related("file").filter(file__token=token, removed_at=None)
    found = rows.first()
    if found is None or get_task(viewer, found.task_id) is None:
        return None
    return found


def get_own_evidence(viewer: Viewer, pk: int) -> Evidence | None:
    """Return a standing proof that the viewer attached."""
    if not isinstance(viewer, User):
        return None
    found = Evidence.objects.filter(pk=pk, added_by=viewer, removed_at=None).first()
    return found if found is not None and get_task(viewer, found.task_id) is not None else None


def history(task: Task) -> list[Moment]:
    """Return what happened to a task, newest first, as the audit tells it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select at, type, actor, what from ngangtam_task_history(%s) order by id desc",
            [task.pk],
        )
        rows = cursor.fetchall()
    return [_moment(task, *row) for row in rows]


def _moment(task: Task, at: Any, kind: str, actor: str, what: Any) -> Moment:
    said = json.loads(what) if isinstance(what, str) else what
    local = timezone.localtime(at)
    return Moment(
        local.date(), events.LABELS.get(kind, kind), detail=" · ".join(words.told(said)),
        source=f"{actor}, {local:%H:%M}",
    )  # fmt: skip


def around(viewer: Viewer, task: Task) -> list[Task]:
    """Return the way from the origin down to a task, the task itself last."""
    way = [task]
    while (parent_id := way[0].parent_id) is not None:
        parent = get_task(viewer, parent_id)
        if parent is None or parent in way:
            break
        way.insert(0, parent)
    return way


def drafts_of(viewer: Viewer, unit: Unit) -> list[Draft]:
    """Return the viewer's own lists of tasks for a unit, newest first."""
    if not isinstance(viewer, User):
        return []
    return list(Draft.objects.filter(unit=unit, made_by=viewer).order_by("-pk")[:10])


def get_draft(viewer: Viewer, pk: int) -> Draft | None:
    """Return a list that the viewer sent, where the viewer still assigns work."""
    if not isinstance(viewer, User):
        return None
    draft = Draft.objects.select_related("unit").filter(pk=pk, made_by=viewer).first()
    if draft is None or not may(viewer, Permission.WORK_ASSIGN, str(draft.unit.path)):
        return None
    return draft


def month_of(raw: str, today: date) -> date:
    """Return the month that an address names, `2026-03`; this month for anything else."""
    year, _dash, month = raw.partition("-")
    if year.isdecimal() and month.isdecimal() and len(year) == 4 and 1 <= int(month) <= 12:
        return date(int(year), int(month), 1)
    return today.replace(day=1)


def beside(month: date) -> tuple[date, date]:
    """Return the months before and after."""
    return add_months(month, -1), add_months(month, 1)
