"""Requests that nobody sends by accident."""

import json

import pytest

from ngangtam.foundation.audit.models import Event

RECORD = {"kind": "theory", "code": "advanced", "first_day": "2020",
          "basis": {"source_name": "thử"}}  # fmt: skip


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=9999999999999999999999", "limit=x", "age=u1", "gender=x'--",
     "level=%27;drop table personnel_person;--", "cursor=%ff%fe", "q=" + "a" * 500],
)  # fmt: skip
def test_parameters_out_of_shape_are_named(program, lan, secret, query):
    answer = program(lan).get(f"/people?{query}")

    assert answer.status_code == 422, answer.content
    name = query.partition("=")[0]
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"query.{name}"]


@pytest.mark.parametrize(
    "path",
    ["/people?q=%00", "/people/%00", "/units?q=a%00b", "/people?unit=%00"],
)
def test_a_zero_byte_is_no_server_error(program, lan, path):
    answer = program(lan).get(path)

    assert answer.status_code in {400, 404}
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/people?q=%ed%a0%80", "/people?q=' or '1'='1", "/people?q=%25%5c_", "/people/../units",
     "/people/CB0000001'--", "/units/T1'%20or%201=1", "/postings/99999999999999999999",
     "/postings/-1", "/postings/0", "/facts?x=1", "/units/T1/tree?depth=11", "/nothing",
     "/units/T1/facts?fact=personal_number", "/units/T1/facts?fact=ethnicity",
     "/units/T1/facts?on=0001-01-01", "/units/T1/facts?on=9999-12-31", "/targets?on=1850-01-01",
     "/law/parameters?on=2026-02-30", "/people/x/exchange?mapping=../../etc/passwd"],
)  # fmt: skip
def test_odd_addresses_are_answered_in_order(program, lan, secret, path):
    answer = program(lan).get(path)

    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        told = answer.json()
        assert told["status"] == answer.status_code
        assert {"type", "title", "detail", "instance"} <= set(told)


def _send(asks, raw, kind="application/json"):
    return asks.client.generic(
        "POST", "/api/v1/people", data=raw, content_type=kind,
        headers={"Authorization": f"Bearer {asks.secret}"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 422), (b"{", 400), (b"\xff\xfe", 400), (b'{"unit": NaN}', 400),
        (b"[" * 100_000, 400), (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
        (json.dumps({"full_name": "a\u0000b"}).encode(), 400),
        (b'{"full_name": "\\ud800"}', 400), (b"[]", 422), (b"null", 422), (b'"x"', 422),
        (b"{}", 422), (b'{"unit": ' + b"9" * 5000 + b"}", 400), (b"x" * (1024 * 1024 + 1), 413),
    ],
)  # fmt: skip
def test_bodies_that_are_no_body(program, lan, raw, status):
    answer = _send(program(lan), raw)

    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""]
)
def test_only_json_is_taken(program, lan, kind):
    assert _send(program(lan), b"{}", kind).status_code == 415


def test_a_method_that_is_none_says_which_there_are(program, lan):
    answer = program(lan).ask("DELETE", "/people")

    assert answer.status_code == 405
    assert set(answer["Allow"].replace(" ", "").split(",")) == {"GET", "POST"}
    assert answer["Content-Type"] == "application/problem+json"


def test_markup_and_formulas_come_back_as_they_are_in_json(program, lan, secret):
    asks = program(lan)
    evil = "<script>alert(1)</script>=1+1"

    made = asks.post(
        f"/people/{secret.number}/records",
        {"kind": "note", "raw": evil, "first_day": "2020", "basis": {"source_name": evil}},
    )

    assert made.status_code == 201
    assert made.json()["raw"] == evil
    assert made["Content-Type"] == "application/json"
    assert made["X-Content-Type-Options"] == "nosniff"


def test_the_language_is_the_callers(program, lan):
    asks = program(lan)

    said = {
        lang: asks.get("/people/CB9", **{"Accept-Language": lang}).json()["title"]
        for lang in ("vi", "en", "fr")
    }

    assert said["en"] == "Not found"
    assert said["vi"] == said["fr"] == "Không tìm thấy"


def test_a_cookie_changes_nothing(program, lan, hoa, secret, client):
    client.force_login(lan)
    asks = program(hoa)
    client.cookies["django_language"] = "vi"

    answer = asks.get(f"/people/{secret.number}")

    assert answer.status_code == 404
    assert answer.json()["title"] == "Not found"
    assert not answer.cookies


def test_nothing_is_kept_when_the_audit_cannot_be_written(program, lan, secret, monkeypatch):
    from ngangtam.records.personnel import actions
    from ngangtam.records.personnel.models import Record

    def full_disk(*_, **__):
        raise OSError

    monkeypatch.setattr(actions, "record", full_disk)
    asks = program(lan)
    asks.client.raise_request_exception = False
    before = Record.objects.count(), Event.objects.count()

    answer = asks.post(f"/people/{secret.number}/records", RECORD)

    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert (Record.objects.count(), Event.objects.count()) == before
