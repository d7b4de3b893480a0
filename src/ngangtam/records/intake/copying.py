"""Rows to PostgreSQL by COPY: text built once a distinct value, sent in large pieces."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from django.db import ProgrammingError, connection, transaction

NULL: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None})
_PIECE: Final = 2000
_NAMED: Final = 20_000


def text(value: str) -> str:
    """Return text as COPY reads it."""
    if value.isprintable() and "\\" not in value:
        return value
    return value.translate(_ESCAPES)


def day(value: date | None) -> str:
    """Return a day, or a null."""
    return NULL if value is None else value.isoformat()


def number(value: int | None) -> str:
    """Return a number, or a null."""
    return NULL if value is None else str(value)


def period(first: date, until: date | None = None) -> str:
    """Return [first, until) as a range of days."""
    return f"[{first.isoformat()},{'' if until is None else until.isoformat()})"


def copy(table: str, columns: Sequence[str], lines: Iterable[str]) -> int:
    """Send lines (without their line ends) into a table; return how many.

    Errors: IntegrityError and the like as the database raises them.
    """
    # Names come from our own models, never from a file.
    order = f"copy {table} ({', '.join(columns)}) from stdin"
    count = 0
    with connection.cursor() as cursor, cursor.copy(order) as pipe:
        piece: list[str] = []
        for line in lines:
            piece.append(line)
            if len(piece) >= _PIECE:
                _send(pipe, piece)
                count += len(piece)
                piece = []
        if piece:
            _send(pipe, piece)
            count += len(piece)
    return count


def _send(pipe: Any, piece: list[str]) -> None:  # psycopg's Copy, behind Django's cursor
    pipe.write("\n".join(piece) + "\n")


@contextmanager
def sure_of_references() -> Iterator[None]:
    """Spare the database one look-up for each foreign key of each row, where it allows that.

    Only for rows whose people, posts and source were written or locked in this very transaction,
    so that the look-ups could find nothing wrong. Takes half the time off a long roster. A
    database whose owner may not set this checks every row as always. Triggers are spared too:
    whoever uses this lets the statement triggers of the tables run once, by `touch`.
    """
    allowed = True
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("set local session_replication_role = replica")
        except ProgrammingError:
            allowed = False
        yield
        if allowed:
            cursor.execute("set local session_replication_role = origin")


def touch(table: str, people: Sequence[int]) -> None:
    """Let the statement triggers of a table run, changing no row; they may ask whose rows came.

    Shape: so many people that naming them saves nobody any work are not named.
    """
    named = "{" + ",".join(map(str, people)) + "}" if len(people) <= _NAMED else ""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('ngangtam.touched', %s, true)", [named])
        cursor.execute(f"update {table} set id = id where false")  # noqa: S608 - our own names
        cursor.execute("select set_config('ngangtam.touched', '', true)")


def draw_ids(table: str, count: int) -> list[int]:
    """Draw ids for rows that are written by COPY."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [table, count],
        )
        return [row[0] for row in cursor.fetchall()]
