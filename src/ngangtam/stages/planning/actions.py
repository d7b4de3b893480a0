"""What may be done with succession plans: keep, propose, judge, send, approve, return, end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.reasons import given
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.planning import rules, standing, steps
from ngangtam.stages.planning.cases import open_cases_of, refuse_after_failed, refuse_while_case
from ngangtam.stages.planning.events import EventType
from ngangtam.stages.planning.figures import LABELS
from ngangtam.stages.planning.models import Plan, PlanEntry, PlanTitle
from ngangtam.stages.planning.rights import (
    LIVE,
    WAITING,
    check_version,
    require_approve,
    require_keep,
)

MOST_TITLES: Final = 200
S = PlanEntry.State


@transaction.atomic(durable=True)
def open_plan(
    *, unit_code: str, term: str, first: date, until: date, counted_on: date, by: User
) -> Plan:
    """Open the plan of a unit for a term.

    Errors: Forbidden without PLAN_KEEP there; DomainError when the unit has one for the term.
    """
    unit = Unit.objects.get(code=unit_code)
    require(by, Permission.PLAN_KEEP, str(unit.path))
    if not fold(term):
        raise DomainError(_("Name the term."))
    plan: Plan = steps.saved(
        Plan(unit=unit, path=unit.path, term=fold(term), first=first, until=until,
             counted_on=counted_on, made_by=by)
    )  # fmt: skip
    record(EventType.PLAN_OPENED, by=by, subject=plan, term=plan.term,
           first=first.isoformat(), until=until.isoformat())  # fmt: skip
    return plan


@transaction.atomic(durable=True)
def add_titles(*, plan_id: int, posts: Sequence[int], version: int | None, by: User) -> int:
    """Add posts of the unit, or of units below it, to the titles that are planned for.

    Returns: how many were added; those that stand there already are left alone.
    Errors: Forbidden without PLAN_KEEP; DomainError for a post that is not the unit's.
    """
    plan = locked(plan_id, by)
    check_version(plan, version)
    have = set(plan.titles.filter(removed_at=None).values_list("post_id", flat=True))
    wanted = [pk for pk in dict.fromkeys(posts) if pk not in have]
    if not wanted:
        raise DomainError(_("Choose at least one title that the plan lacks."))
    if len(have) + len(wanted) > MOST_TITLES:
        raise DomainError(_("At most %(most)s titles in one plan.") % {"most": MOST_TITLES})
    found = Post.objects.filter(pk__in=wanted, unit__path__within=plan.path, voided_at=None)
    by_id = found.select_related("unit").in_bulk()
    if len(by_id) < len(wanted):
        raise DomainError(_("A plan names posts of its own unit and of units below it."))
    for at, pk in enumerate(wanted, start=len(have) + 1):
        post = by_id[pk]
        steps.saved(PlanTitle(plan=plan, post=post, name=post.title, unit_name=post.unit.name,
                              position=at))  # fmt: skip
    steps.write(plan)
    record(EventType.TITLES_ADDED, by=by, subject=plan,
           titles=[f"{by_id[pk].title} – {by_id[pk].unit.name}" for pk in wanted])  # fmt: skip
    return len(wanted)


@transaction.atomic(durable=True)
def remove_title(*, title_id: int, by: User) -> Plan:
    """Take a title off a plan. Errors: DomainError while anybody stands under it."""
    seen = PlanTitle.objects.get(pk=title_id)
    plan = locked(seen.plan_id, by)
    title = PlanTitle.objects.select_for_update().get(pk=title_id)
    if title.entries.filter(state__in=LIVE).exists():
        raise DomainError(_("People still stand under this title; take them out first."))
    title.removed_at = timezone.now()
    title.save(update_fields=["removed_at"])
    steps.write(plan)
    record(EventType.TITLE_REMOVED, by=by, subject=plan, title=title.name)
    return plan


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who is proposed for a title and why. Shape: `judgement` where a rule cannot say."""

    title_id: int
    number: str
    reason: str
    judgement: str = ""
    science: bool | None = None
    ready_on: date | None = None


