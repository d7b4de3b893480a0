"""What this room tells the rooms below: facts of cases, and what a decision on a list writes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.stages.planning import cases

EFFECT = "plan.entries"


def join() -> None:
    """Register with the room of procedures."""
    from ngangtam.stages.procedure import effects, knowing, opening, starting

    effects.register(EFFECT, carry_out)
    knowing.register(known)
    opening.register(cases.on_opening)
    starting.register(cases.STAGE, "planning-list", gettext_lazy("Succession plans"))


def known(people: Sequence[int], post: Any, day: date) -> dict[int, dict[str, object]]:
    """Return what plans say of people as candidates for a post: facts of a case."""
    from ngangtam.stages.planning.queries import planned_for

    return {
        person: {
            "planned_for_title": one.title, "planned_for_equal_or_higher": one.equal_or_higher,
            "open_plan_case": one.proposed, "people_planned_for_title": one.people,
            "titles_planned_at_level": one.titles,
        }
        for person, one in planned_for(people, post, day).items()
    }  # fmt: skip


def carry_out(case: Any, decision: Any, by: User) -> None:
    """Put in force what a case decided about a plan, in the decision's transaction.

    Who was proposed and is still considered comes in, who was to leave goes out; who was set
    aside on the way does not come in, and the entry says why.
    Errors: DomainError when the case names no plan that waits for it, or a rule is not met any
        more; Forbidden as for approving a plan.
    """
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
    _set_aside(case, plan)
    said = case.payload.get("effective_on")
    actions.carry_out(
        plan, decision_id=decision.pk, day=decision.day, by=by, today=timezone.localdate(),
        first=date.fromisoformat(said) if isinstance(said, str) and said else decision.day,
    )  # fmt: skip


def _set_aside(case: Any, plan: Any) -> None:
    """Drop the proposals that the case set aside.

    Errors: DomainError when the case and the plan do not name the same people.
    """
    from ngangtam.stages.planning.models import PlanEntry

    entries = PlanEntry.objects.select_for_update(of=("self",)).filter(
        plan=plan, state__in=[PlanEntry.State.PROPOSED, PlanEntry.State.IN]
    )
    listed = {(one.person_id, one.title.post_id): one for one in entries.select_related("title")}
    subjects = {(one.person_id, one.post_id): one for one in case.subjects.all()}
    strange = [one.name for key, one in subjects.items() if one.state == "in" and key not in listed]
    strange += [one.full_name for key, one in listed.items()
                if one.state == PlanEntry.State.PROPOSED and key not in subjects]  # fmt: skip
    if strange:
        raise DomainError(
            _("The case and the plan do not name the same people: %(names)s.")
            % {"names": ", ".join(strange)[:300]}
        )
    for key, entry in listed.items():
        if entry.state == PlanEntry.State.PROPOSED and subjects[key].state == "out":
            entry.state = PlanEntry.State.DROPPED
            entry.out_reason = subjects[key].reason or str(case.title)
            entry.save(update_fields=["state", "out_reason"])
