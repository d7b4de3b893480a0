"""The audit, and the token itself."""

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from ngangtam.doors.api import pages
from ngangtam.doors.api.asking import Token, held_by, reach_for, user_of
from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.api.shapes import intake as shapes
from ngangtam.doors.api.shapes.common import Cursor, Limit, OnDay
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.oversight.history import queries
from ngangtam.oversight.history.models import Line
from ngangtam.oversight.history.words import type_label

router = Router(tags=["audit"])


@router.get(
    "/audit/events", auth=Token(Scope.AUDIT_READ), response=shapes.EventPage,
    summary=_("Events of the audit"),
)  # fmt: skip
def event_list(
    request: HttpRequest,
    *,
    type: Annotated[str, Query(max_length=60, description=_("Only events of this type."))] = "",
    actor: Annotated[str, Query(max_length=150, description=_("Only what this account did."))] = "",
    about: Annotated[
        str, Query(max_length=60, description=_("A file number, a unit's code or an account."))
    ] = "",
    since: OnDay = None,
    until: OnDay = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> HttpResponse:
    if not reach_for(request, Scope.AUDIT_READ).may(Permission.AUDIT_VIEW):
        raise Http404
    user = user_of(request)
    asked = {
        "type": type, "actor": actor.strip(), "about": about.strip(),
        "since": since.isoformat() if since else "", "until": until.isoformat() if until else "",
    }  # fmt: skip
    after = pages.start(request, cursor)
    found = queries.found(
        user, queries.wish_of(asked), limit + 1, before=int(after) if after else None
    )
    page = shapes.EventPage(items=[_event(line, user) for line in found[:limit]])
    if len(found) > limit:
        page.next = pages.following(request, found[limit - 1].pk)
    return pages.answer(request, page, next_cursor=page.next or "")


def _event(line: Line, user: User) -> shapes.Event:
    return shapes.Event(
        id=line.pk, at=line.at, type=line.type, label=type_label(line.type), actor=line.actor,
        subject_type=line.subject_type, subject_id=line.subject_id,
        subject=line.subject or None,
        particulars=[
            shapes.Particular(name=name, label=label, value=value)
            for name, label, value in queries.particulars(line, user)
        ],
        cites=list(line.cites),
    )  # fmt: skip


@router.get("/token", auth=Token(), response=shapes.Bearer, summary=_("The token that asks"))
def bearer(request: HttpRequest) -> HttpResponse:
    held = held_by(request)
    told = shapes.Bearer(
        name=held.name, user=held.user.get_username(), full_name=held.user.full_name,
        scopes=sorted(held.scopes), expires_at=held.expires_at,
    )  # fmt: skip
    return pages.answer(request, told)