@transaction.atomic(durable=True)
def propose(*, proposal: Proposal, version: int | None, by: User, today: date) -> PlanEntry:
    """Propose a person for a title of a plan; the plan's approval brings the person in.

    Errors: Forbidden without PLAN_KEEP, for a file that `by` may not read, or for oneself;
        DomainError when a rule is not met, or one cannot say and nobody judged.
    """
    title = PlanTitle.objects.select_related("post__unit").get(pk=proposal.title_id)
    plan = locked(title.plan_id, by)
    title.plan = plan
    check_version(plan, version)
    if title.removed_at is not None:
        raise DomainError(_("This title was taken off the plan."))
    person = _readable(proposal.number, by)
    if not fold(proposal.reason):
        raise DomainError(_("Say why this person is proposed."))
    standing.lock([person.pk], [title.post_id])
    checks = checks_of(title, person.pk, today)
    unmet = rules.refused(checks)
    if unmet:
        raise DomainError(
            _("A rule is not met: %(what)s")
            % {"what": "; ".join(f"{one.label['vi']} – {one.reason['vi']}" for one in unmet)}
        )
    if rules.open_ones(checks) and not fold(proposal.judgement):
        raise DomainError(
            _("Some rules cannot be decided from the file; write what was judged about them.")
        )
    last = title.entries.filter(state__in=LIVE).order_by("-position").first()
    entry: PlanEntry = steps.saved(PlanEntry(
        plan=plan, title=title, person=person, path=plan.path, number=person.number,
        full_name=person.full_name, headline=person.post_said[:300],
        workplace=person.home_unit.name if person.home_unit else "",
        elsewhere=not f"{person.home_path}.".startswith(f"{plan.path}."),
        position=last.position + 1 if last else 1, findings=[one.plain() for one in checks],
        judgement=fold(proposal.judgement)[:1000], in_reason=fold(proposal.reason)[:1000],
        science=proposal.science, ready_on=proposal.ready_on, added_by=by,
    ))  # fmt: skip
    steps.write(plan)
    record(
        EventType.PROPOSED, by=by, subject=person, place=str(plan.path), plan=plan.pk,
        title=str(title), entry=entry.pk, judgement=entry.judgement,
        cites=dict.fromkeys(cite for one in checks for cite in one.cites),
    )  # fmt: skip
    return entry


def checks_of(title: PlanTitle, person_id: int, today: date) -> list[rules.Check]:
    """Return what the rules say of a person whom one thinks of adding under a title."""
    return rules.check(
        title=title, person_id=person_id, today=today,
        standing=standing.standing([person_id], [title.post_id], today),
        known=rules.facts_of([person_id], today).get(person_id),
        cases=open_cases_of([person_id]).get(person_id, ()),
    )  # fmt: skip


@transaction.atomic(durable=True)
def drop(*, entry_id: int, reason: str, by: User) -> Plan:
    """Drop a proposal that nobody approved yet. Errors: DomainError when it is no proposal."""
    plan, entry = _entry(entry_id, by)
    if entry.state != S.PROPOSED:
        raise DomainError(_("This person is no longer a proposal."))
    entry.state, entry.out_reason = S.DROPPED, given(reason)
    entry.save(update_fields=["state", "out_reason"])
    steps.write(plan)
    record(EventType.DROPPED, by=by, subject=entry.person, place=str(plan.path), plan=plan.pk,
           entry=entry.pk, reason=entry.out_reason)  # fmt: skip
    return plan


@transaction.atomic(durable=True)
def leave(*, entry_id: int, reason: str, by: User) -> Plan:
    """Propose to take somebody out of the plan, with a reason; a decision carries it out.

    Errors: DomainError when the person does not stand in the plan.
    """
    plan, entry = _entry(entry_id, by)
    leave_plan(entry, reason, by)
    steps.write(plan)
    record(EventType.LEAVING, by=by, subject=entry.person, place=str(plan.path), plan=plan.pk,
           entry=entry.pk, reason=entry.out_reason)  # fmt: skip
    return plan


def leave_plan(entry: PlanEntry, reason: str, by: User) -> None:
    if entry.state != S.IN:
        raise DomainError(_("This person does not stand in the plan."))
    entry.state, entry.out_reason, entry.leaving_by = S.LEAVING, given(reason), by
    entry.save(update_fields=["state", "out_reason", "leaving_by"])


