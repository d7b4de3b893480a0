"""Reads for the screens of the room; every one starts from the viewer."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.files.models import StoredFile
from ngangtam.foundation.kernel import days, workdays
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.components.flows import Moment
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.procedures import Procedure, StepRule
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.kinds import GUARDS as PARTS
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.ballots.models import Poll
from ngangtam.stages.procedure import drawings, duties, events, voting, words
from ngangtam.stages.procedure.drawings import Drawing
from ngangtam.stages.procedure.duties import Standing
from ngangtam.stages.procedure.knowing import Hint, hints_of
from ngangtam.stages.procedure.models import (
    Case,
    CasePaper,
    CaseSubject,
    DossierItem,
    Feed,
    GateFinding,
    Hold,
    Notice,
    Opinion,
    Step,
)

P = Permission
SEES: Final = (P.CASE_VIEW, P.CASE_RUN, P.CASE_APPRAISE, P.CASE_DECIDE, P.CASE_HOLD)
# Working days ahead of which a deadline comes soon.
SOON: Final = 3
OPEN: Final = (Case.State.RUNNING, Case.State.FROZEN)
# Which permission reads facts whose name holds the word.
_GUARDS: Final = {
    "health": P.PERSON_VIEW_HEALTH, "ill": P.PERSON_VIEW_HEALTH, "child": P.PERSON_VIEW_HEALTH,
    "relative": P.PERSON_VIEW_FAMILY, "family": P.PERSON_VIEW_FAMILY,
    "hardship": P.PERSON_VIEW_FAMILY, "political": P.PERSON_VIEW_POLITICAL,
    "declaration": P.PERSON_VIEW_DECLARATIONS,
}  # fmt: skip


def _within(viewer: Viewer, permissions: Sequence[Permission], field: str = "path") -> Q:
    found = Q(pk__in=[])
    for path in {path for one in permissions for path in scopes(viewer, one)}:
        found |= Q(**{f"{field}__within": path})
    return found


def cases_for(viewer: Viewer) -> QuerySet[Case]:
    """Cases over whose units the viewer reads or acts, without those about the viewer."""
    if not isinstance(viewer, User):
        return Case.objects.none()
    own = CaseSubject.objects.filter(
        case=OuterRef("pk"), person=own_person(viewer) or 0, state=CaseSubject.State.IN
    )
    rows = Case.objects.filter(_within(viewer, SEES))
    rows = rows.exclude(Exists(own) & ~Q(subject_kind="list"))
    return rows.select_related("unit", "post", "decision").defer("xml", "workflow")


def get_case(viewer: Viewer, number: str) -> Case | None:
    rows = cases_for(viewer).defer(None).select_related("unit", "post__unit", "decision")
    return rows.select_related("opened_by").filter(number=number).first()


def may_read(viewer: Viewer) -> bool:
    """Whether the viewer reads or acts in cases anywhere."""
    return any(may(viewer, permission) for permission in SEES)


def narrowed(
    rows: QuerySet[Case], viewer: Viewer, values: dict[str, Any], today: date
) -> QuerySet[Case]:
    """Return the cases that fit what was asked for."""
    text = str(values.get("q") or "")
    if text:
        rows = rows.filter(
            Q(number__icontains=text) | Q(title__icontains=text)
            | Q(subjects__name__icontains=text)
        ).distinct()  # fmt: skip
    if values.get("stage"):
        rows = rows.filter(stage=values["stage"])
    state = values.get("state")
    if state == "open" or (not state and not text):
        rows = rows.filter(state__in=OPEN)
    elif state and state != "all":
        rows = rows.filter(state=state)
    if values.get("unit"):
        rows = rows.filter(unit__name_plain__icontains=str(values["unit"]).lower())
    show = values.get("show")
    if show == "overdue":
        rows = rows.filter(due__lt=today, state__in=OPEN)
    elif show == "mine":
        mine = Step.objects.filter(Q(done_by=viewer.pk) | Q(prepared_by=viewer.pk))
        rows = rows.filter(Q(opened_by=viewer.pk) | Q(pk__in=mine.values("case")))
    elif show == "tasks":
        rows = rows.filter(pk__in=[task.case.pk for task in tasks_of(viewer, today)])
    if values.get("trial") == "yes":
        return rows.filter(fictional=True)
    return rows.filter(fictional=False)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases of the viewer's units stand how. Shape: simulations are left out."""

    running: int
    frozen: int
    overdue: int
    special: int


