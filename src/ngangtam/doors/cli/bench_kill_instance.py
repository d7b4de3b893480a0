"""What `bench kill` does inside the instance that it kills: setting up, and looking.

Run as a module of its own, with NGANGTAM_HOME pointing at that instance.
"""

import json
import sys
from collections.abc import Callable
from typing import Any, Final

from ngangtam.doors.cli.base import django_ready

PEOPLE: Final = 12


def main() -> None:
    step, *arguments = sys.argv[1:]
    django_ready()
    steps: dict[str, Callable[..., Any]] = {"prepare": prepare, "look": look}
    print(json.dumps(steps[step](*arguments)))


def prepare(username: str, password: str) -> list[str]:
    """Lay down a unit, its personnel officer and some people; return the people's numbers."""
    from ngangtam.doors.cli.base import accounted
    from ngangtam.doors.cli.bench_accounts import SINCE, open_account
    from ngangtam.records.organisation import steps as organisation
    from ngangtam.records.personnel import steps

    with accounted("bench.prepared"):
        source = organisation.add_source(kind="test", name="bench", day=SINCE)
        unit = organisation.add_unit(
            code="KILL", name="Sở Thử", parent=organisation.root_unit(), first_day=SINCE,
            source=source,
        )  # fmt: skip
        open_account(username, password, unit)
        people = [steps.add_person(full_name=f"Trần Thị Mẫu {at}", unit=unit, source=source)
                  for at in range(PEOPLE)]  # fmt: skip
    return [person.number for person in people]


# One question for both kinds: the mark stands in the row and in its source, and the event names
# the row.
_FILES: Final = """
select p.other_names, count(distinct p.id), count(distinct s.id), count(distinct e.id)
from personnel_person p
left join organisation_source s on s.id = p.source_id and s.name = p.other_names
left join audit_event e on e.type = 'person.opened' and e.subject_id = p.id
where p.other_names like 'mark-%%' group by 1
"""
_RECORDS: Final = """
select r.raw, count(distinct r.id), count(distinct s.id), count(distinct e.id)
from personnel_record r
left join organisation_source s on s.id = r.source_id and s.name = r.raw
left join audit_event e on e.type = 'record.added' and (e.what ->> 'record')::bigint = r.id
where r.raw like 'mark-%%' group by 1
"""
# Events without their row, and sources that nothing rests on.
_STRAY: Final = """
select
  (select count(*) from audit_event e where e.type = 'person.opened'
   and not exists (select from personnel_person p where p.id = e.subject_id)),
  (select count(*) from audit_event e where e.type = 'record.added'
   and not exists (select from personnel_record r where r.id = (e.what ->> 'record')::bigint)),
  (select count(*) from organisation_source s where s.name like 'mark-%%'
   and not exists (select from personnel_person p where p.source_id = s.id)
   and not exists (select from personnel_record r where r.source_id = s.id))
"""
# Every count that is kept beside the people, against the people themselves.
_COUNTS: Final = """
select count(*) from (
  select coalesce(t.path, p.path) from personnel_tally t
  full join (select home_path as path, count(*) as people from personnel_person
             where voided_at is null group by 1) p on p.path = t.path
  where coalesce(t.people, 0) <> coalesce(p.people, 0)
) other
"""
_SUBTREES: Final = """
select count(*) from personnel_subtree s join organisation_unit top on top.id = s.unit_id
where (s.people, s.seats) <> (
  select coalesce(sum(u.holders), 0), coalesce(sum(u.seats), 0) from organisation_unit u
  where u.path <@ top.path)
"""
_DURABLE: Final = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")


def look() -> dict[str, Any]:
    """Compare what clients were told with what is there; marks come on standard input.

    Shape: lists of marks that were lost, doubled or left half done, numbers of counts that are
        wrong, findings of the audit.
    """
    told = {mark: (kind, acknowledged) for mark, kind, acknowledged in json.load(sys.stdin)}
    rows = _rows()
    there = {mark: rows[mark] for mark in told if mark in rows}
    stray, miscounted = _stray(), _miscounted()
    found = {
        "lost": sorted(mark for mark, (_k, said) in told.items() if said and mark not in there),
        "half": sorted(mark for mark, (_n, sources, events) in there.items()
                       if not sources or not events) + stray,
        "duplicates": sorted(mark for mark, counts in there.items() if max(counts) > 1),
        "miscounted": miscounted,
        "findings": _findings(),
    }  # fmt: skip
    return {
        **found, "sound": not any(found.values()), "durable": _durable(),
        "there_unacknowledged": sum(not told[mark][1] for mark in there),
        "not_there": sum(not said and mark not in there for mark, (_k, said) in told.items()),
    }  # fmt: skip


def _rows() -> dict[str, tuple[int, int, int]]:
    """Return by mark how many rows, sources and events there are."""
    from django.db import connection

    found: dict[str, tuple[int, int, int]] = {}
    with connection.cursor() as cursor:
        for question in (_FILES, _RECORDS):
            cursor.execute(question)
            found.update({mark: (rows, sources, events)
                          for mark, rows, sources, events in cursor.fetchall()})  # fmt: skip
    return found


def _stray() -> list[str]:
    from django.db import connection

    names = ("events of files without file", "events of records without record",
             "sources without row")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STRAY)
        counts = cursor.fetchone() or (0, 0, 0)
    return [f"{count} {name}" for name, count in zip(names, counts, strict=True) if count]


def _miscounted() -> int:
    from django.db import connection

    wrong = 0
    with connection.cursor() as cursor:
        for question in (_COUNTS, _SUBTREES):
            cursor.execute(question)
            wrong += (cursor.fetchone() or (0,))[0]
    return wrong


def _findings() -> list[str]:
    from ngangtam.foundation.audit import verifying

    return [str(one) for one in verifying.verify().findings][:50]


def _durable() -> dict[str, str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select name, setting from pg_settings where name = any (%s)",
                       [list(_DURABLE)])  # fmt: skip
        return dict(cursor.fetchall())


if __name__ == "__main__":
    main()
