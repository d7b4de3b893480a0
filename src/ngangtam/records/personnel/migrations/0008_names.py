"""Finding people by name through the names, which are far fewer than the people.

A million people bear some fifty thousand to four hundred thousand names. `personnel_name` holds
each once, in the order of the list, `personnel_name_word` each of its words; from a name the list's
own index leads to its bearers. Six indexes of words over all people go.
"""

from django.db import migrations

TABLES = """
create table personnel_name (
  name_key text collate "C" not null, name_plain text not null, primary key (name_key)
  include (name_plain)
);
create table personnel_name_word (
  word text collate "C" not null, name_key text collate "C" not null, name_plain text not null,
  primary key (word, name_key) include (name_plain)
);
-- No policy: the web role reads neither, the function below does.
alter table personnel_name enable row level security;
alter table personnel_name_word enable row level security;

-- Names that nobody bears any more stay until the next settling: they lead to nobody.
create function ngangtam_people_named() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  execute format(
    'with fresh as (
       insert into personnel_name (name_key, name_plain)
       select distinct on (a.name_key) a.name_key, a.name_plain from arrived a %s
       order by a.name_key
       on conflict do nothing returning name_key, name_plain
     )
     insert into personnel_name_word (word, name_key, name_plain)
     select distinct word, name_key, name_plain
     from fresh, unnest(string_to_array(name_plain, '' '')) word where word <> ''''
     order by word, name_key
     on conflict do nothing',
    case when tg_op = 'UPDATE' then 'join gone g using (id) where a.name_key <> g.name_key' end);
  return null;
end $$;
create trigger personnel_person_arrived_named after insert on personnel_person
  referencing new table as arrived
  for each statement execute function ngangtam_people_named();
create trigger personnel_person_changed_named after update on personnel_person
  referencing new table as arrived old table as gone
  for each statement execute function ngangtam_people_named();

-- Forgets names that nobody bears and learns those that came past the triggers. The lock waits for
-- whoever is adding a person and makes the next one wait.
create function ngangtam_settle_names() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  lock table personnel_name in share row exclusive mode;
  delete from personnel_name n
  where not exists (select from personnel_person p where p.name_key = n.name_key);
  delete from personnel_name_word w
  where not exists (select from personnel_name n where n.name_key = w.name_key);
  with fresh as (
    insert into personnel_name
    select distinct on (name_key) name_key, name_plain from personnel_person p
    where not exists (select from personnel_name n where n.name_key = p.name_key)
    order by name_key
    returning name_key, name_plain
  )
  insert into personnel_name_word
  select distinct word, name_key, name_plain
  from fresh, unnest(string_to_array(name_plain, ' ')) word where word <> ''
  order by word, name_key;
end $$;
select ngangtam_settle_names();
analyze personnel_name, personnel_name_word;
"""

