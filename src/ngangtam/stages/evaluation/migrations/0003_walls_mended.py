"""The second wall around evaluation, mended: who may set what, in which order, and until when.

A cycle that is locked or closed takes no more points, whoever asks and however: every change of a
sheet holds the cycle for the length of its transaction, and whoever changes the state or the days
of a cycle waits for those. A collective is scored from above, as a head is. Only the personnel
office says who is not rated; a confirmed sheet is reopened by who may score it, not by its person.
"""

from importlib import import_module

from django.db import migrations

RUNS = "{0} <@ any ((select ngangtam_scopes('evaluation.run'))::ltree[])"
DECIDES = "{0} <@ any ((select ngangtam_scopes('evaluation.decide'))::ltree[])"
ASSIGNS = "{0} <@ any ((select ngangtam_scopes('work.assign'))::ltree[])"
OWN = "(select ngangtam_own_person())"

HOLD = """
-- Shared by who scores, alone for who changes the cycle; taken in turn, so that nobody starves.
create function ngangtam_hold_cycle(wanted bigint)
returns table (state text, report_by date, confirm_by date, day date, at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('evaluation.cycle'), wanted::int);
  return query select y.state::text, y.report_by, y.confirm_by,
    (now() at time zone 'Asia/Ho_Chi_Minh')::date, now() from evaluation_cycle y
    where y.id = wanted;
end $$;

create function ngangtam_cycle_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if (old.state, old.report_by, old.confirm_by)
      is distinct from (new.state, new.report_by, new.confirm_by)
  then perform pg_advisory_xact_lock(hashtext('evaluation.cycle'), old.id::int); end if;
  if ngangtam_is_web() and (old.id, old.unit_id, old.path, old.code, old.kind, old.first,
      old.until, old.opened_by_id, old.opened_at) is distinct from
     (new.id, new.unit_id, new.path, new.code, new.kind, new.first, new.until, new.opened_by_id,
      new.opened_at)
  then raise exception 'which cycle it is stays' using errcode = '42501'; end if;
  return new;
end $$;
create trigger evaluation_cycle_step before update on evaluation_cycle
  for each row execute function ngangtam_cycle_step();

"""

SCORE = """
-- Whether the viewer stands where somebody must stand to score it: a head's sheet and that of a
-- collective (nobody's) only from above the unit; the top of the tree has nobody above.
create or replace function ngangtam_may_score(subject bigint, place ltree, is_head boolean)
returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select (subject is null or subject is distinct from ngangtam_own_person())
    and (ngangtam_over(ngangtam_scopes('evaluation.decide'), place, is_head or subject is null)
      or ngangtam_over(ngangtam_scopes('work.assign'), place, is_head or subject is null)
        and (nlevel(place) > 1 or not (is_head or subject is null)))
$$;
-- Whether the viewer may decide the class: as above, by the right to decide alone.
create function ngangtam_may_decide(subject bigint, place ltree, is_head boolean)
returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select (subject is null or subject is distinct from ngangtam_own_person())
    and ngangtam_over(ngangtam_scopes('evaluation.decide'), place, is_head or subject is null)
$$;
"""

OVER = """
create function ngangtam_over(held ltree[], place ltree, from_above boolean) returns boolean
language sql immutable as $$
  select case when from_above and nlevel(place) > 1 then subpath(place, 0, -1) else place end
    <@ any (held)
$$;
"""

