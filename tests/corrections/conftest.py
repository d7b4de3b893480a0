"""Bình, whose account is linked to her file; two officers who keep it; a head who confirms."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import _user
from made_files import PDF, home
from ngangtam.foundation.files import steps as files
from ngangtam.foundation.kernel.days import parse_day
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps

__all__ = ["home"]

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _own_store(home):
    return home


@pytest.fixture
def khanh(lan_province):
    """The second officer of the same province."""
    return _user("khanh", "Ngô Văn Khánh", "personnel_officer", lan_province)


@pytest.fixture
def truong(lan_province):
    """The head, who confirms whose account is whose."""
    return _user("truong", "Hà Văn Trưởng", "unit_head", lan_province)


@pytest.fixture
def person(lan_department, source):
    row = steps.add_person(
        full_name="Nguyễn Thị Bình", unit=lan_department, source=source, gender="female",
        birth=parse_day("02/03/1986").value, ethnicity="tay",
    )  # fmt: skip
    post = organisation.add_post(
        unit=lan_department, title="Chuyên viên", seats=3, first_day=date(2021, 1, 1), source=source
    )
    steps.add_posting(person=row, post=post, first_day=date(2022, 1, 1), source=source)
    steps.refresh([row.pk], day=TODAY)
    row.refresh_from_db()
    return row


@pytest.fixture
def make_record(person, source):
    def make(kind, **given):
        given = {"first_day": date(2010, 6, 1), "source": source, "person": person, **given}
        return steps.add_record(kind=kind, **given)

    return make


@pytest.fixture
def degree(make_record):
    return make_record("education", code="university", raw="ĐH Luật Hà Nội")


@pytest.fixture
def award(make_record):
    return make_record("award", raw="Bằng khen")


@pytest.fixture
def binh(person):
    """The account of the person; confirmed by the owner."""
    user = _user("binh", "Nguyễn Thị Bình")
    Account.objects.create(user=user, person=person, state="linked")
    return user


@pytest.fixture
def proof():
    return lambda name="Giấy khai sinh.pdf", data=PDF: files.check(SimpleUploadedFile(name, data))
