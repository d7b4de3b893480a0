"""An agency with a head, a deputy and three officials; the month of March 2026 is open.

Thanh heads the province (and stands above the department), Trung heads the department, Bình is an
official there with an account; Lan runs evaluation in the province.
"""

from datetime import date, timedelta

import pytest

from conftest import _user
from ngangtam.foundation.kernel.days import parse_day, today
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.stages.evaluation.models import Cycle, Sheet

FIRST = date(2026, 3, 1)
SCHEME = "civil_servant"


@pytest.fixture
def make_person(source):
    def make(name, unit, *, title="Chuyên viên", head=False, leadership=False):
        row = steps.add_person(
            full_name=name, unit=unit, source=source, gender="female",
            birth=parse_day("02/03/1986").value,
        )  # fmt: skip
        post = organisation.add_post(
            unit=unit, title=title, seats=3, first_day=date(2021, 1, 1), source=source,
            head=head, leadership=leadership,
        )  # fmt: skip
        steps.add_posting(person=row, post=post, first_day=date(2022, 1, 1), source=source)
        steps.refresh([row.pk], day=today())
        row.refresh_from_db()
        return row

    return make


@pytest.fixture
def make_account():
    def make(username, person=None, role="", unit=None):
        user = _user(username, person.full_name if person else username.title(), role, unit)
        if person is not None:
            Account.objects.create(user=user, person=person, state="linked")
        return user

    return make


@pytest.fixture
def binh_person(make_person, lan_department):
    return make_person("Nguyễn Thị Bình", lan_department)


@pytest.fixture
def an_person(make_person, lan_department):
    return make_person("Lê Thị An", lan_department)


@pytest.fixture
def trung_person(make_person, lan_department):
    return make_person(
        "Đỗ Quang Trung", lan_department, title="Giám đốc", head=True, leadership=True
    )


@pytest.fixture
def binh(binh_person, make_account):
    return make_account("binh", binh_person)


@pytest.fixture
def trung(trung_person, make_account, lan_department):
    """Head of the department."""
    return make_account("trung", trung_person, "unit_head", lan_department)


@pytest.fixture
def thanh(make_account, lan_province):
    """Head of the province."""
    return make_account("thanh", None, "unit_head", lan_province)


@pytest.fixture
def make_cycle(lan_province):
    def make(code="2026-03", first=FIRST, until=date(2026, 4, 1), **given):
        given = {
            "kind": "month", "report_by": today() + timedelta(days=3),
            "confirm_by": today() + timedelta(days=8), **given,
        }  # fmt: skip
        return Cycle.objects.create(
            unit=lan_province, path=lan_province.path, code=code, first=first, until=until, **given
        )

    return make


@pytest.fixture
def cycle(make_cycle):
    return make_cycle()


@pytest.fixture
def make_sheet(cycle):
    def make(person, unit, **given):
        given = {"cycle": cycle, "scheme": SCHEME, "group": "specialist", **given}
        return Sheet.objects.create(
            person=person, unit=unit, path=unit.path, body=unit, months_worked=1, **given
        )

    return make


@pytest.fixture
def sheet(binh_person, lan_department, make_sheet):
    """Bình's."""
    return make_sheet(binh_person, lan_department)


@pytest.fixture
def head_sheet(trung_person, lan_department, make_sheet):
    """Trung's, who heads the department."""
    return make_sheet(trung_person, lan_department, head=True, leader=True, group="leadership")


@pytest.fixture
def unit_sheet(lan_department, make_sheet):
    """That of the department itself."""
    return make_sheet(None, lan_department, scheme="party_collective")
