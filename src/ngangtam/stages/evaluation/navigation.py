"""Who sees the entries of this room in the menu."""

from django.http import HttpRequest

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.records.corrections.navigation import has_own_file

__all__ = ["has_own_file", "may_read", "may_score"]


def may_read(request: HttpRequest) -> bool:
    """Whether the viewer reads evaluation of some unit."""
    verbs = (Permission.EVALUATION_VIEW, Permission.EVALUATION_RUN)
    return any(may(request.user, verb) for verb in verbs)


def may_score(request: HttpRequest) -> bool:
    """Whether the viewer confirms sheets somewhere."""
    verbs = (Permission.WORK_ASSIGN, Permission.EVALUATION_DECIDE)
    return any(may(request.user, verb) for verb in verbs)
