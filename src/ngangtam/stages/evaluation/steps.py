"""Writes on cycles and sheets that actions are built from: by the set, never row by row."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.stages.evaluation.choosing import PostKind, collective_schemes, fits
from ngangtam.stages.evaluation.models import Cycle

# Units of these kinds are parts of an agency: the agency is the nearest unit above that is not
# one of them, and the cap on "excellent" holds inside the agency. What an authority counts as an
# agency of its own it says by the kind of the unit.
INTERNAL_KINDS: Final = ("division",)
# The similar-task group of everybody who leads; all others form one group a kind of title.
LEADERS: Final = "leadership"
# Advisory locks of cycles: shared by whoever scores, alone for whoever locks or closes.
_LOCK: Final = 0x4B59


def hold_open(cycle_id: int) -> Cycle:
    """Return the cycle, and keep it from being locked or closed until the transaction ends.

    Any number of people hold a cycle at once. Errors: DomainError when it is locked or closed.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s::int, %s::int)", [_LOCK, cycle_id])
    cycle = Cycle.objects.get(pk=cycle_id)
    if cycle.state != Cycle.State.OPEN:
        raise DomainError(why_shut(cycle))
    return cycle


def hold_alone(cycle_id: int) -> Cycle:
    """Return the cycle once nobody scores in it any more; nobody begins before we are through."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s::int, %s::int)", [_LOCK, cycle_id])
    return Cycle.objects.select_related("unit").get(pk=cycle_id)


def why_shut(cycle: Cycle) -> str:
    """Say why nobody scores in a cycle."""
    if cycle.state == Cycle.State.LOCKED:
        return _("Evaluation of %(cycle)s is locked: %(reason)s") % {
            "cycle": cycle.label, "reason": cycle.lock_reason or "…",
        }  # fmt: skip
    return _("Evaluation of %(cycle)s is closed.") % {"cycle": cycle.label}


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling a cycle with sheets did; `without` counts people whom no scheme fits."""

    people: int
    collectives: int
    moved: int
    without: int

    def said(self) -> dict[str, Any]:
        return {"people": self.people, "collectives": self.collectives, "moved": self.moved,
                "without_scheme": self.without}  # fmt: skip


def fill(cycle: Cycle) -> Filled:
    """Make a sheet for everybody who holds a post in the period, and for each unit with a head.

    What is there stays; people who came since are added, and an unconfirmed sheet follows its
    person to another unit. Runs as the owner.
    """
    with connection.cursor() as cursor:
        given = _given(cycle, cursor)
        cursor.execute(_CHOSEN, given)
        try:
            cursor.execute(_COUNT_WITHOUT, given)
            (without,) = cursor.fetchone()
            cursor.execute(_MOVE, given)
            moved = cursor.rowcount
            cursor.execute(_ADD, given)
            people = cursor.rowcount
            cursor.execute(_ADD_COLLECTIVES, given)
            collectives = cursor.rowcount
        finally:
            if not transaction.get_connection().needs_rollback:
                cursor.execute("drop table if exists evaluation_chosen")
    return Filled(people, collectives, moved, without)


def _given(cycle: Cycle, cursor: Any) -> dict[str, Any]:
    """Return the parameters of the statements: which kinds of post fall under which schemes."""
    book = rulebook()
    day = cycle.until - timedelta(days=1)
    given: dict[str, Any] = {
        "cycle": cycle.pk, "top": str(cycle.path), "first": cycle.first, "until": cycle.until,
        "day": day, "internal": list(INTERNAL_KINDS), "leaders": LEADERS,
    }  # fmt: skip
    cursor.execute(_KINDS_OF_POST, given)
    posts = [PostKind(*row) for row in cursor.fetchall()]
    found = fits(book, posts, cycle.kind, day)
    given["fits"] = json.dumps([
        {"regime": one.kind.regime, "leadership": one.kind.leadership,
         "title_kind": one.kind.title_kind, "level": one.kind.level, "scheme": one.scheme,
         "members": one.members} for one in found
    ])  # fmt: skip
    given["collective_fits"] = json.dumps([
        {"regime": regime, "scheme": scheme}
        for regime in sorted({post.regime for post in posts})
        for scheme in collective_schemes(book, regime, cycle.kind, day)
    ])  # fmt: skip
    return given


