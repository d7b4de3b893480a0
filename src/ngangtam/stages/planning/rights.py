"""Who may do what with a plan. The database's walls say the same."""

from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.planning.models import Plan, PlanEntry

LIVE = (PlanEntry.State.PROPOSED, PlanEntry.State.IN, PlanEntry.State.LEAVING)
STANDING = (PlanEntry.State.IN, PlanEntry.State.LEAVING)
WAITING = (PlanEntry.State.PROPOSED, PlanEntry.State.LEAVING)


def require_keep(by: User, plan: Plan) -> None:
    """Errors: Forbidden unless `by` keeps plans there; DomainError when nothing may change now."""
    require(by, Permission.PLAN_KEEP, str(plan.path))
    if plan.state == Plan.State.ENDED:
        raise DomainError(_("This plan has ended."))
    if plan.state == Plan.State.REVIEW:
        raise DomainError(
            _("This plan waits for approval; nothing changes until it is approved or returned.")
        )


def why_not_approve(by: User, plan: Plan) -> str:
    """Return why the account does not decide about this plan now, "" when it may.

    Shape: who kept the plan, and who stands in it, does not approve it.
    """
    waiting = PlanEntry.objects.filter(plan=plan, state__in=LIVE)
    kept = {plan.made_by_id, plan.submitted_by_id}
    rows = list(waiting.values_list("person_id", "added_by_id", "leaving_by_id", "state"))
    for _person, added, leaving, state in rows:
        if state in WAITING:
            kept |= {added, leaving}
    if by.pk in kept:
        return _("Who kept the plan does not approve it.")
    if own_person(by) in {row[0] for row in rows}:
        return _("Your own name stands in this plan; somebody else approves it.")
    return ""


def require_approve(by: User, plan: Plan) -> None:
    """Errors: Forbidden unless `by` approves plans there, kept nothing of it and is not in it."""
    require(by, Permission.PLAN_APPROVE, str(plan.path))
    why = why_not_approve(by, plan)
    if why:
        raise Forbidden(why)


def check_version(plan: Plan, seen: int | None) -> None:
    """Errors: DomainError when somebody changed the plan since the form was shown."""
    if seen is not None and seen != plan.version:
        raise DomainError(
            _("Somebody else changed this plan meanwhile; look at it again before you go on.")
        )
