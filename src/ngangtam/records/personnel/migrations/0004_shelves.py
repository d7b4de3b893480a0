"""Lists of a million people that answer like lists of a hundred.

Three answers, each behind the second wall: the functions below run as the owner, so that indexes
may be used on conditions that row-level security would evaluate late, and each asks first what
the viewer of this connection may see. They return ids and counts; the rows themselves are then
read through the policy.

- `personnel_tally`: how many files stand at each path; the count of any subtree is a short sum.
- `personnel_shelf`: for subtrees of 20,000 files and more, blocks of about 500 files in the
  order of a list, with the first key and the count of each. Page 9,000 is a sum over blocks and
  a walk of at most one block. Triggers keep both exact.
- `ngangtam_people_find`: search and narrowing. In a small subtree it reads the whole covering
  index. In a large one it asks the planner which word is the rarest: a rare one is read from the
  indexes of words, which stand in the order of the list; where all are common, the beginning of
  the list holds enough of them, and the count says "more than".
"""

from django.db import migrations

TABLES = """
create table personnel_tally (path ltree primary key, people integer not null);
create table personnel_shelf (
  path ltree not null, sort text not null, first_key text collate "C" not null,
  first_id bigint not null, people integer not null,
  primary key (path, sort, first_key, first_id)
);
-- No policy: the web role reads neither, the functions below do.
alter table personnel_tally enable row level security;
alter table personnel_shelf enable row level security;

create function ngangtam_birth_key(born date) returns text language sql immutable parallel safe
as $$ select lpad((coalesce(born, date '9999-12-31') - date '1800-01-01')::text, 8, '0') $$;
create function ngangtam_name_words(name_plain text) returns tsvector
language sql immutable parallel safe
as $$ select array_to_tsvector(array_remove(string_to_array(name_plain, ' '), '')) $$;

create index personnel_person_by_birth on personnel_person
  ((ngangtam_birth_key(birth_day) collate "C"), id) include (home_path, birth_day)
  where voided_at is null;
-- Only for what it knows about how common a word is.
create index personnel_person_words on personnel_person
  using gin (ngangtam_name_words(name_plain)) where voided_at is null;
-- The first six words of a name, each in the order of the list; longer names stand apart.
create index personnel_person_word1 on personnel_person
  ((split_part(name_plain, ' ', 1) collate "C"), name_key, id) include (home_path, name_plain)
  where voided_at is null and split_part(name_plain, ' ', 1) <> '';
create index personnel_person_word2 on personnel_person
  ((split_part(name_plain, ' ', 2) collate "C"), name_key, id) include (home_path, name_plain)
  where voided_at is null and split_part(name_plain, ' ', 2) <> '';
create index personnel_person_word3 on personnel_person
  ((split_part(name_plain, ' ', 3) collate "C"), name_key, id) include (home_path, name_plain)
  where voided_at is null and split_part(name_plain, ' ', 3) <> '';
create index personnel_person_word4 on personnel_person
  ((split_part(name_plain, ' ', 4) collate "C"), name_key, id) include (home_path, name_plain)
  where voided_at is null and split_part(name_plain, ' ', 4) <> '';
create index personnel_person_word5 on personnel_person
  ((split_part(name_plain, ' ', 5) collate "C"), name_key, id) include (home_path, name_plain)
  where voided_at is null and split_part(name_plain, ' ', 5) <> '';
create index personnel_person_word6 on personnel_person
  ((split_part(name_plain, ' ', 6) collate "C"), name_key, id) include (home_path, name_plain)
  where voided_at is null and split_part(name_plain, ' ', 6) <> '';
create index personnel_person_long on personnel_person
  ((split_part(name_plain, ' ', 7) collate "C"), name_key, id) include (home_path, name_plain)
  where voided_at is null and split_part(name_plain, ' ', 7) <> '';
"""

