"""Writes that the actions of this room are built from: no permission, no audit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.procedures import StepRule
from ngangtam.stages.procedure import drawings, ending, facts
from ngangtam.stages.procedure.drawings import AGAINST, Drawing
from ngangtam.stages.procedure.engine import Walk
from ngangtam.stages.procedure.models import (
    Case,
    CaseSubject,
    DossierItem,
    GateFinding,
    Kind,
    Opinion,
    Step,
)

ITEMS: Final = "dossier_item"


def lock(case_id: int) -> Case:
    """Return a case, its row locked. Errors: Forbidden when the wall hides it."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("unit", "post__unit")
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise Forbidden(_("You have no grant for this act in this unit."))
    return case


def check_version(case: Case, version: int | None) -> None:
    """Errors: DomainError when the form shows an older state of the case."""
    if version is not None and version != case.version:
        raise DomainError(
            _("Somebody else changed this case meanwhile; look at it again before you go on.")
        )


def next_number(year: int, *, fictional: bool) -> str:
    """Return the number of a new case; simulations have a series of their own."""
    series = "procedure_simulation_number" if fictional else "procedure_case_number"
    with connection.cursor() as cursor:
        cursor.execute("select nextval(%s)", [series])
        row = cursor.fetchone()
    turn = int(row[0]) if row else 0
    return f"MP-{year}-{turn:06}" if fictional else f"{year}-{turn:06}"


def drawing_of(case: Case) -> Drawing:
    return drawings.drawing_of(case.digest, case.xml, case.procedure, case.opened_on)


def _walk(case: Case) -> Walk:
    return Walk.resume(case.workflow, drawings.spec_of(case.digest, case.xml, case.procedure))


def begin(case: Case, today: date) -> None:
    """Let the walk of a new case go to its first steps."""
    walk = Walk.begin(drawings.spec_of(case.digest, case.xml, case.procedure))
    _settle(case, walk, today)


@dataclass(frozen=True, slots=True)
class Said:
    """How a step came out. Shape: `result` is the word that the drawing asks for."""

    result: str
    answers: Mapping[str, Any]
    note: str = ""


def complete(case: Case, step: Step, said: Said, *, by: User | None, today: date) -> None:
    """Complete a step and go on to the next ones.

    Against, where the drawing has no path for it, the case ends refused.
    """
    stands = drawing_of(case)
    step.state, step.outcome = Step.State.DONE, said.result
    step.answers, step.note = dict(said.answers), said.note[:2000]
    step.done_by, step.done_at = by, timezone.now()
    step.save(update_fields=["state", "outcome", "answers", "note", "done_by", "done_at"])
    walk = _walk(case)
    try:
        walk.complete(step.token, said.result)
    except KeyError as error:
        raise DomainError(_("The case does not wait at this step.")) from error
    judged = step.kind in (Kind.GATES, Kind.MEETING, Kind.APPRAISE, Kind.DECIDE)
    if judged and said.result in AGAINST and not stands.asks_after(step.bpmn):
        walk.cancel()
        end(case, Case.State.REFUSED, _words_of(stands.rule(step.bpmn)))
    _settle(case, walk, today)


def _words_of(rule: StepRule) -> str:
    return rule.label["vi"]


def end(case: Case, state: str, why: str) -> None:
    """Let a case end; what still waits is left out. The caller saves it."""
    case.state, case.ending, case.ended_at = state, why[:1000], timezone.now()
    Step.objects.filter(case=case, state=Step.State.WAITING).update(state=Step.State.SKIPPED)
    Opinion.objects.filter(case=case, state=Opinion.State.WAITING).update(
        state=Opinion.State.DROPPED
    )
    ending.tell(case)


def _settle(case: Case, walk: Walk, today: date) -> None:
    """Write where the walk stands, and open the steps that it reached."""
    stands = drawing_of(case)
    case.workflow = walk.keep()
    waiting = walk.waiting()
    known = set(Step.objects.filter(case=case).values_list("token", flat=True))
    opened = [
        _open_step(case, stands.rule(token.bpmn), token.id, today)
        for token in waiting
        if token.id not in known
    ]
    if walk.is_over and case.state == Case.State.RUNNING:
        _end_of_walk(case)
    case.due = _due(case)
    case.version += 1
    case.save()
    # After the case is written: what opens a step may look at it.
    for step in opened:
        prepare(case, step, stands.rule(step.bpmn), today)


