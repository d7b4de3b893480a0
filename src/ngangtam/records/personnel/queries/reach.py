"""Where a viewer may do what, read once a page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import ROLES, Permission
from ngangtam.foundation.access.rules import Viewer, grants_in_force
from ngangtam.foundation.kernel.problems import Forbidden

# Which person an account is of, says a room above; nobody's until it has said so.
_own_person: list[Callable[[User], int | None]] = []


@dataclass(frozen=True, slots=True)
class Reach:
    """The paths under which one viewer holds each permission.

    Shape: `own` is the person whose file is the viewer's own, where a query asked for it.
    """

    paths: dict[Permission, tuple[str, ...]]
    own: int | None = None

    def over(self, permission: Permission) -> tuple[str, ...]:
        """Return the topmost paths of the permission, none inside another."""
        return self.paths.get(permission, ())

    def may(self, permission: Permission, path: object = None) -> bool:
        """Whether the permission is held over `path`, or anywhere when no path is given."""
        held = self.over(permission)
        if path is None:
            return bool(held)
        return any(is_within(str(path), top) for top in held)

    def touches(self, permission: Permission, path: object) -> bool:
        """Whether the permission is held over `path`, or over a part of what stands below it."""
        return self.may(permission, path) or any(
            is_within(top, str(path)) for top in self.over(permission)
        )


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


def say_own_person(answer: Callable[[User], int | None]) -> None:
    """Let a room above say which person an account is of; call it from `AppConfig.ready`."""
    _own_person[:] = [answer]


def own_person(viewer: Viewer) -> int | None:
    """Return the person whose account this is, None for an account of nobody known here."""
    return _own_person[0](viewer) if _own_person and isinstance(viewer, User) else None


def refuse_own(person_id: int, by: User) -> None:
    """Errors: Forbidden when the file is that of `by`: nobody keeps the own file."""
    if own_person(by) == person_id:
        raise Forbidden(_("Nobody changes the own file; ask for a correction instead."))


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
