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
    held = _grants(viewer, on or today())
    return sorted({path for role, path in held if permission in ROLES[role].permissions})


def _grants(viewer: User, day: date) -> list[tuple[str, str]]:
    """Return (role, path) of every grant of the viewer; read once for as long as a request lasts.

    The user is loaded anew with every request, and what was read is kept on it.
    """
    kept: dict[date, list[tuple[str, str]]] = viewer.__dict__.setdefault("_grants_by_day", {})
    if day not in kept:
        kept[day] = grants_in_force(viewer, day)
    return kept[day]


def grants_in_force(viewer: User, day: date) -> list[tuple[str, str]]:
    """Return (role, path) of every grant that confers its role on the day, read anew."""
    rows = Grant.objects.in_force(day).filter(user=viewer).values_list("role", "path")
    return [(role, str(path)) for role, path in rows if role in ROLES]


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
