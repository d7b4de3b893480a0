"""Who may write units, paths that follow the tree, and two counts over all postings.

Functions are `plpgsql`: they name tables of rooms above, which are made later and looked up only
when a function runs.
"""

from django.db import migrations

WALLS = """
alter table organisation_unit enable row level security;
create policy unit_read on organisation_unit for select using (true);
create policy unit_add on organisation_unit for insert
  with check (path <@ any ((select ngangtam_scopes('unit.change'))::ltree[]));
create policy unit_change on organisation_unit for update
  using (path <@ any ((select ngangtam_scopes('unit.change'))::ltree[]))
  with check (path <@ any ((select ngangtam_scopes('unit.change'))::ltree[]));
"""

WALL = """
alter table organisation_{table} enable row level security;
create policy {table}_read on organisation_{table} for select using (true);
create policy {table}_add on organisation_{table} for insert
  with check (exists (select 1 from organisation_unit u where u.id in ({columns})
    and u.path <@ any ((select ngangtam_scopes('unit.change'))::ltree[])));
create policy {table}_change on organisation_{table} for update
  using (exists (select 1 from organisation_unit u where u.id in ({columns})
    and u.path <@ any ((select ngangtam_scopes('unit.change'))::ltree[])));
"""

UNWALL = """
drop policy {table}_change on organisation_{table};
drop policy {table}_add on organisation_{table};
drop policy {table}_read on organisation_{table};
alter table organisation_{table} disable row level security;
"""

FUNCTIONS = """
-- Paths are what the parents say. Every tree path of every table ends in the unit it stands for,
-- so whoever keeps one (a person's unit, a grant) follows when that unit moves.
create function ngangtam_settle_paths() returns integer
language plpgsql security definer set search_path = public as $$
declare
  held ltree[];
  due ltree[];
  reached bigint;
  scopes ltree[];
  place record;
begin
  perform pg_advisory_xact_lock(hashtext('organisation.paths'));
  with recursive tree as (
    select id, id::text::ltree as due from organisation_unit where parent_id is null
    union all
    select u.id, t.due || u.id::text from organisation_unit u join tree t on u.parent_id = t.id
  )
  select array_agg(u.path) filter (where u.path <> t.due),
         array_agg(t.due) filter (where u.path <> t.due), count(*)
  into held, due, reached
  from tree t join organisation_unit u on u.id = t.id;
  if reached <> (select count(*) from organisation_unit) then
    raise exception 'a unit stands below itself';
  end if;
  if held is null then
    return 0;
  end if;
  if current_setting('role') = 'ngangtam_web' or session_user = 'ngangtam_web' then
    scopes := ngangtam_scopes('unit.change');
    if exists (select 1 from unnest(held || due) as p(path) where not p.path <@ any (scopes)) then
      raise exception 'a unit outside the grant would move' using errcode = '42501';
    end if;
  end if;
  for place in
    select c.table_name, c.column_name
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.udt_name = 'ltree' and t.table_type = 'BASE TABLE'
      -- A path that is a key is a room's own reckoning, which its triggers keep.
      and not exists (
        select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid
        where i.indrelid = format('%I', c.table_name)::regclass and i.indisprimary
          and a.attnum = any (i.indkey) and a.attname = c.column_name
      )
    order by 1, 2
  loop
    execute format(
      'update %I as row set %I = moved.due from unnest($1, $2) as moved(held, due) '
      'where row.%I = moved.held', place.table_name, place.column_name, place.column_name
    ) using held, due;
  end loop;
  return cardinality(held);
end $$;

-- How many postings in these units reach beyond a day. A count over everybody, seen or not.
create function ngangtam_held_from(units bigint[], day date) returns bigint
language plpgsql stable security definer set search_path = public as $$
begin
  return (
    select count(*) from personnel_posting g join organisation_post o on o.id = g.post_id
    where o.unit_id = any (units) and g.voided_at is null and g.valid && daterange(day, null)
  );
end $$;

create function ngangtam_highest_seat(post bigint, day date) returns integer
language plpgsql stable security definer set search_path = public as $$
begin
  return (
    select coalesce(max(g.seat), 0) from personnel_posting g
    where g.post_id = post and g.voided_at is null
      and (day is null or g.valid && daterange(day, null))
  );
end $$;

-- Establishment, seats and people in post on a day, by unit and regime. Counts, never names.
create function ngangtam_strength(units bigint[], day date)
returns table (unit_id bigint, regime varchar, established bigint, seats bigint, holders bigint)
language plpgsql stable security definer set search_path = public as $$
begin
  return query
  select one.unit_id, one.regime, sum(one.established)::bigint, sum(one.seats)::bigint,
         sum(one.holders)::bigint
  from (
    select e.unit_id, e.regime, e.number::bigint as established, 0::bigint as seats,
           0::bigint as holders
    from organisation_establishment e
    where e.unit_id = any (units) and e.voided_at is null and e.valid @> day
    union all
    select o.unit_id, o.regime, null::bigint, coalesce(o.seats, held.people, 0)::bigint,
           coalesce(held.main, 0)::bigint
    from organisation_post o
    left join (
      select g.post_id, count(*) as people, count(*) filter (where g.main) as main
      from personnel_posting g where g.voided_at is null and g.valid @> day group by g.post_id
    ) held on held.post_id = o.id
    where o.unit_id = any (units) and o.voided_at is null and o.valid @> day
  ) one
  group by one.unit_id, one.regime;
end $$;
"""

TABLES = {
    "unitversion": "unit_id",
    "post": "unit_id",
    "establishment": "unit_id",
    "unitsuccession": "before_id, after_id",
}


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0002_conversions_struck_out"),
        ("access", "0002_scopes"),
    ]
    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "drop function ngangtam_strength(bigint[], date);"
            "drop function ngangtam_highest_seat(bigint, date);"
            "drop function ngangtam_held_from(bigint[], date);"
            "drop function ngangtam_settle_paths();",
        ),
        migrations.RunSQL(WALLS, UNWALL.format(table="unit")),
        *(
            migrations.RunSQL(WALL.format(table=table, columns=columns), UNWALL.format(table=table))
            for table, columns in TABLES.items()
        ),
    ]
