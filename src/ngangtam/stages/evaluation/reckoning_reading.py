"""What a reckoning reads: sheets, lines of work, discipline, months; whole tables by COPY.

By COPY on the connection that is open, so that a reckoning sees what its own transaction wrote
and nothing passes through a row loop. Words of other rooms' tables stand here alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

import polars as pl
from django.db import connection
from polars.datatypes import DataTypeClass

from ngangtam.stages.evaluation.models import Cycle
from ngangtam.stages.work import queries_scoring as tasks

Schema = Mapping[str, DataTypeClass]
FLAGS: Final = (
    "shortcomings_fixed", "degradation_concluded", "in_corruption_or_waste", "outstanding",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Everything that one reckoning rests on.

    Shape: `sheets` one row a sheet that is rated; `lines` one row a task, by person or (a
        collective's) by unit; `units` the tree in which they stand, with `parent` and `depth`;
        `averages` the mean of the closed months by person and scheme, of year cycles alone;
        `leads` what is in the field of a deputy: units, and people.
    """

    sheets: pl.DataFrame
    lines: pl.DataFrame
    unit_lines: pl.DataFrame
    units: pl.DataFrame
    discipline: pl.DataFrame
    averages: pl.DataFrame
    leads: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={**_LEADS_SCHEMA}))


def copied(sql: str, schema: Schema) -> pl.DataFrame:
    """Return the answer of a query whose columns are numbers, days and plain words."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy ({sql}) to stdout (format csv)") as copy,
    ):
        text = b"".join(bytes(part) for part in copy)
    if not text:
        return pl.DataFrame(schema=dict(schema))
    return pl.read_csv(BytesIO(text), has_header=False, schema={**schema})


# Points that the nearest unit upwards set last stand beside those that the head confirmed.
_SHEETS: Final = """
with given as (
  select distinct on (w.unit_id, w.scheme, w.leader) w.unit_id, w.scheme, w.leader,
    case when w.leader then p.leader_points else p.points end as points
  from (select distinct unit_id, path, scheme, leader from evaluation_sheet
        where cycle_id = {cycle}) w
  join evaluation_unitpoints p on p.scheme = w.scheme and p.first < date '{until}'
  join organisation_unit u on u.id = p.unit_id and u.path @> w.path
  order by w.unit_id, w.scheme, w.leader, nlevel(u.path) desc, p.first desc, p.id desc
), told as (
  select s.*, s.points || coalesce(g.points, '{{}}') as all_points
  from evaluation_sheet s left join given g
    on g.unit_id = s.unit_id and g.scheme = s.scheme and g.leader = s.leader
  where s.cycle_id = {cycle} and s.state <> 'exempt'
)
select s.id, s.person_id, s.unit_id, s.body_id, s."group", s.scheme, s.leader::int, s.head::int,
  s.state, s.months_worked, s.general_points, s.organising_percent, s.uniting_percent,
  s.shortcomings_fixed::int, s.degradation_concluded::int, s.unit_in_corruption_or_waste::int,
  s.outstanding::int, case when s.all_points = '{{}}'::jsonb then '' else s.all_points::text end
from told s order by s.id
"""
_SHEET_SCHEMA: Final[Schema] = {
    "sheet": pl.Int64, "person": pl.Int64, "unit": pl.Int64, "body": pl.Int64, "group": pl.String,
    "scheme": pl.String, "leader": pl.Int8, "head": pl.Int8, "state": pl.String,
    "months_worked": pl.Float64, "general_points": pl.Float64, "organising_percent": pl.Float64,
    "uniting_percent": pl.Float64, **dict.fromkeys(FLAGS, pl.Int8), "points": pl.String,
}  # fmt: skip

# What counts, and how much of it, is said by the room of assigned work.
_LINES: Final = f"""
select {{whose}}, {tasks.ASSIGNED}, {tasks.COMPLETED},
  {tasks.confirmed("t.quality_failures", "0")}, {tasks.confirmed("t.delays", "0")},
  ({tasks.CAUSE})::int, ({tasks.confirmed("t.exceeds", "false")})::int
from work_task t
where {{counted}} and {{which}}
"""  # noqa: S608 - our own names
_LINE_SCHEMA: Final[Schema] = {
    "assigned": pl.Float64, "completed": pl.Float64, "quality_failures": pl.Int32,
    "delays": pl.Int32, "objective_cause": pl.Int8, "exceeds": pl.Int8,
}  # fmt: skip
_OF_PEOPLE: Final = """t.person_id is not null and t.person_id in (
  select s.person_id from evaluation_sheet s where s.cycle_id = {cycle} and s.person_id is not null)
"""
_OF_UNITS: Final = """t.person_id is null and t.unit_id in (
  select s.unit_id from evaluation_sheet s where s.cycle_id = {cycle} and s.person_id is null)