FIND = """
drop function ngangtam_people_with_word(text, jsonb, text);
drop function ngangtam_people_with_common_word(text, text, text);
drop function ngangtam_rarest_word(text[], bigint);
drop function ngangtam_people_find(ltree[], text[], jsonb, text, boolean, integer, integer, integer);
drop index personnel_person_words, personnel_person_long, personnel_person_word1,
  personnel_person_word2, personnel_person_word3, personnel_person_word4, personnel_person_word5,
  personnel_person_word6;
drop function ngangtam_name_words(text);

-- One page of people whose names hold all words (each as the beginning of a word, any order) and
-- whom the filters let through. `total` is exact unless `more`, which means "more than total".
-- Up to `budget` people are read whole; of more, at most `enough` hits are counted.
create function ngangtam_people_find(
  wanted ltree[], words text[], filters jsonb, sort text, backward boolean, skip integer,
  take integer, budget integer default 10000, enough integer default 3000
) returns ngangtam_found
language plpgsql security definer set search_path = public, pg_temp
set max_parallel_workers_per_gather = 0 set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  tops ltree[] := ngangtam_within(wanted, 'person.view');
  people bigint;
  way text := case when backward then ' desc' else '' end;
  ordered text := replace(ngangtam_people_order(sort), ',', way || ',') || way;
  keys text := 'id, ' || case sort when 'birth' then 'birth_day' when 'unit'
    then 'home_path, name_key' else 'name_key' end;
  place text;
  let_through text := ngangtam_people_filter(words, filters);
  source text;
  first text;
  most integer := greatest(enough, skip + 4 * take);
  found ngangtam_found;
  page text := format(') select array(select id from hit order by %s offset $3 limit $4),
    (select count(*) from hit)::integer', ordered);
begin
  if cardinality(tops) = 0 then return (array[]::bigint[], 0, false); end if;
  people := ngangtam_people_count(tops);
  place := case
    when cardinality(tops) = 1 and not exists (
      select from personnel_tally t where t.path < tops[1] or t.path >= (tops[1] || 'A'))
    then 'true'
    when cardinality(tops) = 1 then 'home_path >= $1[1] and home_path < ($1[1] || ''A'')'
    else 'home_path <@ any ($1)' end;
  source := format('(select %s from personnel_person where voided_at is null and %s and %s',
    keys, place, let_through);

  if people <= budget then
    execute format('with hit as materialized %s%s', source, page)
    into found.ids, found.total using tops, words, skip, take, most, 0, filters;
    return (found.ids, found.total, false);
  end if;

  if cardinality(words) > 0 then
    first := ngangtam_names_with(words, backward);
    execute format(
      'with hit as materialized (select p.* from (%s) n cross join lateral (
         select %s from personnel_person where name_key = n.name_key and voided_at is null
           and %s and %s order by id%s) p
       order by n.name_key%5$s, p.id%5$s limit $5 + 1%s',
      first, keys, place, ngangtam_people_filter('{}', filters), way, page)
    into found.ids, found.total using tops, words, skip, take, most, 0, filters;
    if found.total <= most then return (found.ids, found.total, false); end if;
    if sort = 'name' then return (found.ids, most / take * take, true); end if;
  end if;

  -- Many: a few more than are shown, from the beginning of the list, and "more than" them.
  execute format('with hit as materialized (select %s from (
      select * from personnel_person where voided_at is null order by %s limit $5) p
    where %s and %s order by %2$s limit $6 + 1%5$s', keys, ordered, place, let_through, page)
  into found.ids, found.total using tops, words, skip, take, 4 * budget, skip + 4 * take, filters;
  if found.total > skip + take then
    return (found.ids, found.total / take * take, true);
  end if;
  execute format('with hit as materialized %s%s', source, page)
  into found.ids, found.total using tops, words, skip, take, most, 0, filters;
  return (found.ids, found.total, false);
end $$;

-- A query for the names that hold all words ($2), in the order of the list. Where even the rarest
-- word stands in many names, these are met soon enough on a walk through all names.
create function ngangtam_names_with(words text[], backward boolean, many integer default 5000)
returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  rarest text; often integer;
  way text := case when backward then ' desc' else '' end;
  others text := ngangtam_people_filter(words, '{}');
begin
  select w, n into rarest, often
  from unnest(words) w cross join lateral (
    select count(*) as n from (
      select from personnel_name_word
      where word >= w collate "C" and word < w || chr(1114111) limit many + 1) line
  ) counted order by n, length(w) desc limit 1;
  if often > many then
    return format('select name_key from personnel_name where %s order by name_key%s', others, way);
  end if;
  return format('select distinct name_key from personnel_name_word
    where word >= %L and word < %L || chr(1114111) and %s order by name_key%s',
    rarest, rarest, others, way);
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("personnel", "0007_seats_of_main_posts")]
    operations = [
        migrations.RunSQL(TABLES),
        migrations.RunSQL(FIND),
    ]