def counts(viewer: Viewer, today: date) -> Counts:
    rows = cases_for(viewer).filter(fictional=False, state__in=OPEN).order_by()
    found = rows.aggregate(
        all=Count("pk"), frozen=Count("pk", filter=Q(state=Case.State.FROZEN)),
        overdue=Count("pk", filter=Q(due__lt=today)),
    )  # fmt: skip
    specials = specials_for(viewer).count()
    return Counts(found["all"] - found["frozen"], found["frozen"], found["overdue"], specials)


def stages_of(viewer: Viewer) -> list[tuple[str, int]]:
    """Return the stages that have open cases, with how many."""
    rows = cases_for(viewer).filter(fictional=False, state__in=OPEN).order_by()
    return sorted(rows.values_list("stage").annotate(n=Count("pk")))


# -- one case ------------------------------------------------------------------------------------


def drawing_of(case: Case) -> Drawing:
    return drawings.drawing_of(case.digest, case.xml, case.procedure, case.opened_on)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition for one subject. Shape: without `open`, value and reason are not shown."""

    finding: GateFinding
    shown: bool
    may_rule: bool
    may_allow: bool
    hints: Sequence[Hint] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a case: reached (`step`), or still ahead.

    Shape: `why_not` says why the viewer does not complete it, "" when the viewer may.
    """

    rule: StepRule
    step: Step | None
    who: str
    label: str
    deadline: words.Word | None
    why_not: str
    opinions: list[Opinion]
    items: list[DossierItem]
    conditions: list[Condition]
    papers: list[CasePaper]
    poll: Poll | None = None

    @property
    def waits(self) -> bool:
        return self.step is not None and self.step.state == Step.State.WAITING

    @property
    def said(self) -> list[str]:
        """What was said when it was completed."""
        if self.step is None:
            return []
        told = {**self.step.prepared, **self.step.answers}
        return words.answers(told)

    @property
    def came_to(self) -> str:
        """How it came out, or where its vote stands."""
        if self.step is None:
            return ""
        open_ = str(self.step.prepared.get("came_to", "")) if self.waits else ""
        word = self.step.outcome or open_
        return words.result(word) if word else ""

    @property
    def convened(self) -> bool:
        return self.step is not None and bool(self.step.prepared.get("convened"))

    @property
    def half(self) -> bool:
        """Whether the count left it to the head."""
        return self.waits and self.step is not None and (
            self.step.prepared.get("came_to") == "head_decides"
        )  # fmt: skip

    @property
    def unsettled(self) -> int:
        """How many conditions stand in the way."""
        return sum(not one.finding.lets_through for one in self.conditions)


@dataclass(frozen=True, slots=True)
class File:
    """Everything that the page of a case shows."""

    case: Case
    procedure: Procedure
    subjects: list[CaseSubject]
    lines: list[Line]
    holds: list[Hold]
    papers: list[CasePaper]
    standing: Standing
    lit: dict[str, str]

    @property
    def waiting(self) -> list[Line]:
        return [line for line in self.lines if line.waits]

    @property
    def done(self) -> list[Line]:
        return [line for line in self.lines if line.step is not None and not line.waits]

    @property
    def ahead(self) -> list[Line]:
        return [line for line in self.lines if line.step is None]

    @property
    def considered(self) -> list[CaseSubject]:
        return [one for one in self.subjects if one.state == CaseSubject.State.IN]

    @property
    def dossier(self) -> list[DossierItem]:
        return [item for line in self.lines for item in line.items]


