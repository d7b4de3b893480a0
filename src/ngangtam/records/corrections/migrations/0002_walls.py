"""The own file behind the second wall, and two officers where two are needed.

The database itself holds what the actions say: an account reads one person's rows when two
officers linked it; nobody writes the own file; names, days of birth, degrees and Party days change
on the web only together with a proposal that somebody else confirmed in the same transaction.
Each lookup is made once a statement, whatever the number of rows.
"""

from django.db import migrations

# Repeated here because a policy cannot read Python; tests hold the lists together.
WITNESSED = "('education', 'academic_title', 'party')"
CHANGE = "home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[])"
PART = """(part = ''
  or part = 'origin' and {0} <@ any ((select ngangtam_scopes('person.view_sensitive'))::ltree[])
  or part = 'family' and {0} <@ any ((select ngangtam_scopes('person.view_family'))::ltree[])
  or part = 'health' and {0} <@ any ((select ngangtam_scopes('person.view_health'))::ltree[])
  or part = 'political' and {0} <@ any ((select ngangtam_scopes('person.view_political'))::ltree[])
  or part = 'declarations'
    and {0} <@ any ((select ngangtam_scopes('person.view_declarations'))::ltree[]))
""".format("p.home_path")

OWN = """
create function ngangtam_own_person() returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select a.person_id from corrections_account a
  where a.user_id = ngangtam_viewer() and a.state = 'linked'
$$;
create function ngangtam_is_own_person(subject bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(ngangtam_own_person() = subject, false)
$$;

create policy person_own on personnel_person for select
  using (id = (select ngangtam_own_person()));
create policy record_own on personnel_record for select
  using (person_id = (select ngangtam_own_person()) and kind <> 'denunciation');
create policy identitychange_own on personnel_identitychange for select
  using (person_id = (select ngangtam_own_person()));
-- Whoever reported is protected, even from a subject who holds a grant over the own unit.
create policy record_never on personnel_record as restrictive for select
  using (kind <> 'denunciation' or person_id is distinct from (select ngangtam_own_person()));

create policy person_not_own on personnel_person as restrictive for update
  using (id is distinct from (select ngangtam_own_person()));
create policy posting_not_own on personnel_posting as restrictive for insert
  with check (person_id is distinct from (select ngangtam_own_person()));
create policy posting_not_own_change on personnel_posting as restrictive for update
  using (person_id is distinct from (select ngangtam_own_person()));
create policy record_not_own on personnel_record as restrictive for insert
  with check (person_id is distinct from (select ngangtam_own_person()));
create policy record_not_own_change on personnel_record as restrictive for update
  using (person_id is distinct from (select ngangtam_own_person()));
create policy identitychange_not_own on personnel_identitychange as restrictive for insert
  with check (person_id is distinct from (select ngangtam_own_person()));
"""

OWN_DOWN = """
drop policy identitychange_not_own on personnel_identitychange;
drop policy record_not_own_change on personnel_record;
drop policy record_not_own on personnel_record;
drop policy posting_not_own_change on personnel_posting;
drop policy posting_not_own on personnel_posting;
drop policy person_not_own on personnel_person;
drop policy record_never on personnel_record;
drop policy identitychange_own on personnel_identitychange;
drop policy record_own on personnel_record;
drop policy person_own on personnel_person;
drop function ngangtam_is_own_person(bigint);
drop function ngangtam_own_person();
"""

