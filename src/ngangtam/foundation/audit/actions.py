"""The verbs of the audit itself; done on the machine, never through the web."""

from django.db import connection, transaction

from ngangtam.foundation.audit import guards
from ngangtam.foundation.audit.findings import Report
from ngangtam.foundation.audit.steps import Actor, record
from ngangtam.foundation.audit.verifying import verify
from ngangtam.foundation.kernel.problems import DomainError

BASELINE = "audit.baseline"


def take_as_it_stands(*, reason: str, by: Actor) -> Report:
    """Take the records as they stand now for lawful, and say so in an event with the reason.

    For repairs by hand that were ordered and documented. What the audit itself lacks or has too
    much of stays a finding for ever: nothing can make an event unhappen.
    Errors: DomainError without a reason.
    """
    if not reason.strip():
        raise DomainError("a baseline needs a reason")
    before = verify()
    with transaction.atomic(durable=True):
        guards.install()
        rows = _named(before, {"digest", "no_digest", "removed_yet_there"})
        gone = _named(before, {"gone"})
        for one in guards.guards():
            if one.table in rows:
                guards.take_as_it_stands(one, rows[one.table])
            if one.table in gone:
                guards.take_as_gone(one, gone[one.table])
        record(
            BASELINE, by=by, subject=None, reason=reason.strip(), rows=rows, gone=gone,
            xacts=_unaccounted(),
        )  # fmt: skip
    return before


def _named(report: Report, reasons: set[str]) -> dict[str, list[int]]:
    """Return the rows by table that were found wrong for these reasons."""
    rows: dict[str, list[int]] = {}
    for one in report.findings:
        if one.pk is not None and one.why in reasons:
            rows.setdefault(one.table, []).append(one.pk)
    return rows


def _unaccounted() -> list[int]:
    """Return the transactions that wrote guarded rows and carried out no action."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct c.xact from audit_change c"
            " where c.xact <> pg_current_xact_id()::text::bigint"
            " and not exists (select from audit_event e where e.xact = c.xact)"
            " order by 1"
        )
        return [row[0] for row in cursor.fetchall()]