"""
# The field of each deputy on the last day: one row a unit or a person in it.
_LEADS: Final = """
with held as (
  select distinct on (f.person_id, f.unit_id) f.person_id, f.unit_id, f.units, f.people
  from evaluation_ledfield f
  where f.first < date '{until}' and f.person_id in (
    select s.person_id from evaluation_sheet s where s.cycle_id = {cycle} and s.leader)
  order by f.person_id, f.unit_id, f.first desc, f.id desc
)
select person_id, unit_id, led::bigint, null::bigint
from held, jsonb_array_elements_text(units) led
union all
select person_id, unit_id, null::bigint, led::bigint
from held, jsonb_array_elements_text(people) led
"""
_LEADS_SCHEMA: Final[Schema] = {
    "person": pl.Int64, "unit": pl.Int64, "led_unit": pl.Int64, "led_person": pl.Int64,
}  # fmt: skip
# The heaviest form imposed in the period, by the day from which it runs.
_DISCIPLINE: Final = """
select r.person_id, r.code from personnel_record r
where r.kind = 'discipline' and r.voided_at is null and r.code not in ('', 'none')
  and lower(r.valid) >= date '{first}' and lower(r.valid) < date '{until}'
  and r.person_id in (select s.person_id from evaluation_sheet s where s.cycle_id = {cycle})
"""
_UNITS: Final = """
select u.id, u.parent_id, nlevel(u.path) from organisation_unit u
where u.path >= '{top}'::ltree and u.path < ('{top}'::ltree || 'A')
"""
# Months at an earlier unit count: they are found by the person, wherever they were closed.
_AVERAGES: Final = """
select s.person_id, s.scheme, y.kind, count(*), count(r.total), avg(r.total)
from evaluation_result r
join evaluation_cycle y on y.id = r.cycle_id and y.run = r.run and y.state = 'closed'
  and y.kind in ('month', 'quarter')
  and y.first >= date '{first}' and y.until <= date '{until}'
join evaluation_sheet s on s.id = r.sheet_id and s.person_id is not null
where s.person_id in (select o.person_id from evaluation_sheet o where o.cycle_id = {cycle})
group by 1, 2, 3
"""


def read(cycle: Cycle) -> Inputs:
    """Read what the reckoning of a cycle rests on. Runs as the owner."""
    named = {
        "cycle": int(cycle.pk), "first": cycle.first.isoformat(), "until": cycle.until.isoformat(),
        "top": ".".join(str(int(part)) for part in str(cycle.path).split(".")),
    }  # fmt: skip
    counts = tasks.counted(cycle.first, cycle.until)
    lines, unit_lines = (
        _flagged(
            copied(
                _LINES.format(whose=f"t.{whose}_id", which=which.format(**named), counted=counts),
                {whose: pl.Int64, **_LINE_SCHEMA},
            ),
            ("objective_cause", "exceeds"),
        )
        for whose, which in (("person", _OF_PEOPLE), ("unit", _OF_UNITS))
    )
    sheets = copied(_SHEETS.format(**named), _SHEET_SCHEMA)
    return Inputs(
        sheets=_flagged(sheets, ("leader", "head", *FLAGS)),
        lines=lines,
        unit_lines=unit_lines,
        units=copied(_UNITS.format(**named),
                     {"unit": pl.Int64, "parent": pl.Int64, "depth": pl.Int32}),
        discipline=copied(_DISCIPLINE.format(**named),
                          {"person": pl.Int64, "discipline": pl.String}),
        averages=_averages(cycle, named),
        leads=copied(_LEADS.format(**named), _LEADS_SCHEMA),
    )  # fmt: skip


def _flagged(frame: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    return frame.with_columns(pl.col(*names).cast(pl.Boolean))


def _averages(cycle: Cycle, named: Mapping[str, object]) -> pl.DataFrame:
    """Return (person, scheme, average): of the months, of the quarters where there is no month.

    A month that is closed without a known total leaves the average unknown.
    """
    if cycle.kind != Cycle.Kind.YEAR:
        return pl.DataFrame(schema={"person": pl.Int64, "scheme": pl.String, "average": pl.Float64})
    found = copied(_AVERAGES.format(**named), {
        "person": pl.Int64, "scheme": pl.String, "kind": pl.String, "parts": pl.Int64,
        "known": pl.Int64, "mean": pl.Float64,
    })  # fmt: skip
    months_first = found.sort("person", "scheme", "kind").unique(
        ["person", "scheme"], keep="first", maintain_order=True
    )
    known = pl.when(pl.col("parts") == pl.col("known")).then("mean").alias("average")
    return months_first.select("person", "scheme", known)
