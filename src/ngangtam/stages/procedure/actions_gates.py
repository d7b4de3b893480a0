"""Conditions: judged anew, decided by a person where the engine cannot, allowed specially."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.files.steps import Checked, keep
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.reasons import given
from ngangtam.foundation.kernel.text import fold
from ngangtam.stages.procedure import duties, steps
from ngangtam.stages.procedure.actions import waiting_step
from ngangtam.stages.procedure.duties import Standing
from ngangtam.stages.procedure.events import EventType
from ngangtam.stages.procedure.models import Case, GateFinding, Step

O = GateFinding.Outcome  # noqa: E741 - short for what is asked all over this module


def _locked(finding_id: int, by: User) -> tuple[Case, GateFinding, Standing]:
    case_id = GateFinding.objects.filter(pk=finding_id).values_list("case_id", flat=True).first()
    case = steps.lock(case_id or 0)
    duties.refuse_unless_running(case)
    rows = GateFinding.objects.select_for_update(of=("self",)).select_related("step", "subject")
    finding = rows.get(pk=finding_id)
    if finding.step.state != Step.State.WAITING:
        raise DomainError(_("The case does not wait at this step."))
    return case, finding, Standing(case, by)


def _rule(finding: GateFinding, *, met: bool, reason: str, by: User) -> None:
    if finding.outcome != O.UNKNOWN:
        raise DomainError(_("This condition is not open; it was judged on the facts."))
    if met and finding.ruling == O.NOT_MET and finding.ruled_by_id == by.pk:
        raise DomainError(_("You found this condition not met; only somebody else may lift that."))
    finding.ruling = O.MET if met else O.NOT_MET
    finding.ruling_reason = reason
    finding.ruled_by, finding.ruled_at = by, timezone.now()
    finding.save(update_fields=["ruling", "ruling_reason", "ruled_by", "ruled_at"])


@transaction.atomic(durable=True)
def judge_again(*, case_id: int, step_id: int, by: User, today: date) -> Case:
    """Judge the conditions of a step as of today. Errors: as other acts."""
    case = steps.lock(case_id)
    step = waiting_step(case, step_id)
    duties.refuse_unless_running(case)
    rule = steps.drawing_of(case).rule(step.bpmn)
    Standing(case, by).require(rule)
    rows = steps.judge(case, step, rule, today)
    steps.touch(case)
    record(EventType.JUDGED, by=by, subject=case, cites=rule.cites, step=step.bpmn,
           judged=len(rows), met=sum(one.outcome == O.MET for one in rows))  # fmt: skip
    return case


@transaction.atomic(durable=True)
def rule_on(*, finding_id: int, met: bool, reason: str, by: User) -> Case:
    """Decide, with a reason, a condition that the engine leaves open.

    Errors: Forbidden when the step is another's; DomainError when the engine knows the answer, or
        when whoever found it not met would now find it met: that takes other eyes.
    """
    case, finding, standing = _locked(finding_id, by)
    rule = steps.drawing_of(case).rule(finding.step.bpmn)
    standing.require(rule)
    _rule(finding, met=met, reason=given(reason), by=by)
    steps.touch(case)
    record(EventType.RULED, by=by, subject=case, cites=finding.cites, gate=finding.gate,
           person=finding.subject.person_id, ruling=finding.ruling,
           reason=finding.ruling_reason)  # fmt: skip
    return case


@transaction.atomic(durable=True)
def rule_on_many(
    *, case_id: int, step_id: int, rulings: Mapping[int, bool], reason: str, version: int | None,
    by: User,
) -> Case:  # fmt: skip
    """Decide several open conditions of a step with one reason. Shape: finding → whether met.

    Errors: as `rule_on`; DomainError when none is named.
    """
    case = steps.lock(case_id)
    step = waiting_step(case, step_id)
    steps.check_version(case, version)
    duties.refuse_unless_running(case)
    rule = steps.drawing_of(case).rule(step.bpmn)
    Standing(case, by).require(rule)
    said = given(reason)
    rows = GateFinding.objects.select_for_update(of=("self",)).select_related("subject")
    found = list(rows.filter(step=step, pk__in=rulings))
    if not found:
        raise DomainError(_("Say of at least one condition whether it is met."))
    for finding in found:
        _rule(finding, met=rulings[finding.pk], reason=said, by=by)
    steps.touch(case)
    record(
        EventType.RULED, by=by, subject=case, step=step.bpmn, reason=said,
        cites=dict.fromkeys(cite for one in found for cite in one.cites),
        rulings=[
            {"gate": one.gate, "person": one.subject.person_id, "ruling": one.ruling}
            for one in found
        ],
    )  # fmt: skip
    return case


@transaction.atomic(durable=True)
def special_case(
    *, finding_id: int, authority: str, reason: str, document: str, by: User,
    file: Checked | None = None,
) -> Case:  # fmt: skip
    """Let somebody past a condition that is not met: a named authority, a reason, a document.

    Errors: Forbidden without CASE_DECIDE, or for who appraised, or in one's own case; DomainError
        when the rule knows no exception, the condition is met, or something is not named.
    """
    case, finding, standing = _locked(finding_id, by)
    standing.require_verb(Permission.CASE_DECIDE, "decide")
    if not finding.may_be_special:
        raise DomainError(_("The rule knows no special case here."))
    if finding.special or (finding.ruling or finding.outcome) != O.NOT_MET:
        raise DomainError(_("Only a condition that is not met is allowed specially."))
    named, paper = fold(authority)[:300], fold(document)[:300]
    if not named or not paper:
        raise DomainError(_("A special case names its authority, a reason and a document."))
    finding.special, finding.authority, finding.special_document = True, named, paper
    finding.special_reason, finding.special_by = given(reason), by
    finding.special_at = timezone.now()
    finding.special_file = keep(file, sent_by=by.pk) if file is not None else None
    finding.save()
    steps.touch(case)
    record(EventType.SPECIAL, by=by, subject=case, cites=finding.cites, gate=finding.gate,
           person=finding.subject.person_id, authority=named, document=paper,
           reason=finding.special_reason)  # fmt: skip
    return case
