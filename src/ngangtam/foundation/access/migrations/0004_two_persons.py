"""Grants on the web: two persons each, held by the database itself; and who looked.

The web role may not write `access_grant`. It calls the functions below, which run as the owner
and ask first who is looking: nobody grants to themselves, the giver and the confirmer each hold
their own permission over the subtree, and they are two persons. Commands run as the owner of the
database, whom no wall holds; there `by` is whoever the command says.
"""

from django.db import migrations

SCOPES = """
create or replace function ngangtam_scopes(wanted text) returns ltree[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(held.path), '{}')
  from access_grant held
  join access_rolepermission allowed on allowed.role = held.role
  where held.user_id = ngangtam_viewer()
    and held.voided_at is null
    and not held.waiting
    and held.valid @> (now() at time zone 'Asia/Ho_Chi_Minh')::date
    and allowed.permission = wanted
$$;
"""

SCOPES_BEFORE = """
create or replace function ngangtam_scopes(wanted text) returns ltree[]
language sql stable security definer set search_path = public as $$
  select coalesce(array_agg(held.path), '{}')
  from access_grant held
  join access_rolepermission allowed on allowed.role = held.role
  where held.user_id = ngangtam_viewer()
    and held.voided_at is null
    and held.valid @> (now() at time zone 'Asia/Ho_Chi_Minh')::date
    and allowed.permission = wanted
$$;
"""

GRANTS = """
create function ngangtam_is_web() returns boolean language sql stable as $$
  select current_setting('role') = 'ngangtam_web' or session_user = 'ngangtam_web'
$$;

-- On the web the actor is the viewer of the connection, whatever the caller says.
create function ngangtam_actor(claimed bigint) returns bigint language plpgsql stable as $$
begin
  if not ngangtam_is_web() then
    return claimed;
  end if;
  if ngangtam_viewer() is null or ngangtam_viewer() is distinct from claimed then
    raise exception 'the actor is not the viewer' using errcode = '42501';
  end if;
  return claimed;
end $$;

create function ngangtam_holds(person bigint, verb text, place ltree) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (
    select 1 from access_grant held
    join access_rolepermission allowed on allowed.role = held.role
    where held.user_id = person and held.voided_at is null and not held.waiting
      and held.valid @> (now() at time zone 'Asia/Ho_Chi_Minh')::date
      and allowed.permission = verb and place <@ held.path
  )
$$;
revoke execute on function ngangtam_holds(bigint, text, ltree) from public;

create function ngangtam_grant_give(
  actor bigint, person bigint, given_role text, place ltree, label text, period daterange,
  why text
) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  giver bigint := ngangtam_actor(actor);
  second boolean;
  made bigint;
begin
  if giver is null or giver = person then
    raise exception 'nobody grants to themselves' using errcode = '42501';
  end if;
  if not ngangtam_holds(giver, 'grant.give', place) then
    raise exception 'no right to grant there' using errcode = '42501';
  end if;
  select bool_or(guarded) into second from access_rolepermission where role = given_role;
  if second is null then
    raise exception 'there is no such role to grant' using errcode = '42501';
  end if;
  insert into access_grant
    (user_id, role, path, unit_label, valid, reason, given_by_id, given_at, waiting)
  values (person, given_role, place, left(label, 300), period, left(why, 300), giver, now(), second)
  returning id into made;
  return made;
end $$;

create function ngangtam_grant_confirm(actor bigint, wanted bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  confirmer bigint := ngangtam_actor(actor);
  held access_grant;
begin
  select * into held from access_grant where id = wanted for update;
  if held.id is null or held.voided_at is not null or not held.waiting then
    raise exception 'nothing waits there' using errcode = '42501';
  end if;
  if confirmer is null or confirmer in (held.user_id, coalesce(held.given_by_id, 0)) then
    raise exception 'somebody else must confirm' using errcode = '42501';
  end if;
  if not ngangtam_holds(confirmer, 'grant.confirm', held.path) then
    raise exception 'no right to confirm there' using errcode = '42501';
  end if;
  update access_grant
  set waiting = false, confirmed_by_id = confirmer, confirmed_at = now() where id = wanted;
end $$;

-- Taking rights away needs one person: whoever may give or confirm there, or the holder.
create function ngangtam_grant_close(
  actor bigint, wanted bigint, how text, last_out date, why text
) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  closer bigint := ngangtam_actor(actor);
  held access_grant;
  allowed boolean;
begin
  select * into held from access_grant where id = wanted for update;
  if held.id is null or held.voided_at is not null then
    raise exception 'there is no such grant' using errcode = '42501';
  end if;
  allowed := case how
    when 'refused' then held.waiting and ngangtam_holds(closer, 'grant.confirm', held.path)
    when 'withdrawn' then held.waiting and closer = held.given_by_id
    when 'ended' then not held.waiting and (closer = held.user_id
      or ngangtam_holds(closer, 'grant.give', held.path)
      or ngangtam_holds(closer, 'grant.confirm', held.path))
    else false end;
  if allowed is not true then
    raise exception 'no right to close that grant' using errcode = '42501';
  end if;
  update access_grant
  set ending = how, ended_by_id = closer, ended_at = now(), end_reason = left(why, 300),
      voided_at = case when how <> 'ended' or last_out <= lower(valid) then now() end,
      valid = case when how = 'ended' and last_out > lower(valid)
        then daterange(lower(valid), least(last_out, upper(valid))) else valid end
  where id = wanted;
end $$;

create function ngangtam_grant_keep(actor bigint, wanted bigint[]) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  reviewer bigint := ngangtam_actor(actor);
  kept integer;
begin
  if exists (
    select 1 from access_grant g where g.id = any (wanted)
      and (g.user_id = reviewer or not (ngangtam_holds(reviewer, 'grant.give', g.path)
        or ngangtam_holds(reviewer, 'grant.confirm', g.path)))
  ) then
    raise exception 'no right to review that grant' using errcode = '42501';
  end if;
  update access_grant set kept_by_id = reviewer, kept_at = now()
  where id = any (wanted) and voided_at is null and not waiting;
  get diagnostics kept = row_count;
  return kept;
end $$;

alter table access_grant enable row level security;
create policy grant_read on access_grant for select using (
  user_id = (select ngangtam_viewer())
  or given_by_id = (select ngangtam_viewer())
  or path <@ any ((select ngangtam_scopes('grant.give'))::ltree[])
  or path <@ any ((select ngangtam_scopes('grant.confirm'))::ltree[])
  or path <@ any ((select ngangtam_scopes('audit.view'))::ltree[])
);
"""

