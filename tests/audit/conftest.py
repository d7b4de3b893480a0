"""What the proof of the audit is tried on: real transactions, and SQL beside them."""

import pytest
from django.db import connection


@pytest.fixture
def sql(committed):
    """Run SQL as a superuser would: in a transaction of its own, guards on or off."""

    def run(order, values=(), *, guards=True):
        tables = [] if guards else _guarded()
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"alter table {table} disable trigger all")
            cursor.execute(order, values)
            for table in tables:
                _enable(cursor, table)

    return run


def _guarded():
    with connection.cursor() as cursor:
        cursor.execute("select distinct tgrelid::regclass::text from pg_trigger"
                       " where tgname ~ '^audit_(guard|stands|event_stands)'")  # fmt: skip
        return [row[0] for row in cursor.fetchall()]


def _enable(cursor, table):
    """Put the guards up again as they were, so that only the rows tell what happened."""
    cursor.execute(f"alter table {table} enable trigger all")
    for part in ("insert", "update", "delete"):
        cursor.execute(
            "select true from pg_trigger where tgname = %s and tgrelid = %s::regclass",
            [f"audit_guard_{part}", table],
        )
        if cursor.fetchone():
            cursor.execute(f"alter table {table} enable always trigger audit_guard_{part}")