def file_of(viewer: Viewer, case: Case, today: date) -> File:
    """Return everything of a case that the viewer may see."""
    drawing = drawing_of(case)
    standing = Standing(case, viewer)
    rows = list(case.steps.select_related("done_by", "prepared_by"))
    opinions = _by_step(Opinion.objects.filter(case=case).select_related("file", "unit"))
    items = _by_step(
        DossierItem.objects.filter(case=case).select_related("file", "attached_by", "checked_by")
    )
    findings = _by_step(
        GateFinding.objects.filter(case=case)
        .select_related(
            "subject__person", "subject__post", "ruled_by", "special_by", "special_file"
        )
    )  # fmt: skip
    papers = list(case.papers.select_related("file", "step"))
    polls = {poll.reference: poll for poll in _polls(case)}
    lines = []
    for step in rows:
        rule = drawing.rule(step.bpmn)
        waits = step.state == Step.State.WAITING
        why_not = standing.why_not(rule) if waits else ""
        lines.append(Line(
            rule, step, words.who(rule), said(rule.label),
            words.deadline(step.due, today) if waits else None, why_not,
            opinions.get(step.pk, []), items.get(step.pk, []),
            [_condition(one, viewer, case, standing, waits and not why_not)
             for one in findings.get(step.pk, [])],
            [one for one in papers if one.step_id == step.pk],
            polls.get(voting.reference(case, step)),
        ))  # fmt: skip
    reached = {step.bpmn for step in rows}
    if case.state in OPEN:
        lines += [
            Line(rule, None, words.who(rule), said(rule.label), None, "", [], [], [], [])
            for rule in _ahead(drawing, rows) if rule.id not in reached
        ]  # fmt: skip
    return File(
        case, drawing.procedure, list(case.subjects.select_related("post", "person")), lines,
        duties.holds_on(case) if case.state in OPEN else [], papers, standing, lit(rows),
    )  # fmt: skip


def _ahead(drawing: Drawing, rows: Sequence[Step]) -> list[StepRule]:
    """Return what may still come after the steps that wait, in the order of the drawing."""
    reach: set[str] = set()
    for step in rows:
        if step.state == Step.State.WAITING:
            reach |= drawing.reached_from(step.bpmn)
    return [rule for rule in drawing.rules.values() if rule.id in reach]


def _polls(case: Case) -> Iterator[Poll]:
    """Yield the votes of a case, the last round of each step last."""
    prefix = f"{voting.PREFIX}{case.number}:"
    rows = Poll.objects.filter(reference__startswith=prefix).exclude(state=Poll.State.ANNULLED)
    yield from rows.order_by("pk")


def _by_step(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.step_id, []).append(row)
    return found


def _condition(
    finding: GateFinding, viewer: Viewer, case: Case, standing: Standing, mine: bool
) -> Condition:
    stands = not finding.lets_through
    open_ = finding.outcome == GateFinding.Outcome.UNKNOWN
    said = finding.ruling or finding.outcome
    return Condition(
        finding,
        shown=all(
            may(viewer, guard, str(case.path))
            for fact in finding.facts for word, guard in _GUARDS.items() if word in fact
        ),
        may_rule=mine and stands and open_,
        may_allow=(
            stands and finding.may_be_special and said == GateFinding.Outcome.NOT_MET
            and standing.may(P.CASE_DECIDE) and not standing.why_not_by_duty("decide")
            and case.state == Case.State.RUNNING
        ),
        hints=_hints(finding, case) if stands and case.state in OPEN else (),
    )  # fmt: skip


def _hints(finding: GateFinding, case: Case) -> Sequence[Hint]:
    """Return where the facts of a condition that stands in the way are looked at and recorded."""
    person = finding.subject.person
    if person is None:
        return ()
    post = finding.subject.post or case.post
    return hints_of(finding.facts, person.number, post, finding.judged_on)


def sensitive(file: File) -> dict[str, list[int]]:
    """Return what a page of a case shows of sensitive parts: part of a file → people."""
    read: dict[str, set[int]] = {}
    for line in file.lines:
        for one in line.conditions:
            person = one.finding.subject.person_id
            if person is not None and one.shown:
                for part in _parts(one.finding):
                    read.setdefault(part, set()).add(person)
    return {part: sorted(people) for part, people in read.items()}


