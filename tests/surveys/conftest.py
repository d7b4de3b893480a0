"""A department with a head, two deputies, nine officials; a cycle; an officer who runs surveys."""

from datetime import date

import pytest

from conftest import _unit, _user
from ngangtam.foundation.audit.steps import accounted
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.stages.evaluation.models import Cycle

DAY = date(2026, 3, 20)
LAST = date(2026, 3, 27)


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    """Keys of boxes lie in a home of the test's own; its secrets are those of the database."""
    from ngangtam.foundation.kernel import secrets

    secrets.secret("survey_codes")
    monkeypatch.setattr("ngangtam.stages.surveys.boxes.room", lambda name: _made(tmp_path / name))


def _made(path):
    path.mkdir(exist_ok=True)
    return path


def built_town():
    """Units, posts and everybody in them; every person has an account."""
    people, users = {}, {}
    source = organisation.add_source(kind="test", name="Hồ sơ thử", day=date(2025, 7, 1))
    province = _unit("T1", "Tỉnh Sông Thanh", organisation.root_unit(), source)
    department = _unit("T1.NV", "Sở Nội vụ", province, source)
    beside = _unit("T1.TC", "Sở Tài chính", province, source)

    def post(unit, title, **more):
        return organisation.add_post(
            unit=unit,
            title=title,
            first_day=date(2020, 1, 1),
            source=source,
            seats=None,
            **more,
        )

    def person(key, name, of):
        row = steps.add_person(full_name=name, unit=of.unit, source=source)
        steps.add_posting(person=row, post=of, first_day=date(2021, 1, 1), source=source)
        user = _user(key, name)
        Account.objects.create(user=user, person=row, state="linked")
        people[key], users[key] = row, user

    chair = post(province, "Chủ tịch", head=True, leadership=True)
    head = post(department, "Giám đốc Sở", head=True, leadership=True)
    deputy = post(department, "Phó Giám đốc Sở", leadership=True)
    official = post(department, "Chuyên viên")
    other = post(beside, "Giám đốc Sở", head=True, leadership=True)
    person("chu-tich", "Phan Văn Chủ", chair)
    person("giam-doc", "Đào Thị Giám", head)
    person("pho-1", "Lý Văn Phó", deputy)
    person("pho-2", "Mạc Thị Phụng", deputy)
    names = ["An", "Bình", "Cường", "Dung", "Em", "Phúc", "Giang", "Hạnh", "Khôi"]
    for number, given in enumerate(names):
        person(f"cv-{number}", f"Nguyễn Văn {given}", official)
    person("tai-chinh", "Hồ Văn Tài", other)
    steps.refresh([row.pk for row in people.values()], day=DAY)
    for row in people.values():
        row.refresh_from_db()
    cycle = Cycle.objects.create(
        unit=province, path=province.path, code="2026-03", kind="month",
        first=date(2026, 3, 1), until=date(2026, 4, 1), report_by=LAST, confirm_by=LAST,
    )  # fmt: skip
    hoa = _unit("T2", "Tỉnh Núi Xanh", organisation.root_unit(), source)
    officers = {
        "lan": _user("lan", "Trần Thị Lan", "personnel_officer", province),
        "hoa": _user("hoa", "Phạm Thị Hoa", "personnel_officer", hoa),
        "minh": _user("minh", "Lê Văn Minh"),
        "truong": _user("truong", "Hà Văn Trưởng", "unit_head", department),
    }
    return {"people": people, "users": users, "department": department, "cycle": cycle, **officers}


@pytest.fixture
def town(db):
    return built_town()


@pytest.fixture
def standing_town(committed):
    """The same, where transactions end."""
    with accounted("test.prepared"):
        return built_town()
