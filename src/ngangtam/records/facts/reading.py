"""Reading tables whole: through Arrow from a connection of its own, or through Django's.

The snapshot holds everybody, so it is read as the owner of the database; who may see what is
decided where figures and rows are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

import adbc_driver_postgresql.dbapi as adbc
import polars as pl
from django.db import connection
from polars.datatypes import DataTypeClass

from ngangtam.foundation.kernel.database import OWNER, addresses

Schema = Mapping[str, DataTypeClass]


class Reader(Protocol):
    """Something that answers a query with a frame; all answers are of one moment."""

    def read(self, sql: str, schema: Schema) -> pl.DataFrame:
        """Return the answer with exactly the columns of `schema`."""


class ArrowReader:
    """Reads through Arrow, without a row loop."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def read(self, sql: str, schema: Schema) -> pl.DataFrame:
        """Return the answer with exactly the columns of `schema`."""
        self.cursor.execute(sql)
        found = pl.from_arrow(self.cursor.fetch_arrow_table())
        assert isinstance(found, pl.DataFrame)
        return found.select(pl.col(name).cast(kind) for name, kind in schema.items())


class DjangoReader:
    """Reads inside the open transaction, and so sees what it has written.

    A viewer may be set on the connection; for the reading it is the owner's again, because a
    snapshot holds everybody.
    """

    def read(self, sql: str, schema: Schema) -> pl.DataFrame:
        """Return the answer with exactly the columns of `schema`."""
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('role')")
            (role,) = cursor.fetchone()
            try:
                cursor.execute("select set_config('role', 'none', false)")
                cursor.execute(sql)
                rows = cursor.fetchall()
            finally:
                cursor.execute("select set_config('role', %s, false)", [role])
        return pl.DataFrame(rows, schema=dict(schema), orient="row")


def among(column: str, people: Sequence[int] | None) -> str:
    """Return the condition that a row is of one of these people; of anybody for None."""
    if people is None:
        return ""
    ids = ",".join(str(int(person)) for person in people)
    return f" and {column} in (select unnest('{{{ids}}}'::bigint[]))"


@contextmanager
def arrow_reader() -> Iterator[Reader]:
    """Open a read-only transaction as the owner, in which nothing changes under us."""
    with adbc.connect(_owner_address()) as link, link.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        yield ArrowReader(cursor)
        link.rollback()


def reads_own_writes() -> bool:
    """Whether an owner's transaction is open here, whose writes the snapshot must hold."""
    return connection.in_atomic_block and connection.settings_dict["USER"] == _owner_name()


def _owner_name() -> str:
    return urlsplit(addresses().owner).username or OWNER


def _owner_address() -> str:
    """Return the owner's address of the very database that Django is connected to."""
    name = quote(str(connection.settings_dict["NAME"]))
    return urlunsplit(urlsplit(addresses().owner)._replace(path=f"/{name}"))