_WITHIN: Final = "{0} >= %(top)s::ltree and {0} < (%(top)s::ltree || 'A')"
# Of every unit: where somebody went since decides too.
_KINDS_OF_POST: Final = """
select distinct p.regime, p.leadership, p.title_kind, p.level
from organisation_post p
where p.voided_at is null and p.valid && daterange(%(first)s, %(until)s)
"""

# Every posting in the period of whoever holds a post below the top then, wherever the posting
# is: what is held at the last says where somebody is evaluated. Months are counted in
# calendar months: the part of a month is the share of its days.
_CHOSEN: Final = f"""
create temporary table evaluation_chosen on commit drop as
with place as materialized (
  select u.id, u.path, coalesce((
    select b.id from organisation_unit b where b.path @> u.path and b.kind <> all (%(internal)s)
    order by nlevel(b.path) desc limit 1), u.id) as body_id
  from organisation_unit u where {_WITHIN.format("u.path")}
), here as materialized (
  select distinct g.person_id
  from place s join organisation_post p on p.unit_id = s.id
  join personnel_posting g on g.post_id = p.id
  where g.voided_at is null and g.valid && daterange(%(first)s, %(until)s)
), held as materialized (
  select g.person_id, g.post_id, p.unit_id, g.main, g.valid, g.id,
    g.valid * daterange(%(first)s, %(until)s) as part,
    p.regime, p.leadership, p.title_kind, p.level, p.head
  from here e join personnel_posting g on g.person_id = e.person_id
  join organisation_post p on p.id = g.post_id
  where g.voided_at is null and g.valid && daterange(%(first)s, %(until)s)
), kinds as (
  select * from jsonb_to_recordset(%(fits)s::jsonb)
    as k(regime text, leadership boolean, title_kind text, level text, scheme text,
         members boolean)
), candidate as (
  select h.*, k.scheme, who.party is true as member,
    upper(h.part) = max(upper(h.part)) over (partition by h.person_id) as at_last
  from held h
  join personnel_person who on who.id = h.person_id and who.voided_at is null
  left join kinds k on k.regime = h.regime and k.leadership = h.leadership
    and k.title_kind = h.title_kind and k.level = h.level
    and (not k.members or who.party is true)
), months as (
  select person_id, round(sum(
      extract(year from upper(r)) * 12 + extract(month from upper(r))
      + (extract(day from upper(r)) - 1)
        / extract(day from date_trunc('month', upper(r)) + interval '1 month - 1 day')
      - extract(year from lower(r)) * 12 - extract(month from lower(r))
      - (extract(day from lower(r)) - 1)
        / extract(day from date_trunc('month', lower(r)) + interval '1 month - 1 day')
    ), 1) as worked
  from (select person_id, unnest(range_agg(part)) as r from held group by person_id) pieces
  group by person_id
), last_one as (
  select distinct on (person_id, scheme) *
  from candidate where at_last
  order by person_id, scheme, main desc, leadership desc,
           lower(valid) desc, id desc
)
select c.person_id, c.scheme, c.post_id, c.unit_id, s.path, s.body_id, c.leadership, c.head,
  case when c.leadership then %(leaders)s else c.title_kind end as grp, m.worked
from last_one c join place s on s.id = c.unit_id join months m on m.person_id = c.person_id
"""  # noqa: S608 - our own names

