"""Who sees the entries of this room in the menu."""

from django.http import HttpRequest

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.ui.glances import glance
from ngangtam.records.corrections.navigation import has_own_file

__all__ = ["has_own_file", "may_answer", "may_read", "may_score", "petitions", "unseen"]


def may_read(request: HttpRequest) -> bool:
    """Whether the viewer reads evaluation of some unit."""
    verbs = (Permission.EVALUATION_VIEW, Permission.EVALUATION_RUN)
    return any(may(request.user, verb) for verb in verbs)


def may_score(request: HttpRequest) -> bool:
    """Whether the viewer confirms sheets somewhere."""
    verbs = (Permission.WORK_ASSIGN, Permission.EVALUATION_DECIDE)
    return any(may(request.user, verb) for verb in verbs)


def may_answer(request: HttpRequest) -> bool:
    """Whether the viewer answers petitions somewhere, or follows them."""
    verbs = (Permission.EVALUATION_DECIDE, Permission.EVALUATION_RUN)
    return any(may(request.user, verb) for verb in verbs)


def petitions(request: HttpRequest) -> int | None:
    """How many petitions wait for the viewer's answer; nothing is shown for none."""
    return glance(request, "petitions") or None


def unseen(request: HttpRequest) -> int | None:
    """How many own classes the viewer was told of and has not opened."""
    return glance(request, "unseen_classes") or None
