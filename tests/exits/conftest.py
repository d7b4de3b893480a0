"""A province with a department: a head, deputies; who keeps, decides and inspects."""

from datetime import date
from types import SimpleNamespace

import pytest

from conftest import _unit, _user
from ngangtam.foundation.audit.steps import accounted
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.stages.exits.actions_watch import Paper

TODAY = date(2026, 11, 23)
PAPER = Paper("15-QĐ/TU", date(2026, 11, 20), "Ban Thường vụ Tỉnh ủy", "Nguyễn Văn Ký")


def built():
    """Units, posts and people; every person has an account of the own."""
    source = organisation.add_source(kind="test", name="Hồ sơ thử", day=date(2025, 7, 1))
    province = _unit("T1", "Tỉnh Sông Thanh", organisation.root_unit(), source)
    department = _unit("T1.NV", "Sở Nội vụ", province, source)
    other = _unit("T2", "Tỉnh Núi Xanh", organisation.root_unit(), source)
    people, users, postings = {}, {}, {}

    def post(unit, title, **more):
        return organisation.add_post(
            unit=unit, title=title, first_day=date(2020, 1, 1), source=source, seats=None, **more
        )

    def person(key, name, of, since=date(2022, 1, 1), **more):
        row = steps.add_person(full_name=name, unit=of.unit, source=source, **more)
        postings[key] = steps.add_posting(person=row, post=of, first_day=since, source=source)
        user = _user(key, name)
        Account.objects.create(user=user, person=row, state="linked")
        people[key], users[key] = row, user

    posts = {
        "head": post(department, "Giám đốc Sở", head=True, leadership=True),
        "deputy": post(department, "Phó Giám đốc Sở", leadership=True),
        "official": post(department, "Chuyên viên"),
        "chair": post(province, "Chủ tịch", head=True, leadership=True, regime="elected"),
        "elsewhere": post(other, "Giám đốc Sở", head=True, leadership=True),
    }
    person("giam-doc", "Đào Thị Giám", posts["head"])
    person("pho", "Lý Văn Phó", posts["deputy"])
    person("cv", "Nguyễn Văn An", posts["official"])
    person("chu-tich", "Phan Văn Chủ", posts["chair"])
    person("la", "Hồ Văn Lạ", posts["elsewhere"])
    officers = {
        "lan": _user("lan", "Trần Thị Lan", "personnel_officer", province),
        "quyet": _user("quyet", "Bùi Văn Quyết", "deciding_member", province),
        "tra": _user("tra", "Đinh Thị Tra", "inspector", province),
        "hoa": _user("hoa", "Phạm Thị Hoa", "personnel_officer", other),
        "minh": _user("minh", "Lê Văn Minh"),
    }
    steps.refresh([row.pk for row in people.values()], day=TODAY)
    for row in people.values():
        row.refresh_from_db()
    return SimpleNamespace(
        province=province, department=department, other=other, posts=posts, people=people,
        users={**users, **officers}, postings=postings, source=source,
    )  # fmt: skip


@pytest.fixture
def town(committed):
    with accounted("test.set_up"):
        return built()


def rated(town, key, *years, code="failed"):
    """Give somebody yearly ratings."""
    with accounted("test.rated"):
        return [
            steps.add_record(
                person=town.people[key], kind="rating", code=code, detail={"year": year},
                first_day=date(year, 12, 31), source=town.source,
            )
            for year in years
        ]  # fmt: skip


def disciplined(town, key, code="warning", day=date(2026, 5, 1)):
    with accounted("test.disciplined"):
        return steps.add_record(
            person=town.people[key], kind="discipline", code=code, first_day=day,
            until=date(2028, 5, 1), source=town.source,
        )  # fmt: skip
