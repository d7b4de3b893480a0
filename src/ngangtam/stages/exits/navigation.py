"""Who sees the entries of this room in the menu."""

from django.http import HttpRequest

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.records.corrections.navigation import has_own_file


def may_read(request: HttpRequest) -> bool:
    return may(request.user, Permission.CASE_VIEW)


def runs(viewer: Viewer) -> bool:
    return may(viewer, Permission.CASE_RUN)


def has_post(request: HttpRequest) -> bool:
    return has_own_file(request)
