"""Every operation that the document names, tried by the wrong people. Crawled, not hand-picked."""

import pytest
from django.urls import reverse

from ngangtam.doors.api.document import document

NAME = "Bí Mật"


def operations():
    for path, methods in document("en")["paths"].items():
        for method, operation in methods.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield method.upper(), path, operation


@pytest.fixture
def filled(secret, lan_department, batch):
    """Give every address of the document the ids of what is Lan's."""
    values = {
        "number": secret.number, "code": lan_department.code, "mapping": "27-2026-nd-cp",
        "postings": secret.posting.pk, "records": secret.record.pk, "rosters": batch.pk,
    }  # fmt: skip

    def fill(path):
        first_standard = next(iter(_rulebook().standards))
        rooms = {
            "findings": first_standard, "standards": first_standard,
            "targets": next(iter(_rulebook().targets)),
            "indicators": next(iter(_rulebook().indicators)),
            "instruments": next(iter(_rulebook().instruments)),
            "parameters": next(iter(_rulebook().parameters)),
            "catalogues": "degree",
        }  # fmt: skip
        parts = path.split("/")
        for at, part in enumerate(parts):
            if part in {"{number}", "{code}"}:
                parts[at] = str(values[part.strip("{}")])
            elif part == "{pk}":
                parts[at] = str(values[parts[at - 1]])
            elif part == "{ident}":
                parts[at] = rooms[parts[at - 1]]
        return "/".join(parts)

    return fill


def _rulebook():
    from ngangtam.oversight.standards.book import rulebook

    return rulebook()


@pytest.fixture
def batch(lan_department, lan, secret):
    from datetime import date

    from ngangtam.records.intake.models import Batch, Match, Row

    made = Batch.objects.create(
        state="checked", unit=lan_department, post_title="Chuyên viên", day=date(2026, 1, 1),
        files=[{"name": f"{NAME}.xlsx", "sha256": "0", "bytes": 1, "stored": "1.xlsx"}],
        created_by="lan", rows_read=1, rows_accepted=1,
        report={"totals": {"cells": {"taken": 1}}, "files": []},
    )  # fmt: skip
    Row.objects.create(
        batch=made, file=0, table=0, number=1, kind=0, outcome="new", name=f"Nguyễn Thị {NAME}"
    )
    Match.objects.create(
        batch=made, place="0.0.0.1", name=f"Nguyễn Thị {NAME}", kind="birth", person=secret
    )
    return made


BODIES = {
    "/people": {"unit": "T1.NV", "full_name": "Ai Đó", "basis": {"source_name": "thử"}},
    "/sensitive": {"parts": ["health", "origin"], "purpose": "thử"},
    "/exchange": {"parts": ["health", "origin"], "purpose": "thử"},
    "/void": {"reason": "thử"}, "/undo": {"reason": "thử"},
    "/end": {"on": "2026-01-01", "reason": "thử"},
    "/decisions": {"choices": {"0.0.0.1": None}},
}  # fmt: skip


def _body(method, path, secret):
    if method == "PUT":
        return {"reason": "thử", "first_day": "2020-01-01"}
    if path.endswith("/postings"):
        return {"post_id": secret.post.pk, "first_day": "2026-01-01",
                "basis": {"source_name": "thử"}}  # fmt: skip
    if path.endswith("/records"):
        return {"kind": "theory", "code": "advanced", "first_day": "2020",
                "basis": {"source_name": "thử"}}  # fmt: skip
    return next((body for end, body in BODIES.items() if path.endswith(end)), {})


QUERIES = ("", "?q=bi+mat&count=true", "?unit=T1.NV", "?about=CB0000001")


@pytest.mark.parametrize("who", ["minh", "hoa", "supervisor", "auditor"])
def test_nobody_else_meets_the_name_by_any_operation(who, request, filled, program, secret):
    asks = program(request.getfixturevalue(who))

    for method, path, _operation in operations():
        if method != "GET":
            continue
        for query in QUERIES:
            answer = asks.get(filled(path) + query)
            assert answer.status_code < 500, path
            assert NAME not in answer.content.decode(), (path, query)
            if "{number}" in path:
                assert answer.status_code == 404, path
            if path.endswith("/people") and (who != "hoa" or "unit=" in query):
                assert answer.status_code == 404, query
            elif path.endswith("/people") and "count=true" in query:
                assert answer.json()["total"] == 0
                assert answer.json()["items"] == []


