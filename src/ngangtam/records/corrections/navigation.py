"""Who sees the entries of this room in the menu, and the number beside one of them."""

from django.http import HttpRequest

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.ui.glances import glance


def has_own_file(request: HttpRequest) -> bool:
    """Whether the account is linked to somebody."""
    return glance(request, "own_file") > 0


def may_decide(request: HttpRequest) -> bool:
    """Whether the viewer keeps files, or confirms whose account is whose."""
    verbs = (Permission.PERSON_CHANGE, Permission.GRANT_CONFIRM)
    return any(may(request.user, verb) for verb in verbs)


def waiting(request: HttpRequest) -> int | None:
    """How many requests and proposals wait for this officer; nothing is shown for none."""
    return glance(request, "requests") + glance(request, "proposals") or None
