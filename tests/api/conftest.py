"""Programs that ask the API as Lan, Minh, Hoa and others."""

import json
from datetime import date

import pytest

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel


class Program:
    """A client that shows a token."""

    def __init__(self, client, secret):
        self.client, self.secret = client, secret

    def ask(self, method, path, body=None, **headers):
        given = {"Accept-Language": "en", **headers}
        if self.secret:
            given["Authorization"] = f"Bearer {self.secret}"
        data = {} if body is None else {"data": json.dumps(body)}
        address = path if path.startswith("/api/") else f"/api/v1{path}"
        return self.client.generic(
            method, address, content_type="application/json", headers=given, **data
        )

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, body if body is not None else {}, **headers)


@pytest.fixture
def program(client):
    """Make a program that acts as a user, for all scopes or for some."""
    from ngangtam.doors.api import actions
    from ngangtam.doors.api.scopes import Scope
    from ngangtam.foundation.access.steps import Owner

    def make(user, *scopes, days=30, networks=()):
        made = actions.make(
            user_id=user.pk, name="trial", scopes=scopes or list(Scope), days=days,
            networks=networks, by=Owner(),
        )  # fmt: skip
        found = Program(client, made.secret)
        found.token = made.token
        return found

    return make


@pytest.fixture
def inspector(lan_province):
    from ngangtam.foundation.access.models import Grant, User
    from ngangtam.foundation.kernel.models import span

    user = User.objects.create_user("tra", password="mat-khau-thu-nghiem", full_name="Ngô Thị Tra")
    Grant.objects.create(
        user=user, role="inspector", path=lan_province.path, unit_label=lan_province.name,
        valid=span(date(2020, 1, 1)),
    )  # fmt: skip
    return user


@pytest.fixture
def secret(lan_province, lan_department, source):
    """Somebody whose name nobody but Lan may meet."""
    post = organisation.add_post(
        unit=lan_department, title="Giám đốc Sở Thử nghiệm", first_day=date(2021, 1, 1),
        source=source, leadership=True,
    )  # fmt: skip
    person = personnel.add_person(
        full_name="Nguyễn Thị Bí Mật", unit=lan_department, source=source, gender="female",
        birth=PartialDate("02/03/1980", date(1980, 3, 2), "day"), ethnicity="tay",
        personal_number="001080012345",
    )  # fmt: skip
    posting = personnel.add_posting(
        person=person, post=post, first_day=date(2021, 1, 1), source=source
    )
    record = personnel.add_record(
        person=person, kind="theory", code="advanced", first_day=date(2015, 1, 1), source=source
    )
    health = personnel.add_record(
        person=person, kind="health", raw="Bệnh Bí Mật", first_day=date(2015, 1, 1), source=source
    )
    personnel.refresh([person.pk], day=date(2026, 6, 1))
    person.refresh_from_db()
    person.posting, person.record, person.health, person.post = posting, record, health, post
    return person


@pytest.fixture(autouse=True)
def snapshots_as_owner(monkeypatch):
    from offices import read_as_owner

    read_as_owner(monkeypatch)
