"""Seats of a unit are seats of main posts.

Holders are counted by their main post, once each. A seat on a committee or council is held beside
it, so it is no vacancy of the unit, and counts only where it is somebody's main post. The post
itself still shows its seats and holders.
"""

from django.db import migrations

SEATS = """
create or replace function ngangtam_refresh_units(day date) returns void
language sql security definer set search_path = public, pg_temp as $$
  update organisation_unit u
  set holders = coalesce(counted.holders, 0), seats = coalesce(counted.seats, 0)
  from organisation_unit every
  left join (
    select o.unit_id,
           sum(case when o.leadership or not (o.committee_member or o.deputy_elected)
             then coalesce(o.seats, held.people, 0) else coalesce(held.main, 0) end) as seats,
           sum(coalesce(held.main, 0)) as holders
    from organisation_post o
    left join (
      select g.post_id, count(*) as people, count(*) filter (where g.main) as main
      from personnel_posting g
      where g.voided_at is null and g.valid @> day
      group by g.post_id
    ) held on held.post_id = o.id
    where o.voided_at is null and o.valid @> day
    group by o.unit_id
  ) counted on counted.unit_id = every.id
  where every.id = u.id
    and (u.holders, u.seats) is distinct from
        (coalesce(counted.holders, 0)::int, coalesce(counted.seats, 0)::int)
$$;

create or replace function ngangtam_refresh_units_of(people bigint[], day date) returns void
language sql security definer set search_path = public, pg_temp as $$
  update organisation_unit u
  set holders = coalesce(counted.holders, 0), seats = coalesce(counted.seats, 0)
  from (
    select distinct o.unit_id from personnel_posting g
    join organisation_post o on o.id = g.post_id where g.person_id = any (people)
  ) touched
  left join lateral (
    select sum(case when o.leadership or not (o.committee_member or o.deputy_elected)
             then coalesce(o.seats, held.people, 0) else coalesce(held.main, 0) end) as seats,
           sum(held.main) as holders
    from organisation_post o
    cross join lateral (
      select count(*) as people, count(*) filter (where g.main) as main
      from personnel_posting g
      where g.post_id = o.id and g.voided_at is null and g.valid @> day
    ) held
    where o.unit_id = touched.unit_id and o.voided_at is null and o.valid @> day
  ) counted on true
  where u.id = touched.unit_id
    and (u.holders, u.seats) is distinct from
        (coalesce(counted.holders, 0)::int, coalesce(counted.seats, 0)::int)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("personnel", "0006_counts")]
    # Going back keeps the newer reckoning: it takes and gives the same.
    operations = [migrations.RunSQL(SEATS, migrations.RunSQL.noop)]