@pytest.mark.parametrize("who", ["minh", "hoa", "supervisor", "auditor"])
def test_nobody_else_changes_anything_by_any_operation(who, request, filled, program, secret):
    from ngangtam.foundation.access.models import Reading
    from ngangtam.foundation.audit.models import Event
    from ngangtam.records.intake.models import Batch
    from ngangtam.records.personnel.models import Person, Posting, Record

    asks = program(request.getfixturevalue(who))
    kept = (Person, Posting, Record, Event, Batch, Reading)
    before = [list(model._default_manager.order_by("pk").values()) for model in kept]

    for method, path, _operation in operations():
        if method == "GET":
            continue
        body = _body(method, path, secret)
        answer = asks.ask(method, filled(path), body, **{"If-Match": "*"})
        assert answer.status_code in {403, 404, 415, 422}, (path, answer.content)
        assert NAME not in answer.content.decode(), path

    assert before == [list(model._default_manager.order_by("pk").values()) for model in kept]


def test_without_a_token_every_operation_says_so(filled, client, db):
    for method, path, _operation in operations():
        answer = client.generic(method, filled(path), content_type="application/json")
        assert answer.status_code == 401, path
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_is_no_token(filled, client, lan):
    client.force_login(lan)

    for method, path, _operation in operations():
        answer = client.generic(method, filled(path), content_type="application/json")
        assert answer.status_code == 401, path


def test_a_token_is_no_session(client, program, lan, secret):
    asks = program(lan)

    answer = client.get(
        f"/people/{secret.number}/", headers={"Authorization": f"Bearer {asks.secret}"}
    )

    assert answer.status_code == 302


def test_every_operation_needs_its_scope(filled, program, lan, secret):
    from ngangtam.doors.api import actions
    from ngangtam.doors.api.scopes import Scope

    every = set(Scope)
    for method, path, operation in operations():
        scope = operation.get("x-scope")
        if scope is None:
            continue
        asks = program(lan, *sorted(every - {scope}))
        answer = asks.ask(method, filled(path), _body(method, path, secret))
        assert answer.status_code == 403, path
        assert answer.json()["type"] == "/api/#problem-out-of-scope"
        actions.revoke(token_id=asks.token.pk, by=lan)


def test_lan_does_meet_the_name(filled, program, lan, secret):
    """So that the tests above cannot pass by accident."""
    asks = program(lan)

    met = [
        path for method, path, _operation in operations()
        if method == "GET" and NAME in asks.get(filled(path)).content.decode()
    ]  # fmt: skip

    assert len(met) >= 6, met


def test_an_inspector_reads_and_writes_nothing(filled, program, secret, inspector):
    asks = program(inspector)

    assert asks.get(f"/people/{secret.number}").json()["full_name"] == f"Nguyễn Thị {NAME}"
    for method, path, _operation in operations():
        if method != "GET" and not path.endswith(("/sensitive", "/exchange")):
            body = _body(method, path, secret)
            answer = asks.ask(method, filled(path), body, **{"If-Match": "*"})
            assert answer.status_code in {403, 404, 415, 422}, (path, answer.content)


def test_an_auditor_reads_the_audit_and_no_name(program, auditor, lan, secret):
    officer = program(lan)
    officer.post(f"/people/{secret.number}/sensitive", {"parts": ["health"], "purpose": "thử"})

    told = program(auditor).get("/audit/events?type=person.sensitive_read")

    assert told.status_code == 200
    assert [row["type"] for row in told.json()["items"]] == ["person.sensitive_read"]
    assert NAME not in told.content.decode()


def test_the_document_is_whole(client, program, lan):
    made = program(lan).get("/openapi.json").json()

    assert made["openapi"].startswith("3.")
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            assert operation["description"], path
            assert set(operation["x-summary"]) == {"vi", "en"}, path
            assert "401" in operation["responses"], (path, method)
    assert client.get("/api/v1/openapi.json").status_code == 401
    assert reverse("api-openapi") == "/api/v1/openapi.json"
