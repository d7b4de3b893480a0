"""The second wall: a database role that owns nothing, and who is looking.

Every table of ours is opened to the web role for reading and writing, never for removing; rows
with personal data are further held back by row-level security, keyed to the viewer. The audit
may only be added to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.apps import AppConfig
from django.db import connections, transaction

from ngangtam.foundation.access.roles import GRANTABLE
from ngangtam.foundation.kernel.database import WEB
from ngangtam.foundation.kernel.secrets import secret

# Tables where the framework itself must be able to remove rows.
_REMOVABLE: Final = (
    "sign_in_session", "sign_in_identity", "mfa_authenticator",
    "socialaccount_socialaccount", "socialaccount_socialtoken",
)  # fmt: skip
# What the web reaches through functions of the owner, or not at all.
_SHUT: Final = ("access_password", "django_session")
_ADD_ONLY: Final = ("audit_event", "access_reading")


def settle(using: str, sender: AppConfig) -> None:
    """After migrations: make the web role, open our tables to it, lay down the roles."""
    if sender.label != "access":
        return
    with connections[using].cursor() as cursor:
        _make_role(cursor)
        _lay_down_roles(cursor)
    open_tables(using)


def open_tables(using: str = "default") -> None:
    """Grant the web role what the web needs on every table that exists now."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"grant usage on schema public to {WEB}")
        cursor.execute(f"grant select, insert, update on all tables in schema public to {WEB}")
        cursor.execute(f"grant usage, select on all sequences in schema public to {WEB}")
        cursor.execute(
            "alter default privileges in schema public "
            f"grant select, insert, update on tables to {WEB}"
        )
        cursor.execute(
            f"alter default privileges in schema public grant usage, select on sequences to {WEB}"
        )
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        tables = {name for (name,) in cursor.fetchall()}
        for table in _REMOVABLE:
            if table in tables:
                cursor.execute(f"grant delete on {table} to {WEB}")
        for table in _ADD_ONLY:
            if table in tables:
                cursor.execute(f"revoke update, delete, truncate on {table} from {WEB}")
        for table in _SHUT:
            if table in tables:
                cursor.execute(f"revoke all on {table} from {WEB}")
        for table in ("access_grant", "access_rolepermission", "django_migrations"):
            if table in tables:
                cursor.execute(f"revoke insert, update, delete on {table} from {WEB}")
        for table in tables:
            if table.startswith("procrastinate_"):
                cursor.execute(f"grant delete on {table} to {WEB}")


def _make_role(cursor: Any) -> None:
    cursor.execute("select 1 from pg_roles where rolname = %s", [WEB])
    verb = "alter" if cursor.fetchone() else "create"
    # A literal: role commands take no parameters. The secret holds url-safe letters only.
    cursor.execute(f"{verb} role {WEB} login password '{secret('web_password')}'")
    cursor.execute(f"grant {WEB} to current_user")


def _lay_down_roles(cursor: Any) -> None:
    cursor.execute("delete from access_rolepermission")
    rows = [(role.id, verb.value, role.guarded) for role in GRANTABLE for verb in role.permissions]
    cursor.executemany(
        "insert into access_rolepermission (role, permission, guarded) values (%s, %s, %s)",
        sorted(rows),
    )


def see_as(viewer_id: int | None, using: str = "default") -> None:
    """From now on this connection reads as the web role, for this viewer."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select set_config('role', %s, false), set_config('ngangtam.viewer', %s, false)",
            [WEB, "" if viewer_id is None else str(viewer_id)],
        )


def see_as_owner(using: str = "default") -> None:
    """Give the connection back to whoever opened it."""
    connection = connections[using]
    if connection.connection is None or connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('role', 'none', false), set_config('ngangtam.viewer', '', false)"
        )


@contextmanager
def seen_by(viewer_id: int | None) -> Iterator[None]:
    """Read as `viewer_id` would through the web, then as the owner again."""
    see_as(viewer_id)
    try:
        yield
    finally:
        if transaction.get_connection().needs_rollback:
            transaction.get_connection().close()
        else:
            see_as_owner()
