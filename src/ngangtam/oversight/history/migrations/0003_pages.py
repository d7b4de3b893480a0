"""One page of the journal: the numbers of events, walked along an index.

A view that holds columns back cannot be read in the order of an index, so the page is found here
and its events are then read through the view. What one may read is asked as the view asks it; who
audits the whole system asks nothing.
"""

from django.db import migrations

PAGE = """
-- `wish` narrows: type, subject_type, actors (ids) or actor (a process), subjects ([type, id]),
-- since, until. Older than `before`, or newer than `after` (then the oldest come first).
create function ngangtam_journal(wish jsonb, before bigint, after bigint, take integer)
returns setof bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  viewer bigint := ngangtam_viewer();
  audits ltree[] := ngangtam_scopes('audit.view');
  files ltree[] := ngangtam_scopes('person.view');
  units ltree[] := ngangtam_scopes('unit.change');
  low bigint;
  high bigint;
  query text := 'select e.id from audit_event e where true';
begin
  if wish ? 'since' then
    -- Events that began in one order may end in another; never this far apart.
    select id - 10000 into low from audit_event
    where at >= (wish ->> 'since')::timestamptz order by at limit 1;
    if low is null then return; end if;
    query := query || ' and e.id > $5 and e.at >= ($1 ->> ''since'')::timestamptz';
  end if;
  if wish ? 'until' then
    select id + 10000 into high from audit_event
    where at < (wish ->> 'until')::timestamptz order by at desc limit 1;
    if high is null then return; end if;
    query := query || ' and e.id < $6 and e.at < ($1 ->> ''until'')::timestamptz';
  end if;
  if wish ? 'type' then query := query || ' and e.type = ($1 ->> ''type'')'; end if;
  if wish ? 'subject_type' then
    query := query || ' and e.subject_type = ($1 ->> ''subject_type'')';
  end if;
  -- Somebody who signs in, or a process; asked in two ways, so that each follows an index.
  if jsonb_array_length(wish -> 'actors') > 0 then
    query := query || ' and e.actor_id = any (array(select jsonb_array_elements_text('
      '$1 -> ''actors'')::bigint))';
  elsif wish ? 'actor' then
    query := query || ' and e.actor_id is null and e.actor = ($1 ->> ''actor'')';
  end if;
  if wish ? 'subjects' then
    query := query || ' and (e.subject_type, e.subject_id) in (select s ->> 0, (s ->> 1)::bigint'
      ' from jsonb_array_elements($1 -> ''subjects'') s)';
  end if;
  if before is not null then query := query || ' and e.id < $2'; end if;
  if after is not null then query := query || ' and e.id > $3'; end if;
  if not exists (select from unnest(audits) held where nlevel(held) = 1) then
    query := query || ' and (e.actor_id = $4
      or e.path is not null and text2ltree(e.path) <@ any ($7)
      or e.subject_type = ''personnel.person'' and exists (select from personnel_person p
           where p.id = e.subject_id and p.home_path <@ any ($8))
      or e.path is not null and text2ltree(e.path) <@ any ($9)
         and (e.subject_type like ''organisation.%'' or e.subject_type like ''intake.%''))';
  end if;
  query := query || ' order by e.id ' || case when after is null then 'desc' else 'asc' end
    || ' limit ' || take;
  return query execute query
    using wish, before, after, viewer, low, high, audits, files, units;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0002_journal")]
    operations = [
        migrations.RunSQL(PAGE, "drop function ngangtam_journal(jsonb, bigint, bigint, integer);")
    ]