def _end_of_walk(case: Case) -> None:
    """Done, or refused where the last word of those who judge was against."""
    judged = Step.objects.filter(
        case=case, state=Step.State.DONE,
        kind__in=[Kind.GATES, Kind.MEETING, Kind.APPRAISE, Kind.DECIDE],
    ).order_by("done_at", "pk")  # fmt: skip
    last = judged.last()
    refused = last is not None and last.outcome in AGAINST and case.decision_id is None
    end(case, Case.State.REFUSED if refused else Case.State.DONE, "")


def _open_step(case: Case, rule: StepRule, token: Any, today: date) -> Step:
    due = workdays.after(today, rule.days) if rule.days else None
    if rule.within:
        by = workdays.after(today, rule.within)
        case.end_by = min(case.end_by, by) if case.end_by else by
    return Step.objects.create(
        case=case, token=token, bpmn=rule.id, kind=rule.kind, opened_on=today, due=due
    )


def _due(case: Case) -> date | None:
    if case.state not in (Case.State.RUNNING, Case.State.FROZEN):
        return None
    rows = Step.objects.filter(case=case, state=Step.State.WAITING, due__isnull=False)
    found = [*rows.values_list("due", flat=True), case.end_by]
    return min((day for day in found if day is not None), default=None)


def prepare(case: Case, step: Step, rule: StepRule, today: date) -> None:
    """Do at once what needs nobody: the checklist of a dossier, the conditions of everybody."""
    if rule.kind == Kind.DOSSIER:
        _list_papers(case, step, rule)
    elif rule.gates:
        judge(case, step, rule, today)


def _list_papers(case: Case, step: Step, rule: StepRule) -> None:
    catalogue = rulebook().vocabulary.catalogues.get(ITEMS)
    labels = {entry.code: entry.label["vi"] for entry in catalogue} if catalogue else {}
    DossierItem.objects.bulk_create(
        DossierItem(case=case, step=step, item=item, label=labels.get(item, item)[:500])
        for item in rule.dossier
    )


def judge(case: Case, step: Step, rule: StepRule, today: date) -> list[GateFinding]:
    """Judge every condition of a step for everybody considered, as of today.

    What a person decided stays as long as the engine still does not know; a special case stays.
    """
    subjects = list(CaseSubject.objects.filter(case=case, state=CaseSubject.State.IN))
    people = [one.person_id for one in subjects if one.person_id is not None]
    found: list[GateFinding] = []
    known: dict[Any, dict[int, list[facts.Judged]]] = {}
    kept = {(one.subject_id, one.gate): one for one in GateFinding.objects.filter(step=step)}
    for subject in subjects:
        post = subject.post or case.post
        if post not in known:
            told = {0: {}, **facts.facts_of(people, post, today, case=case)}
            known[post] = facts.judged(rule.gates, told, post, today)
        for one in known[post][subject.person_id or 0]:
            row = kept.get((subject.pk, one.found.id)) or GateFinding(
                case=case, step=step, subject=subject, gate=one.found.id
            )
            row.label, row.outcome = dict(one.found.label), one.found.outcome.value
            row.value, row.reason = dict(one.value), dict(one.reason)
            row.cites, row.judged_on = list(one.cites), today
            row.facts, row.may_be_special = list(one.facts), one.found.special
            if row.outcome != GateFinding.Outcome.UNKNOWN and row.ruling:
                row.ruling, row.ruling_reason, row.ruled_by, row.ruled_at = "", "", None, None
            row.save()
            found.append(row)
    return found


def in_the_way(step: Step) -> list[GateFinding]:
    """Return the conditions that still stand in the way, open ones too."""
    rows = GateFinding.objects.filter(step=step, subject__state=CaseSubject.State.IN)
    return [one for one in rows.select_related("subject") if not one.lets_through]


def touch(case: Case) -> None:
    """Raise the version: whoever looks at an older page is told so."""
    case.version += 1
    case.save(update_fields=["version"])
