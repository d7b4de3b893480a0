"""The API: its operations put together, and what it answers when something goes wrong."""

import json
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as NotValid
from ninja.parser import Parser

from ngangtam.doors.api import problems
from ngangtam.doors.api.asking import Token
from ngangtam.doors.api.paths import (
    audit,
    changes,
    exchange,
    facts,
    findings,
    intake,
    law,
    people,
    targets,
    units,
)
from ngangtam.doors.api.problems import Problem, Wrong
from ngangtam.doors.api.wording import words_for

DEEPEST: Final = 20
_MEDIA: Final = "application/json"


class CarefulParser(Parser):
    """Reads JSON that is JSON, not too deep, and without characters that no database keeps."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body. Errors: Problem 400, 415."""
        if request.content_type != _MEDIA:
            raise Problem("wrong-media", gettext("Send the body as application/json."))
        try:
            body = json.loads(request.body, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise Problem("bad-request", gettext("The body is no JSON.")) from error
        if not _sound(body, DEEPEST):
            raise Problem(
                "bad-request", gettext("The body is nested too deeply or holds a bad character.")
            )
        return body


def _no_number(name: str) -> float:
    raise ValueError(name)


def _sound(value: Any, depth: int) -> bool:
    """Whether a value is at most `depth` deep and all its texts can be kept."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= one <= "\udfff" for one in value)
    if isinstance(value, dict):
        return depth > 0 and all(
            _sound(key, depth) and _sound(one, depth - 1) for key, one in value.items()
        )
    if isinstance(value, list):
        return depth > 0 and all(_sound(one, depth - 1) for one in value)
    return True


api = NinjaAPI(
    title="Ngang Tầm", version="1", urls_namespace="api", openapi_url=None, docs_url=None,
    auth=Token(), parser=CarefulParser(),
    description=_(
        "People, units, facts, findings, targets, the rulebook, rosters and the audit, with the "
        "same permissions, the same rules and the same words as the pages."
    ),
)  # fmt: skip
# Imported first: it adds its operations to the router of people.
assert changes.TAGS
for part in (people, exchange, units, facts, findings, targets, law, intake, audit):
    api.add_router("", part.router)

Handler = Callable[[HttpRequest, Any], HttpResponse]


def _told(request: HttpRequest, error: Problem) -> HttpResponse:
    return problems.answer(request, error.kind, error.detail, error.errors, error.headers)


def _refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What an action refuses, in the words that the page would show."""
    return problems.answer(request, "refused", " ".join(error.messages))


def _not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    words = gettext("There is nothing at this address, or it is out of your reach.")
    return problems.answer(request, "not-found", words)


def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problems.answer(request, "forbidden", str(error))


def _too_large(request: HttpRequest, _error: Exception) -> HttpResponse:
    return problems.answer(request, "too-large")


def _bad_request(request: HttpRequest, _error: Exception) -> HttpResponse:
    return problems.answer(request, "bad-request")


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, Problem):  # the library hides what the parser says
        return _told(request, error.__cause__)
    kind = "bad-request" if error.status_code != 401 else "no-token"
    return problems.answer(request, kind)


def _not_valid(request: HttpRequest, error: NotValid) -> HttpResponse:
    """Say of every value that has not the shape asked for what is wrong with it."""
    wrong = [
        Wrong(".".join(_place(one["loc"])), words_for(str(one["type"]), one.get("ctx") or {}))
        for one in error.errors
    ]
    return problems.answer(request, "invalid", errors=wrong)


def _place(loc: tuple[Any, ...]) -> list[str]:
    """Return where a value stands. The library names the parameter of a body once too often."""
    place = [str(part)[:60] for part in loc]
    return [place[0], *place[2:]] if place[0] == "body" and place[1:2] == ["body"] else place


_HANDLERS: Final[dict[type[Exception], Handler]] = {
    Problem: _told,
    ValidationError: _refused,
    Http404: _not_found,
    PermissionDenied: _forbidden,
    RequestDataTooBig: _too_large,
    TooManyFieldsSent: _too_large,
    TooManyFilesSent: _too_large,
    MultiPartParserError: _bad_request,
    UnreadablePostError: _bad_request,
    SuspiciousOperation: _bad_request,
    AuthenticationError: _http_error,
    HttpError: _http_error,
    NotValid: _not_valid,
}
for _kind, _handler in _HANDLERS.items():
    api.add_exception_handler(_kind, _handler)
