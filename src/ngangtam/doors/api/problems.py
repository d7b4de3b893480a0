"""What went wrong, as RFC 9457 says it: machine-readable, in the words of the pages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MEDIA: Final = "application/problem+json"
Text = str | Promise

# The kinds of problem: address, status, title. The address is a place on the reference page.
KINDS: Final[dict[str, tuple[int, Text]]] = {
    "bad-request": (400, gettext_lazy("The request cannot be read")),
    "no-token": (401, gettext_lazy("A token is needed")),
    "forbidden": (403, gettext_lazy("Not allowed")),
    "out-of-scope": (403, gettext_lazy("The token lacks a scope")),
    "not-found": (404, gettext_lazy("Not found")),
    "method-not-allowed": (405, gettext_lazy("This address does not take this method")),
    "key-in-use": (409, gettext_lazy("This Idempotency-Key stands for another request")),
    "changed-meanwhile": (412, gettext_lazy("Changed meanwhile")),
    "too-large": (413, gettext_lazy("The request is too large")),
    "wrong-media": (415, gettext_lazy("This kind of content is not taken")),
    "invalid": (422, gettext_lazy("Some values are not valid")),
    "refused": (422, gettext_lazy("The rules do not allow this")),
    "condition-needed": (428, gettext_lazy("Say which version is meant")),
    "too-many-tries": (429, gettext_lazy("Too many failed tries")),
    "failed": (500, gettext_lazy("Something went wrong here")),
}
_BY_STATUS: Final = {status: kind for kind, (status, _title) in reversed(KINDS.items())}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One value that is not valid. Shape: `pointer` names it, as in `body.basis.source`."""

    pointer: str
    detail: str


@dataclass
class Problem(Exception):  # noqa: N818  # reads as what it is
    """Ends an operation with an answer of `kind`."""

    kind: str
    detail: str = ""
    errors: list[Wrong] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(
    request: HttpRequest, kind: str, detail: str = "", errors: list[Wrong] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Return the answer that tells a problem."""
    status, title = KINDS[kind]
    told: dict[str, Any] = {
        "type": f"/api/#problem-{kind}", "title": str(title), "status": status,
        "detail": detail or str(title), "instance": request.path,
    }  # fmt: skip
    if errors:
        told["errors"] = [{"pointer": one.pointer, "detail": one.detail} for one in errors]
    response = HttpResponse(
        json.dumps(told, ensure_ascii=False), status=status, content_type=MEDIA,
        headers=dict(headers or {}),
    )  # fmt: skip
    response["Cache-Control"] = "no-store"
    return response


def retold(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tell anew, as a problem, what the framework says in a page of its own."""
    kind = _BY_STATUS.get(response.status_code)
    if kind is None:
        kind = "bad-request" if response.status_code < 500 else "failed"
    kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
    words = {
        "not-found": _("There is nothing at this address, or it is out of your reach."),
        "changed-meanwhile": _("It was changed meanwhile. Read it again, then decide."),
    }
    return answer(request, kind, words.get(kind, ""), headers=kept)
