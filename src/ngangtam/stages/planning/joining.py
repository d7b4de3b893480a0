"""What this room tells the rooms below: facts of cases, and what a decision on a list writes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.problems import DomainError

EFFECT = "plan.entries"


def join() -> None:
    """Register with the room of procedures."""
    from ngangtam.stages.procedure import effects, knowing, starting

    effects.register(EFFECT, carry_out)
    knowing.register(known)
    starting.register("planning", "planning-list", gettext_lazy("Succession plans"))


def known(people: Sequence[int], post: Any, day: date) -> dict[int, dict[str, object]]:
    """Return what plans say of people as candidates for a post: facts of a case."""
    from ngangtam.stages.planning.queries import planned_for

    return {
        person: {
            "planned_for_title": one.title, "planned_for_equal_or_higher": one.equal_or_higher,
            "open_plan_case": one.proposed,
        }
        for person, one in planned_for(people, post, day).items()
    }  # fmt: skip


def carry_out(case: Any, decision: Any, by: User) -> None:
    """Put in force what a case decided about a plan, in the decision's transaction."""
    from ngangtam.stages.planning import actions
    from ngangtam.stages.planning.models import Plan
    from ngangtam.stages.planning.rights import require_approve

    wanted = (case.payload or {}).get("plan")
    seen = Plan.objects.filter(pk=wanted).first() if isinstance(wanted, int) else None
    if seen is None:
        raise DomainError(_("The case does not name a succession plan."))
    require_approve(by, seen)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=seen.pk)
    if plan.state != Plan.State.REVIEW:
        raise DomainError(_("This plan does not wait for approval."))
    actions.carry_out(
        plan, decision_id=decision.pk, day=decision.day, by=by, today=timezone.localdate()
    )
