"""A program that got no answer sends again under the same Idempotency-Key: it is done once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from conftest import _user
from ngangtam.doors.api.scopes import Scope
from ngangtam.foundation.audit.models import Event, Once
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.records.personnel.models import Person, Record

AWARD = {
    "kind": "award", "raw": "Bằng khen", "first_day": "2024-03-05",
    "basis": {"source_name": "Hồ sơ thử"},
}  # fmt: skip


@pytest.fixture
def asks(program, lan):
    return program(lan)


KEY = "một".encode().hex()


def add(asks, person, key=KEY, **changed):
    headers = {"Idempotency-Key": key} if key else {}
    return asks.post(f"/people/{person.number}/records", {**AWARD, **changed}, **headers)


def made():
    return (
        Record.objects.filter(kind="award").count(),
        Event.objects.filter(type="record.added").count(),
    )


def test_the_second_answer_is_the_first(asks, secret):
    first, second = add(asks, secret), add(asks, secret)

    assert (first.status_code, second.status_code) == (201, 201), first.content
    assert first.content == second.content
    assert [one["Location"] for one in (first, second)] == [first["Location"]] * 2
    assert first["ETag"] == second["ETag"]
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert made() == (1, 1)


def test_without_a_key_or_with_another_it_is_another_act(asks, secret):
    for key in ("a", "b", "", ""):
        assert add(asks, secret, key).status_code == 201
    assert made() == (4, 4)


def test_a_key_stands_for_one_request(asks, secret):
    add(asks, secret)
    other = add(asks, secret, raw="Huân chương")

    assert other.status_code == 409
    assert other.json()["type"] == "/api/#problem-key-in-use"
    assert made() == (1, 1)


@pytest.mark.parametrize("key", ["x" * 201, '""', "với dấu", "a\tb"])
def test_a_key_that_is_none_is_refused(asks, secret, key):
    answer = add(asks, secret, key.encode().decode("latin-1"))

    assert answer.status_code == 400
    assert made() == (0, 0)


def test_what_was_refused_may_be_tried_again(asks, secret):
    refused = [add(asks, secret, first_day="2024-13-05").status_code for _ in range(2)]

    assert refused == [422, 422]
    assert add(asks, secret).status_code == 201


def test_the_same_key_of_another_token_is_another(program, lan, secret):
    for _ in range(2):
        assert add(program(lan), secret).status_code == 201
    narrow = program(lan, Scope.UNITS_READ)

    assert add(narrow, secret).status_code == 403
    assert made() == (2, 2)


def test_a_change_on_a_condition_is_answered_again_as_it_was(asks, secret):
    path = f"/records/{secret.record.pk}"
    headers = {"If-Match": asks.get(path)["ETag"], "Idempotency-Key": "void-1"}

    answers = [asks.post(f"{path}/void", {"reason": "Nhầm"}, **headers) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200], answers[1].content
    assert Event.objects.filter(type="record.voided").count() == 1


def test_an_answer_lost_with_the_server_leads_to_the_person(asks, secret, monkeypatch):
    add(asks, secret)
    Once.objects.update(status=None, body="", location="")
    monkeypatch.setattr("ngangtam.doors.api.once._PATIENCE", 0.1)

    again = add(asks, secret)

    assert (again.status_code, again["Location"]) == (303, f"/api/v1/people/{secret.number}")
    assert made() == (1, 1)


def test_a_sealed_part_is_kept_nowhere(asks, secret):
    answers = [
        asks.post(f"/people/{secret.number}/sensitive", {"parts": ["health"], "purpose": "Xem"},
                  **{"Idempotency-Key": "s"})
        for _ in range(2)
    ]  # fmt: skip

    assert {one.status_code for one in answers} == {200}, answers[0].content
    assert "Bệnh Bí Mật" in answers[1].content.decode()
    assert not Once.objects.exclude(body="").exists()


def test_two_sendings_at_the_same_time_open_one_file(committed, program):
    source = organisation.add_source(kind="test", name="Thử", day=date(2025, 7, 1))
    unit = organisation.add_unit(
        code="T9", name="Tỉnh Thử", parent=organisation.root_unit(), first_day=date(2020, 1, 1),
        source=source,
    )  # fmt: skip
    steps.add_person(full_name="Nguyễn Thị Bình", unit=unit, source=source)
    asks = program(_user("lan", "Trần Thị Lan", "personnel_officer", unit))
    ready = Barrier(2)
    body = json.dumps({"unit": "T9", "full_name": "Lê Thị Hai", "nationality": "Việt Nam",
                       "basis": {"source_name": "Hồ sơ"}})  # fmt: skip

    def send(_):
        ready.wait()
        try:
            return Client().post(
                "/api/v1/people", body, content_type="application/json",
                headers={"Authorization": f"Bearer {asks.secret}", "Idempotency-Key": "hai"},
            )  # fmt: skip
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))

    assert [one.status_code for one in answers] == [201, 201], [one.content for one in answers]
    assert answers[0].content == answers[1].content
    assert Person.objects.filter(full_name="Lê Thị Hai").count() == 1
    assert Event.objects.filter(type="person.opened").count() == 1