def _parts(finding: GateFinding) -> set[str]:
    """Return the parts of a file that the facts of a condition belong to."""
    guards = {guard for fact in finding.facts for word, guard in _GUARDS.items() if word in fact}
    return {part for part, guard in PARTS.items() if guard.permission in guards}


_LIT: Final = {"waiting": "now", "done": "done", "refused": "refused", "skipped": "skipped"}


def lit(rows: Sequence[Step]) -> dict[str, str]:
    """Return how each step of the drawing stands, the last walk over it counting."""
    found = {}
    for step in rows:
        against = step.state == Step.State.DONE and step.outcome in drawings.AGAINST
        found[step.bpmn] = "refused" if against else _LIT[step.state]
    return found


def history(case: Case) -> list[Moment]:
    """Return what happened in a case, newest first, as the audit tells it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select at, type, actor, what from ngangtam_case_history(%s)"
            " order by id desc limit 300",
            [case.pk],
        )
        rows = cursor.fetchall()
    drawing = drawing_of(case)
    return [_moment(drawing, *row) for row in rows]


def _moment(drawing: Drawing, at: Any, kind: str, actor: str, what: Any) -> Moment:
    told = json.loads(what) if isinstance(what, str) else what
    local = timezone.localtime(at)
    rule = drawing.rules.get(str(told.get("step", "")))
    detail = [said(rule.label)] if rule is not None else []
    if told.get("result"):
        detail.append(words.result(str(told["result"])))
    detail += [
        str(told[key]) for key in ("body", "label", "name", "reason", "note") if told.get(key)
    ]
    return Moment(
        local.date(), events.LABELS.get(kind, kind), detail=" · ".join(detail),
        source=f"{actor}, {local:%H:%M}",
    )  # fmt: skip


# -- what waits ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Task:
    """One step that waits for somebody like the viewer."""

    case: Case
    step: Step
    label: str
    who: str
    deadline: words.Word | None


def tasks_of(viewer: Viewer, today: date, most: int = 300) -> list[Task]:
    """Return the steps that wait for the viewer, soonest first; simulations last."""
    if not isinstance(viewer, User):
        return []
    rows = Step.objects.filter(
        state=Step.State.WAITING, case__state=Case.State.RUNNING, case__in=cases_for(viewer)
    ).select_related("case__unit")  # fmt: skip
    found = []
    for step in rows.order_by("case__fictional", "due", "pk")[: most * 3]:
        case = step.case
        rule = drawing_of(case).rule(step.bpmn)
        if not may(viewer, duties.permission_of(rule), str(case.path)):
            continue
        found.append(Task(
            case, step, said(rule.label), words.who(rule), words.deadline(step.due, today)
        ))  # fmt: skip
    return found[:most]


def steps_waiting(viewer: Viewer) -> QuerySet[Step] | None:
    """Steps that wait for somebody like the viewer: by kind, so a little generous."""
    if not isinstance(viewer, User) or not may_read(viewer):
        return None
    kinds = Q(pk__in=[])
    for permission, which in (
        (P.CASE_APPRAISE, Q(kind="appraise")), (P.CASE_DECIDE, Q(kind="decide")),
        (P.CASE_RUN, ~Q(kind__in=["appraise", "decide"])),
    ):  # fmt: skip
        for path in scopes(viewer, permission):
            kinds |= which & Q(case__path__within=path)
    return Step.objects.filter(
        kinds, state=Step.State.WAITING, case__state=Case.State.RUNNING, case__fictional=False
    )


def steps_overdue(viewer: Viewer) -> QuerySet[Step] | None:
    """Of these, the steps whose deadline has passed."""
    rows = steps_waiting(viewer)
    return rows.filter(due__lt=days.today()) if rows is not None else None


def steps_soon(viewer: Viewer) -> QuerySet[Step] | None:
    """Of these, the steps whose deadline comes within a few working days."""
    rows, day = steps_waiting(viewer), days.today()
    return rows.filter(due__range=[day, workdays.after(day, SOON)]) if rows is not None else None


def opinions_waiting(viewer: Viewer) -> QuerySet[Opinion] | None:
    """What bodies are asked that the viewer answers for."""
    if not isinstance(viewer, User) or not may(viewer, P.CASE_DECIDE):
        return None
    return Opinion.objects.filter(
        _within(viewer, [P.CASE_DECIDE]), path__isnull=False, state=Opinion.State.WAITING
    )


def opinions_asked(viewer: Viewer) -> list[Opinion]:
    """Return what bodies are asked that the viewer answers for."""
    rows = opinions_waiting(viewer)
    return list(rows.order_by("due", "pk")[:200]) if rows is not None else []


def get_opinion(viewer: Viewer, pk: int) -> Opinion | None:
    """Return a question that the viewer may answer, for the body or as the officer."""
    if not isinstance(viewer, User):
        return None
    of_body = _within(viewer, [P.CASE_DECIDE]) & Q(path__isnull=False)
    mine = Q(case__in=cases_for(viewer).filter(_within(viewer, [P.CASE_RUN])))
    return Opinion.objects.filter(of_body | mine).filter(pk=pk).first()


def notices_for(viewer: Viewer) -> list[Notice]:
    """Return what the viewer was told of the own cases."""
    me = own_person(viewer)
    rows = Notice.objects.filter(person=me or 0)
    return list(rows.order_by("-day", "-pk")[:50])


# -- holds and special cases ---------------------------------------------------------------------


def holds_for(viewer: Viewer) -> QuerySet[Hold]:
    """Holds of the viewer's units, those that stand first."""
    rows = Hold.objects.filter(_within(viewer, [P.CASE_HOLD]))
    return rows.select_related("placed_by", "lifted_by", "case", "person").order_by(
        "-lifted_at", "-placed_at"
    )


