"""A department with a head's seat and three seats of staff, and people who may sit there."""

from datetime import date

import pytest

from ngangtam.foundation.kernel.days import parse_day
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.records.personnel.actions import Basis

TODAY = date(2026, 3, 2)
BASIS = Basis(number="12/QĐ-UBND", day=date(2026, 2, 1), body="UBND tỉnh Sông Thanh")


@pytest.fixture
def head(lan_department, source):
    return organisation.add_post(
        unit=lan_department, title="Giám đốc Sở", first_day=date(2021, 1, 1), source=source,
        leadership=True, head=True,
    )  # fmt: skip


@pytest.fixture
def staff(lan_department, source):
    return organisation.add_post(
        unit=lan_department, title="Chuyên viên", seats=3, first_day=date(2021, 1, 1), source=source
    )


@pytest.fixture
def person_at(source):
    """Open a file: person_at(unit, "Nguyễn Thị Bình", birth="02/03/1986")."""

    def make(unit, name="Nguyễn Thị Bình", birth="02/03/1986", **fields):
        return steps.add_person(
            full_name=name, unit=unit, source=source, birth=parse_day(birth).value,
            **{"gender": "female", **fields},
        )  # fmt: skip

    return make


@pytest.fixture
def binh(person_at, lan_department):
    return person_at(lan_department)


@pytest.fixture
def posting(binh, staff, source):
    row = steps.add_posting(person=binh, post=staff, first_day=date(2022, 1, 1), source=source)
    steps.refresh([binh.pk], day=TODAY)
    return row


@pytest.fixture
def degree(binh, source):
    return steps.add_record(
        person=binh, kind="education", first_day=date(2010, 6, 1), code="university",
        raw="ĐH Luật Hà Nội", source=source,
    )  # fmt: skip


@pytest.fixture
def course(binh, source):
    """A record that one officer changes; degrees take two."""
    return steps.add_record(
        person=binh, kind="theory", first_day=date(2010, 6, 1), code="intermediate",
        raw="Trung cấp LLCT", source=source,
    )  # fmt: skip