@transaction.atomic(durable=True)
def stay(*, entry_id: int, by: User, today: date) -> Plan:
    """Take back the proposal to take somebody out.

    Errors: DomainError when there is none, or the place was given to somebody else meanwhile.
    """
    plan, entry = _entry(entry_id, by)
    if entry.state != S.LEAVING:
        raise DomainError(_("Nobody proposed to take this person out."))
    stay_in_plan(entry, today)
    steps.write(plan)
    record(EventType.STAYING, by=by, subject=entry.person, place=str(plan.path), plan=plan.pk,
           entry=entry.pk)  # fmt: skip
    return plan


def stay_in_plan(entry: PlanEntry, today: date) -> None:
    standing.lock([entry.person_id], [entry.title.post_id])
    entry.state, entry.out_reason, entry.leaving_by = S.IN, "", None
    entry.save(update_fields=["state", "out_reason", "leaving_by"])
    steps.refuse_over_limits(entry, today)


@transaction.atomic(durable=True)
def judge(
    *, entry_id: int, science: bool | None, ready_on: date | None, position: int | None, by: User
) -> PlanEntry:
    """Note what people judge of an entry: background, when ready, the order under the title."""
    plan, entry = _entry(entry_id, by)
    if entry.state not in LIVE:
        raise DomainError(_("This person does not stand in the plan."))
    entry.science, entry.ready_on = science, ready_on
    if position is not None and position > 0:
        entry.position = position
    entry.save(update_fields=["science", "ready_on", "position"])
    steps.write(plan)
    record(EventType.JUDGED, by=by, subject=entry.person, place=str(plan.path), plan=plan.pk,
           entry=entry.pk, science=science, position=entry.position,
           ready_on=ready_on.isoformat() if ready_on else None)  # fmt: skip
    return entry


@transaction.atomic(durable=True)
def set_figures(
    *, plan_id: int, figures: Mapping[str, int | None], basis: str, version: int | None, by: User
) -> Plan:
    """Set the figures that this plan is measured against, where the rulebook has none confirmed.

    Errors: Forbidden without PLAN_APPROVE; DomainError without the document that says so.
    """
    plan = _plan(plan_id)
    require(by, Permission.PLAN_APPROVE, str(plan.path))
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan_id)
    check_version(plan, version)
    if not fold(basis):
        raise DomainError(_("Name the document that sets these figures."))
    kept = {name: value for name, value in figures.items() if name in LABELS and value is not None}
    steps.write(plan, figures=kept, figures_basis=fold(basis)[:300])
    record(EventType.FIGURES_SET, by=by, subject=plan, figures=kept, basis=plan.figures_basis)
    return plan


# --- approval -----------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def submit(*, plan_id: int, version: int | None, by: User) -> Plan:
    """Send a plan for approval: nothing changes in it until it is approved or returned.

    Errors: Forbidden without PLAN_KEEP; DomainError when nothing waits for a decision.
    """
    plan = locked(plan_id, by)
    check_version(plan, version)
    if not plan.entries.filter(state__in=WAITING).exists():
        raise DomainError(_("Nothing in this plan waits for a decision."))
    steps.write(plan, state=Plan.State.REVIEW, submitted_by=by, answer="")
    record(EventType.SUBMITTED, by=by, subject=plan)
    return plan


@transaction.atomic(durable=True)
def give_back(*, plan_id: int, reason: str, version: int | None, by: User) -> Plan:
    """Return a plan to who keeps it, with a reason. Errors: as `approve`."""
    plan = _in_review(plan_id, version, by)
    back = Plan.State.APPROVED if plan.approved_on else Plan.State.DRAFT
    steps.write(plan, state=back, answer=given(reason))
    record(EventType.RETURNED, by=by, subject=plan, reason=plan.answer)
    return plan


@dataclass(frozen=True, slots=True)
class Document:
    """The decision that approves or ends a plan."""

    number: str
    day: date
    body: str
    signer: str = ""


