"""Searching and narrowing the list of people; reckoning what the list is narrowed by."""

from django.db import migrations

FIND = """
create type ngangtam_found as (ids bigint[], total integer, more boolean);

-- One page of people whose names hold all words (each as the beginning of a word, any order) and
-- whom the filters let through. `total` is exact unless `more`, which means "more than total".
create function ngangtam_people_find(
  wanted ltree[], words text[], filters jsonb, sort text, backward boolean, skip integer,
  take integer, budget integer default 10000
) returns ngangtam_found
language plpgsql security definer set search_path = public, pg_temp
set max_parallel_workers_per_gather = 0 as $$
declare
  tops ltree[] := ngangtam_within(wanted, 'person.view');
  people bigint; everybody bigint; rarest text;
  often bigint := 9223372036854775807;
  way text := case when backward then ' desc' else '' end;
  ordered text := replace(ngangtam_people_order(sort), ',', way || ',') || way;
  place text;
  let_through text := ngangtam_people_filter(words, filters);
  source text := 'personnel_person where voided_at is null';
  found ngangtam_found;
  line text := format(') select
    array(select id from hit order by %s offset $3 limit $4), (select count(*) from hit)::integer',
    ordered);
begin
  if cardinality(tops) = 0 then return (array[]::bigint[], 0, false); end if;
  people := ngangtam_people_count(tops);
  select greatest(c.reltuples::bigint, people) into everybody
    from pg_class c where c.oid = 'personnel_person'::regclass;
  place := case
    when cardinality(tops) = 1 and not exists (
      select 1 from personnel_tally t where t.path < tops[1] or t.path >= (tops[1] || 'A'))
    then 'true'
    when cardinality(tops) = 1 then 'home_path >= $1[1] and home_path < ($1[1] || ''A'')'
    else 'home_path <@ any ($1)' end;

  if people > budget then
    if cardinality(words) > 0 then
      select w.word, w.often into rarest, often from ngangtam_rarest_word(words, everybody) w;
    end if;
    if often > budget or often > people * 2 then
      -- Common: a few more than are shown, in the order of the list, and "more than" them.
      if cardinality(words) > 0 and sort = 'name' then
        source := ngangtam_people_with_common_word(place, let_through, way);
      else
        source := format('(select id, name_key, home_path, birth_day from (
            select * from personnel_person where voided_at is null order by %1$s limit $5) p
          where %2$s and %3$s order by %1$s limit $6 + 1) first where true',
          ordered, place, let_through);
      end if;
      execute format('with hit as materialized (select * from %s %s', source, line)
      into found.ids, found.total
      using tops, words, skip, take, case when cardinality(words) > 0 then budget
        else 4 * budget end, skip + 4 * take, filters, rarest, rarest || '~';
      if found.total <= skip + 4 * take and cardinality(words) > 0 and sort = 'name' then
        return (found.ids, found.total, false);
      end if;
      if found.total > skip + take then
        return (found.ids, found.total / take * take, true);
      end if;
      source := 'personnel_person where voided_at is null';
    end if;
    if often < people * 2 then
      source := ngangtam_people_with_word(sort, filters, place);
      place := 'true';
    end if;
  end if;
  execute format(
    'with hit as materialized (select id, %s from %s and %s and %s %s',
    case sort when 'birth' then 'birth_day' when 'unit' then 'home_path, name_key'
      else 'name_key' end,
    source, place, let_through, line)
  into found.ids, found.total
  using tops, words, skip, take, budget, skip + 4 * take, filters, rarest, rarest || '~';
  return (found.ids, found.total, false);
end $$;

-- The word that fewest names hold, and how many of `people` do, by the planner's statistics.
create function ngangtam_rarest_word(words text[], people bigint, out word text, out often bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  with known as materialized (
    select most_common_elems::text::text[] as elems, most_common_elem_freqs as shares
    from pg_stats where schemaname = 'public' and tablename = 'personnel_person_words'
  )
  select w, (people * coalesce((
    select sum(line.share) from known, unnest(known.elems, known.shares) line (elem, share)
    where starts_with(line.elem, w)), 0))::bigint as often
  from unnest(words) w order by often, length(w) desc limit 1
$$;

-- The first $6 in the order of the list, of everybody one of whose words begins with $8. For each
-- word that begins so, and each place in a name, the index gives its people in that order.
create function ngangtam_people_with_common_word(place text, let_through text, way text)
returns text language sql immutable as $$
  with branch as (
    select at, format('split_part(name_plain, '' '', %s) collate "C"', at) as word,
      format('voided_at is null and split_part(name_plain, '' '', %s) <> ''''', at) as standing,
      coalesce((
        select string_agg(format(
          ' and not starts_with(split_part(name_plain, '' '', %s), $8)', earlier), '')
        from generate_series(1, at - 1) earlier), '') as apart
    from generate_series(1, 7) at
  ), line as (
    select case when at = 7 then format(
      '(select id, name_key from personnel_person where %s and %s > ''''%s and %s and %s)',
      standing, word, apart, place, let_through)
    else format(
      '(with recursive known (w) as (
          (select %2$s from personnel_person where %1$s and %2$s >= $8 and %2$s < $9
           order by %2$s limit 1)
          union all
          select (select %2$s from personnel_person where %1$s and %2$s > known.w and %2$s < $9
                  order by %2$s limit 1)
          from known where known.w is not null
        )
        select h.id, h.name_key from known cross join lateral (
          select id, name_key from personnel_person
          where %1$s and %2$s = known.w%3$s and %4$s and %5$s
          order by name_key%6$s, id%6$s limit $6 + 1) h
        where known.w is not null)',
      standing, word, apart, place, let_through, way)
    end as branch from branch
  )
  select '(select * from (' || string_agg(branch, ' union all ')
    || format(') named order by name_key%s, id%s limit $6 + 1) first where true', way, way)
  from line
$$;

-- Everybody one of whose words begins with $8, from the indexes of words; $9 ends the range.
-- Each index gives those in whom no earlier word does, so that nobody comes twice.
create function ngangtam_people_with_word(sort text, filters jsonb, place text) returns text
language sql immutable as $$
  with shown as (
    select 'id, name_plain, name_key' || case
      when filters <> '{}' then
        ', birth_day, home_path, gender, level, degree, party, leadership'
      when sort = 'birth' then ', birth_day' when sort = 'unit' then ', home_path'
      else '' end as columns
  ), branch as (
    select at, format('split_part(name_plain, '' '', %s) <> ''''
      and split_part(name_plain, '' '', %s) collate "C" >= $8
      and split_part(name_plain, '' '', %s) collate "C" < $9', at, at, at) as condition
    from generate_series(1, 6) at
    union all
    select 7, 'split_part(name_plain, '' '', 7) <> '''' and split_part(name_plain, '' '', 7)
      collate "C" > '''''
  ), apart as (
    select branch.condition || coalesce((
      select string_agg(format(
        ' and not starts_with(split_part(name_plain, '' '', %s), $8)', earlier), '')
      from generate_series(1, branch.at - 1) earlier), '') as condition
    from branch
  )
  select '(' || string_agg(format('select %s from personnel_person
      where voided_at is null and %s and %s', shown.columns, apart.condition, place), ' union all ')
    || ') named where true'
  from apart, shown
$$;

-- One page of all people, exact at any depth. A page past the end is the last one; reading
-- backward is reading forward from the other end.
create function ngangtam_people_list(
  wanted ltree[], sort text, backward boolean, skip integer, take integer
) returns ngangtam_found
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  people bigint := ngangtam_people_count(wanted);
  first bigint := case when people = 0 then 0 else least(skip, (people - 1) / take * take) end;
  size integer := greatest(least(take, people - first), 0);
  ids bigint[];
begin
  if backward then
    ids := array(select id from ngangtam_people_page(wanted, sort, people - first - size, size)
                 with ordinality line (id, at) order by at desc);
  else
    ids := array(select ngangtam_people_page(wanted, sort, first, size));
  end if;
  return (ids, people::integer, false);
end $$;

-- The condition as text with $2 the words and $7 the filters; nothing of a request gets into it.
create function ngangtam_people_filter(words text[], filters jsonb) returns text
language sql immutable as $$
  select coalesce(string_agg(condition, ' and '), 'true') from (
    select format('strpos('' '' || name_plain, '' '' || $2[%s]) > 0', at) as condition
    from generate_subscripts(words, 1) at
    union all
    select part from (values
      ('gender', 'gender = $7->>''gender'''),
      ('level', 'level = $7->>''level'''),
      ('degree', 'degree = $7->>''degree'''),
      ('party', 'party is not distinct from ($7->>''party'')::boolean'),
      ('leadership', 'leadership = ($7->>''leadership'')::boolean'),
      ('born_from', 'birth_day >= ($7->>''born_from'')::date'),
      ('born_until', 'birth_day < ($7->>''born_until'')::date'),
      ('at', 'home_path = ($7->>''at'')::ltree')
    ) known (name, part) where filters ? name
  ) parts
$$;
"""

