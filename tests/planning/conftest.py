"""A province with a department, who holds its posts, who keeps its plan and who approves."""

from datetime import date

import pytest

from conftest import _unit, _user
from ngangtam.stages.planning import actions
from ngangtam.stages.planning.actions import Document, Proposal
from planning_people import COUNTED, FIRST, TODAY, UNTIL, make_person, make_post


@pytest.fixture
def department(lan_province, source):
    return _unit("T1.NV", "Sở Nội vụ", lan_province, source)


@pytest.fixture
def posts(department, source):
    """A small ladder: director, deputy, head of division, official."""
    return {
        "director": make_post(department, source, "Giám đốc Sở", "department_director", seats=1,
                              leadership=True, head=True, managed_by="province_committee"),
        "deputy": make_post(department, source, "Phó Giám đốc Sở", "deputy_department_director",
                            seats=3, leadership=True, managed_by="province_committee"),
        "chief": make_post(department, source, "Trưởng phòng", "division_head", leadership=True,
                           seats=12),
        "official": make_post(department, source, "Chuyên viên", "professional", seats=40),
    }  # fmt: skip


@pytest.fixture
def people(posts, source):
    """Who holds these posts."""
    made = {
        "director": make_person("Đào Văn Giám", posts["director"], source, born=date(1967, 1, 1)),
        "deputy": make_person("Lý Thị Phó", posts["deputy"], source, gender="female",
                              born=date(1980, 2, 2)),
        "deputy2": make_person("Mạc Văn Phó", posts["deputy"], source, born=date(1975, 2, 2)),
    }  # fmt: skip
    for number in range(1, 6):
        made[f"chief{number}"] = make_person(
            f"Nguyễn Trưởng {'ABCDE'[number - 1]}", posts["chief"], source,
            born=date(1979 + 2 * number, 3, 3), gender="female" if number % 2 else "male",
            ethnicity="tay" if number == 2 else "kinh",
        )  # fmt: skip
    made["official"] = make_person("Hồ Văn Viên", posts["official"], source, born=date(1992, 1, 1))
    return made


@pytest.fixture
def keeper(lan):
    return lan


@pytest.fixture
def approver(lan_province):
    return _user("uy-vien", "Nguyễn Thị Ủy", "deciding_member", lan_province)


@pytest.fixture
def plan(department, keeper, db):
    return actions.open_plan(
        unit_code="T1.NV", term="2026–2031", first=FIRST, until=UNTIL, counted_on=COUNTED, by=keeper
    )


@pytest.fixture
def titles(plan, posts, keeper):
    """The titles of the plan, by key: director and deputy."""
    actions.add_titles(
        plan_id=plan.pk, posts=[posts["director"].pk, posts["deputy"].pk], version=None, by=keeper
    )
    rows = {row.post_id: row for row in plan.titles.all()}
    return {key: rows[posts[key].pk] for key in ("director", "deputy")}


@pytest.fixture
def propose(keeper):
    """Propose somebody, judged where the rulebook cannot say."""

    def run(title, person, *, by=None, **more):
        given = {"reason": "Có năng lực, được tín nhiệm", "judgement": "Đã xem xét, đủ điều kiện",
                 **more}  # fmt: skip
        return actions.propose(
            proposal=Proposal(title.pk, person.number, **given), version=None,
            by=by or keeper, today=TODAY,
        )  # fmt: skip

    return run


@pytest.fixture
def approve(keeper, approver):
    """Send a plan and approve it."""

    def run(plan, *, number="12-QĐ/TU", by=None, day=TODAY):
        actions.submit(plan_id=plan.pk, version=None, by=keeper)
        return actions.approve(
            plan_id=plan.pk, version=None, by=by or approver, today=TODAY,
            document=Document(number, day, "Ban Thường vụ Tỉnh ủy", "Phan Văn Ký"),
        )  # fmt: skip

    return run
