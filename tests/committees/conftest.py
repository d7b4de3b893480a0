"""A commune with its Party committee, people of several ages; who keeps and who approves."""

from datetime import date

import pytest

from conftest import _user
from ngangtam.stages.committees import actions
from ngangtam.stages.committees.actions import Numbers
from planning_people import make_person, make_post

COUNTED = date(2025, 7, 1)


@pytest.fixture
def commune(lan_province, source):
    from ngangtam.records.organisation import steps

    return steps.add_unit(code="T1.X1", name="Đảng ủy xã Bình Khê", parent=lan_province,
                          first_day=date(2020, 1, 1), source=source, level="commune")  # fmt: skip


@pytest.fixture
def members(commune, source, lan_province):
    """Somebody young, somebody too old for a first entry, somebody too old for any."""
    post = make_post(commune, source, "Phó Chủ tịch", "people_committee_vice_chair",
                     leadership=True, level="commune", seats=40)  # fmt: skip
    seat = make_post(commune, source, "Đảng ủy viên", "committee_member", level="commune",
                     seats=40, committee_member=True)  # fmt: skip
    born = {"young": date(1985, 5, 5), "again": date(1967, 12, 1), "old": date(1965, 1, 1)}
    people = {
        name: make_person(f"Đồng Chí {name.title()}", post, source, born=day)
        for name, day in born.items()
    }
    from ngangtam.records.personnel import steps

    for at, row in enumerate(people.values(), start=1):
        steps.add_posting(person=row, post=seat, first_day=date(2021, 1, 1), source=source,
                          main=False, seat=at)  # fmt: skip
    return people


@pytest.fixture
def numbers():
    def make(**given):
        return Numbers(**{"counted_on": COUNTED, "seats": 27, "standing": 9, "deputies": 2,
                          "merged": 1, **given})  # fmt: skip

    return make


@pytest.fixture
def structure(commune, lan, numbers):
    return actions.open_structure(unit_code="T1.X1", term="2025–2030", numbers=numbers(), by=lan)


@pytest.fixture
def approver(lan_province):
    return _user("uy-vien", "Nguyễn Thị Ủy", "deciding_member", lan_province)
