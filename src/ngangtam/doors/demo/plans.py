"""Succession plans and lists of candidates in the fictional province, through the actions.

Plans have titles with one person alone, people from elsewhere, people who are ready later; one
committee's list is approved and waits for its congress, another is being drawn up.
"""

from datetime import date, timedelta
from typing import Final

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import add_months, today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.committees import actions as committees
from ngangtam.stages.committees import rules as committee_rules
from ngangtam.stages.committees.models import Candidate, Structure
from ngangtam.stages.planning import actions, actions_review
from ngangtam.stages.planning.actions import Document, Proposal
from ngangtam.stages.planning.models import Plan, PlanTitle

KEEPER: Final = "lan"
APPROVER: Final = "uyvien"
# (unit, whether its plan is approved); the others wait for approval.
UNITS: Final = (("SG.UB.SNV", True), ("SG.UB.STC", True), ("SG.TU.BTC", False))
MOST_TITLES: Final = 3
REASON: Final = "Có năng lực, được tín nhiệm, hoàn thành tốt nhiệm vụ"
JUDGED: Final = "Tập thể lãnh đạo đã xem xét hồ sơ và thống nhất (dữ liệu hư cấu)"
TERM: Final = "2026–2031"
# What the authority set where no text in force gives a figure.
FIGURES: Final = {
    "young_under": 40, "band_width": 5, "young_percent": 15, "women_percent": 25,
}  # fmt: skip
FIGURES_BASIS: Final = "Kế hoạch 18-KH/TU của Ban Thường vụ Tỉnh ủy (hư cấu)"
# How many people stand under each title in turn; the title with one is a single point of failure.
LINE: Final = (3, 1, 2)
# Who is judged ready for a title only later, by turn: in months from today.
LATER: Final = (None, 18, 48)
SEATS: Final = 15
CONGRESS: Final = "2025–2030"


def lay_down() -> int:
    """Keep a plan for a few units; return how many people stand in them."""
    keeper = User.objects.get(username=KEEPER)
    approver = User.objects.get(username=APPROVER)
    day = today()
    planned = 0
    for code, approved in UNITS:
        if not Unit.objects.filter(code=code).exists() or _exists(code):
            continue
        plan = actions.open_plan(
            unit_code=code, term=TERM, first=date(2026, 7, 1), until=date(2031, 7, 1),
            counted_on=date(2026, 7, 1), by=keeper,
        )  # fmt: skip
        actions.set_figures(plan_id=plan.pk, figures=FIGURES, basis=FIGURES_BASIS, version=None,
                            by=approver)  # fmt: skip
        planned += _fill(plan, keeper, day)
        if not plan.entries.exists():
            continue
        actions.submit(plan_id=plan.pk, version=None, by=keeper)
        if approved:
            _approve(plan, approver, day - timedelta(days=40))
    _send_up(keeper)
    _lists(keeper, approver, day)
    return planned


def _exists(code: str) -> bool:
    return Plan.objects.filter(unit__code=code, term=TERM).exists()


def _fill(plan: Plan, keeper: User, day: date) -> int:
    """Plan the head and deputies of the unit, each with those one step below."""
    posts = list(
        Post.objects.filter(unit=plan.unit, leadership=True, voided_at=None, valid__contains=day)
        .order_by("position", "pk")[:MOST_TITLES]
    )  # fmt: skip
    if not posts:
        return 0
    actions.add_titles(plan_id=plan.pk, posts=[one.pk for one in posts], version=None, by=keeper)
    here = list(
        Person.objects.filter(home_path__within=plan.path, leadership=True, voided_at=None)
        .order_by("-birth_day", "number")[:12]
    )  # fmt: skip
    return sum(
        _name(title, [*_from_elsewhere(plan), *here] if turn == len(LINE) - 1 else here, turn,
              keeper, day)
        for turn, title in enumerate(plan.titles.order_by("position"))
    )  # fmt: skip


