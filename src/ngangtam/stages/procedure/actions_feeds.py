"""The calendar address of an account: a secret, shown once, revoked at will."""

import hashlib
import secrets

from django.db import connection, transaction
from django.utils import timezone

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.stages.procedure.events import EventType
from ngangtam.stages.procedure.models import Feed


def folded(token: str) -> str:
    """Return the digest that is kept of an address."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic(durable=True)
def make_feed(*, by: User) -> str:
    """Make a new address; the one before no longer works. Returns the secret, kept nowhere."""
    token = secrets.token_urlsafe(32)
    _revoke(by)
    feed = Feed.objects.create(user=by, digest=folded(token))
    record(EventType.FEED_MADE, by=by, subject=by, feed=feed.pk)
    return token


@transaction.atomic(durable=True)
def revoke_feed(*, by: User) -> None:
    """Let the address work no longer."""
    count = _revoke(by)
    record(EventType.FEED_REVOKED, by=by, subject=by, revoked=count)


def _revoke(by: User) -> int:
    rows = Feed.objects.filter(user=by, revoked_at__isnull=True)
    return rows.update(revoked_at=timezone.now())


def user_of(token: str) -> int | None:
    """Return whose address it is, None when it is nobody's any more."""
    if not 20 <= len(token) <= 100:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_feed(%s)", [folded(token)])
        row = cursor.fetchone()
    return row[0] if row else None
