"""The second wall around evaluation: sheets, results, classes, petitions.

A person reads what is the own; inside the agency everybody reads what was published. Nobody
scores the own sheet, decides the own class or answers the own petition, whatever the grant; the
sheet of a head is scored by somebody who stands above the unit.
"""

from django.db import migrations

READS = "{0} <@ any ((select ngangtam_scopes('evaluation.view'))::ltree[])"
RUNS = "{0} <@ any ((select ngangtam_scopes('evaluation.run'))::ltree[])"
DECIDES = "{0} <@ any ((select ngangtam_scopes('evaluation.decide'))::ltree[])"
ASSIGNS = "{0} <@ any ((select ngangtam_scopes('work.assign'))::ltree[])"
OWN = "(select ngangtam_own_person())"

WALLS = f"""
alter table evaluation_cycle enable row level security;
create policy cycle_read on evaluation_cycle for select using (true);
create policy cycle_add on evaluation_cycle for insert with check ({RUNS.format("path")});
create policy cycle_change on evaluation_cycle for update using ({RUNS.format("path")});

-- Whether the viewer may score a sheet: the head's only from above the unit, the own never.
create function ngangtam_may_score(subject bigint, place ltree, is_head boolean) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select subject is distinct from ngangtam_own_person()
    and (place <@ any (ngangtam_scopes('evaluation.decide'))
      and (not is_head or subpath(place, 0, -1) <@ any (ngangtam_scopes('evaluation.decide'))
        or nlevel(place) = 1)
    or place <@ any (ngangtam_scopes('work.assign'))
      and (not is_head or nlevel(place) > 1
        and subpath(place, 0, -1) <@ any (ngangtam_scopes('work.assign'))))
$$;

alter table evaluation_sheet enable row level security;
create policy sheet_read on evaluation_sheet for select using (
  person_id = {OWN} or {READS.format("path")} or {ASSIGNS.format("path")}
  or person_id is null and path @> (select ngangtam_own_path())
);
create policy sheet_add on evaluation_sheet for insert with check (
  {RUNS.format("path")} and confirmed_by_id is null
);
create policy sheet_change on evaluation_sheet for update using (
  person_id = {OWN} or {RUNS.format("path")} or {ASSIGNS.format("path")}
  or {DECIDES.format("path")}
);
create function ngangtam_sheet_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare mine boolean := old.person_id is not null
  and old.person_id is not distinct from ngangtam_own_person();
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.cycle_id, old.person_id, old.unit_id, old.path, old.post_id, old.leader,
      old.head, old.scheme) is distinct from
     (new.id, new.cycle_id, new.person_id, new.unit_id, new.path, new.post_id, new.leader,
      new.head, new.scheme)
  then raise exception 'whose sheet it is stays' using errcode = '42501'; end if;
  if not mine and (old.own_points, old.own_note, old.own_at)
      is distinct from (new.own_points, new.own_note, new.own_at)
  then raise exception 'the person says that' using errcode = '42501'; end if;
  if (old.points, old.general_points, old.organising_percent, old.uniting_percent,
      old.shortcomings_fixed, old.degradation_concluded, old.unit_in_corruption_or_waste,
      old.answer, old.confirmed_by_id, old.confirmed_at)
      is distinct from
     (new.points, new.general_points, new.organising_percent, new.uniting_percent,
      new.shortcomings_fixed, new.degradation_concluded, new.unit_in_corruption_or_waste,
      new.answer, new.confirmed_by_id, new.confirmed_at)
    and (mine or not ngangtam_may_score(old.person_id, old.path, old.head)
      or new.confirmed_by_id is distinct from old.confirmed_by_id
        and new.confirmed_by_id is not null
        and new.confirmed_by_id is distinct from ngangtam_viewer())
  then raise exception 'no right to score this sheet' using errcode = '42501'; end if;
  if mine and (old.body_id, old."group", old.months_worked, old.exempt_reason, old.outstanding)
      is distinct from
      (new.body_id, new."group", new.months_worked, new.exempt_reason, new.outstanding)
    or mine and new.state <> old.state and new.state <> 'reported'
  then raise exception 'somebody else settles that' using errcode = '42501'; end if;
  return new;
end $$;
create trigger evaluation_sheet_step before update on evaluation_sheet
  for each row execute function ngangtam_sheet_step();

alter table evaluation_result enable row level security;
create policy result_read on evaluation_result for select
  using (exists (select 1 from evaluation_sheet s where s.id = sheet_id));
create policy result_add on evaluation_result for insert with check (exists (
  select 1 from evaluation_cycle y where y.id = cycle_id and {RUNS.format("y.path")}));

alter table evaluation_rating enable row level security;
create policy rating_read on evaluation_rating for select using (
  person_id = {OWN} or {READS.format("path")}
  or published_at is not null and body_path @> (select ngangtam_own_path())
);
create policy rating_add on evaluation_rating for insert with check (
  {DECIDES.format("path")} and person_id is distinct from {OWN}
  and decided_by_id = (select ngangtam_viewer())
);
create policy rating_change on evaluation_rating for update using (
  person_id = {OWN} or {DECIDES.format("path")} or {RUNS.format("path")}
);
create function ngangtam_rating_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare mine boolean := old.person_id is not null
  and old.person_id is not distinct from ngangtam_own_person();
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.sheet_id, old.cycle_id, old.person_id, old.path, old.body_path, old.level,
      old.total, old.reason, old.decision_id, old.decided_by_id, old.decided_at)
      is distinct from
     (new.id, new.sheet_id, new.cycle_id, new.person_id, new.path, new.body_path, new.level,
      new.total, new.reason, new.decision_id, new.decided_by_id, new.decided_at)
  then raise exception 'what was decided stays' using errcode = '42501'; end if;
  if mine and (old.replaced_at, old.noticed_at, old.published_at)
      is distinct from (new.replaced_at, new.noticed_at, new.published_at)
    or not mine and new.seen_at is distinct from old.seen_at
  then raise exception 'no such step' using errcode = '42501'; end if;
  return new;
end $$;
create trigger evaluation_rating_step before update on evaluation_rating
  for each row execute function ngangtam_rating_step();

alter table evaluation_petition enable row level security;
create policy petition_read on evaluation_petition for select using (
  person_id = {OWN} or {DECIDES.format("path")} or {RUNS.format("path")}
);
create policy petition_add on evaluation_petition for insert with check (
  person_id = {OWN} and asked_by_id = (select ngangtam_viewer()) and state = 'waiting'
  and decided_by_id is null
);
create policy petition_change on evaluation_petition for update using (
  person_id = {OWN} or {DECIDES.format("path")}
);
create function ngangtam_petition_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare mine boolean := old.person_id is not distinct from ngangtam_own_person();
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.rating_id, old.person_id, old.path, old.asked_by_id, old.asked_at, old.text,
      old.answer_by) is distinct from
     (new.id, new.rating_id, new.person_id, new.path, new.asked_by_id, new.asked_at, new.text,
      new.answer_by)
  then raise exception 'what was asked stays' using errcode = '42501'; end if;
  if old.state <> 'waiting' or new.decided_by_id is distinct from ngangtam_viewer()
    or mine and new.state <> 'withdrawn' or not mine and new.state not in ('upheld', 'replaced')
  then raise exception 'no such step' using errcode = '42501'; end if;
  return new;
end $$;
create trigger evaluation_petition_step before update on evaluation_petition
  for each row execute function ngangtam_petition_step();
"""  # noqa: S608 - our own names

DOWN = """
drop trigger evaluation_petition_step on evaluation_petition;
drop function ngangtam_petition_step();
drop policy petition_change on evaluation_petition;
drop policy petition_add on evaluation_petition;
drop policy petition_read on evaluation_petition;
drop trigger evaluation_rating_step on evaluation_rating;
drop function ngangtam_rating_step();
drop policy rating_change on evaluation_rating;
drop policy rating_add on evaluation_rating;
drop policy rating_read on evaluation_rating;
drop policy result_add on evaluation_result;
drop policy result_read on evaluation_result;
drop trigger evaluation_sheet_step on evaluation_sheet;
drop function ngangtam_sheet_step();
drop policy sheet_change on evaluation_sheet;
drop policy sheet_add on evaluation_sheet;
drop policy sheet_read on evaluation_sheet;
drop function ngangtam_may_score(bigint, ltree, boolean);
drop policy cycle_change on evaluation_cycle;
drop policy cycle_add on evaluation_cycle;
drop policy cycle_read on evaluation_cycle;
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial"), ("work", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, DOWN)]
