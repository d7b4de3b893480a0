"""Reads of sheets for the screens; every one starts from the viewer."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, scopes
from ngangtam.foundation.ui.components.flows import Moment
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.evaluation import events
from ngangtam.stages.evaluation.models import Class, Cycle, Rating, Result, Sheet
from ngangtam.stages.evaluation.rights import Scoring
from ngangtam.stages.evaluation.standing import Standing
from ngangtam.stages.work.models import Task

_WITH: Final = ("cycle", "cycle__unit", "person", "unit", "body", "post", "confirmed_by")
READS: Final = (Permission.EVALUATION_VIEW, Permission.WORK_ASSIGN)
TONES: Final = {"open": "gray", "reported": "blue", "returned": "amber", "confirmed": "green",
                "exempt": "violet"}  # fmt: skip
LEVEL_TONES: Final = {"excellent": "green", "good": "blue", "completed": "amber", "failed": "red"}


def own_sheets(viewer: Viewer) -> QuerySet[Sheet]:
    """The viewer's own sheets, the newest period first."""
    person = own_person(viewer)
    if person is None:
        return Sheet.objects.none()
    rows = Sheet.objects.filter(person=person).select_related(*_WITH)
    return rows.order_by("-cycle__first", "-cycle__until", "scheme", "-pk")


def sheets_for(viewer: Viewer) -> QuerySet[Sheet]:
    """Sheets that the viewer reads by a grant, or that are the own."""
    if not isinstance(viewer, User):
        return Sheet.objects.none()
    within = Q(pk__in=[])
    for permission in READS:
        for path in scopes(viewer, permission):
            within |= Q(path__within=path)
    person = own_person(viewer)
    if person is not None:
        within |= Q(person=person)
    return Sheet.objects.filter(within).select_related(*_WITH)


def get_sheet(viewer: Viewer, pk: int) -> Sheet | None:
    """Return one sheet that the viewer reads."""
    return sheets_for(viewer).filter(pk=pk).first()


def sheet_to_report(viewer: Viewer, pk: int) -> tuple[Sheet, bool] | None:
    """Return the sheet that the viewer may send, and whether it is the own; read for that alone,
    because everybody does it in the same few days."""
    sheet = Sheet.objects.select_related("cycle").filter(pk=pk).first()
    if sheet is None:
        return None
    scoring = Scoring(viewer)
    return (sheet, scoring.is_own(sheet)) if scoring.speaks_for(sheet) else None


@dataclass(frozen=True, slots=True)
class Hands:
    """What the viewer may do with a sheet now."""

    own: bool
    report: bool
    score: bool
    send_back: bool
    reopen: bool
    settle: bool
    rate_again: bool
    why_not: str = ""


def hands_on(viewer: Viewer, sheet: Sheet) -> Hands:
    """Return what the viewer may do with the sheet; days are looked at when it is done."""
    scoring = Scoring(viewer)
    open_, state = sheet.cycle.state == Cycle.State.OPEN, sheet.state
    scores, settles = scoring.may(sheet), scoring.settles(sheet)
    sendable = state in {Sheet.State.OPEN, Sheet.State.REPORTED, Sheet.State.RETURNED}
    alive = sheet.cycle.state != Cycle.State.CLOSED
    return Hands(
        own=scoring.is_own(sheet),
        report=open_ and sendable and scoring.speaks_for(sheet),
        score=open_ and sendable and scores,
        send_back=open_ and scores and state == Sheet.State.REPORTED,
        reopen=open_ and scores and state == Sheet.State.CONFIRMED,
        settle=alive and settles and sendable,
        rate_again=alive and settles and state == Sheet.State.EXEMPT,
        why_not="" if scores else scoring.why_not(sheet),
    )


def words_of(level: str) -> str:
    """Return a class in words, "" for none."""
    return str(Class(level).label) if level else ""


@dataclass(frozen=True, slots=True)
class Work:
    """One task of the period as a sheet shows it. Units: standard products."""

    pk: int
    title: str
    due: date
    assigned: float
    done: float
    confirmed: bool
    failures: int
    delays: int
    exceeds: bool
    cause: bool
    evidence: bool
    state: str


def tasks_of(found: Standing) -> list[Work]:
    """Return the tasks that the score of a sheet rests on, by deadline."""
    ids = list(found.lines["task_id"])
    tasks = {task.pk: task for task in Task.objects.filter(pk__in=ids)}
    closed = found.sheet.cycle.state == Cycle.State.CLOSED
    rows = [
        Work(task.pk, task.title, task.due, row["assigned"],
             row["completed" if closed else "reported"], row["confirmed"],
             row["quality_failures"], row["delays"], row["exceeds"], row["objective_cause"],
             row["evidence"], task.get_state_display())
        for row in found.lines.iter_rows(named=True)
        if (task := tasks.get(row["task_id"])) is not None
    ]  # fmt: skip
    return sorted(rows, key=lambda one: (one.due, one.pk))


def result_of(sheet: Sheet) -> Result | None:
    """Return what the latest reckoning made of the sheet."""
    return Result.objects.filter(sheet=sheet).order_by("-run").first()


def rating_of(sheet: Sheet) -> Rating | None:
    """Return the class in force that the viewer may read."""
    rows = Rating.objects.filter(sheet=sheet, replaced_at__isnull=True)
    return rows.select_related("decided_by", "decision").first()


@dataclass(frozen=True, slots=True)
class Month:
    """One earlier period of a person: what came of it, as far as it may be read."""

    sheet: Sheet
    total: float | None
    level: str
    decided: bool

    @property
    def words(self) -> str:
        return words_of(self.level)

    @property
    def tone(self) -> str:
        return LEVEL_TONES.get(self.level, "gray")


def earlier(viewer: Viewer, limit: int = 13) -> list[Month]:
    """Return the viewer's own last periods with the score and the class, newest first."""
    sheets = list(own_sheets(viewer)[:limit])
    totals: dict[int, float | None] = {}
    for result in Result.objects.filter(sheet__in=sheets).order_by("run"):
        totals[result.sheet_id] = result.total
    rows = Rating.objects.filter(sheet__in=sheets, replaced_at__isnull=True)
    rated = {rating.sheet_id: rating for rating in rows}
    found = []
    for sheet in sheets:
        rating = rated.get(sheet.pk)
        total = rating.total if rating and rating.total is not None else totals.get(sheet.pk)
        found.append(Month(sheet, total, rating.level if rating else "", rating is not None))
    return found


def history_of(sheet: Sheet) -> list[Moment]:
    """Return what was done with the sheet, newest first, as the audit tells it."""
    with connection.cursor() as cursor:
        cursor.execute("select at, type, actor, what from ngangtam_sheet_history(%s)", [sheet.pk])
        rows = cursor.fetchall()
    return [_moment(*row) for row in rows]


def _moment(at: Any, kind: str, actor: str, what: Any) -> Moment:
    said = json.loads(what) if isinstance(what, str) else what
    local = timezone.localtime(at)
    return Moment(
        local.date(), events.LABELS.get(kind, kind), detail=str(said.get("reason", "")),
        source=f"{actor}, {local:%H:%M}",
    )  # fmt: skip
