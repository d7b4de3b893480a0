"""Reading accounts, grants and readings for screens."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from ngangtam.foundation.access.models import Grant, User
from ngangtam.foundation.access.roles import ROLES, Permission
from ngangtam.foundation.access.rules import Viewer, scopes
from ngangtam.foundation.kernel.home import room

# Whoever holds one of these over a subtree reads which roles are held there.
SEES_GRANTS = (Permission.GRANT_GIVE, Permission.GRANT_CONFIRM, Permission.AUDIT_VIEW)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the fictional province, with the password that its maker printed."""

    username: str
    password: str
    full_name: str
    role: str


def demo_accounts() -> list[DemoAccount]:
    """Return the accounts of the demo, none when no demo was loaded."""
    path = room("demo") / "accounts.json"
    if not path.exists():
        return []
    return [DemoAccount(**row) for row in json.loads(path.read_text())]


def name_of(username: str) -> str:
    """Return the full name behind an account's name; "" where no account has that name."""
    names = User.objects.filter(username=username).values_list("full_name", flat=True)
    return names.first() or ""


def grants_for(viewer: Viewer) -> QuerySet[Grant]:
    """Grants that the viewer may read: the own ones, those given, and all within reach."""
    if not isinstance(viewer, User):
        return Grant.objects.none()
    seen = Q(user=viewer) | Q(given_by=viewer)
    for verb in SEES_GRANTS:
        for path in scopes(viewer, verb):
            seen |= Q(path__within=path)
    return Grant.objects.filter(seen).select_related(
        "user", "given_by", "confirmed_by", "ended_by", "kept_by"
    )


def waiting_for(viewer: Viewer) -> QuerySet[Grant]:
    """Grants that the viewer may confirm or refuse now."""
    if not isinstance(viewer, User):
        return Grant.objects.none()
    within = Q(pk__in=[])
    for path in scopes(viewer, Permission.GRANT_CONFIRM):
        within |= Q(path__within=path)
    rows = grants_for(viewer).filter(within, waiting=True, voided_at__isnull=True)
    return rows.exclude(user=viewer).exclude(given_by=viewer)


def state_of(grant: Grant, day: date) -> str:
    """Return how a grant stands: waiting, refused, withdrawn, ended, over, ahead or in_force."""
    if grant.voided_at is not None:
        return grant.ending or "ended"
    if grant.waiting:
        return "waiting"
    if grant.valid.lower > day:
        return "ahead"
    if grant.valid.upper is not None and grant.valid.upper <= day:
        return "ended" if grant.ending else "over"
    return "in_force"


def in_state(rows: QuerySet[Grant], state: str, day: date) -> QuerySet[Grant]:
    """Narrow grants to those that wait, are in force, lie ahead, or are closed in some way."""
    standing = rows.filter(voided_at__isnull=True)
    match state:
        case "waiting":
            return standing.filter(waiting=True)
        case "in_force":
            return standing.filter(waiting=False, valid__contains=day)
        case "ahead":
            return standing.filter(waiting=False, valid__startswith__gt=day)
        case "closed":
            return rows.filter(Q(voided_at__isnull=False) | Q(valid__endswith__lte=day))
    return rows


def due_for_review(viewer: Viewer, day: date, before: datetime) -> QuerySet[Grant]:
    """Grants in force that nobody has looked at since `before`; others' alone."""
    rows = in_state(grants_for(viewer), "in_force", day)
    looked = Q(kept_at__lt=before) | Q(kept_at__isnull=True) & (
        Q(confirmed_at__lt=before) | Q(confirmed_at__isnull=True, given_at__lt=before)
    )
    return rows.filter(looked)


def accounts_matching(text: str, most: int = 20) -> list[User]:
    """Return open accounts by the beginning of a user name or words of a full name."""
    rows = User.objects.filter(is_active=True)
    for word in text.split()[:5]:
        rows = rows.filter(Q(username__istartswith=word) | Q(full_name__icontains=word))
    return list(rows.order_by("username")[:most])


@dataclass(frozen=True, slots=True)
class Look:
    """One time that somebody looked at sensitive parts of a subject."""

    at: datetime
    reader: str
    parts: tuple[str, ...]
    purpose: str


def who_looked(subject: Any) -> list[Look]:
    """Return who looked at the sensitive parts of a person's file, newest first.

    The database answers the person whose file it is and whoever may read the audit there; nobody
    else, whatever the code above it asks.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select at, reader, parts, purpose from ngangtam_who_looked(%s, %s)",
            [subject._meta.label_lower, subject.pk],
        )
        return [
            Look(at, reader, tuple(parts), purpose)
            for at, reader, parts, purpose in cursor.fetchall()
        ]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One permission and the roles that carry it."""

    permission: Permission
    roles: tuple[str, ...]


def matrix() -> list[MatrixRow]:
    """Return every permission with the ids of the roles that carry it, in the order of the code."""
    return [
        MatrixRow(
            permission,
            tuple(role.id for role in ROLES.values() if permission in role.permissions),
        )
        for permission in Permission
    ]
