"""Who sees the entries of this room in the menu."""

from django.http import HttpRequest

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.records.corrections import navigation


def has_own_work(request: HttpRequest) -> bool:
    """Whether the account is linked to somebody."""
    return navigation.has_own_file(request)


def may_lead(request: HttpRequest) -> bool:
    """Whether the viewer assigns work somewhere, or reads its evaluation."""
    return any(
        may(request.user, verb) for verb in (Permission.WORK_ASSIGN, Permission.EVALUATION_VIEW)
    )