KEPT = """
create function ngangtam_people_moved() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  line text := 'select home_path as path, name_key, ngangtam_birth_key(birth_day) as birth_key, id,
                %s as n from %s where voided_at is null';
  moved text := case tg_op
    when 'INSERT' then format(line, 1, 'arrived')
    when 'DELETE' then format(line, -1, 'gone')
    else format(line, 1, 'arrived') || ' union all ' || format(line, -1, 'gone') end;
begin
  -- Rows are locked in one order, so that two imports wait for each other instead of colliding.
  execute format('
    insert into personnel_tally as t (path, people)
    select path, sum(n) from (%s) m group by path having sum(n) <> 0 order by path
    on conflict (path) do update set people = t.people + excluded.people', moved);
  perform 1 from personnel_shelf limit 1;
  if not found then return null; end if;
  execute format('
    with kept as (select path, sort from personnel_shelf group by path, sort),
    net as (
      select k.path, k.sort, m.id, sum(m.n) as n,
             case k.sort when ''name'' then m.name_key else m.birth_key end as key
      from (%s) m join kept k on m.path <@ k.path
      group by 1, 2, 3, 5 having sum(m.n) <> 0
    ),
    change as (
      select net.path, net.sort, block.first_key, block.first_id, sum(net.n) as n
      from net cross join lateral (
        select s.first_key, s.first_id from personnel_shelf s
        where s.path = net.path and s.sort = net.sort
          and (s.first_key, s.first_id) <= (net.key collate "C", net.id)
        order by s.first_key desc, s.first_id desc limit 1
      ) block
      group by 1, 2, 3, 4 having sum(net.n) <> 0
    ),
    held as materialized (
      select s.path, s.sort, s.first_key, s.first_id, change.n
      from personnel_shelf s join change using (path, sort, first_key, first_id)
      order by s.path, s.sort, s.first_key, s.first_id for update of s
    )
    update personnel_shelf s set people = s.people + held.n from held
    where (s.path, s.sort, s.first_key, s.first_id)
        = (held.path, held.sort, held.first_key, held.first_id)', moved);
  return null;
end $$;

create trigger personnel_person_arrived after insert on personnel_person
  referencing new table as arrived
  for each statement execute function ngangtam_people_moved();
create trigger personnel_person_changed after update on personnel_person
  referencing new table as arrived old table as gone
  for each statement execute function ngangtam_people_moved();
create trigger personnel_person_left after delete on personnel_person
  referencing old table as gone
  for each statement execute function ngangtam_people_moved();

create function ngangtam_settle_people(smallest integer default 20000, block integer default 500)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare top ltree;
begin
  lock table personnel_tally, personnel_shelf in exclusive mode;
  delete from personnel_tally;
  insert into personnel_tally
    select home_path, count(*) from personnel_person where voided_at is null group by 1;
  delete from personnel_shelf;
  for top in
    select subpath(t.path, 0, depth) from personnel_tally t,
      generate_series(1, nlevel(t.path)) depth
    group by 1 having sum(t.people) >= smallest
  loop
    insert into personnel_shelf
    select top, 'name', case when at = 1 then '' else name_key end,
           case when at = 1 then 0 else id end, coalesce(lead(at) over (order by at), n + 1) - at
    from (select name_key, id, row_number() over (order by name_key, id) as at,
                 count(*) over () as n
          from personnel_person where home_path <@ top and voided_at is null) line
    where at % block = 1;
    insert into personnel_shelf
    select top, 'birth', case when at = 1 then '' else key end,
           case when at = 1 then 0 else id end, coalesce(lead(at) over (order by at), n + 1) - at
    from (select key, id, row_number() over (order by key collate "C", id) as at,
                 count(*) over () as n
          from (select id, ngangtam_birth_key(birth_day) as key
                from personnel_person where home_path <@ top and voided_at is null) keyed) line
    where at % block = 1;
  end loop;
end $$;
"""

