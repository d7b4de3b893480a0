"""Cases and plans: the case that decides about a plan, and open proposals to appoint somebody.

Who keeps plans may not see a case, and must know that there is one: functions of the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.stages.planning.models import Plan, PlanEntry
from ngangtam.stages.planning.rights import WAITING, check_version

STAGE: Final = "planning"
# The two procedures of the rulebook; an authority's own ones are offered beside both.
FIRST: Final = "party.planning"
REVIEW: Final = "party.planning-review"


def open_cases_of(people: Iterable[int]) -> dict[int, Sequence[str]]:
    """Return the numbers of open cases of appointment or nomination, by person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select person, number from ngangtam_plan_cases(%s::bigint[])", [sorted(set(people))]
        )
        found: dict[int, list[str]] = {}
        for person, number in cursor.fetchall():
            found.setdefault(person, []).append(number)
    return dict(found)


@dataclass(frozen=True, slots=True)
class PlanCase:
    """The latest case about a plan. Shape: `version` is the plan's since the case began."""

    number: str
    state: str
    version: int | None

    @property
    def runs(self) -> bool:
        return self.state in ("running", "frozen")

    def failed(self, plan: Plan) -> bool:
        """Whether it ended without a decision, and the plan still stands as it left it."""
        return self.state in ("refused", "withdrawn") and self.version == plan.version


def case_of(plan_id: int) -> PlanCase | None:
    """Return the latest case that names a plan; None before there was one."""
    with connection.cursor() as cursor:
        cursor.execute("select number, state, version from ngangtam_plan_case(%s)", [plan_id])
        row = cursor.fetchone()
    return PlanCase(*row) if row else None


def refuse_while_case(plan_id: int) -> None:
    """Errors: DomainError while a case walks a procedure about the plan; that case decides."""
    found = case_of(plan_id)
    if found is not None and found.runs:
        raise DomainError(
            _("Case %(number)s is under way about this plan; it decides.")
            % {"number": found.number}
        )


def refuse_after_failed(plan: Plan) -> None:
    """Errors: DomainError when a case ended without approving the plan: then it is returned."""
    found = case_of(plan.pk)
    if found is not None and found.failed(plan):
        raise DomainError(
            _("Case %(number)s ended without approving this plan; return it to who keeps it.")
            % {"number": found.number}
        )


@dataclass(frozen=True, slots=True)
class Road:
    """One procedure that could decide about a plan. Shape: `is_on` False until confirmed."""

    id: str
    label: str
    is_on: bool


def roads(plan: Plan, day: date) -> list[Road]:
    """Return the procedures that fit a plan: the first approval, or what changes afterwards."""
    not_this = FIRST if plan.approved_on else REVIEW
    found = []
    for ident, versions in sorted(rulebook().procedures.items()):
        one = versions.on(day)
        if one is not None and one.stage == STAGE and ident != not_this:
            found.append(Road(ident, said(one.label), one.is_on))
    return sorted(found, key=lambda road: not road.is_on)


def open_for_plan(
    *, plan_id: int, procedure: str, version: int | None, by: User, today: date
) -> Any:
    """Open the case that decides about a plan: those who would come in, and those who stay.

    The plan then waits for that case's decision, which writes who comes in and who goes out.
    Errors: as `procedure.actions.open_case`; Forbidden without PLAN_KEEP; DomainError when the
        plan may not change now, a review of it is open, or there is nothing to decide.
    """
    from ngangtam.stages.procedure.actions import open_case
    from ngangtam.stages.procedure.values import SubjectValues

    plan = Plan.objects.select_related("unit").get(pk=plan_id)
    require(by, Permission.PLAN_KEEP, str(plan.path))
    check_version(plan, version)
    road = next((one for one in roads(plan, today) if one.id == procedure), None)
    if road is None:
        raise DomainError(_("This procedure is not one for this plan."))
    rows = plan.entries.filter(state__in=[PlanEntry.State.PROPOSED, PlanEntry.State.IN])
    listed = list(rows.select_related("title").order_by("title__position", "position", "pk"))
    if not listed:
        raise DomainError(_("Nobody stays in this plan or comes into it; there is no case."))
    return open_case(
        procedure=procedure, unit_id=plan.unit_id, title=_title(plan, procedure, today),
        subjects=[SubjectValues(one.person_id, one.title.post_id) for one in listed],
        payload={"plan": plan.pk}, by=by, today=today,
    )  # fmt: skip


def _title(plan: Plan, procedure: str, today: date) -> str:
    """Return what the case is about, in the words of the files."""
    coming = plan.entries.filter(state=PlanEntry.State.PROPOSED).count()
    going = plan.entries.filter(state=PlanEntry.State.LEAVING).count()
    one = rulebook().procedures[procedure].on(today)
    what = one.label["vi"] if one is not None else procedure
    return f"{what}: {plan} (bổ sung {coming}, đưa ra {going})"


def on_opening(case: Any, people: Sequence[int], by: User, today: date) -> None:
    """Let the plan that a case names wait for it. Errors: DomainError as `open_for_plan` says."""
    from ngangtam.stages.planning import actions, steps
    from ngangtam.stages.planning.models import PlanReview

    if case.stage != STAGE:
        return
    wanted = (case.payload or {}).get("plan")
    if not isinstance(wanted, int) or not Plan.objects.filter(
        pk=wanted, unit=case.unit_id
    ).exists():  # fmt: skip
        raise DomainError(_("Open this case from the page of the succession plan."))
    plan = actions.locked(wanted, by)
    if PlanReview.objects.filter(plan=plan, closed_at=None).exists():
        raise DomainError(_("Close the review of this plan first."))
    if plan.reviewed_on is None and not plan.entries.filter(state__in=WAITING).exists():
        raise DomainError(_("Nothing in this plan waits for a decision."))
    steps.write(plan, state=Plan.State.REVIEW, submitted_by=by, answer="")
    case.payload = {**case.payload, "version": plan.version}
