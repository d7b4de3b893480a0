"""The whole API walked by its own description: no 5xx, and every answer as it is described."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ngangtam.doors.api.document import document

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance,
]  # fmt: skip
FEW = settings(
    max_examples=3, deadline=None, database=None, derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def application():
    """The site as the server runs it, on the connection of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    inner = get_wsgi_application()

    def from_here(environ, start_response):
        return inner({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)

    yield from_here
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def schema(program, lan, application):
    asks = program(lan)
    found = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", application, headers={"Authorization": f"Bearer {asks.secret}"}
    )
    return found, asks.secret


@pytest.fixture
def known(secret, lan_department):
    """Ids that there are, by the name of the parameter and the room it stands in."""
    from ngangtam.oversight.standards.book import rulebook

    book = rulebook()
    first = {
        "/findings/": book.standards, "/law/standards/": book.standards, "/targets/": book.targets,
        "/indicators/": book.indicators, "/law/instruments/": book.instruments,
        "/law/parameters/": book.parameters, "/catalogues/": book.catalogues,
    }  # fmt: skip

    def ids(path):
        ident = next((next(iter(room)) for part, room in first.items() if part in path), "x")
        pk = secret.posting.pk if "postings" in path else secret.record.pk
        return {"number": secret.number, "code": lan_department.code, "ident": ident, "pk": pk}

    return ids


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_operation_fails_and_each_answers_as_described(schema, known, mode):
    walked, bearer = schema
    tried = set()

    for found in walked.get_all_operations():
        operation = found.ok()

        @FEW
        @given(case=operation.as_strategy(generation_mode=mode))
        def try_one(case):
            if mode is GenerationMode.POSITIVE:
                ids = known(case.path)
                for name in case.path_parameters or {}:
                    case.path_parameters[name] = ids[name]
            case.headers.pop("If-Match", None)
            case.call_and_validate(
                headers={"Authorization": f"Bearer {bearer}", "If-Match": "*"}, checks=CHECKS
            )

        try_one()
        tried.add((operation.method, operation.path))

    named = {
        (method, path) for path, methods in document("en")["paths"].items() for method in methods
    }
    assert tried == named


def test_without_a_token_everything_is_refused_whatever_is_sent(schema):
    walked, _bearer = schema

    for found in walked.get_all_operations():
        operation = found.ok()

        @settings(FEW, max_examples=1)
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def try_one(case):
            answer = case.call(headers={"Authorization": "Bearer ngt_wrong"})
            assert answer.status_code in {400, 401, 429}

        try_one()