TABLES = f"""
-- Security definer: policies that ask each other about rows would ask for ever.
create function ngangtam_sent_by_viewer(wanted bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from files_storedfile f
    where f.id = wanted and f.sent_by = ngangtam_viewer())
$$;
-- Whether the viewer may change this person's file, and it is not the own one.
create function ngangtam_keeps(subject bigint, verb text default 'person.change') returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select subject is distinct from ngangtam_own_person() and exists (
    select 1 from personnel_person p
    where p.id = subject and p.home_path <@ any (ngangtam_scopes(verb)))
$$;

alter table corrections_account enable row level security;
create policy account_read on corrections_account for select using (
  user_id = (select ngangtam_viewer()) or proposed_by_id = (select ngangtam_viewer())
  or exists (select 1 from personnel_person p where p.id = person_id
    and (p.{CHANGE}
      or p.home_path <@ any ((select ngangtam_scopes('grant.confirm'))::ltree[])))
);
create policy account_add on corrections_account for insert with check (
  state = 'waiting' and decided_by_id is null and proposed_by_id = (select ngangtam_viewer())
  and ngangtam_keeps(person_id)
);
create policy account_change on corrections_account for update using (
  user_id = (select ngangtam_viewer()) or ngangtam_keeps(person_id)
  or ngangtam_keeps(person_id, 'grant.confirm')
);

alter table corrections_request enable row level security;
create policy request_read on corrections_request for select using (
  asked_by_id = (select ngangtam_viewer())
  or exists (select 1 from personnel_person p where p.id = person_id and p.{CHANGE} and {PART})
);
create policy request_add on corrections_request for insert with check (
  asked_by_id = (select ngangtam_viewer()) and person_id = (select ngangtam_own_person())
  and state = 'waiting' and decided_by_id is null
);
create policy request_change on corrections_request for update using (
  asked_by_id = (select ngangtam_viewer()) or ngangtam_keeps(person_id)
);

alter table corrections_attachment enable row level security;
create policy attachment_read on corrections_attachment for select
  using (exists (select 1 from corrections_request r where r.id = request_id));
create policy attachment_add on corrections_attachment for insert with check (
  ngangtam_sent_by_viewer(file_id)
  and exists (select 1 from corrections_request r where r.id = request_id
    and r.asked_by_id = (select ngangtam_viewer()) and r.state = 'waiting')
);
create policy file_attached on files_storedfile for select
  using (exists (select 1 from corrections_attachment t where t.file_id = files_storedfile.id));

alter table corrections_proposal enable row level security;
create policy proposal_read on corrections_proposal for select
  using (exists (select 1 from personnel_person p where p.id = person_id));
create policy proposal_add on corrections_proposal for insert with check (
  state = 'waiting' and decided_by_id is null and proposed_by_id = (select ngangtam_viewer())
  and ngangtam_keeps(person_id)
);
create policy proposal_change on corrections_proposal for update
  using (ngangtam_keeps(person_id));
"""  # noqa: S608 - our own names

TABLES_DOWN = """
drop policy proposal_change on corrections_proposal;
drop policy proposal_add on corrections_proposal;
drop policy proposal_read on corrections_proposal;
alter table corrections_proposal disable row level security;
drop policy file_attached on files_storedfile;
drop policy attachment_add on corrections_attachment;
drop policy attachment_read on corrections_attachment;
alter table corrections_attachment disable row level security;
drop policy request_change on corrections_request;
drop policy request_add on corrections_request;
drop policy request_read on corrections_request;
alter table corrections_request disable row level security;
drop policy account_change on corrections_account;
drop policy account_add on corrections_account;
drop policy account_read on corrections_account;
alter table corrections_account disable row level security;
drop function ngangtam_keeps(bigint, text);
drop function ngangtam_sent_by_viewer(bigint);
"""