SHEETS = f"""
drop policy cycle_add on evaluation_cycle;
create policy cycle_add on evaluation_cycle for insert with check (
  {RUNS.format("path")} and exists (
    select 1 from organisation_unit u
    where u.id = unit_id and u.path = evaluation_cycle.path)
);

drop policy sheet_add on evaluation_sheet;
create policy sheet_add on evaluation_sheet for insert with check (
  {RUNS.format("path")} and state in ('open', 'exempt')
  and own_points = '{{}}' and own_note = '' and own_at is null and points = '{{}}'
  and general_points is null and organising_percent is null and uniting_percent is null
  and shortcomings_fixed is null and degradation_concluded is null
  and unit_in_corruption_or_waste is null and answer = ''
  and confirmed_by_id is null and confirmed_at is null
  and exists (select 1 from evaluation_cycle y where y.id = cycle_id
    and evaluation_sheet.path <@ y.path and y.state <> 'closed')
);

create or replace function ngangtam_sheet_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  mine boolean := old.person_id is not null
    and old.person_id is not distinct from ngangtam_own_person();
  said boolean := (old.own_points, old.own_note, old.own_at)
    is distinct from (new.own_points, new.own_note, new.own_at);
  scored boolean := (old.points, old.general_points, old.organising_percent,
      old.uniting_percent, old.shortcomings_fixed, old.degradation_concluded,
      old.unit_in_corruption_or_waste, old.answer, old.confirmed_by_id, old.confirmed_at)
    is distinct from
     (new.points, new.general_points, new.organising_percent, new.uniting_percent,
      new.shortcomings_fixed, new.degradation_concluded, new.unit_in_corruption_or_waste,
      new.answer, new.confirmed_by_id, new.confirmed_at);
  settled boolean := (old.body_id, old."group", old.months_worked, old.exempt_reason,
      old.outstanding)
    is distinct from (new.body_id, new."group", new.months_worked, new.exempt_reason,
      new.outstanding);
  moved boolean := new.state is distinct from old.state;
  office boolean := not mine
    and old.path <@ any (ngangtam_scopes('evaluation.run'));
  scorer boolean := ngangtam_may_score(old.person_id, old.path, old.head);
  now_is text;
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.cycle_id, old.person_id, old.unit_id, old.path, old.post_id, old.leader,
      old.head, old.scheme) is distinct from
     (new.id, new.cycle_id, new.person_id, new.unit_id, new.path, new.post_id, new.leader,
      new.head, new.scheme)
  then raise exception 'whose sheet it is stays' using errcode = '42501'; end if;
  if new.version <= old.version and (said or scored or moved)
  then raise exception 'a change raises the version' using errcode = '42501'; end if;

  select h.state into now_is from ngangtam_hold_cycle(old.cycle_id) h;
  if now_is = 'closed' or now_is <> 'open' and (said or scored or moved and not office)
  then raise exception 'the cycle takes no more changes' using errcode = '42501'; end if;

  -- The person says what is the own, until the sheet is confirmed; the head of a collective or
  -- whoever stands above says it for the collective.
  if said and not (old.state in ('open', 'reported', 'returned') and new.state = 'reported'
      and (mine or old.person_id is null
        and old.path <@ any (ngangtam_scopes('work.assign'))))
  then raise exception 'the person says that' using errcode = '42501'; end if;
  if scored and not scorer
  then raise exception 'no right to score this sheet' using errcode = '42501'; end if;
  if scored and new.confirmed_by_id is not null
      and new.confirmed_by_id is distinct from ngangtam_viewer()
  then raise exception 'the actor is not the viewer' using errcode = '42501'; end if;
  if settled and not office
  then raise exception 'the personnel office settles that' using errcode = '42501'; end if;

  if (new.state = 'confirmed') <> (new.confirmed_by_id is not null)
      and (moved or new.confirmed_by_id is distinct from old.confirmed_by_id)
      and new.state <> 'exempt'
  then raise exception 'confirmed is by somebody' using errcode = '42501'; end if;
  if moved and not (
      new.state = 'reported' and said
      or scorer and new.state in ('returned', 'confirmed')
        and old.state in ('open', 'reported', 'returned', 'confirmed')
      or scorer and old.state = 'confirmed' and new.state in ('open', 'reported')
      or office and new.state = 'exempt' and new.exempt_reason <> ''
      or office and old.state = 'exempt' and new.exempt_reason = ''
        and new.state in ('open', 'reported', 'confirmed'))
  then raise exception 'no such step' using errcode = '42501'; end if;
  return new;
end $$;

drop policy result_add on evaluation_result;
create policy result_add on evaluation_result for insert with check (exists (
  select 1 from evaluation_cycle y join evaluation_sheet s on s.cycle_id = y.id
  where y.id = evaluation_result.cycle_id and s.id = sheet_id and {RUNS.format("y.path")}));
"""  # noqa: S608 - our own names

CLASSES = f"""
drop policy rating_add on evaluation_rating;
create policy rating_add on evaluation_rating for insert with check (
  {DECIDES.format("path")} and person_id is distinct from {OWN}
  and decided_by_id = (select ngangtam_viewer())
  and replaced_at is null and seen_at is null
  and exists (select 1 from evaluation_sheet s where s.id = sheet_id
    and s.cycle_id = evaluation_rating.cycle_id and s.path = evaluation_rating.path
    and s.person_id is not distinct from evaluation_rating.person_id
    and ngangtam_may_decide(s.person_id, s.path, s.head))
);
create or replace function ngangtam_rating_step() returns trigger
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
    or old.seen_at is not null and new.seen_at is distinct from old.seen_at
  then raise exception 'no such step' using errcode = '42501'; end if;
  -- Replaced once and for good, by who may decide it.
  if new.replaced_at is distinct from old.replaced_at and (old.replaced_at is not null
      or not exists (select 1 from evaluation_sheet s where s.id = old.sheet_id
        and ngangtam_may_decide(s.person_id, s.path, s.head)))
  then raise exception 'no right to replace this class' using errcode = '42501'; end if;
  return new;
end $$;

drop policy petition_add on evaluation_petition;
create policy petition_add on evaluation_petition for insert with check (
  person_id = {OWN} and asked_by_id = (select ngangtam_viewer()) and state = 'waiting'
  and answer = '' and decided_by_id is null and decided_at is null
  and exists (select 1 from evaluation_rating r where r.id = rating_id
    and r.person_id = evaluation_petition.person_id and r.path = evaluation_petition.path
    and r.replaced_at is null)
);
"""  # noqa: S608 - our own names

MINE = """
drop trigger evaluation_cycle_step on evaluation_cycle;
drop function ngangtam_cycle_step();
drop function ngangtam_may_decide(bigint, ltree, boolean);
drop function ngangtam_over(ltree[], ltree, boolean);
drop function ngangtam_hold_cycle(bigint);
"""
_before = import_module("ngangtam.stages.evaluation.migrations.0002_walls")
DOWN = _before.DOWN + MINE + _before.WALLS


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0002_walls"), ("organisation", "0003_walls_and_paths")]
    operations = [migrations.RunSQL(HOLD + OVER + SCORE + SHEETS + CLASSES, DOWN)]
