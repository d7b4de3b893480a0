"""Writing many rows at once."""

import json
from collections.abc import Sequence
from typing import Any, Final

from django.db import connections, models, router

_PIECE: Final = 5000


def update_many(rows: Sequence[models.Model], fields: Sequence[str]) -> int:
    """Write `fields` of every row; return how many rows were there to be changed.

    The same as Django's `bulk_update`, with an array a column instead of a branch a row and column:
    it costs what the rows cost. All rows are of one model; ranges have no such form.
    """
    if not rows or not fields:
        return 0
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    key = model._meta.pk
    if key is None or key.column is None:
        raise TypeError(f"{model.__name__} has no primary key")
    columns = [model._meta.get_field(name) for name in fields]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    kinds = [_kind(column, connection) for column in columns]
    names = [quote(str(column.column)) for column in columns]  # type: ignore[union-attr]
    sql = (
        f"update {table} as kept set "  # noqa: S608 - names of our own models
        + ", ".join(
            f"{name} = said.{name}::{kind}" for name, kind in zip(names, kinds, strict=True)
        )
        + f" from unnest(%s::{key.rel_db_type(connection)}[], "
        + ", ".join(["%s::text[]"] * len(names))
        + f") as said({quote(key.column)}, {', '.join(names)})"
        + f" where kept.{quote(key.column)} = said.{quote(key.column)}"
    )
    changed = 0
    with connection.cursor() as cursor:
        for first in range(0, len(rows), _PIECE):
            piece = rows[first : first + _PIECE]
            values = [[_text(column, row, connection) for row in piece] for column in columns]
            cursor.execute(sql, [[row.pk for row in piece], *values])
            changed += cursor.rowcount
    return changed


def _kind(column: Any, connection: Any) -> str:
    return str(column.rel_db_type(connection) if column.is_relation else column.db_type(connection))


def _text(column: Any, row: models.Model, connection: Any) -> str | None:
    """Return the value as PostgreSQL reads it from text: every type has such a form."""
    value = getattr(row, column.attname)
    if value is None:
        return None
    if isinstance(column, models.JSONField):
        return json.dumps(value, cls=column.encoder)
    prepared = column.get_prep_value(value)
    return prepared.isoformat() if hasattr(prepared, "isoformat") else str(prepared)
