"""Where a viewer may do what, read once a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import ROLES, Permission
from ngangtam.foundation.access.rules import Viewer, grants_in_force
from ngangtam.foundation.kernel.problems import Forbidden


@dataclass(frozen=True, slots=True)
class Reach:
    """The paths under which one viewer holds each permission."""

    paths: dict[Permission, tuple[str, ...]]

    def over(self, permission: Permission) -> tuple[str, ...]:
        """Return the topmost paths of the permission, none inside another."""
        return self.paths.get(permission, ())

    def may(self, permission: Permission, path: object = None) -> bool:
        """Whether the permission is held over `path`, or anywhere when no path is given."""
        held = self.over(permission)
        if path is None:
            return bool(held)
        return any(is_within(str(path), top) for top in held)


def reach_of(viewer: Viewer, on: date) -> Reach:
    """Return where the viewer may do what on the day; nowhere for a stranger."""
    if not isinstance(viewer, User):
        return Reach({})
    grants = grants_in_force(viewer, on)
    paths = {
        permission: _topmost(
            path for role, path in grants if permission in ROLES[role].permissions
        )
        for permission in Permission
    }  # fmt: skip
    return Reach(paths)


def actor_of(viewer: Viewer) -> User:
    """Return who acts. Errors: Forbidden for a stranger, who does not get this far."""
    if not isinstance(viewer, User):
        raise Forbidden
    return viewer


def is_within(path: str, top: str) -> bool:
    """Whether `path` is `top` or stands below it."""
    return path == top or path.startswith(f"{top}.")


def _topmost(paths: Iterable[str]) -> tuple[str, ...]:
    held = sorted(set(paths))
    return tuple(
        path for path in held if not any(path != top and is_within(path, top) for top in held)
    )