@transaction.atomic(durable=True)
def approve(
    *, plan_id: int, document: Document, version: int | None, by: User, today: date
) -> Plan:
    """Approve what waits in a plan; the files of those concerned hold it in the same transaction.

    Errors: Forbidden without PLAN_APPROVE, for who kept the plan and for who stands in it;
        DomainError when it does not wait for approval, the day lies ahead, or a rule is not met
        any more. Nothing is written then.
    """
    plan = _in_review(plan_id, version, by)
    refuse_after_failed(plan)
    if document.day > today:
        raise DomainError(_("A decision is not signed in the future."))
    made = steps.decision_of_plan(
        number=document.number, day=document.day, body=document.body, signer=document.signer,
        summary=str(plan), effects=[_("Succession plan approved")],
    )  # fmt: skip
    coming, going = carry_out(plan, decision_id=made, day=document.day, by=by, today=today)
    record(
        EventType.APPROVED, by=by, subject=plan, decision=made, number=document.number,
        day=document.day.isoformat(), came_in=[one.number for one in coming],
        went_out=[one.number for one in going],
    )  # fmt: skip
    return plan


def carry_out(
    plan: Plan, *, decision_id: int, day: date, by: User, today: date, first: date | None = None
) -> tuple[list[PlanEntry], list[PlanEntry]]:
    """Put in force what a decision approved. The transaction and the event are the caller's.

    Shape: `day` is the decision's, `first` from when on it holds; None is the same day.
    """
    coming, going = steps.put_in_force(
        plan, decision_id=decision_id, day=first or day, by=by, today=today
    )
    steps.write(plan, state=Plan.State.APPROVED, approved_by=by, decision_id=decision_id,
                approved_on=day, answer="")  # fmt: skip
    return coming, going


@transaction.atomic(durable=True)
def end(
    *, plan_id: int, document: Document, reason: str, version: int | None, by: User, today: date
) -> Plan:
    """End a plan: everybody leaves it by this decision. Errors: as `approve`."""
    seen = _plan(plan_id)
    require_approve(by, seen)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan_id)
    check_version(plan, version)
    refuse_while_case(plan_id)
    if plan.state == Plan.State.ENDED:
        raise DomainError(_("This plan has ended."))
    if document.day > today:
        raise DomainError(_("A decision is not signed in the future."))
    why = given(reason)
    made = steps.decision_of_plan(
        number=document.number, day=document.day, body=document.body, signer=document.signer,
        summary=str(plan), effects=[_("Succession plan ended")],
    )  # fmt: skip
    gone = steps.end_all(plan, decision_id=made, day=document.day, reason=why)
    steps.write(plan, state=Plan.State.ENDED, answer=why)
    record(EventType.ENDED, by=by, subject=plan, decision=made, number=document.number,
           reason=why, went_out=gone)  # fmt: skip
    return plan


# --- what the actions share ---------------------------------------------------------------------


def _plan(plan_id: int) -> Plan:
    return Plan.objects.select_related("unit").get(pk=plan_id)


def locked(plan_id: int, by: User) -> Plan:
    """Return the plan, locked, once it is sure that `by` keeps it and it may change."""
    # Before the lock, which the wall gives only to those who may.
    require(by, Permission.PLAN_KEEP, str(_plan(plan_id).path))
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan_id)
    require_keep(by, plan)
    return plan


def _entry(entry_id: int, by: User) -> tuple[Plan, PlanEntry]:
    seen = PlanEntry.objects.get(pk=entry_id)
    plan = locked(seen.plan_id, by)
    if seen.person_id == own_person(by):
        raise Forbidden(_("Nobody keeps the own place in a plan."))
    rows = PlanEntry.objects.select_for_update(of=("self",)).select_related("person", "title__post")
    entry = rows.get(pk=entry_id)
    entry.plan = plan
    return plan, entry


def _in_review(plan_id: int, version: int | None, by: User) -> Plan:
    require_approve(by, _plan(plan_id))
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan_id)
    check_version(plan, version)
    refuse_while_case(plan_id)
    if plan.state != Plan.State.REVIEW:
        raise DomainError(_("This plan does not wait for approval."))
    return plan


def _readable(number: str, by: User) -> Person:
    """Return the person by file number. Errors: Forbidden for a file out of reach or one's own."""
    person = Person.objects.select_related("home_unit").filter(
        number=number, voided_at=None
    ).first()  # fmt: skip
    if person is None:
        raise DomainError(_("There is no such person within your reach."))
    require(by, Permission.PERSON_VIEW, str(person.home_path))
    if person.pk == own_person(by):
        raise Forbidden(_("Nobody keeps the own place in a plan."))
    return person
