"""Who sees the entries of this room in the menu, and the number beside one of them."""

from django.http import HttpRequest

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.records.corrections import queries
from ngangtam.records.corrections.queries import Glance


def _glance(request: HttpRequest) -> Glance:
    """Look once a request: the user is loaded anew with every one, and keeps what was read."""
    user = request.user
    if not isinstance(user, User):
        return Glance(own=False, waiting=0)
    kept: Glance = user.__dict__.get("_glance") or queries.glance(user)
    user.__dict__["_glance"] = kept
    return kept


def has_own_file(request: HttpRequest) -> bool:
    """Whether the account is linked to somebody."""
    return _glance(request).own


def may_decide(request: HttpRequest) -> bool:
    """Whether the viewer keeps files, or confirms whose account is whose."""
    verbs = (Permission.PERSON_CHANGE, Permission.GRANT_CONFIRM)
    return any(may(request.user, verb) for verb in verbs)


def waiting(request: HttpRequest) -> int | None:
    """How many requests and proposals wait for this officer; nothing is shown for none."""
    return _glance(request).waiting or None
