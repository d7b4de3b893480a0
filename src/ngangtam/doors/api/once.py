"""A program that got no answer sends its request again, with the same Idempotency-Key.

What was done is not done again: it is answered as it was the first time.
"""

import json
import time
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ngangtam.doors.api import problems
from ngangtam.doors.api.asking import held_by, reach_for, user_of
from ngangtam.doors.api.scopes import Scope
from ngangtam.foundation.audit import once
from ngangtam.foundation.audit.models import Event, Once
from ngangtam.records.intake.queries import get_batch
from ngangtam.records.personnel.queries.people import people_for

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_LONGEST: Final = 200
# So long the first sending may still be writing its answer; after that it has died.
_PATIENCE: Final = 3.0
_MARK: Final = "_once_key"


def begin(request: HttpRequest) -> HttpResponse | None:
    """Mark what is asked for; return the answer of an earlier sending when there was one."""
    given = request.headers.get(HEADER, "")
    if not given or request.method in _SAFE or not request.user.pk:
        return None
    key = given.strip().strip('"')
    if not key or len(key) > _LONGEST or not key.isascii() or not key.isprintable():
        return problems.answer(
            request, "bad-request",
            _("An Idempotency-Key has at most %(most)s plain letters.") % {"most": _LONGEST},
        )  # fmt: skip
    # Of this token alone: another one of the same person may have narrower scopes.
    token = str(held_by(request).id).encode()
    mark = once.Mark(
        viewer_id=request.user.pk, key=once.hashed([b"api", token, key.encode()]),
        digest=_said(request, key),
    )  # fmt: skip
    earlier = once.before(mark)
    if earlier is None or (answer := _again(request, mark, earlier)) is None:
        if earlier is None:
            setattr(request, _MARK, mark)
            once.ask(mark)
        return None
    return answer


def _said(request: HttpRequest, key: str) -> str:
    """Digest what is asked for: the operation, the version that is meant, and the body.

    Together with the key, which is kept nowhere: alone, short contents could be guessed.
    """
    parts = [key.encode(), str(request.method).encode(), request.get_full_path().encode(),
             request.headers.get("If-Match", "").encode()]  # fmt: skip
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            parts += [name.encode(), *(value.encode() for value in values), b""]
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                parts += [
                    name.encode(),
                    str(file.name).encode(),
                    once.hashed(file.chunks()).encode(),
                ]
                file.seek(0)
    else:
        parts.append(request.body)
    return once.hashed(parts)


def quicker(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Answer for an act that another sending of it was quicker to do."""
    mark: once.Mark | None = getattr(request, _MARK, None)
    if mark is None or not isinstance(error, once.AlreadyDoneError):
        return None
    delattr(request, _MARK)
    earlier = once.before(mark)
    return _again(request, mark, earlier) if earlier else None


def end(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep how the act was answered, for the next sending of it."""
    once.ask(None)
    mark: once.Mark | None = getattr(request, _MARK, None)
    if mark is None:
        return response
    if response.status_code >= 400 and (earlier := once.before(mark)):
        # Refused because another sending has just done it.
        return _again(request, mark, earlier) or response
    kept = response.status_code < 300 and "no-store" not in response.get("Cache-Control", "")
    told = {name: response[name] for name in ("ETag", "Location") if name in response}
    body = json.dumps([told, response.content.decode()]) if kept else ""
    once.note(mark, response.status_code, str(response.get("Location", "")), body)
    return response


def _again(request: HttpRequest, mark: once.Mark, earlier: Once) -> HttpResponse | None:
    """Tell what came of the first sending; None when it may be carried out again.

    What was refused may be tried again, and what is only read is read anew.
    """
    if earlier.digest != mark.digest:
        return problems.answer(request, "key-in-use")
    waited = time.monotonic()
    while earlier.status is None and time.monotonic() - waited < _PATIENCE:
        time.sleep(0.05)
        earlier.refresh_from_db()
    if earlier.status is None:
        return _lost(request, earlier)
    if not earlier.body:
        return None
    headers, body = json.loads(earlier.body)
    return HttpResponse(
        body, status=earlier.status, content_type="application/json",
        headers={**headers, REPLAYED: "true"},
    )  # fmt: skip


def _lost(request: HttpRequest, earlier: Once) -> HttpResponse:
    """The act was done and its answer lost with the server: lead to what it was about."""
    event = Event.objects.filter(pk=earlier.event_id).first()
    at = ""
    if event is not None and event.subject_type == "personnel.person":
        people = people_for(reach_for(request, *Scope))
        person = people.filter(pk=event.subject_id or 0).first()
        at = f"/api/v1/people/{person.number}" if person else ""
    elif event is not None and event.subject_type == "intake.batch":
        batch = get_batch(user_of(request), event.subject_id or 0)
        at = f"/api/v1/intake/rosters/{batch.pk}" if batch else ""
    headers = {REPLAYED: "true"} | ({"Location": at} if at else {})
    return HttpResponse(status=303 if at else 204, headers=headers)
