"""One main post a person on every day, and the day on which the last one was left.

The main post is the one said to be; where none is, as after a dismissal from it, the one that
leads, then the oldest. Lists, units and figures reckon by the same order, so that whoever keeps a
seat on a committee is counted in all of them, or in none.
"""

from django.db import migrations, models

MAIN = """
-- Laid into the queries that ask it: few postings are not said to be main, so few are looked up.
create function ngangtam_is_main(g personnel_posting, o organisation_post, day date)
returns boolean language sql stable as $$
  select g.main or not exists (
    select from personnel_posting b join organisation_post c on c.id = b.post_id
    where b.person_id = g.person_id and b.id <> g.id and b.voided_at is null and b.valid @> day
      and (b.main or (not c.leadership, lower(b.valid), b.id)
                      < (not o.leadership, lower(g.valid), g.id)))
$$;
"""

REFRESH = """
create or replace function ngangtam_refresh_people(
  people bigint[], day date, degrees text[] default '{}'
)
returns void language sql security definer set search_path = public, pg_temp as $$
  -- Whoever holds nothing any more stays in the file's unit, with the last post.
  update personnel_person p
  set home_unit_id = coalesce(now_at.unit_id, p.home_unit_id),
      home_path = coalesce(now_at.path, p.home_path), headline = coalesce(now_at.title, ''),
      level = coalesce(now_at.level, ''), leadership = coalesce(now_at.leadership, false),
      left_on = now_at.left_on
  from unnest(people) wanted (id)
  left join lateral (
    select o.unit_id, u.path, o.level,
           case when upper(g.valid) <= day then upper(g.valid) end as left_on,
           o.leadership and g.valid @> day as leadership,
           left(coalesce(nullif(g.title_raw, ''), o.title), 300) as title
    from personnel_posting g
    join organisation_post o on o.id = g.post_id
    join organisation_unit u on u.id = o.unit_id
    where g.person_id = wanted.id and g.voided_at is null
    order by (g.valid @> day) desc, g.main desc,
             case when not g.valid @> day then lower(g.valid) end desc,
             o.leadership desc, lower(g.valid), g.id
    limit 1
  ) now_at on true
  where p.id = wanted.id
    and (p.home_unit_id, p.home_path, p.headline, p.level, p.leadership, p.left_on)
        is distinct from
        (coalesce(now_at.unit_id, p.home_unit_id), coalesce(now_at.path, p.home_path),
         coalesce(now_at.title, ''), coalesce(now_at.level, ''),
         coalesce(now_at.leadership, false), now_at.left_on);
  update personnel_person p set party = known.party, degree = known.degree
  from (
    select wanted.id,
      case when bool_or(r.kind = 'party' and r.code <> 'none' and r.valid @> day) then true
           when bool_or(r.kind = 'party') then false end as party,
      coalesce((array_agg(r.code order by array_position(degrees, r.code::text) desc nulls last,
                          lower(r.valid) desc, r.id)
                filter (where r.kind = 'education' and r.code <> '' and r.valid @> day))[1], '')
        as degree
    from unnest(people) wanted (id)
    left join personnel_record r on r.person_id = wanted.id and r.voided_at is null
      and r.kind in ('party', 'education')
    group by wanted.id
  ) known
  where p.id = known.id and (p.party, p.degree) is distinct from (known.party, known.degree)
$$;

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
      select g.post_id, count(*) as people, count(*) filter (where ngangtam_is_main(g, o, $1)) as main
      from personnel_posting g join organisation_post o on o.id = g.post_id
      where g.voided_at is null and g.valid @> $1
      group by g.post_id
    ) held on held.post_id = o.id
    where o.voided_at is null and o.valid @> $1
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
      select count(*) as people, count(*) filter (where ngangtam_is_main(g, o, $2)) as main
      from personnel_posting g
      where g.post_id = o.id and g.voided_at is null and g.valid @> $2
    ) held
    where o.unit_id = touched.unit_id and o.voided_at is null and o.valid @> $2
  ) counted on true
  where u.id = touched.unit_id
    and (u.holders, u.seats) is distinct from
        (coalesce(counted.holders, 0)::int, coalesce(counted.seats, 0)::int)
$$;

create or replace function ngangtam_unit_counts(day date)
returns table (unit_id bigint, holders bigint, seats bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.unit_id, coalesce(sum(held.main), 0)::bigint,
         coalesce(sum(case when o.leadership or not (o.committee_member or o.deputy_elected)
           then coalesce(o.seats, held.people, 0) else coalesce(held.main, 0) end), 0)::bigint
  from organisation_post o
  left join (
    select g.post_id, count(*) as people, count(*) filter (where ngangtam_is_main(g, o, $1)) as main
    from personnel_posting g join organisation_post o on o.id = g.post_id
    where g.voided_at is null and g.valid @> $1
    group by g.post_id
  ) held on held.post_id = o.id
  where o.voided_at is null and o.valid @> $1
  group by o.unit_id
$$;
"""


# For files that stand already: the day after the last posting, and the counts of units anew.
LEFT = """
update personnel_person p set left_on = last.day
from (
  select person_id, max(upper(valid)) as day from personnel_posting where voided_at is null
  group by 1 having bool_and(coalesce(upper(valid) <= current_date, false))
) last where last.person_id = p.id;
select ngangtam_refresh_units(current_date);
"""


class Migration(migrations.Migration):
    dependencies = [("personnel", "0011_decisions")]
    operations = [
        migrations.AddField(
            "person", "left_on",
            models.DateField(
                verbose_name="left the post on", null=True, blank=True, editable=False
            ),
        ),
        # Going back keeps the newer reckoning: it takes and gives the same.
        migrations.RunSQL(MAIN + REFRESH, migrations.RunSQL.noop),
        migrations.RunSQL(LEFT, migrations.RunSQL.noop),
    ]  # fmt: skip
