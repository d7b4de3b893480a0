"""The records themselves: every guarded row against the last digest that a lawful writing left."""

from collections.abc import Iterator
from typing import Any, Final

from ngangtam.foundation.audit.findings import Finding
from ngangtam.foundation.audit.guards import Guard

# What one statement wrote is listed row by row up to here; a whole table is not.
_MOST: Final = 1000

# A writing is accounted for by an event of its own transaction that was sealed in the same pass,
# or by one that names the transaction and was sealed no earlier.
_UNACCOUNTED: Final = """
with events as (
  select e.id, e.xact, coalesce(l.sealing, 2147483647) as pass,
         case when jsonb_typeof(e.what -> 'xacts') = 'array' then e.what -> 'xacts' end as xacts
  from audit_event e left join audit_leaf l on l.kind = 'e' and l.ref = e.id
  -- One that was tampered with after it was sealed did stand in its pass.
  where e.id <> all (%(bad)s) or l.ref is not null
), named as (
  select one::bigint as xact, max(events.pass) as pass
  from events, jsonb_array_elements_text(events.xacts) one group by 1
), writings as (
  select c.*, coalesce(l.sealing, 2147483647) as pass
  from audit_change c left join audit_leaf l on l.kind = 'c' and l.ref = c.id
)
select c.id, c.at, c.login, c.table_name, c.op, c.pks[1:%(most)s],
       c.pass in (select l.sealing from audit_leaf l where l.kind = 'e'
                  and not exists (select from audit_event e where e.id = l.ref)) as orphan
from writings c
where not exists (select from events e where e.xact = c.xact and e.pass = c.pass)
  and not exists (select from named n where n.xact = c.xact and c.pass <= n.pass)
order by c.id
"""

_KINDS: Final = {"I": "inserted", "U": "changed", "D": "removed", "B": "unaccounted"}


def unaccounted(cursor: Any, bad_events: set[int]) -> Iterator[Finding]:
    """Yield every row that was written by a transaction that carried out no action."""
    # The planner cannot know how few rows are left over; a loop over all of them never pays.
    cursor.execute("set local enable_nestloop = off")
    cursor.execute(_UNACCOUNTED, {"bad": list(bad_events), "most": _MOST})
    rows = cursor.fetchall()
    cursor.execute("set local enable_nestloop = on")
    for _change, at, login, table, op, pks, orphan in rows:
        more = {"at": f"{at:%Y-%m-%d %H:%M:%S} UTC", "login": login}
        kind = "unaccounted" if orphan else _KINDS[op]
        for pk in pks:
            why = "event_gone" if orphan else "no_action"
            yield Finding(kind, table, pk, why, more)  # type: ignore[arg-type]


_COMPARED: Final = """
with latest as (
  select distinct on (line.pk) line.pk, line.digest, c.op, c.version
  from audit_change c, unnest(c.pks, c.digests) line (pk, digest)
  where c.table_name = %(table)s
  order by line.pk, c.id desc
), compared as (
  select t.id, latest.pk, latest.op,
         case latest.version {digests} end is not distinct from latest.digest as same
  from {table} t full join latest on latest.pk = t.id
)
select id, pk, op from compared
where id is null and op <> 'D' or pk is null or id is not null and (op = 'D' or not same)
order by coalesce(id, pk) limit 100000
"""


def compare_rows(cursor: Any, one: Guard) -> tuple[int, list[Finding]]:
    """Compare a table with what was written to it; return (rows looked at, findings).

    Shape: set-wise in the database, one pass over the table and one over its digests.
    """
    cursor.execute("select to_regclass(%s)", [f"public.{one.table}"])
    if cursor.fetchone()[0] is None:
        return 0, []
    cursor.execute(f"select count(*) from {one.table}")  # noqa: S608 - our own names
    rows = cursor.fetchone()[0]
    digests = " ".join(
        f"when {number} then {one.digest('t', number)}" for number in range(1, one.version + 1)
    )
    cursor.execute(_COMPARED.format(table=one.table, digests=digests), {"table": one.table})
    return rows, [_finding(one.table, *row) for row in cursor.fetchall()]


def _finding(table: str, pk: int | None, known: int | None, op: str | None) -> Finding:
    if pk is None:
        return Finding("removed", table, known, "gone")
    if known is None:
        return Finding("inserted", table, pk, "no_digest")
    if op == "D":
        return Finding("inserted", table, pk, "removed_yet_there")
    return Finding("changed", table, pk, "digest")
