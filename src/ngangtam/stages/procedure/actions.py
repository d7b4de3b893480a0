"""What may be done with a case: open it, complete a step, take somebody out, withdraw it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.files.steps import keep
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.reasons import given
from ngangtam.foundation.kernel.text import fold
from ngangtam.law.engine.procedures import Procedure
from ngangtam.records.organisation.models import Decision, Post, Unit
from ngangtam.records.organisation.steps import add_decision
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.procedure import drawings, duties, effects, opening, steps, taking
from ngangtam.stages.procedure.duties import Standing
from ngangtam.stages.procedure.events import EventType
from ngangtam.stages.procedure.models import Case, CasePaper, CaseSubject, Notice, Step
from ngangtam.stages.procedure.taking import Taken
from ngangtam.stages.procedure.values import SubjectValues

MOST_SUBJECTS: Final = 500


@transaction.atomic(durable=True)
def open_case(
    *, procedure: str, unit_id: int, title: str, subjects: Sequence[SubjectValues],
    post_id: int | None = None, payload: Mapping[str, Any] | None = None,
    fictional: bool = False, by: User, today: date,
) -> Case:  # fmt: skip
    """Open a case by the version of a procedure that is in force today.

    Shape: `payload` is plain JSON for the room whose effect it is; its `facts` are person → fact →
        value, entered by the officer, for the conditions. In a simulation subjects are invented.
    Errors: Forbidden without CASE_RUN over the unit, or in the own case or that of a relative;
        DomainError when nothing is in force, the procedure waits for confirmation and it is no
        simulation, nobody carries its effect out, somebody is on hold, or nobody is named.
    """
    unit = Unit.objects.get(pk=unit_id)
    require(by, Permission.CASE_RUN, str(unit.path))
    found = drawings.find(procedure, today)
    if found is None:
        raise DomainError(_("No version of this procedure is in force today."))
    if not found.is_on and not fictional:
        raise DomainError(_("This procedure waits for confirmation; it can only be tried out."))
    if found.effect and not effects.known(found.effect):
        raise DomainError(
            _("Nothing here writes “%(effect)s”, which this procedure asks of its decision. Tell"
              " whoever keeps the procedures.") % {"effect": found.effect}
        )  # fmt: skip
    said = fold(title)[:500]
    if not said:
        raise DomainError(_("Say what the case is about."))
    _check_subjects(found, subjects, by, fictional=fictional)
    case = _new_case(
        found, unit, said, post_id=post_id, payload=payload, fictional=fictional, by=by,
        today=today,
    )  # fmt: skip
    _add_subjects(case, subjects)
    opening.tell(case, [one.person_id for one in subjects if one.person_id], by, today)
    steps.begin(case, today)
    record(
        EventType.OPENED, by=by, subject=case, cites=found.cites, place=str(unit.path),
        procedure=procedure, version=found.digest, fictional=fictional,
        people=[one.person_id for one in subjects if one.person_id],
    )  # fmt: skip
    return case


def _check_subjects(
    found: Procedure, subjects: Sequence[SubjectValues], by: User, *, fictional: bool
) -> None:
    if len(subjects) > MOST_SUBJECTS:
        raise DomainError(_("At most %(most)s people stand in one case.") % {"most": MOST_SUBJECTS})
    if not subjects and found.subject != "post":
        raise DomainError(_("Name whom the case is about."))
    named = [one.person_id for one in subjects if one.person_id is not None]
    if fictional:
        if named:
            raise DomainError(_("The people of a simulation are invented."))
        return
    if len(named) < len(subjects):
        raise DomainError(_("Name whom the case is about."))
    tied = duties.conflict_with(named, by) if found.subject != "list" else ""
    if tied:
        raise Forbidden(duties.said_of(tied))
    duties.keep_from_holds(named)
    held = duties.people_held(named)
    if held:
        names = Person.objects.filter(pk__in=held).values_list("full_name", flat=True)
        raise DomainError(
            _("A hold stands on %(names)s; nothing is opened until it is lifted.")
            % {"names": ", ".join(names)}
        )


def _new_case(
    found: Procedure, unit: Unit, title: str, *, post_id: int | None,
    payload: Mapping[str, Any] | None, fictional: bool, by: User, today: date,
) -> Case:  # fmt: skip
    return Case.objects.create(
        number=steps.next_number(today.year, fictional=fictional), procedure=found.id,
        label=dict(found.label), digest=found.digest, xml=found.xml, confirmed=found.is_on,
        regime=found.regime, stage=found.stage, subject_kind=found.subject, unit=unit,
        path=str(unit.path), title=title,
        post=Post.objects.get(pk=post_id) if post_id is not None else None,
        fictional=fictional, payload=dict(payload or {}), opened_by=by, opened_on=today,
    )  # fmt: skip


def _add_subjects(
    case: Case, subjects: Sequence[SubjectValues], *, first: int = 0
) -> None:  # fmt: skip
    people = Person.objects.in_bulk([one.person_id for one in subjects if one.person_id])
    try:
        with transaction.atomic():
            for place, one in enumerate(subjects, first):
                person = people.get(one.person_id or 0)
                if one.person_id is not None and person is None:
                    raise Forbidden(_("You have no grant for this act in this unit."))
                CaseSubject.objects.create(
                    case=case, person=person, post_id=one.post_id, position=place,
                    name=person.full_name if person else fold(one.name)[:150] or _("(invented)"),
                    headline=person.post_said[:300] if person else fold(one.headline)[:300],
                    path=str(person.home_path or case.path) if person else str(case.path),
                )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(CaseSubject, error) from error


@transaction.atomic(durable=True)
def complete_step(
    *, case_id: int, step_id: int, answers: Mapping[str, object], version: int | None,
    by: User, today: date,
) -> Case:  # fmt: skip
    """Complete a step with what its kind takes, and let the case go on.

    Errors: Forbidden without the grant, or when another hand must do it; DomainError for an older
        form, a hold, a step that does not wait, or answers that do not suffice.
    """
    case = steps.lock(case_id)
    step = waiting_step(case, step_id)
    steps.check_version(case, version)
    duties.refuse_unless_running(case)
    rule = steps.drawing_of(case).rule(step.bpmn)
    Standing(case, by).require(rule)
    taken = taking.take(case, step, rule, answers, today)
    carry_out(case, step, taken, by=by, today=today)
    record(
        EventType.DECIDED if taken.decision else EventType.COMPLETED, by=by, subject=case,
        cites=rule.cites, step=step.bpmn, result=taken.said.result,
        answers=dict(taken.said.answers), note=taken.said.note[:300], state=case.state,
        decision=case.decision_id,
    )  # fmt: skip
    return case


def decide(
    *, case_id: int, step_id: int, number: str, day: date, body: str, signer: str,
    version: int | None, by: User, today: date, effective_on: date | None = None,
    result: str = "approved",
) -> Case:  # fmt: skip
    """Decide a case: its decision and what it writes, in one transaction. Errors: as above."""
    answers: dict[str, object] = {
        "number": number, "day": day, "body": body, "signer": signer,
        "effective_on": effective_on, "result": result,
    }  # fmt: skip
    return complete_step(
        case_id=case_id, step_id=step_id, answers=answers, version=version, by=by, today=today
    )


def waiting_step(case: Case, step_id: int) -> Step:
    """Return a step of the case that waits. Errors: DomainError."""
    step = Step.objects.select_for_update().filter(case=case, pk=step_id).first()
    if step is None or step.state != Step.State.WAITING:
        raise DomainError(_("The case does not wait at this step."))
    return step


def carry_out(case: Case, step: Step, taken: Taken, *, by: User, today: date) -> None:
    """Write what a step takes: its papers, its notice, its decision with the effect; go on."""
    for paper in taken.papers:
        CasePaper.objects.create(
            case=case, step=step, title=paper.title[:300], number=paper.number, day=paper.day,
            signer=paper.signer, made_by=by,
            file=keep(paper.file, sent_by=by.pk) if paper.file is not None else None,
        )  # fmt: skip
    if taken.notice and not case.fictional:
        _tell(case, taken, by, today)
    decision = _decision_of(case, step, taken)
    if decision is not None:
        case.decision = decision
        case.payload = {
            **case.payload, "result": taken.said.result,
            "effective_on": taken.decision["effective_on"].isoformat(),
        }  # fmt: skip
    steps.complete(case, step, taken.said, by=by, today=today)
    if decision is not None:
        _refuse_gone(case, today)
        effects.carry_out(case, steps.drawing_of(case).procedure.effect, decision, by)


def _refuse_gone(case: Case, today: date) -> None:
    """Errors: DomainError when the case decides on somebody who is no longer here.

    Shape: asked once the decision stands, which lets its hand read whom it is about; who came in
        without a post may have none.
    """
    if case.subject_kind == "list":
        return
    rows = CaseSubject.objects.filter(
        case=case, state=CaseSubject.State.IN, person__isnull=False
    ).select_related("person")
    people = list(rows)
    held = set(
        Posting.objects.on(today).filter(person__in=[one.person_id for one in people])
        .values_list("person_id", flat=True)
    )  # fmt: skip
    for one in people:
        closed = one.person is None or one.person.voided_at is not None
        if closed or (one.headline and one.person_id not in held):
            raise DomainError(
                _("%(name)s holds no post any more. Take the person out with a reason, or withdraw"
                  " the case.") % {"name": one.name}
            )  # fmt: skip


def _decision_of(case: Case, step: Step, taken: Taken) -> Decision | None:
    """Return the decision of the last deciding step; an earlier one is a paper of the case."""
    if not taken.decision or case.fictional or case.decision_id is not None:
        return None
    if not steps.drawing_of(case).is_last_decision(step.bpmn):
        return None
    said = taken.decision
    effect = steps.drawing_of(case).procedure.effect
    return add_decision(
        number=said["number"], day=said["day"], body=said["body"], signer=said["signer"],
        kind=case.stage, summary=case.title, effects=[effect] if effect else [],
    )  # fmt: skip


def _tell(case: Case, taken: Taken, by: User, today: date) -> None:
    told = CaseSubject.objects.filter(case=case, person__isnull=False)
    day = taking.day_of(taken.said.answers, "day") or today
    people = {one.person_id for one in told if one.person_id is not None}
    for person in sorted(people):
        Notice.objects.create(
            case=case, person_id=person, title=case.title, text=taken.notice, day=day, given_by=by
        )


@transaction.atomic(durable=True)
def bring_in(
    *, case_id: int, subject: SubjectValues, version: int | None, by: User, today: date
) -> Case:  # fmt: skip
    """Consider one more person; conditions that wait are judged for this one too.

    Errors: Forbidden without CASE_RUN, for oneself or a relative; DomainError when the person is
        on hold or considered already, or when the case does not run.
    """
    case = steps.lock(case_id)
    steps.check_version(case, version)
    duties.refuse_unless_running(case)
    Standing(case, by).require_verb(Permission.CASE_RUN)
    drawing = steps.drawing_of(case)
    _check_subjects(drawing.procedure, [subject], by, fictional=case.fictional)
    out = CaseSubject.objects.filter(case=case, person_id=subject.person_id or 0)
    same = Q(post__isnull=True) if subject.post_id is None else Q(post=subject.post_id)
    back = out.filter(same, state=CaseSubject.State.OUT).first()
    if back is not None:
        back.state, back.reason = CaseSubject.State.IN, ""
        back.save(update_fields=["state", "reason"])
    else:
        _add_subjects(case, [subject], first=case.subjects.count())
    waiting = Step.objects.filter(case=case, state=Step.State.WAITING)
    for step in waiting:
        if drawing.rule(step.bpmn).gates:
            steps.judge(case, step, drawing.rule(step.bpmn), today)
    steps.touch(case)
    record(EventType.BROUGHT_IN, by=by, subject=case, person=subject.person_id)
    return case


@transaction.atomic(durable=True)
def take_out(
    *, case_id: int, subject_id: int, reason: str, version: int | None, by: User, today: date
) -> Case:  # fmt: skip
    """Consider somebody no longer, with a reason; the only way past a hold on that person.

    Errors: Forbidden without CASE_RUN or in one's own case; DomainError without a reason, for the
        last one considered, or when the case has ended or is itself on hold.
    """
    case = steps.lock(case_id)
    steps.check_version(case, version)
    Standing(case, by).require_verb(Permission.CASE_RUN)
    if case.state not in (Case.State.RUNNING, Case.State.FROZEN):
        duties.refuse_unless_running(case)
    if any(hold.case_id == case.pk for hold in duties.holds_on(case)):
        duties.refuse_unless_running(case)
    subject = CaseSubject.objects.select_for_update().filter(case=case, pk=subject_id).first()
    if subject is None or subject.state == CaseSubject.State.OUT:
        raise DomainError(_("This person is no longer considered."))
    if CaseSubject.objects.filter(case=case, state=CaseSubject.State.IN).count() == 1:
        raise DomainError(_("This is the last person considered; withdraw the case instead."))
    subject.state, subject.reason = CaseSubject.State.OUT, given(reason)
    subject.save(update_fields=["state", "reason"])
    case.state = Case.State.FROZEN if duties.is_held(case) else Case.State.RUNNING
    case.version += 1
    case.save(update_fields=["state", "version"])
    record(EventType.TAKEN_OUT, by=by, subject=case, person=subject.person_id,
           name=subject.name, reason=subject.reason)  # fmt: skip
    return case


@transaction.atomic(durable=True)
def withdraw(*, case_id: int, reason: str, version: int | None, by: User, today: date) -> Case:
    """End a case that goes no further, with a reason. Errors: as `take_out`."""
    case = steps.lock(case_id)
    steps.check_version(case, version)
    duties.refuse_unless_running(case)
    Standing(case, by).require_verb(Permission.CASE_RUN)
    steps.end(case, Case.State.WITHDRAWN, given(reason))
    case.due = None
    case.version += 1
    case.save()
    record(EventType.WITHDRAWN, by=by, subject=case, reason=case.ending)
    return case
