"""A succession plan and a structure plan with somebody in them, for tests of addresses."""

from datetime import date

from ngangtam.stages.committees.models import Candidate, Structure
from ngangtam.stages.planning.models import (
    Plan,
    PlanEntry,
    PlanList,
    PlanReview,
    PlanTitle,
    ReviewLine,
)

DAY = date(2026, 1, 1)


def made(person, post, unit, officer, name):
    """Return a plan, its title, an entry, a line of a review, a list sent up, and a candidate."""
    plan = Plan.objects.create(
        unit=unit, path=unit.path, term="2026–2031", first=DAY, until=date(2031, 1, 1),
        counted_on=DAY, made_by=officer,
    )  # fmt: skip
    title = PlanTitle.objects.create(plan=plan, post=post, name=post.title, unit_name=unit.name)
    told = {"person": person, "path": unit.path, "number": person.number, "full_name": name}
    entry = PlanEntry.objects.create(
        plan=plan, title=title, in_reason="x", added_by=officer, **told
    )
    review = PlanReview.objects.create(plan=plan, path=unit.path, day=DAY, opened_by=officer)
    structure = Structure.objects.create(
        unit=unit, path=unit.path, term="2025–2030", counted_on=DAY, seats=27, standing=9,
        deputies=2, made_by=officer,
    )  # fmt: skip
    return {
        "plan": plan,
        "title": title,
        "entry": entry,
        "line": ReviewLine.objects.create(review=review, entry=entry, path=unit.path),
        "list": PlanList.objects.create(
            plan=plan, path=unit.path, to_unit=unit.parent, to_path=unit.parent.path, name=name,
            day=DAY, rows=[[name]], digest="a", sent_by=officer,
        ),
        "structure": structure,
        "approved": Structure.objects.create(
            unit=unit, path=unit.path, term="2030–2035", counted_on=DAY, seats=27, standing=9,
            deputies=2, made_by=officer, state="approved", approved_on=DAY, document="1-TB/TU",
        ),
        "candidate": Candidate.objects.create(
            structure=structure, kind="first", added_by=officer, **told
        ),
    }  # fmt: skip
