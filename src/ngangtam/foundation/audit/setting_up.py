"""Around migrations: guards are put up, rows that came before them are taken as they stand."""

from django.db import connections, transaction

from ngangtam.foundation.audit import guards, seals
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.audit.steps import Process, account_for, begun, record

_since: dict[str, tuple[int, int]] = {}


def before_migrations(using: str) -> None:
    """Remember what was there, so that rows which a migration writes are accounted for."""
    _since.pop(using, None)
    if using == "default" and {"audit_change", "audit_event"} <= set(
        connections[using].introspection.table_names()
    ):
        _since[using] = begun()


def after_migrations(using: str) -> None:
    """Make the keys, account for what migrations wrote, put up guards, take what was there."""
    if using != "default" or "audit_change" not in connections[using].introspection.table_names():
        return
    # Made here, by one process: two that start together must not make two.
    seals.seal("event", b"")
    seals.public_key()
    since = _since.pop(using, None)
    if since is not None:
        account_for(since, "audit.migrated", by=Process(), subject=None)
    with transaction.atomic(using=using):
        _take(guards.install(using), using)


def _take(fresh: list[guards.Guard], using: str) -> None:
    """Lay down what tables held before they were guarded, and own up to events without seals."""
    before = begun()
    for one in fresh:
        guards.take_as_it_stands(one, using=using)
    bare = None
    if not Event.objects.filter(seal__isnull=False).exists():
        bare = Event.objects.order_by("-id").values_list("id", flat=True).first()
    if begun() != before or bare:
        tables = [one.table for one in fresh]
        record("audit.baseline", by=Process(), subject=None, tables=tables, bare_until=bare or 0)