# A row that was decided stays; what was asked or proposed is not rewritten; each state is reached
# from the one before it, by whom it may be. Times are the transaction's, whatever the caller says.
STEPS = """
create function ngangtam_account_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare viewer bigint := ngangtam_viewer();
begin
  if old.state <> new.state and new.state in ('linked', 'refused') then
    new.decided_at := now();
  end if;
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.user_id, old.person_id, old.reason, old.proposed_by_id, old.proposed_at)
      is distinct from
     (new.id, new.user_id, new.person_id, new.reason, new.proposed_by_id, new.proposed_at)
  then raise exception 'what was proposed stays' using errcode = '42501'; end if;
  if old.state = 'waiting' and new.state in ('linked', 'refused') then
    if new.decided_by_id is distinct from viewer
      or viewer in (coalesce(old.proposed_by_id, 0), old.user_id)
      or not ngangtam_keeps(old.person_id, 'grant.confirm')
    then raise exception 'somebody else must decide' using errcode = '42501'; end if;
  elsif old.state in ('waiting', 'linked') and new.state = 'ended' then
    if new.ended_by_id is distinct from viewer
      or old.decided_by_id is distinct from new.decided_by_id
      or not (viewer = old.user_id or ngangtam_keeps(old.person_id)
        or ngangtam_keeps(old.person_id, 'grant.confirm'))
    then raise exception 'no right to end that link' using errcode = '42501'; end if;
  else raise exception 'no such step' using errcode = '42501'; end if;
  return new;
end $$;
create trigger corrections_account_step before update on corrections_account
  for each row execute function ngangtam_account_step();

create function ngangtam_request_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare viewer bigint := ngangtam_viewer();
begin
  if old.state <> new.state then new.decided_at := now(); end if;
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.person_id, old.asked_by_id, old.asked_at, old.about, old.field, old.kind,
      old.record_id, old.posting_id, old.part, old.label, old.said, old.text, old.proposed)
      is distinct from
     (new.id, new.person_id, new.asked_by_id, new.asked_at, new.about, new.field, new.kind,
      new.record_id, new.posting_id, new.part, new.label, new.said, new.text, new.proposed)
  then raise exception 'what was asked stays' using errcode = '42501'; end if;
  if new.decided_by_id is distinct from viewer then
    raise exception 'the actor is not the viewer' using errcode = '42501'; end if;
  if old.state = 'waiting' and new.state = 'withdrawn' then
    if viewer <> old.asked_by_id then
      raise exception 'only who asked withdraws' using errcode = '42501'; end if;
  elsif old.state = 'waiting' and new.state in ('accepted', 'refused', 'confirming')
     or old.state = 'confirming' and new.state in ('accepted', 'waiting') then
    if viewer = old.asked_by_id or not ngangtam_keeps(old.person_id) then
      raise exception 'no right to decide that' using errcode = '42501'; end if;
  else raise exception 'no such step' using errcode = '42501'; end if;
  return new;
end $$;
create trigger corrections_request_step before update on corrections_request
  for each row execute function ngangtam_request_step();

create function ngangtam_proposal_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare viewer bigint := ngangtam_viewer();
begin
  if old.state <> new.state then new.decided_at := now(); end if;
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.person_id, old.act, old.kind, old.record_id, old.values, old.shown, old.reason,
      old.request_id, old.proposed_by_id, old.proposed_at)
      is distinct from
     (new.id, new.person_id, new.act, new.kind, new.record_id, new.values, new.shown, new.reason,
      new.request_id, new.proposed_by_id, new.proposed_at)
  then raise exception 'what was proposed stays' using errcode = '42501'; end if;
  if new.decided_by_id is distinct from viewer then
    raise exception 'the actor is not the viewer' using errcode = '42501'; end if;
  if old.state = 'waiting' and new.state = 'withdrawn' then
    if viewer <> old.proposed_by_id then
      raise exception 'only who proposed withdraws' using errcode = '42501'; end if;
  elsif old.state = 'waiting' and new.state in ('confirmed', 'refused') then
    if viewer = old.proposed_by_id or not ngangtam_keeps(old.person_id) then
      raise exception 'somebody else must decide' using errcode = '42501'; end if;
  elsif old.state = 'confirmed' and new.state = 'confirmed' and old.decided_at = now() then
    null; -- what was written is noted in the same transaction
  else raise exception 'no such step' using errcode = '42501'; end if;
  return new;
end $$;
create trigger corrections_proposal_step before update on corrections_proposal
  for each row execute function ngangtam_proposal_step();
"""

STEPS_DOWN = "".join(
    f"drop trigger corrections_{name}_step on corrections_{name};"
    f"drop function ngangtam_{name}_step();"
    for name in ("proposal", "request", "account")
)

WITNESS = f"""
-- Whether two officers settled something of this file in this very transaction.
create function ngangtam_witnessed(subject bigint, acts text[]) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from corrections_proposal p
    where p.person_id = subject and p.act = any (acts) and p.state = 'confirmed'
      and p.decided_at = now() and p.decided_by_id = ngangtam_viewer())
$$;
create policy record_witnessed on personnel_record as restrictive for insert with check (
  kind not in {WITNESSED} or ngangtam_witnessed(person_id, '{{add,correct,restore}}'));
create policy record_witnessed_change on personnel_record as restrictive for update
  using (true)
  with check (kind not in {WITNESSED} or ngangtam_witnessed(person_id, '{{correct,void}}'));

create function ngangtam_person_witness() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if ngangtam_is_web() and not ngangtam_witnessed(new.id, '{{identity}}') then
    raise exception 'two officers change this' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger personnel_person_witness
  before update of full_name, birth_raw, birth_day, birth_precision on personnel_person
  for each row when (
    (old.full_name, old.birth_raw, old.birth_day, old.birth_precision) is distinct from
    (new.full_name, new.birth_raw, new.birth_day, new.birth_precision))
  execute function ngangtam_person_witness();
"""  # noqa: S608 - our own names

WITNESS_DOWN = """
drop trigger personnel_person_witness on personnel_person;
drop function ngangtam_person_witness();
drop policy record_witnessed_change on personnel_record;
drop policy record_witnessed on personnel_record;
drop function ngangtam_witnessed(bigint, text[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("corrections", "0001_initial"),
        ("files", "0002_walls"),
        ("personnel", "0010_column_groups"),
        ("access", "0004_two_persons"),
    ]
    operations = [
        migrations.RunSQL(OWN, OWN_DOWN),
        migrations.RunSQL(TABLES, TABLES_DOWN),
        migrations.RunSQL(STEPS, STEPS_DOWN),
        migrations.RunSQL(WITNESS, WITNESS_DOWN),
    ]
