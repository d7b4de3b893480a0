"""A generated nation into PostgreSQL, table by table, by COPY."""

from __future__ import annotations

from typing import Final

import polars as pl
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from ngangtam.doors.demo import nation_files
from ngangtam.law.engine import rulebook
from ngangtam.records.facts.snapshot import Snapshot
from ngangtam.records.organisation.steps import add_source, root_unit

TABLES: Final = (
    "organisation_unit",
    "organisation_unitversion",
    "organisation_post",
    "personnel_person",
    "personnel_posting",
    "personnel_record",
)
_ROWS_AT_ONCE: Final = 200_000


def fill(snapshot: Snapshot, seed: int) -> None:
    """Write a generated nation into an instance that holds no people, by COPY.

    Shape: constraints hold for every row; row triggers and foreign keys are not run where the
        role may switch them off, because the rows are made to fit.
    """
    day, people = snapshot.day, snapshot.frame.height
    catalogues = rulebook().catalogues
    root = root_unit()
    source = add_source(kind="demo", name="Số liệu sinh tự động", day=day)
    with transaction.atomic(), connection.cursor() as cursor:
        keys = _keys(cursor, source.pk)
        _without_triggers(cursor)
        put_back = _set_aside(cursor)
        unit, versions = nation_files.unit_rows(snapshot, catalogues, keys, (root.pk, root.path))
        _copy(cursor, "organisation_unit", unit)
        _copy(cursor, "organisation_unitversion", versions)
        posts, postings = nation_files.post_rows(snapshot, catalogues, keys)
        _copy(cursor, "organisation_post", posts)
        rows = nation_files.person_rows(snapshot, catalogues, keys, unit, seed)
        _copy(cursor, "personnel_person", rows)
        _copy(cursor, "personnel_posting", postings)
        for records in nation_files.record_rows(snapshot, catalogues, keys):
            _copy(cursor, "personnel_record", records)
        cursor.execute("set local session_replication_role = origin")
        cursor.execute("set constraints all immediate")
        for statement in put_back:
            cursor.execute(statement)
        _move_sequences(cursor, people)
        # Without fresh statistics the planner would join these millions row by row.
        _tend(cursor, "analyze")
        cursor.execute("select ngangtam_settle_people()")
        cursor.execute("select ngangtam_refresh_units(%s)", [day])
    if not connection.in_atomic_block:
        # Lists answer from indexes alone only where the table has been vacuumed.
        with connection.cursor() as cursor:
            _tend(cursor, "vacuum")


def _tend(cursor: CursorWrapper, verb: str) -> None:
    for table in TABLES:
        cursor.execute(f"{verb} {table}")


def _keys(cursor: CursorWrapper, source: int) -> nation_files.Keys:
    def free(table: str) -> int:
        cursor.execute(f"select coalesce(max(id), 0) + 1 from {table}")  # noqa: S608 - our names
        return int(cursor.fetchone()[0])

    cursor.execute("select nextval('personnel_person_number')")
    number = int(cursor.fetchone()[0])
    return nation_files.Keys(
        unit=free("organisation_unit"),
        post=free("organisation_post"),
        person=free("personnel_person"),
        source=source,
        number=number,
    )


_INDEXES: Final = """
select format('drop index %%I', c.relname), pg_get_indexdef(i.indexrelid)
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
where t.relname = any (%(tables)s) and not i.indisunique
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
"""
_EXCLUSIONS: Final = """
select format('alter table %%I drop constraint %%I', t.relname, k.conname),
       format('alter table %%I add constraint %%I %%s', t.relname, k.conname,
              pg_get_constraintdef(k.oid))
from pg_constraint k join pg_class t on t.oid = k.conrelid
where t.relname = any (%(tables)s) and k.contype = 'x'
"""


def _set_aside(cursor: CursorWrapper) -> list[str]:
    """Drop what is quicker built once at the end; return the statements that build it again.

    The exclusion constraints check every row when they are put back.
    """
    cursor.execute("set constraints all immediate")
    again: list[str] = []
    for question in (_INDEXES, _EXCLUSIONS):
        cursor.execute(question, {"tables": list(TABLES)})
        for drop, build in cursor.fetchall():
            cursor.execute(drop)
            again.append(build)
    return again


def _without_triggers(cursor: CursorWrapper) -> None:
    cursor.execute("select rolsuper from pg_roles where rolname = current_user")
    if cursor.fetchone()[0]:
        cursor.execute("set local session_replication_role = replica")


def _copy(cursor: CursorWrapper, table: str, rows: pl.DataFrame) -> None:
    columns = ", ".join(rows.columns)
    with cursor.copy(f"copy {table} ({columns}) from stdin (format csv)") as copy:
        for start in range(0, rows.height, _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            # Empty text is quoted and stays text; what is missing stays bare and becomes null.
            copy.write(part.write_csv(include_header=False, quote_style="necessary"))


def _move_sequences(cursor: CursorWrapper, people: int) -> None:
    for table in TABLES:
        cursor.execute(
            f"select setval(pg_get_serial_sequence('{table}', 'id'), max(id)) from {table}"  # noqa: S608 - our names
        )
    cursor.execute("select setval('personnel_person_number', last_value + %s)"
                   " from personnel_person_number", [people])  # fmt: skip
