"""The yearly review of a plan, and the lists that go to the level above."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may, require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.planning import rules, steps
from ngangtam.stages.planning.actions import leave_plan, locked, stay_in_plan
from ngangtam.stages.planning.events import EventType
from ngangtam.stages.planning.models import Plan, PlanEntry, PlanList, PlanReview, ReviewLine
from ngangtam.stages.planning.rights import STANDING
from ngangtam.stages.planning.rows import HEADINGS, rows_of


@transaction.atomic(durable=True)
def open_review(*, plan_id: int, by: User, today: date) -> PlanReview:
    """Begin the yearly review: every entry gets a line with what the file shows on the day.

    Errors: Forbidden without PLAN_KEEP; DomainError when one is open or nobody stands in it.
    """
    plan = locked(plan_id, by)
    entries = list(
        plan.entries.filter(state__in=STANDING).select_related("title__post", "plan__unit")
    )
    if not entries:
        raise DomainError(_("Nobody stands in this plan yet."))
    review: PlanReview = steps.saved(PlanReview(plan=plan, path=plan.path, day=today, opened_by=by))
    found = steps.findings_now(entries, today)
    known = rules.facts_of([entry.person_id for entry in entries], today)
    ReviewLine.objects.bulk_create([
        ReviewLine(
            review=review, entry=entry, path=plan.path,
            evidence=[
                one.plain()
                for one in rules.evidence(entry, found[entry.pk], known.get(entry.person_id))
            ],
            outcome="leaves" if entry.state == PlanEntry.State.LEAVING else "",
            reason=entry.out_reason, judged_by=entry.leaving_by,
        )
        for entry in entries
    ])  # fmt: skip
    record(EventType.REVIEW_OPENED, by=by, subject=plan, review=review.pk, entries=len(entries))
    return review


@transaction.atomic(durable=True)
def judge_line(
    *, line_id: int, outcome: str, reason: str, by: User, today: date
) -> ReviewLine:  # fmt: skip
    """Say of one entry whether it stays or goes out; going out needs a reason.

    Errors: Forbidden without PLAN_KEEP or about oneself; DomainError when the review is closed.
    """
    seen = ReviewLine.objects.select_related("review").get(pk=line_id)
    plan = locked(seen.review.plan_id, by)
    line = (
        ReviewLine.objects.select_for_update(of=("self",))
        .select_related("review", "entry__person", "entry__title__post").get(pk=line_id)
    )  # fmt: skip
    entry = line.entry
    if line.review.closed_at is not None:
        raise DomainError(_("This review is closed."))
    if entry.person_id == own_person(by):
        raise Forbidden(_("Nobody keeps the own place in a plan."))
    if outcome not in ("stays", "leaves"):
        raise DomainError(_("Say whether the person stays or goes out."))
    if outcome == "leaves" and entry.state == PlanEntry.State.IN:
        leave_plan(entry, reason, by)
    if outcome == "stays" and entry.state == PlanEntry.State.LEAVING:
        stay_in_plan(entry, today)
    if outcome == "stays" and line.evidence and not fold(reason):
        raise DomainError(_("Something speaks against it; say why the person stays all the same."))
    line.outcome, line.reason = outcome, fold(reason)[:1000]
    line.judged_by, line.judged_at = by, timezone.now()
    line.save(update_fields=["outcome", "reason", "judged_by", "judged_at"])
    steps.write(plan)
    record(EventType.REVIEWED, by=by, subject=entry.person, place=str(plan.path), plan=plan.pk,
           entry=entry.pk, outcome=outcome, reason=line.reason)  # fmt: skip
    return line


@transaction.atomic(durable=True)
def close_review(*, review_id: int, by: User) -> PlanReview:
    """Close a review once every entry was judged. Errors: DomainError while one is not."""
    seen = PlanReview.objects.get(pk=review_id)
    plan = locked(seen.plan_id, by)
    review = PlanReview.objects.select_for_update().get(pk=review_id)
    if review.closed_at is not None:
        raise DomainError(_("This review is closed."))
    left = review.lines.filter(outcome="", entry__state__in=STANDING).count()
    if left:
        raise DomainError(_("%(left)s people were not judged yet.") % {"left": left})
    review.closed_at = timezone.now()
    review.save(update_fields=["closed_at"])
    steps.write(plan, reviewed_on=review.day)
    record(EventType.REVIEW_CLOSED, by=by, subject=plan, review=review.pk,
           leaving=review.lines.filter(outcome="leaves").count())  # fmt: skip
    return review


@transaction.atomic(durable=True)
def send_list(
    *, plan_id: int, to_code: str, name: str, level: str, by: User, today: date
) -> PlanList:
    """Send the entries of a plan as they stand to a unit above: a copy that nobody changes.

    Shape: `level` narrows to titles managed at one level (the strategic pool), "" for all.
    Errors: Forbidden without PLAN_KEEP; DomainError when the other unit is not above, nobody is
        on the list, or the very same list was sent before.
    """
    plan = Plan.objects.select_related("unit").get(pk=plan_id)
    require(by, Permission.PLAN_KEEP, str(plan.path))
    to = Unit.objects.filter(code=to_code).first()
    if to is None or to.pk == plan.unit_id or not f"{plan.path}.".startswith(f"{to.path}."):
        raise DomainError(_("A list goes to a unit above this one."))
    rows = rows_of(plan, level=level, today=today)
    if not rows:
        raise DomainError(_("Nobody stands on this list."))
    digest = digest_of(rows)
    made: PlanList = steps.saved(PlanList(
        plan=plan, path=plan.path, to_unit=to, to_path=to.path, name=fold(name)[:300] or str(plan),
        day=today, rows=rows, digest=digest, sent_by=by,
    ))  # fmt: skip
    record(EventType.LIST_SENT, by=by, subject=plan, to=to.code, digest=digest, people=len(rows),
           list=made.pk)  # fmt: skip
    return made


def digest_of(rows: Sequence[Sequence[str]]) -> str:
    """Return the digest that stands under a list: SHA-256 of its headings and rows."""
    said = json.dumps([list(HEADINGS), *rows], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


@transaction.atomic(durable=True)
def see_list(*, list_id: int, by: User) -> PlanList:
    """Note that the level above has seen a list. Errors: Forbidden without a grant there."""
    found = PlanList.objects.get(pk=list_id)
    verbs = (Permission.PLAN_KEEP, Permission.PLAN_APPROVE)
    if not any(may(by, verb, str(found.to_path)) for verb in verbs) or found.sent_by_id == by.pk:
        raise Forbidden(_("Only the level above notes that it has seen the list."))
    found = PlanList.objects.select_for_update(of=("self",)).get(pk=list_id)
    if found.seen_at is not None:
        raise DomainError(_("This list was already seen."))
    found.seen_by, found.seen_at = by, timezone.now()
    found.save(update_fields=["seen_by", "seen_at"])
    record(EventType.LIST_SEEN, by=by, subject=found.plan, list=found.pk, digest=found.digest)
    return found