READ = """
-- The wanted subtrees that lie within the viewer's grants, none inside another.
create function ngangtam_within(wanted ltree[], verb text) returns ltree[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(distinct w), '{}') from unnest(wanted) w
  where w <@ any (ngangtam_scopes(verb))
    and not exists (select 1 from unnest(wanted) o where o @> w and o <> w)
$$;

create function ngangtam_people_count(wanted ltree[]) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(sum(coalesce(
    -- Two thousand blocks are summed faster than fifteen thousand units.
    (select sum(s.people) from personnel_shelf s where s.path = w and s.sort = 'name'),
    (select sum(t.people) from personnel_tally t where t.path >= w and t.path < (w || 'A'))
  )), 0)
  from unnest(ngangtam_within(wanted, 'person.view')) w
$$;

-- Ids of one page in rising order. Digits come before letters, so [w, w.A) is the subtree of w.
create function ngangtam_people_page(wanted ltree[], sort text, skip bigint, take integer)
returns setof bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  tops ltree[] := ngangtam_within(wanted, 'person.view');
  top ltree := tops[1];
  after_key text; after_id bigint; at ltree; before bigint;
begin
  if cardinality(tops) = 0 then return; end if;
  if cardinality(tops) > 1 then
    return query execute format(
      'select id from personnel_person where home_path <@ any ($1) and voided_at is null
       order by %s offset $2 limit $3', ngangtam_people_order(sort)) using tops, skip, take;
    return;
  end if;
  if sort = 'unit' then
    select line.path, line.ahead into at, before
    from (select path, people, sum(people) over (order by path) - people as ahead
          from personnel_tally where path >= top and path < (top || 'A')) line
    where line.ahead <= skip order by line.ahead desc, line.people desc limit 1;
    return query
      select id from personnel_person
      where home_path >= coalesce(at, top) and home_path < (top || 'A') and voided_at is null
      order by home_path, name_key, id offset skip - coalesce(before, 0) limit take;
    return;
  end if;
  select line.first_key, line.first_id, line.ahead into after_key, after_id, before
  from (select first_key, first_id, sum(people) over (order by first_key, first_id) - people
               as ahead
        from personnel_shelf s where s.path = top and s.sort = ngangtam_people_page.sort) line
  where line.ahead <= skip order by line.ahead desc, line.first_key desc, line.first_id desc
  limit 1;
  if not found then
    return query execute format(
      'select id from personnel_person
       where home_path >= $1 and home_path < ($1 || ''A'') and voided_at is null
       order by %s offset $2 limit $3', ngangtam_people_order(sort)) using top, skip, take;
  elsif sort = 'name' then
    return query
      select id from personnel_person
      where (name_key, id) >= (after_key, after_id) and home_path <@ top and voided_at is null
      order by name_key, id offset skip - before limit take;
  else
    return query
      select id from personnel_person
      where (ngangtam_birth_key(birth_day) collate "C", id) >= (after_key, after_id)
        and home_path <@ top and voided_at is null
      order by ngangtam_birth_key(birth_day) collate "C", id offset skip - before limit take;
  end if;
end $$;

create function ngangtam_people_order(sort text) returns text
language sql immutable as $$
  select case sort
    when 'birth' then 'ngangtam_birth_key(birth_day) collate "C", id'
    when 'unit' then 'home_path, name_key, id'
    else 'name_key, id' end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("personnel", "0003_lists")]
    operations = [
        migrations.RunSQL(
            TABLES,
            "drop index personnel_person_long;"
            + "".join(f"drop index personnel_person_word{at};" for at in range(1, 7))
            + "drop index personnel_person_words; drop index personnel_person_by_birth;"
            "drop function ngangtam_name_words(text); drop function ngangtam_birth_key(date);"
            "drop table personnel_shelf; drop table personnel_tally;",
        ),
        migrations.RunSQL(
            KEPT,
            "drop trigger personnel_person_arrived on personnel_person;"
            "drop trigger personnel_person_changed on personnel_person;"
            "drop trigger personnel_person_left on personnel_person;"
            "drop function ngangtam_settle_people(integer, integer);"
            "drop function ngangtam_people_moved();",
        ),
        migrations.RunSQL(
            READ,
            "drop function ngangtam_people_order(text);"
            "drop function ngangtam_people_page(ltree[], text, bigint, integer);"
            "drop function ngangtam_people_count(ltree[]);"
            "drop function ngangtam_within(ltree[], text);",
        ),
        migrations.RunSQL("select ngangtam_settle_people()", migrations.RunSQL.noop),
    ]
