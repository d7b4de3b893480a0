"""A session is found by whoever brings its cookie, listed by its owner, and by nobody else.

Before a session is read nobody is known: the functions below answer to the digest of a cookie,
which nobody knows who does not hold the cookie.
"""

from django.db import migrations

WALLS = """
alter table sign_in_session enable row level security;
create policy session_own on sign_in_session for select
  using (account_id = (select ngangtam_viewer()));
create policy session_own_change on sign_in_session for update
  using (account_id = (select ngangtam_viewer()));
create policy session_own_end on sign_in_session for delete
  using (account_id = (select ngangtam_viewer()));
create policy session_begin on sign_in_session for insert
  with check (account_id is null or ngangtam_viewer() is null
    or account_id = ngangtam_viewer());

create function ngangtam_session(wanted text) returns setof sign_in_session
language sql stable security definer set search_path = public, pg_temp as $$
  select * from sign_in_session where session_key = wanted and expire_date > now()
$$;
create function ngangtam_session_write(
  wanted text, data text, until timestamptz, account bigint, started timestamptz,
  started_at_address text, browser text
) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  update sign_in_session set session_data = data, expire_date = until, account_id = account,
    started_at = started, started_from = started_at_address, device = browser
  where session_key = wanted;
  return found;
end $$;
create function ngangtam_session_end(wanted text) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  delete from sign_in_session where session_key = wanted
$$;
create function ngangtam_end_sessions(of_user bigint, but text) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare ended integer;
begin
  if ngangtam_is_web() and of_user is distinct from ngangtam_viewer()
    and not ngangtam_runs_the_system() then
    raise exception 'only who runs the system ends the sessions of others'
      using errcode = '42501';
  end if;
  delete from sign_in_session where account_id = of_user and session_key <> but;
  get diagnostics ended = row_count;
  return ended;
end $$;
"""

BACK = """
drop function ngangtam_end_sessions(bigint, text);
drop function ngangtam_session_end(text);
drop function ngangtam_session_write(text, text, timestamptz, bigint, timestamptz, text, text);
drop function ngangtam_session(text);
drop policy session_begin on sign_in_session;
drop policy session_own_end on sign_in_session;
drop policy session_own_change on sign_in_session;
drop policy session_own on sign_in_session;
alter table sign_in_session disable row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("sign_in", "0002_walls"), ("access", "0004_two_persons")]
    operations = [migrations.RunSQL(WALLS, BACK)]
