"""Reading accounts, sessions and second steps for screens."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.doors.sign_in.limits import (
    ADMIN_IDLE,
    FAILED_LOGINS,
    IDLE_ACCOUNT,
    PASSWORD,
    PASSWORD_WITH_MFA,
    SESSION_IDLE,
    Limit,
    limit,
)
from ngangtam.doors.sign_in.models import Identity, Session, Standing
from ngangtam.doors.sign_in.sessions import row_key
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import Forbidden

_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("coc_coc_browser", "Cốc Cốc"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


# What views call an account, which reach models through queries alone.
Account: TypeAlias = User


def actor_of(viewer: Viewer) -> User:
    """Return who acts. Errors: Forbidden for a stranger, who does not get this far."""
    if not isinstance(viewer, User):
        raise Forbidden
    return viewer


def runs_the_system(viewer: Viewer) -> bool:
    return may(viewer, Permission.SYSTEM_RUN)


def wields_power(viewer: Viewer) -> bool:
    """Whether the viewer holds any grant that does more than read."""
    return any(may(viewer, verb) for verb in Permission if ".view" not in verb.value)


def must_enrol(viewer: Viewer) -> bool:
    """Whether this account may not work before it has a second step."""
    return bool(settings.NGANGTAM_REQUIRE_MFA) and wields_power(viewer)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as its owner sees it."""

    key: str
    device: str
    started_at: datetime
    started_from: str
    seen_at: datetime
    locked: bool
    current: bool


def sessions_for(viewer: User, current: SessionBase) -> list[SessionLine]:
    """Return the sessions of one person that still hold, this one first, then the latest."""
    here = row_key(current.session_key or "")
    rows = Session.objects.filter(account=viewer, expire_date__gt=timezone.now())
    lines = [
        SessionLine(
            key=row.pk, device=device_name(row.device), started_at=row.started_at,
            started_from=row.started_from, seen_at=row.seen_at, locked=row.locked_at is not None,
            current=row.pk == here,
        )
        for row in rows.order_by("-seen_at")
    ]  # fmt: skip
    return sorted(lines, key=lambda line: not line.current)


def device_name(agent: str) -> str:
    """Return browser and system in words, from what the browser says of itself."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("unknown device")


@dataclass(frozen=True, slots=True)
class Passkey:
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """The second steps of one account.

    Shape: `codes_left` is None without recovery codes.
    """

    totp: Authenticator | None
    passkeys: list[Passkey]
    codes_left: int | None

    @property
    def any(self) -> bool:
        return self.totp is not None or bool(self.passkeys)


def factors_for(viewer: User) -> Factors:
    """Return the viewer's own second steps; nobody else's can be read."""
    totp, passkeys, left = None, [], None
    for row in Authenticator.objects.filter(user=viewer).order_by("pk"):
        if row.type == Authenticator.Type.TOTP:
            totp = row
        elif row.type == Authenticator.Type.WEBAUTHN:
            passkeys.append(
                Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at)
            )  # fmt: skip
        else:
            left = len(row.wrap().get_unused_codes())
    return Factors(totp, passkeys, left)


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider of this instance, and the viewer's link to it."""

    id: str
    name: str
    link: SocialAccount | None = None


def providers() -> list[Provider]:
    return [Provider(app["provider_id"], app["name"]) for app in settings.NGANGTAM_OIDC]


def providers_for(viewer: User) -> list[Provider]:
    links = {link.provider: link for link in SocialAccount.objects.filter(user=viewer)}
    return [Provider(one.id, one.name, links.get(one.id)) for one in providers()]


def standing_of(user: User) -> Standing:
    """Return what is known beside the password; a fresh, unsaved row for an untouched account."""
    return Standing.objects.filter(user=user).first() or Standing(user=user)


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers in force today, with their citations."""

    password: Limit
    password_with_factor: Limit
    failed: Limit
    idle: Limit
    admin_idle: Limit
    idle_account: Limit


def policy() -> Policy:
    day = today()
    return Policy(
        limit(PASSWORD, day), limit(PASSWORD_WITH_MFA, day), limit(FAILED_LOGINS, day),
        limit(SESSION_IDLE, day), limit(ADMIN_IDLE, day), limit(IDLE_ACCOUNT, day),
    )  # fmt: skip


# --- for administrators --------------------------------------------------------------------


def accounts_for(viewer: Viewer, values: dict[str, Any]) -> QuerySet[User]:
    """Return accounts for an administrator; none for anybody else."""
    if not runs_the_system(viewer):
        return User.objects.none()
    rows = User.objects.select_related("standing")
    if words := str(values.get("q") or "").split():
        for word in words:
            rows = rows.filter(Q(username__icontains=word) | Q(full_name__icontains=word))
    state = values.get("state")
    if state == "active":
        rows = rows.filter(is_active=True)
    elif state == "disabled":
        rows = rows.filter(is_active=False)
    elif state == "handed":
        rows = rows.filter(is_active=True, standing__must_change=True)
    return rows


def account_for(viewer: Viewer, username: str) -> User | None:
    return accounts_for(viewer, {}).filter(username=username).first()


def factor_count(viewer: Viewer, user: User) -> int:
    """Return how many second steps an account has; what they are, nobody but its owner reads."""
    if not runs_the_system(viewer):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_factor_count(%s)", [user.pk])
        return int(cursor.fetchone()[0])


def identities_of(viewer: Viewer, user: User) -> dict[str, Identity]:
    if not runs_the_system(viewer):
        return {}
    return {row.provider: row for row in Identity.objects.filter(user=user)}


def safe_username(raw: str) -> str:
    """Return a name that an account may bear.

    Errors: ValidationError, in words for the administrator.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,59}", raw):
        raise ValidationError(
            _("Use 2 to 60 small letters without accents, digits, dots, dashes or underscores.")
        )
    return raw