GRANTS_DOWN = """
drop policy grant_read on access_grant;
alter table access_grant disable row level security;
drop function ngangtam_grant_keep(bigint, bigint[]);
drop function ngangtam_grant_close(bigint, bigint, text, date, text);
drop function ngangtam_grant_confirm(bigint, bigint);
drop function ngangtam_grant_give(bigint, bigint, text, ltree, text, daterange, text);
drop function ngangtam_holds(bigint, text, ltree);
drop function ngangtam_actor(bigint);
drop function ngangtam_is_web();
"""

READINGS = """
alter table access_reading enable row level security;
create policy reading_own on access_reading for select
  using (reader_id = (select ngangtam_viewer()));
create policy reading_add on access_reading for insert
  with check (reader_id = (select ngangtam_viewer()));

-- Who looked at one subject. Who may ask that is known a floor above, by the kind of subject.
create function ngangtam_who_looked(kind text, subject bigint)
returns table (at timestamptz, reader text, parts varchar[], purpose text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if ngangtam_is_web() and not ngangtam_may_ask_who_looked(kind, subject) then
    return;
  end if;
  return query
    select r.at, r.reader_label::text, r.parts, r.purpose::text from access_reading r
    where r.subjects @> array[subject] and r.subject_type = kind
    order by r.at desc, r.id desc;
end $$;
"""

READINGS_DOWN = """
drop function ngangtam_who_looked(text, bigint);
drop policy reading_add on access_reading;
drop policy reading_own on access_reading;
alter table access_reading disable row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0003_confirmation_and_readings")]
    operations = [
        migrations.RunSQL(SCOPES, SCOPES_BEFORE),
        migrations.RunSQL(GRANTS, GRANTS_DOWN),
        migrations.RunSQL(READINGS, READINGS_DOWN),
    ]