REFRESH = """
-- Where somebody works, and what lists are narrowed by. `degrees` are the codes in rising order.
drop function if exists ngangtam_refresh_people(bigint[], date);
drop function if exists ngangtam_refresh_people(bigint[], date, text[]);
create function ngangtam_refresh_people(people bigint[], day date, degrees text[] default '{}')
returns void language sql security definer set search_path = public, pg_temp as $$
  update personnel_person p
  set home_unit_id = now_at.unit_id, home_path = now_at.path, headline = now_at.title,
      level = now_at.level, leadership = now_at.leadership
  from (
    select distinct on (g.person_id) g.person_id, o.unit_id, u.path, o.level,
           o.leadership and g.valid @> day as leadership,
           left(coalesce(nullif(g.title_raw, ''), o.title), 300) as title
    from personnel_posting g
    join organisation_post o on o.id = g.post_id
    join organisation_unit u on u.id = o.unit_id
    where g.person_id = any (people) and g.voided_at is null
    order by g.person_id, (g.valid @> day) desc, g.main desc, lower(g.valid) desc, g.id
  ) now_at
  where p.id = now_at.person_id
    and (p.home_unit_id, p.home_path, p.headline, p.level, p.leadership) is distinct from
        (now_at.unit_id, now_at.path, now_at.title, now_at.level, now_at.leadership);
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

-- The counts of the units that these people's postings touch, and of no other.
create function ngangtam_refresh_units_of(people bigint[], day date) returns void
language sql security definer set search_path = public, pg_temp as $$
  update organisation_unit u
  set holders = coalesce(counted.holders, 0), seats = coalesce(counted.seats, 0)
  from (
    select distinct o.unit_id from personnel_posting g
    join organisation_post o on o.id = g.post_id where g.person_id = any (people)
  ) touched
  left join lateral (
    select sum(coalesce(o.seats, held.people, 0)) as seats, sum(held.main) as holders
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
    dependencies = [("personnel", "0004_shelves")]
    operations = [
        migrations.RunSQL(
            FIND,
            "drop function ngangtam_people_find(ltree[], text[], jsonb, text, boolean, integer,"
            " integer, integer); drop function ngangtam_people_filter(text[], jsonb);"
            "drop function ngangtam_people_list(ltree[], text, boolean, integer, integer);"
            "drop function ngangtam_people_with_word(text, jsonb, text);"
            "drop function ngangtam_people_with_common_word(text, text, text);"
            "drop function ngangtam_rarest_word(text[], bigint); drop type ngangtam_found;",
        ),
        # Going back keeps the newer reckoning of people: it serves as long as its columns stand.
        migrations.RunSQL(REFRESH, "drop function ngangtam_refresh_units_of(bigint[], date);"),
    ]
