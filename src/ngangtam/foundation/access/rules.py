"""Asking whether somebody may do something somewhere."""

from datetime import date
from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import Grant, User
from ngangtam.foundation.access.roles import ROLES, Permission
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import Forbidden

Viewer: TypeAlias = User | AnonymousUser


def scopes(viewer: Viewer, permission: Permission, on: date | None = None) -> list[str]:
    """Return the tree paths under which the viewer holds the permission; none for a stranger."""
    if not isinstance(viewer, User):
        return []
    roles = [role.id for role in ROLES.values() if permission in role.permissions]
    grants = Grant.objects.on(on or today()).filter(user=viewer, role__in=roles)
    return sorted({str(path) for path in grants.values_list("path", flat=True)})


def may(viewer: Viewer, permission: Permission, path: str | None = None) -> bool:
    """Whether the viewer holds the permission over `path`, or anywhere when no path is given."""
    held = scopes(viewer, permission)
    if path is None:
        return bool(held)
    return any(path == scope or path.startswith(f"{scope}.") for scope in held)


def require(by: Viewer, permission: Permission, path: str | None = None) -> None:
    """Refuse the act unless it is granted in that place.

    Errors: Forbidden, in words for the person who tried.
    """
    if not may(by, permission, path):
        raise Forbidden(_("You have no grant for this act in this unit."))