_COUNT_WITHOUT: Final = """
select count(distinct c.person_id) from evaluation_chosen c
where c.scheme is null and not exists (
  select from evaluation_chosen o where o.person_id = c.person_id and o.scheme is not null)
"""
_MOVE: Final = """
update evaluation_sheet s set unit_id = c.unit_id, path = c.path, body_id = c.body_id,
  post_id = c.post_id, leader = c.leadership, head = c.head, months_worked = c.worked,
  "group" = case when (s.unit_id, s.leader) = (c.unit_id, c.leadership) then s."group"
            else c.grp end,
  version = s.version + 1
from evaluation_chosen c
where s.cycle_id = %(cycle)s and s.person_id = c.person_id and s.scheme = c.scheme
  and s.state in ('open', 'reported', 'returned')
  and (s.unit_id, s.post_id, s.leader, s.head, s.months_worked)
    is distinct from (c.unit_id, c.post_id, c.leadership, c.head, c.worked)
"""
_ADD: Final = """
insert into evaluation_sheet (cycle_id, person_id, unit_id, path, body_id, post_id, scheme, leader,
  head, "group", months_worked, state, exempt_reason, own_points, own_note, points, answer)
select %(cycle)s, c.person_id, c.unit_id, c.path, c.body_id, c.post_id, c.scheme, c.leadership,
  c.head, c.grp, c.worked, 'open', '', '{}', '', '{}', ''
from evaluation_chosen c where c.scheme is not null
order by c.path, c.person_id
on conflict do nothing
"""
# A collective is evaluated where a post of its head stands, by the regime of that post.
_ADD_COLLECTIVES: Final = f"""
insert into evaluation_sheet (cycle_id, person_id, unit_id, path, body_id, post_id, scheme, leader,
  head, "group", months_worked, state, exempt_reason, own_points, own_note, points, answer)
select distinct %(cycle)s, null::bigint, u.id, u.path,
  -- The cap on units holds among those right below the same one.
  coalesce(u.parent_id, u.id), null::bigint, k.scheme, false, false, u.kind,
  null::numeric, 'open', '', '{{}}'::jsonb, '', '{{}}'::jsonb, ''
from organisation_unit u
join organisation_post p on p.unit_id = u.id and p.head and p.voided_at is null
  and p.valid && daterange(%(first)s, %(until)s)
join jsonb_to_recordset(%(collective_fits)s::jsonb) as k(regime text, scheme text)
  on k.regime = p.regime
where {_WITHIN.format("u.path")} and (u.ended_on is null or u.ended_on > %(first)s)
on conflict do nothing
"""  # noqa: S608 - our own names


# Whom a sheet waits for once it is reported: the head of the nearest unit upwards, by the sheets
# of the same cycle; of a head's own sheet the head above.
_REMIND: Final = """
with sent as (
  insert into evaluation_reminder (cycle_id, person_id, path, about, sheets, sent_by_id)
  select %(cycle)s, s.person_id, min(s.path::text)::ltree, 'report', count(*), %(by)s
  from evaluation_sheet s
  where s.cycle_id = %(cycle)s and s.person_id is not null and s.state in ('open', 'returned')
  group by s.person_id
  union all
  select %(cycle)s, h.person_id, h.path, 'confirm', count(*), %(by)s
  from evaluation_sheet s
  cross join lateral (
    select o.person_id, o.path from evaluation_sheet o
    where o.cycle_id = %(cycle)s and o.head and o.path @> s.path and o.person_id <> s.person_id
    order by nlevel(o.path) desc, o.id limit 1
  ) h
  where s.cycle_id = %(cycle)s and s.person_id is not null and s.state = 'reported'
  group by h.person_id, h.path
  returning about, person_id
)
select count(distinct person_id) filter (where about = 'report'),
  count(distinct person_id) filter (where about = 'confirm') from sent
"""


def remind(cycle: Cycle, by: Any) -> dict[str, Any]:
    """Write a reminder to everybody who is waited for; returns how many people of each kind."""
    given = {"cycle": cycle.pk, "by": None if by is None else by.pk}
    with connection.cursor() as cursor:
        cursor.execute(_REMIND, given)
        report, confirm = cursor.fetchone() or (0, 0)
    return {"report": report, "confirm": confirm}