def get_hold(viewer: Viewer, pk: int) -> Hold | None:
    return holds_for(viewer).filter(pk=pk).first()


def specials_for(viewer: Viewer) -> QuerySet[GateFinding]:
    """Special cases that were allowed in the viewer's units; simulations are left out."""
    rows = GateFinding.objects.filter(special=True, case__fictional=False)
    rows = rows.filter(case__in=cases_for(viewer))
    return rows.select_related("case__unit", "subject", "special_by").order_by("-special_at")


def person_named(viewer: Viewer, number: str) -> Person | None:
    """Return somebody by file number whom the viewer may see."""
    within = _within(viewer, [P.PERSON_VIEW], "home_path")
    rows = Person.objects.filter(within, voided_at__isnull=True)
    return rows.filter(number=number.strip()).first()


# -- trying out, files, feeds --------------------------------------------------------------------


def procedures_on(day: date) -> list[Procedure]:
    """Return every procedure in force on a day, by stage and name."""
    found = [one.on(day) for one in rulebook().procedures.values()]
    known = [one for one in found if one is not None]
    order = list(words.STAGES)
    return sorted(known, key=lambda one: (order.index(one.stage), one.label["vi"]))


def units_to_run_in(viewer: Viewer) -> list[Unit]:
    """Return the topmost units in which the viewer may open cases."""
    paths = scopes(viewer, P.CASE_RUN)
    return list(Unit.objects.filter(path__in=paths).order_by("path")) if paths else []


def get_file(viewer: Viewer, token: str) -> StoredFile | None:
    """Return a file of a case that the viewer may see."""
    if not isinstance(viewer, User):
        return None
    seen = cases_for(viewer).values("pk")
    rows = StoredFile.objects.filter(
        Q(pk__in=DossierItem.objects.filter(case__in=seen).values("file"))
        | Q(pk__in=CasePaper.objects.filter(case__in=seen).values("file"))
        | Q(pk__in=Opinion.objects.filter(case__in=seen).values("file"))
        | Q(pk__in=GateFinding.objects.filter(case__in=seen).values("special_file"))
    )
    return rows.filter(token=token).first()


def feed_of(viewer: Viewer) -> Feed | None:
    return Feed.objects.filter(user=viewer.pk, revoked_at__isnull=True).first()


def account(user_id: int) -> User:
    """Return an account by its id, for a program that shows a secret of it."""
    return User.objects.get(pk=user_id)
