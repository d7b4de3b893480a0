"""Asking bodies for their opinion, answering, and keeping silence as silence."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.audit.steps import Process, record
from ngangtam.foundation.files.steps import Checked, keep
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.procedure import duties, steps
from ngangtam.stages.procedure.actions import waiting_step
from ngangtam.stages.procedure.duties import Standing
from ngangtam.stages.procedure.events import EventType
from ngangtam.stages.procedure.models import Case, Kind, Opinion

V = Opinion.Verdict


@transaction.atomic(durable=True)
def ask_opinion(
    *, case_id: int, step_id: int, body: str, question: str, unit_id: int | None = None,
    due: date | None = None, version: int | None, by: User, today: date,
) -> Case:  # fmt: skip
    """Ask one body. Without `due` the rule's working days count from today.

    Shape: `unit_id` when the body works here: who decides there then answers by themselves.
    Errors: Forbidden without CASE_RUN or in one's own case; DomainError for a deadline that has
        passed, on hold, or at another kind of step.
    """
    case = steps.lock(case_id)
    step = waiting_step(case, step_id)
    steps.check_version(case, version)
    duties.refuse_unless_running(case)
    Standing(case, by).require_verb(Permission.CASE_RUN)
    if step.kind != Kind.OPINION:
        raise DomainError(_("This step asks nobody for an opinion."))
    rule = steps.drawing_of(case).rule(step.bpmn)
    named, asked = fold(body)[:300], fold(question)[:2000]
    if not named or not asked:
        raise DomainError(_("Say whom you ask, and what."))
    until = due or (workdays.after(today, rule.days) if rule.days else None)
    if until is None or until < today:
        raise DomainError(_("Name a deadline that lies ahead."))
    unit = Unit.objects.get(pk=unit_id) if unit_id is not None else None
    Opinion.objects.create(
        case=case, step=step, body=named, unit=unit, path=str(unit.path) if unit else None,
        question=f"{case.number} – {case.title}: {asked}"[:2000], asked_by=by, asked_on=today,
        due=until,
    )  # fmt: skip
    if step.due is None or step.due < until:
        step.due = until
        step.save(update_fields=["due"])
    steps.touch(case)
    record(EventType.ASKED, by=by, subject=case, cites=rule.cites, step=step.bpmn, body=named,
           due=until.isoformat())  # fmt: skip
    return case


@transaction.atomic(durable=True)
def answer_opinion(
    *, opinion_id: int, verdict: str, text: str, by: User, today: date, reference: str = "",
    file: Checked | None = None,
) -> Opinion:  # fmt: skip
    """Give the opinion of a body: whoever decides in it, or the officer who got it on paper.

    Errors: Forbidden without either right, or in one's own case; DomainError once it was given,
        after the deadline, without words against, or on paper without naming the document.
    """
    opinion = Opinion.objects.select_for_update(of=("self",)).filter(pk=opinion_id).first()
    if opinion is None:
        raise Forbidden(_("You have no grant for this act in this unit."))
    case = Case.objects.filter(pk=opinion.case_id).first()
    of_body = opinion.path is not None and may(by, Permission.CASE_DECIDE, str(opinion.path))
    as_officer = case is not None and may(by, Permission.CASE_RUN, str(case.path))
    if not (of_body or as_officer):
        raise Forbidden(_("You have no grant for this act in this unit."))
    refusal = duties.said_of(duties.conflict_of(opinion.case_id, by))
    if refusal:
        raise Forbidden(refusal)
    if case is not None:
        duties.refuse_unless_running(case)
    elif duties.is_held_by_id(opinion.case_id):
        raise DomainError(_("The case is on hold: %(reason)s") % {"reason": "…"})
    if opinion.state != Opinion.State.WAITING:
        raise DomainError(_("This opinion waits for no answer any more."))
    if today > opinion.due:
        raise DomainError(_("The deadline has passed; silence is recorded as silence."))
    if verdict not in (V.AGREES, V.REMARKS, V.DISAGREES):
        raise DomainError(_("Say whether the body agrees."))
    words, named = fold(text)[:4000], fold(reference)[:300]
    if verdict != V.AGREES and not words:
        raise DomainError(_("Say what the body remarks or why it disagrees."))
    if not of_body and not named and file is None:
        raise DomainError(_("Name the document in which the body answered."))
    opinion.state, opinion.verdict, opinion.text = Opinion.State.GIVEN, verdict, words
    opinion.reference, opinion.given_by, opinion.given_on = named, by, today
    opinion.file = keep(file, sent_by=by.pk) if file is not None else None
    opinion.save()
    record(EventType.ANSWERED, by=by, subject=case, place=str(case.path if case else opinion.path),
           opinion=opinion.pk, body=opinion.body, verdict=verdict)  # fmt: skip
    return opinion


def pass_over(*, today: date) -> int:
    """Record as silence every opinion whose deadline has passed; return how many. The worker's."""
    count = 0
    late = Opinion.objects.filter(state=Opinion.State.WAITING, due__lt=today)
    for pk in list(late.values_list("pk", flat=True)):
        count += _silent(pk, today)
    return count


@transaction.atomic(durable=True)
def _silent(opinion_id: int, today: date) -> int:
    opinion = Opinion.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk=opinion_id, state=Opinion.State.WAITING, due__lt=today
    ).select_related("case").first()  # fmt: skip
    if opinion is None:
        return 0
    opinion.state = Opinion.State.SILENT
    opinion.save(update_fields=["state"])
    record(EventType.SILENT, by=Process(), subject=opinion.case, opinion=opinion.pk,
           body=opinion.body, due=opinion.due.isoformat())  # fmt: skip
    return 1
