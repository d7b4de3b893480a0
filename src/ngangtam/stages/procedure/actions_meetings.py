"""Meetings: convened with a quorum, voted by the room of votes, completed by the count."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.audit.steps import Actor, Process, record
from ngangtam.foundation.kernel import days
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.reasons import given
from ngangtam.stages.ballots.models import Poll
from ngangtam.stages.ballots.queries import poll_by_reference
from ngangtam.stages.procedure import duties, steps, taking, voting
from ngangtam.stages.procedure.actions import waiting_step
from ngangtam.stages.procedure.duties import Standing
from ngangtam.stages.procedure.events import EventType
from ngangtam.stages.procedure.models import Case, Kind, Step
from ngangtam.stages.procedure.steps import Said


@transaction.atomic(durable=True)
def convene(
    *, case_id: int, step_id: int, answers: Mapping[str, object], version: int | None, by: User,
    today: date,
) -> Case:  # fmt: skip
    """Note who was convened and who came, before the vote.

    Errors: Forbidden as for the step; DomainError when the quorum is missed.
    """
    case = steps.lock(case_id)
    step = waiting_step(case, step_id)
    steps.check_version(case, version)
    duties.refuse_unless_running(case)
    rule = steps.drawing_of(case).rule(step.bpmn)
    Standing(case, by).require(rule)
    if step.kind != Kind.MEETING:
        raise DomainError(_("The case does not wait at this step."))
    step.prepared = taking.convening(rule, answers, today)
    step.prepared_by = by
    step.save(update_fields=["prepared", "prepared_by"])
    steps.touch(case)
    record(EventType.CONVENED, by=by, subject=case, cites=rule.cites, step=step.bpmn,
           held=dict(step.prepared))  # fmt: skip
    return case


def hear(poll: Poll, by: User) -> None:
    """Take a counted vote into its case, in the transaction of the count.

    Whoever counts may have no part in the case: then the worker takes it, right afterwards.
    """
    step_id = voting.step_of(poll.reference)
    if step_id is None:
        return
    step = Step.objects.filter(pk=step_id).select_related("case").first()
    if step is not None and _carries(step.case, by):
        _take(step.case_id, step_id, poll, actor=by, today=days.today())
        return
    # Named by text: the task itself calls this module.
    app.configure_task("procedure.take_result", lock=f"procedure-poll-{poll.pk}").defer(
        poll_id=poll.pk
    )


def _carries(case: Case, by: User) -> bool:
    return may(by, Permission.CASE_RUN, str(case.path)) and not duties.conflict(case, by)


@transaction.atomic(durable=True)
def take_counted(*, poll_id: int, today: date) -> Case | None:
    """Take a counted vote into its case, as the system itself; None when there is nothing to do."""
    poll = Poll.objects.filter(pk=poll_id).first()
    step_id = voting.step_of(poll.reference) if poll is not None else None
    step = Step.objects.filter(pk=step_id or 0).first()
    if poll is None or step is None:
        return None
    return _take(step.case_id, step.pk, poll, actor=Process(), today=today)


@transaction.atomic(durable=True)
def take_result(*, case_id: int, step_id: int, version: int | None, by: User, today: date) -> Case:
    """Take the count of its vote into a step, by hand: after a hold, or before the worker did.

    Errors: Forbidden as for the step; DomainError while nothing is counted.
    """
    case = steps.lock(case_id)
    step = waiting_step(case, step_id)
    steps.check_version(case, version)
    duties.refuse_unless_running(case)
    Standing(case, by).require(steps.drawing_of(case).rule(step.bpmn))
    poll = latest(case, step)
    if poll is None or voting.counted(poll) is None:
        raise DomainError(_("The vote of this step is not counted yet."))
    taken = _take(case_id, step_id, poll, actor=by, today=today)
    if taken is None:
        raise DomainError(_("The count left this step open; see what it says."))
    return taken


def latest(case: Case, step: Step) -> Poll | None:
    """Return the last round of the vote of a step."""
    return poll_by_reference(voting.reference(case, step))


def _take(case_id: int, step_id: int, poll: Poll, *, actor: Actor, today: date) -> Case | None:
    """Complete the step with the count; a tie or exactly one half leaves it open, and says so."""
    case = steps.lock(case_id)
    step = Step.objects.select_for_update().get(pk=step_id)
    said = voting.counted(poll)
    if said is None or step.state != Step.State.WAITING or case.state != Case.State.RUNNING:
        return None
    if duties.is_held(case):
        return None
    rule = steps.drawing_of(case).rule(step.bpmn)
    result = said.result
    if result == "head_decides" and "tied" in rule.results:
        result = "tied"
    step.prepared = {**step.prepared, **said.figures, "came_to": result}
    step.save(update_fields=["prepared"])
    if result in {"head_decides", "reballot"}:
        steps.touch(case)
        record(EventType.CONVENED, by=actor, subject=case, step=step.bpmn,
               held=dict(step.prepared))  # fmt: skip
        return case
    voting.set_aside(case, said)
    by = actor if isinstance(actor, User) else None
    steps.complete(case, step, Said(result, step.prepared), by=by, today=today)
    record(EventType.COMPLETED, by=actor, subject=case, cites=rule.cites, step=step.bpmn,
           result=result, answers=dict(step.prepared), state=case.state)  # fmt: skip
    return case


@transaction.atomic(durable=True)
def settle_half(
    *, case_id: int, step_id: int, passed: bool, reason: str, version: int | None, by: User,
    today: date,
) -> Case:  # fmt: skip
    """Decide, as the head, a vote that came to exactly one half.

    Errors: Forbidden without CASE_DECIDE, for who appraised, or in one's own case; DomainError when
        the count does not leave it to the head.
    """
    case = steps.lock(case_id)
    step = waiting_step(case, step_id)
    steps.check_version(case, version)
    duties.refuse_unless_running(case)
    Standing(case, by).require_verb(Permission.CASE_DECIDE, "decide")
    if step.prepared.get("came_to") != "head_decides":
        raise DomainError(_("The count does not leave this to the head."))
    rule = steps.drawing_of(case).rule(step.bpmn)
    result = "passed" if passed else "failed"
    steps.complete(case, step, Said(result, step.prepared, given(reason)), by=by, today=today)
    record(EventType.SETTLED, by=by, subject=case, cites=rule.cites, step=step.bpmn,
           result=result, reason=given(reason))  # fmt: skip
    return case
