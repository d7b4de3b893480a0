"""Counts of people that are the same for every viewer: they name nobody.

The functions run as the owner, so that a viewer who may not read a file still sees that the seat
is held; they give numbers alone.
"""

from django.db import migrations

SUBTREES = """
-- People and seats of every unit with all below it, so that a chart of the country is a short
-- read. A trigger carries each change of a unit's own counts up to the top.
create table personnel_subtree (
  unit_id bigint primary key references organisation_unit deferrable initially deferred,
  people bigint not null default 0, seats bigint not null default 0
);
alter table personnel_subtree enable row level security;
create policy subtree_read on personnel_subtree for select using (true);

create function ngangtam_settle_subtrees() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from personnel_subtree;
  insert into personnel_subtree (unit_id, people, seats)
  select above::bigint, sum(u.holders), sum(u.seats)
  from organisation_unit u, unnest(string_to_array(u.path::text, '.')) above
  group by above;
end $$;

create function ngangtam_units_moved() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    perform 1 from arrived a join gone g using (id) where a.path <> g.path limit 1;
    if found then perform ngangtam_settle_subtrees(); return null; end if;
    insert into personnel_subtree as s (unit_id, people, seats)
    select above::bigint, sum(a.holders - g.holders), sum(a.seats - g.seats)
    from arrived a join gone g using (id), unnest(string_to_array(a.path::text, '.')) above
    where (a.holders, a.seats) <> (g.holders, g.seats)
    group by 1 order by 1
    on conflict (unit_id) do update
      set people = s.people + excluded.people, seats = s.seats + excluded.seats;
  else
    insert into personnel_subtree as s (unit_id, people, seats)
    select above::bigint, sum(a.holders), sum(a.seats)
    from arrived a, unnest(string_to_array(a.path::text, '.')) above
    group by 1 order by 1
    on conflict (unit_id) do update
      set people = s.people + excluded.people, seats = s.seats + excluded.seats
      where (excluded.people, excluded.seats) <> (0, 0);
  end if;
  return null;
end $$;
create trigger personnel_units_arrived after insert on organisation_unit
  referencing new table as arrived
  for each statement execute function ngangtam_units_moved();
create trigger personnel_units_changed after update on organisation_unit
  referencing new table as arrived old table as gone
  for each statement execute function ngangtam_units_moved();
select ngangtam_settle_subtrees();
"""

COUNTS = """
-- How many people hold each post of a unit on a day.
create function ngangtam_held_posts(unit bigint, day date) returns table (post_id bigint, held bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select g.post_id, count(*) from personnel_posting g
  join organisation_post o on o.id = g.post_id
  where o.unit_id = unit and g.voided_at is null and g.valid @> day
  group by g.post_id
$$;

-- People in main posts and seats of every unit on a day; today's stand on the unit itself.
create function ngangtam_unit_counts(day date)
returns table (unit_id bigint, holders bigint, seats bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.unit_id, coalesce(sum(held.main), 0)::bigint,
         coalesce(sum(coalesce(o.seats, held.people)), 0)::bigint
  from organisation_post o
  left join (
    select g.post_id, count(*) as people, count(*) filter (where g.main) as main
    from personnel_posting g where g.voided_at is null and g.valid @> day
    group by g.post_id
  ) held on held.post_id = o.id
  where o.voided_at is null and o.valid @> day
  group by o.unit_id
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("personnel", "0005_find")]
    operations = [
        migrations.RunSQL(
            SUBTREES,
            "drop trigger personnel_units_changed on organisation_unit;"
            "drop trigger personnel_units_arrived on organisation_unit;"
            "drop function ngangtam_units_moved(); drop function ngangtam_settle_subtrees();"
            "drop table personnel_subtree;",
        ),
        migrations.RunSQL(
            COUNTS,
            "drop function ngangtam_unit_counts(date);"
            "drop function ngangtam_held_posts(bigint, date);",
        ),
    ]
