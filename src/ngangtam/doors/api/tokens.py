"""The secret of a token, and finding out whose it is."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final

from django.db import connection
from django.utils import timezone

from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.sign_in.seal import digest
from ngangtam.foundation.access.models import User

# Readable, so that a secret that leaked into a file can be found by its beginning.
PREFIX: Final = "ngt_"
_LONGEST: Final = 100
_NOTICED_AGAIN: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Held:
    """A token that holds now, and for whom."""

    id: int
    user: User
    scopes: frozenset[Scope]
    expires_at: datetime
    name: str


def fresh() -> str:
    """Return a new secret of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret: a keyed digest, which is of no use elsewhere."""
    return digest(secret, purpose="api token")


def read(secret: str, address: str) -> Held | None:
    """Return the token that holds now from this address, None for every other.

    A token does not hold once it is revoked or over, while its account is disabled or waits for
    a password of its own, or from an address outside its ranges.
    """
    if not secret.startswith(PREFIX) or len(secret) > _LONGEST or not secret.isascii():
        return None
    shown = digest_of(secret)
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, user_id, name, scopes, networks, expires_at, used_at"
            " from ngangtam_token(%s)", [shown],
        )  # fmt: skip
        row = cursor.fetchone()
        if row is None:
            return None
        pk, user_id, name, scopes, networks, expires_at, used_at = row
        if not within(address, networks):
            return None
        now = timezone.now()
        if used_at is None or now - used_at > _NOTICED_AGAIN:
            cursor.execute("select ngangtam_token_used(%s, %s)", [shown, address[:64]])
    known = frozenset(Scope(scope) for scope in scopes if scope in set(Scope))
    return Held(pk, User.objects.get(pk=user_id), known, expires_at, name)


def within(address: str, networks: list[str]) -> bool:
    """Whether an address lies in one of the ranges; any does where none is named."""
    if not networks:
        return True
    try:
        here = ip_address(address)
    except ValueError:
        return False
    return any(here in ip_network(one) for one in networks)
