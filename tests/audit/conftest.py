"""What the proof of the audit is tried on: real transactions, and a way to clean up after them."""

import shutil

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases


@pytest.fixture(scope="session")
def made(django_db_setup, django_db_blocker):
    """The suite's database, which pytest-django makes only for tests with its own fixtures."""
    if connection.settings_dict["NAME"].startswith("test_"):
        yield
        return
    with django_db_blocker.unblock():
        kept = setup_databases(0, interactive=False, aliases={"default"})
    yield
    with django_db_blocker.unblock():
        teardown_databases(kept, 0)


@pytest.fixture
def committed(made, django_db_blocker):
    """A database in which transactions end, as they do for people.

    The audit refuses to be emptied, so it is emptied afterwards in a way that no role of the web
    has: what held nothing before holds nothing again.
    """
    assert connection.settings_dict["NAME"].startswith("test_"), "never empty a real database"
    from ngangtam.foundation.audit import sealing

    with django_db_blocker.unblock():
        connection.close()
        shutil.rmtree(sealing.beside(), ignore_errors=True)
        empty = [table for table in _tables() if not _holds(table)]
        yield
        shutil.rmtree(sealing.beside(), ignore_errors=True)
        with connection.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
            cursor.execute(f"truncate {', '.join(empty)} restart identity cascade")
        connection.close()


def _tables():
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        return [row[0] for row in cursor.fetchall()]


def _holds(table):
    with connection.cursor() as cursor:
        cursor.execute(f"select exists (select from {table})")
        return cursor.fetchone()[0]


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
