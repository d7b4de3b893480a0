"""A department with posts, a head about to leave, deputies and officials."""

from datetime import date

import pytest
from django.utils import translation

from conftest import _unit, _user
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel
from ngangtam.stages.appointment.steps import Basis

DAY = date(2026, 3, 20)
FIRST = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared by the words of the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def town(lan_province, lan_department, source):
    """Posts of the department and one beside it."""
    return {
        "province": lan_province, "department": lan_department,
        "beside": _unit("T1.TC", "Sở Tài chính", lan_province, source),
    }  # fmt: skip


@pytest.fixture
def post(source, town):
    def make(title, unit="department", seats=1, regime="civil_servant", **more):
        return organisation.add_post(
            unit=town[unit], title=title, first_day=date(2020, 1, 1), source=source, seats=seats,
            regime=regime, **more,
        )  # fmt: skip

    return make


@pytest.fixture
def director(post):
    return post("Giám đốc Sở", head=True, leadership=True)


@pytest.fixture
def deputy(post):
    return post("Phó Giám đốc Sở", seats=2, leadership=True)


@pytest.fixture
def official(post):
    return post("Chuyên viên", seats=None)


@pytest.fixture
def employ(source):
    def make(name, post, first=date(2021, 1, 1), **more):
        person = personnel.add_person(full_name=name, unit=post.unit, source=source)
        personnel.add_posting(person=person, post=post, first_day=first, source=source, **more)
        personnel.refresh([person.pk], day=DAY)
        person.refresh_from_db()
        return person

    return make


@pytest.fixture
def decision(db):
    return organisation.add_decision(
        number="12/QĐ-SNV", day=DAY, body="Ủy ban nhân dân tỉnh", signer="Trần Văn Ký"
    )


@pytest.fixture
def signer(lan_province):
    return _user("ky", "Trần Văn Ký", "deciding_member", lan_province)


@pytest.fixture
def basis(decision, signer):
    return Basis(decision, "2026-000001", signer)