def _from_elsewhere(plan: Plan) -> list[Person]:
    """Return somebody from another body: plans are open to people from elsewhere."""
    rows = Person.objects.filter(leadership=True, voided_at=None, home_unit__level=plan.unit.level)
    rows = rows.exclude(home_path__within=plan.path)
    return list(rows.order_by("-birth_day", "number")[:4])


def _name(title: PlanTitle, people: list[Person], turn: int, keeper: User, day: date) -> int:
    """Propose whoever the rules let in; others the rules refuse."""
    named = 0
    most = LINE[turn % len(LINE)]
    for person in people:
        if named == most:
            break
        later = LATER[named % len(LATER)]
        try:
            actions.propose(
                proposal=Proposal(
                    title.pk, person.number, REASON, JUDGED, science=named == 1 or None,
                    ready_on=add_months(day, later) if later else None,
                ), version=None, by=keeper, today=day,
            )  # fmt: skip
        except DomainError:
            continue
        named += 1
    return named


def _approve(plan: Plan, approver: User, signed: date) -> None:
    actions.approve(
        plan_id=plan.pk, version=None, by=approver, today=today(),
        document=Document(f"{100 + plan.pk}-QĐ/TU", signed, "Ban Thường vụ Tỉnh ủy (hư cấu)",
                          "Nguyễn Văn Ký"),
    )  # fmt: skip


def _send_up(keeper: User) -> None:
    plan = Plan.objects.filter(unit__code="SG.UB.SNV", state=Plan.State.APPROVED).first()
    if plan is not None and not plan.lists.exists():
        actions_review.send_list(
            plan_id=plan.pk, to_code="SG", name=f"Danh sách quy hoạch {plan}", level="",
            by=keeper, today=today(),
        )  # fmt: skip


# --- candidates for committees --------------------------------------------------------------


def _lists(keeper: User, approver: User, day: date) -> None:
    """Draw up the lists of two communes' committees; the first is approved."""
    seats = Post.objects.filter(
        committee_member=True, standing_committee_member=False, level="commune", voided_at=None,
        valid__contains=day, unit__ended_on=None,
    ).select_related("unit").order_by("unit__code", "pk")  # fmt: skip
    for turn, seat in enumerate(seats[:2]):
        if Structure.objects.filter(unit=seat.unit, term=CONGRESS).exists():
            continue
        found = committees.open_structure(
            unit_code=seat.unit.code, term=CONGRESS, by=keeper,
            numbers=committees.Numbers(
                committee_rules.reference_day("commune", day) or day, SEATS, 9, 2
            ),
        )  # fmt: skip
        committees.set_figures(
            structure_id=found.pk, basis=FIGURES_BASIS, by=approver,
            figures={"women_percent": 15, "young_percent": 10, "young_under": 40,
                     "band_width": 8},
        )  # fmt: skip
        # Two above the seats are 10 to 15 % of them.
        listed = _stand(found, seat, SEATS + 2 if not turn else 9, keeper, day)
        if not turn and listed:
            committees.approve(
                structure_id=found.pk, document="45-TB/TU của Ban Thường vụ Tỉnh ủy (hư cấu)",
                day=day - timedelta(days=20), version=None, by=approver, today=day,
            )  # fmt: skip


def _stand(found: Structure, seat: Post, most: int, keeper: User, day: date) -> int:
    """Put whoever qualifies on the list: those who sit now again, then others of the commune."""
    sitting = set(Posting.objects.on(day).filter(post=seat).values_list("person_id", flat=True))
    around = str(found.path).rpartition(".")[0] or str(found.path)
    people = Person.objects.filter(home_path__within=around, voided_at=None).order_by("number")
    listed = 0
    for person in sorted(people[:60], key=lambda one: one.pk not in sitting):
        if listed == most:
            break
        kind = Candidate.Kind.AGAIN if person.pk in sitting else Candidate.Kind.FIRST
        try:
            committees.add(
                structure_id=found.pk, version=None, by=keeper, today=day,
                standing=committees.Standing(person.number, kind, judgement=JUDGED),
            )  # fmt: skip
        except DomainError:
            continue
        listed += 1
    return listed
