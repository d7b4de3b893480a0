"""Lists cut by key, and answers that may be asked for on a condition."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from pydantic import BaseModel

from ngangtam.doors.api.problems import Problem, Wrong

_SIGNER: Final = signing.Signer(salt="api.cursor")
NO_STORE: Final = {"Cache-Control": "no-store"}


def _asked(request: HttpRequest) -> str:
    """Digest what a list was asked for, and by whom: a cursor is good for that alone."""
    query = {key: request.GET.getlist(key) for key in sorted(request.GET) if key != "cursor"}
    query.pop("limit", None)
    said = json.dumps([request.user.pk, request.path, query], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def start(request: HttpRequest, cursor: str | None) -> Any:
    """Return the key after which the page begins; None for the first page.

    Errors: Problem for a cursor that was not given to this user for this list.
    """
    if not cursor:
        return None
    try:
        asked, key = _SIGNER.unsign_object(cursor)
    except (signing.BadSignature, ValueError, TypeError):
        asked, key = "", None
    if asked != _asked(request):
        detail = _("This cursor belongs to another list. Begin without one.")
        raise Problem("invalid", detail, [Wrong("query.cursor", detail)])
    return key


def following(request: HttpRequest, key: Any) -> str:
    """Return the cursor of the page after `key`."""
    return _SIGNER.sign_object([_asked(request), key])


def etag_of(body: BaseModel) -> str:
    """Return the validator of what is said, in the language in which it is said."""
    return f'"{hashlib.sha256(_json(body)).hexdigest()[:32]}"'


def _json(body: BaseModel) -> bytes:
    return body.model_dump_json(by_alias=True).encode()


def answer(
    request: HttpRequest, body: BaseModel, *, status: int = 200, next_cursor: str = "",
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Return the answer with its ETag; 304 to who has it already."""
    raw = _json(body)
    response = HttpResponse(raw, status=status, content_type="application/json")
    response["ETag"] = etag = f'"{hashlib.sha256(raw).hexdigest()[:32]}"'
    for name, value in (headers or {}).items():
        response[name] = value
    if next_cursor:
        query = request.GET.copy()
        query["cursor"] = next_cursor
        response["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    if request.method not in ("GET", "HEAD"):
        return response
    condition = get_conditional_response(request, etag=etag, response=response)
    assert isinstance(condition, HttpResponse)
    return condition


def must_match(request: HttpRequest, current: BaseModel) -> None:
    """Refuse a change of what the caller has not seen as it stands.

    Errors: Problem 428 without If-Match, 412 when it names another version.
    """
    given = request.headers.get("If-Match", "")
    if not given:
        raise Problem("condition-needed", _("Send If-Match with the ETag of what you read."))
    offered = [one.strip() for one in given.split(",")]
    if given.strip() != "*" and etag_of(current) not in offered:
        raise Problem(
            "changed-meanwhile", _("It was changed meanwhile. Read it again, then decide.")
        )
