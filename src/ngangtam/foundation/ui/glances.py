"""What the menu asks the database about its viewer: the questions of all rooms, in one query."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from ngangtam.foundation.access.models import User


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in the words of the database, where no queryset says them."""

    sql: str
    values: Sequence[object] = ()


# Which rows a viewer is told the number of; None where there is nothing to ask.
Question = Callable[[User], "QuerySet[Any] | Rows | None"]
_questions: Final[dict[str, Question]] = {}


def register(**questions: Question) -> None:
    """Add questions to the one query; call it from `AppConfig.ready`."""
    _questions.update(questions)


def glance(request: HttpRequest, name: str) -> int:
    """Return how many rows a question finds for the viewer.

    Shape: the first call of a request asks everything; the user is loaded anew with every
        request, and keeps what was found.
    """
    viewer = request.user
    if not isinstance(viewer, User):
        return 0
    kept: dict[str, int] | None = viewer.__dict__.get("_glances")
    if kept is None:
        kept = viewer.__dict__["_glances"] = _ask(viewer)
    return kept.get(name, 0)


def _ask(viewer: User) -> dict[str, int]:
    names: list[str] = []
    counts: list[str] = []
    values: list[Any] = []
    for name, question in _questions.items():
        rows = _written(question(viewer))
        if rows is not None:
            names.append(name)
            counts.append(f"(select count(*) from ({rows.sql}) rows)")  # noqa: S608 - our own words
            values += rows.values
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(counts)}", values)
        found = cursor.fetchone() or ()
    return dict(zip(names, found, strict=True))


def _written(rows: QuerySet[Any] | Rows | None) -> Rows | None:
    if rows is None or isinstance(rows, Rows):
        return rows
    asked = rows.order_by().values("pk").query
    try:
        sql, values = asked.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    return Rows(sql, values)
