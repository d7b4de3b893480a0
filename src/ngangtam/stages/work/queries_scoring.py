"""What scoring reads of assigned work: quantities in standard products, a whole tree at once."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import polars as pl
from polars.datatypes import DataTypeClass

from ngangtam.records.facts.reading import DjangoReader, Reader, arrow_reader, reads_own_writes

SCHEMA: Final[Mapping[str, DataTypeClass]] = {
    "task_id": pl.Int64,
    "person_id": pl.Int64,
    "unit_id": pl.Int64,
    "path": pl.String,
    "month": pl.Date,
    "state": pl.String,
    "assigned": pl.Float64,
    "completed": pl.Float64,
    "reported": pl.Float64,
    "quality_failures": pl.Int32,
    "delays": pl.Int32,
    "objective_cause": pl.Boolean,
    "exceeds": pl.Boolean,
    "confirmed": pl.Boolean,
    "late": pl.Boolean,
    "evidence": pl.Boolean,
}

# Which tasks count in a period, and what each gives in standard products: the one home of both,
# for whoever reads them by rows or by COPY. `t` is the task.
STATES: Final = "t.state in ('assigned', 'reported', 'returned', 'confirmed')"
ASSIGNED: Final = "t.quantity * t.coefficient"
# What counts as done is what the head confirmed; a task nobody confirmed counts nothing done.
COMPLETED: Final = (
    "case when t.state = 'confirmed' then coalesce(t.confirmed_quantity, 0) else 0 end"
    " * t.coefficient"
)
CAUSE: Final = "t.cause_state = 'confirmed'"


def counted(first: date, until: date) -> str:
    """Return the condition under which a task counts in [first, until)."""
    return f"{STATES} and t.month >= '{first.isoformat()}' and t.month < '{until.isoformat()}'"


def confirmed(column: str, otherwise: str) -> str:
    """Return a column of a task that counts only once the head confirmed the task."""
    return f"case when t.state = 'confirmed' then {column} else {otherwise} end"


# Numbers are multiplied exactly and leave the database as doubles. What nobody confirmed counts
# nothing done, and neither do its faults: those are the person's words until a head says so.
_SELECT: Final = f"""
select t.id as task_id, t.person_id, t.unit_id, t.path::text as path, t.month, t.state::text,
  ({ASSIGNED})::float8 as assigned,
  ({COMPLETED})::float8 as completed,
  (coalesce(case when t.state = 'confirmed' then t.confirmed_quantity end,
            t.reported_quantity, 0) * t.coefficient)::float8 as reported,
  ({confirmed("t.quality_failures", "case when {so_far} then t.reported_failures else 0 end")}
    )::int4 as quality_failures,
  ({confirmed("t.delays", "case when {so_far} then t.reported_delays else 0 end")}
    )::int4 as delays,
  ({CAUSE}) as objective_cause,
  ({confirmed("t.exceeds", "case when {so_far} then t.reported_exceeds else false end")}
    ) as exceeds,
  (t.state = 'confirmed') as confirmed,
  (coalesce(t.done_on > t.due, false)) as late,
  exists (select from work_evidence e
    where e.task_id = t.id and e.removed_at is null) as evidence
from work_task t
where t.person_id is not null and {{counted}} and {{who}}
order by t.id
"""  # noqa: S608 - our own names


def products_frame(path: str, first: date, until: date, *, so_far: bool = False) -> pl.DataFrame:
    """Return one row for each task of a person under `path` whose month lies in [first, until).

    Units: `assigned`, `completed` and `reported` in standard products.
    Shape: columns of `SCHEMA`, in the order of tasks. `completed` is 0 where nobody confirmed;
        `reported` is what was confirmed, else what the person says. With `so_far`, faults,
        delays and exceeding are the person's words where nobody confirmed.
    """
    # The path is a tree path of digits and points: nothing else passes.
    safe = ".".join(str(int(part)) for part in path.split("."))
    who = f"t.path >= '{safe}'::ltree and t.path < '{safe}.A'::ltree"
    return _read(who, first, until, so_far=so_far)


def products_of(person_id: int, first: date, until: date, *, so_far: bool = False) -> pl.DataFrame:
    """Return the same for one person, wherever the work was given. Shape: as `products_frame`."""
    who = f"t.person_id = {int(person_id)}"
    return _read(who, first, until, so_far=so_far, small=True)


def products_of_people(
    people: Iterable[int], first: date, until: date, *, so_far: bool = False
) -> pl.DataFrame:
    """Return the same for several people, wherever the work was given. Shape: as above."""
    asked = ",".join(str(int(one)) for one in people)
    who = f"t.person_id = any ('{{{asked}}}'::bigint[])"
    return _read(who, first, until, so_far=so_far)


def _read(who: str, first: date, until: date, *, so_far: bool, small: bool = False) -> pl.DataFrame:
    sql = _SELECT.format(who=who, counted=counted(first, until), so_far=str(so_far).lower())
    # A page of one person costs less through the connection that it already has.
    if small or reads_own_writes():
        return _with(DjangoReader(), sql)
    with arrow_reader() as reader:
        return _with(reader, sql)


def _with(reader: Reader, sql: str) -> pl.DataFrame:
    return reader.read(sql, SCHEMA)
