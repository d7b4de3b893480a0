"""Succession plans in the fictional province, kept and approved through the actions."""

from datetime import date, timedelta
from typing import Final

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel.models import Person
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
        planned += _fill(plan, keeper, day)
        if not plan.entries.exists():
            continue
        actions.submit(plan_id=plan.pk, version=None, by=keeper)
        if approved:
            _approve(plan, approver, day - timedelta(days=40))
    _send_up(keeper)
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
    people = list(
        Person.objects.filter(home_path__within=plan.path, leadership=True, voided_at=None)
        .order_by("-birth_day", "number")[:12]
    )  # fmt: skip
    return sum(_name(title, people, keeper, day) for title in plan.titles.order_by("position"))


def _name(title: PlanTitle, people: list[Person], keeper: User, day: date) -> int:
    """Propose whoever the rules let in, three at the most; others the rules refuse."""
    named = 0
    for person in people:
        if named == 3:
            break
        try:
            actions.propose(
                proposal=Proposal(title.pk, person.number, REASON, JUDGED), version=None,
                by=keeper, today=day,
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
