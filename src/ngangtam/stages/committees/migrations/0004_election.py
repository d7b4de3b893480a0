"""The wall lets the decision of a case note who was elected, and nothing else do so."""

from django.db import migrations

UP = """
-- The structure plans on whose election the transaction that asks decides; none in any other.
create function ngangtam_deciding_structures() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg((c.payload->>'structure')::bigint), '{}') from procedure_case c
  where c.decided_in = pg_current_xact_id_if_assigned()::text::bigint
    and c.decision_id is not null and not c.fictional and c.stage = 'committee'
    and jsonb_typeof(c.payload->'structure') = 'number'
$$;

-- The latest case about a structure plan: asked by who reads the plan and not the case.
create function ngangtam_committee_case(wanted bigint)
returns table (number text, state text)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.number::text, c.state::text from procedure_case c
  where c.stage = 'committee' and not c.fictional
    and c.payload @> jsonb_build_object('structure', wanted)
    and (not ngangtam_is_web() or exists (
      select 1 from committees_structure s where s.id = wanted and (
        s.path <@ any (ngangtam_scopes('plan.keep'))
        or s.path <@ any (ngangtam_scopes('plan.approve'))
        or s.path <@ any (ngangtam_scopes('case.view')))))
  order by c.id desc limit 1
$$;

create policy structure_elected on committees_structure for update using (
  state = 'approved' and id = any ((select ngangtam_deciding_structures())::bigint[]));
create policy candidate_elected on committees_candidate for update using (
  state = 'on' and structure_id = any ((select ngangtam_deciding_structures())::bigint[]));

create function ngangtam_committee_elected() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.decision_id, old.elected_on) is distinct from (new.decision_id, new.elected_on)
      and (old.decision_id is not null or not new.id = any (ngangtam_deciding_structures())
        or not ngangtam_decided_here(new.decision_id))
  then raise exception 'a decision confirms an election' using errcode = '42501'; end if;
  if old.state = 'approved' and (to_jsonb(old) - 'decision_id' - 'elected_on' - 'version')
      is distinct from (to_jsonb(new) - 'decision_id' - 'elected_on' - 'version')
  then raise exception 'what was approved stays' using errcode = '42501'; end if;
  return new;
end $$;
create trigger committees_structure_elected before update on committees_structure
  for each row execute function ngangtam_committee_elected();

create or replace function ngangtam_committee_candidate_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (to_jsonb(old) - 'state' - 'reason' - 'elected')
      is distinct from (to_jsonb(new) - 'state' - 'reason' - 'elected')
  then raise exception 'who stands how stays' using errcode = '42501'; end if;
  if new.elected is distinct from old.elected
      and not new.structure_id = any (ngangtam_deciding_structures())
  then raise exception 'a decision confirms an election' using errcode = '42501'; end if;
  if new.structure_id = any (ngangtam_deciding_structures())
      and (old.state, old.reason) is distinct from (new.state, new.reason)
  then raise exception 'what was approved stays' using errcode = '42501'; end if;
  return new;
end $$;
"""
DOWN = """
create or replace function ngangtam_committee_candidate_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (to_jsonb(old) - 'state' - 'reason') is distinct from (to_jsonb(new) - 'state' - 'reason')
  then raise exception 'who stands how stays' using errcode = '42501'; end if;
  return new;
end $$;
drop trigger committees_structure_elected on committees_structure;
drop function ngangtam_committee_elected();
drop policy candidate_elected on committees_candidate;
drop policy structure_elected on committees_structure;
drop function ngangtam_committee_case(bigint);
drop function ngangtam_deciding_structures();
"""


class Migration(migrations.Migration):
    dependencies = [("committees", "0003_elected"), ("procedure", "0002_walls")]
    operations = [migrations.RunSQL(UP, DOWN)]
