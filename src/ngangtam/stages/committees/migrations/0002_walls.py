"""The second wall around the personnel of committees: who keeps lists, who approves them."""

from django.db import migrations

KEEPS = "{0} <@ any ((select ngangtam_scopes('plan.keep'))::ltree[])"
APPROVES = "{0} <@ any ((select ngangtam_scopes('plan.approve'))::ltree[])"
VIEWS = "{0} <@ any ((select ngangtam_scopes('case.view'))::ltree[])"
READS = f"({VIEWS} or {KEEPS} or {APPROVES})"
OWN = "(select ngangtam_own_person())"
ME = "(select ngangtam_viewer())"

WALLS = f"""
alter table committees_structure enable row level security;
create policy structure_read on committees_structure for select using ({READS.format("path")});
create policy structure_add on committees_structure for insert with check (
  {KEEPS.format("path")} and state = 'draft' and made_by_id = {ME} and approved_by_id is null);
create policy structure_change on committees_structure for update using (
  ({KEEPS.format("path")} or {APPROVES.format("path")}) and state = 'draft')
  with check (true);
create function ngangtam_committee_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.unit_id, old.path, old.term, old.made_by_id, old.made_at)
      is distinct from (new.id, new.unit_id, new.path, new.term, new.made_by_id, new.made_at)
  then raise exception 'whose plan it is stays' using errcode = '42501'; end if;
  if (old.state, old.approved_by_id, old.approved_on, old.document, old.figures,
      old.figures_basis) is distinct from
     (new.state, new.approved_by_id, new.approved_on, new.document, new.figures,
      new.figures_basis)
      and not new.path <@ any (ngangtam_scopes('plan.approve'))
  then raise exception 'somebody else approves' using errcode = '42501'; end if;
  if new.state = 'approved' and old.state <> 'approved' and (
      new.approved_by_id is distinct from ngangtam_viewer()
      or new.approved_by_id = new.made_by_id
      or exists (select 1 from committees_candidate c where c.structure_id = new.id
        and c.state = 'on'
        and (c.added_by_id = new.approved_by_id or c.person_id = ngangtam_own_person())))
  then raise exception 'who kept the plan does not approve it' using errcode = '42501'; end if;
  return new;
end $$;
create trigger committees_structure_step before update on committees_structure
  for each row execute function ngangtam_committee_step();

alter table committees_candidate enable row level security;
create policy candidate_read on committees_candidate for select using ({READS.format("path")});
create policy candidate_add on committees_candidate for insert with check (
  {KEEPS.format("path")} and state = 'on' and added_by_id = {ME}
  and person_id is distinct from {OWN}
  and exists (select 1 from committees_structure s where s.id = structure_id
    and s.path = committees_candidate.path and s.state = 'draft'));
create policy candidate_change on committees_candidate for update
  using ({KEEPS.format("path")} and person_id is distinct from {OWN} and state = 'on'
    and exists (select 1 from committees_structure s where s.id = structure_id
      and s.state = 'draft'))
  with check (state = 'off');
create function ngangtam_committee_candidate_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (to_jsonb(old) - 'state' - 'reason') is distinct from (to_jsonb(new) - 'state' - 'reason')
  then raise exception 'who stands how stays' using errcode = '42501'; end if;
  return new;
end $$;
create trigger committees_candidate_step before update on committees_candidate
  for each row execute function ngangtam_committee_candidate_step();
"""  # noqa: S608 - our own names

DOWN = """
drop trigger committees_candidate_step on committees_candidate;
drop function ngangtam_committee_candidate_step();
drop policy candidate_change on committees_candidate;
drop policy candidate_add on committees_candidate;
drop policy candidate_read on committees_candidate;
drop trigger committees_structure_step on committees_structure;
drop function ngangtam_committee_step();
drop policy structure_change on committees_structure;
drop policy structure_add on committees_structure;
drop policy structure_read on committees_structure;
"""


class Migration(migrations.Migration):
    dependencies = [("committees", "0001_initial"), ("corrections", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, DOWN)]
