"""The second wall around terms, the clock and examinations.

A term is written by the decision of a case, or taken over by hand from an older decision. A mark is read by its juror
alone until the chair has closed the round; who competes never marks; the result is written once.
"""

from django.db import migrations

VIEWS = "{0} <@ any ((select ngangtam_scopes('case.view'))::ltree[])"
RUNS = "{0} <@ any ((select ngangtam_scopes('case.run'))::ltree[])"
DECIDES = "{0} <@ any ((select ngangtam_scopes('case.decide'))::ltree[])"
OWN = "(select ngangtam_own_person())"
ME = "(select ngangtam_viewer())"

TERMS = f"""
alter table appointment_term enable row level security;
create policy term_read on appointment_term for select using (
  {VIEWS.format("path")} or person_id = {OWN} or person_id = any ((select ngangtam_deciding_people())::bigint[]));
create policy term_add on appointment_term for insert with check (
  {RUNS.format("path")} and person_id is distinct from {OWN} and recorded_by_id = {ME}
  and kind = 'term' and state = 'running' and case_number = '' and goals = '[]'
  and noticed_on is null and settled_at is null
  and exists (select 1 from personnel_posting g where g.id = posting_id
    and g.person_id = appointment_term.person_id and g.voided_at is null));
create policy term_of_decision on appointment_term for insert with check (
  person_id = any ((select ngangtam_deciding_people())::bigint[])
  and ngangtam_decided_here(decision_id) and recorded_by_id = {ME} and state = 'running'
  and noticed_on is null and settled_at is null);
create policy term_change on appointment_term for update using (
  ({RUNS.format("path")} or {DECIDES.format("path")} or person_id = any ((select ngangtam_deciding_people())::bigint[]))
  and person_id is distinct from {OWN});

create function ngangtam_term_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare runs boolean := old.path <@ any (ngangtam_scopes('case.run'));
  decides boolean := old.path <@ any (ngangtam_scopes('case.decide'));
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.person_id, old.posting_id, old.path, old.kind, old.first, old.until,
      old.decision_id, old.case_number, old.basis, old.recorded_at, old.recorded_by_id)
      is distinct from
     (new.id, new.person_id, new.posting_id, new.path, new.kind, new.first, new.until,
      new.decision_id, new.case_number, new.basis, new.recorded_at, new.recorded_by_id)
  then raise exception 'a term stays as it was decided' using errcode = '42501'; end if;
  if old.state <> 'running'
  then raise exception 'this term is settled' using errcode = '42501'; end if;
  if (old.noticed_on, old.noticed_by_id) is distinct from (new.noticed_on, new.noticed_by_id)
      and (not runs or old.noticed_on is not null or new.noticed_by_id <> ngangtam_viewer())
  then raise exception 'a notice is given once' using errcode = '42501'; end if;
  if new.state in ('passed', 'failed') and (not decides or old.kind <> 'probation'
      or new.settled_by_id is distinct from ngangtam_viewer())
  then raise exception 'a named authority settles a probation' using errcode = '42501'; end if;
  if new.state = 'struck' and (not runs or old.case_number <> '')
  then raise exception 'what a case decided is not struck out' using errcode = '42501'; end if;
  if new.state in ('renewed', 'ended') and not coalesce(old.person_id = any (ngangtam_deciding_people()), false)
  then raise exception 'a decision follows a term' using errcode = '42501'; end if;
  if new.goals is distinct from old.goals and new.state not in ('passed', 'failed')
  then raise exception 'goals stay as they were set' using errcode = '42501'; end if;
  return new;
end $$;
create trigger appointment_term_step before update on appointment_term
  for each row execute function ngangtam_term_step();

alter table appointment_clock enable row level security;
create policy clock_read on appointment_clock for select using ({VIEWS.format("path")});
create policy clock_add on appointment_clock for insert with check (
  {RUNS.format("path")} and set_by_id = {ME} and stopped_at is null);
create policy clock_change on appointment_clock for update using ({RUNS.format("path")})
  with check (stopped_by_id = {ME});
"""  # noqa: S608 - our own names

EXAMS = f"""
-- Security definer: policies that ask each other about rows would ask for ever.
create function ngangtam_exam_place(wanted bigint) returns ltree
language sql stable security definer set search_path = public, pg_temp as $$
  select e.path from appointment_examination e where e.id = wanted
$$;
create function ngangtam_exam_state(wanted bigint) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select e.state::text from appointment_examination e where e.id = wanted
$$;
-- Whether the viewer is on the council (as its chair, where asked).
create function ngangtam_exam_juror(wanted bigint, only_chair boolean) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from appointment_juror j where j.examination_id = wanted
    and j.user_id = ngangtam_viewer() and (j.chair or not only_chair))
$$;
create function ngangtam_exam_entrant(wanted bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from appointment_entrant t where t.examination_id = wanted
    and t.person_id = ngangtam_own_person())
$$;
-- Which examination and round a mark belongs to, and whether that round is closed.
create function ngangtam_exam_of(wanted bigint) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select t.examination_id from appointment_entrant t where t.id = wanted
$$;
create function ngangtam_exam_closed(wanted bigint, round text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((select e.closed ? round or e.state = 'published'
    from appointment_examination e where e.id = ngangtam_exam_of(wanted)), false)
$$;
-- How many marks a round still waits for, told without telling one: candidates who compete and
-- failed no earlier round, times jurors.
create function ngangtam_exam_given(wanted bigint, round_id text)
returns table (entrant bigint, given bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.id, count(m.id)
  from appointment_entrant t
  left join appointment_mark m on m.entrant_id = t.id and m.round = round_id
  where t.examination_id = wanted and t.state = 'in' and (not ngangtam_is_web()
    or ngangtam_exam_juror(wanted, false)
    or ngangtam_exam_place(wanted) <@ any (ngangtam_scopes('case.view')))
  group by t.id
$$;
-- 'own' or 'relative' when an account is tied to a candidate, or a person to a juror; '' if not.
create function ngangtam_exam_tied(wanted bigint, account bigint, subject bigint) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare one bigint := subject; others bigint[];
begin
  if ngangtam_is_web()
    and not coalesce(ngangtam_exam_place(wanted) <@ any (ngangtam_scopes('case.run')), false)
  then raise exception 'no right to ask there' using errcode = '42501'; end if;
  if account is not null then
    select a.person_id into one from corrections_account a
      where a.user_id = account and a.state = 'linked';
    select array_agg(t.person_id) into others from appointment_entrant t
      where t.examination_id = wanted;
  else
    select array_agg(a.person_id) into others from appointment_juror j
      join corrections_account a on a.user_id = j.user_id and a.state = 'linked'
      where j.examination_id = wanted;
  end if;
  if one = any (others) then return 'own'; end if;
  return case when ngangtam_related(one, others) then 'relative' else '' end;
end $$;

alter table appointment_examination enable row level security;
create policy exam_read on appointment_examination for select using (
  {VIEWS.format("path")} or ngangtam_exam_juror(id, false) or ngangtam_exam_entrant(id));
create policy exam_add on appointment_examination for insert with check (
  {RUNS.format("path")} and announced_by_id = {ME} and state = 'open' and result is null);
create policy exam_change on appointment_examination for update using (
  {RUNS.format("path")} or {DECIDES.format("path")} or ngangtam_exam_juror(id, true));
create function ngangtam_exam_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.unit_id, old.path, old.post_id, old.title, old.scheme_id, old.scheme,
      old.entries_until, old.announced_by_id, old.announced_at) is distinct from
     (new.id, new.unit_id, new.path, new.post_id, new.title, new.scheme_id, new.scheme,
      new.entries_until, new.announced_by_id, new.announced_at)
    or old.state in ('published', 'cancelled')
  then raise exception 'an examination stays as announced' using errcode = '42501'; end if;
  if new.closed is distinct from old.closed and not ngangtam_exam_juror(old.id, true)
  then raise exception 'the chair closes a round' using errcode = '42501'; end if;
  if (new.state = 'published' or new.result is distinct from old.result
      or new.chosen_id is distinct from old.chosen_id)
    and (not old.path <@ any (ngangtam_scopes('case.decide'))
      or new.state <> 'published' or old.state <> 'running'
      or new.published_by_id is distinct from ngangtam_viewer())
  then raise exception 'the authority publishes a result' using errcode = '42501'; end if;
  if new.state <> old.state and new.state in ('running', 'cancelled')
    and not old.path <@ any (ngangtam_scopes('case.run'))
  then raise exception 'who runs it begins and cancels it' using errcode = '42501'; end if;
  return new;
end $$;
create trigger appointment_examination_step before update on appointment_examination
  for each row execute function ngangtam_exam_step();

alter table appointment_juror enable row level security;
create policy juror_read on appointment_juror for select using (
  user_id = {ME} or {VIEWS.format("ngangtam_exam_place(examination_id)")}
  or ngangtam_exam_juror(examination_id, false));
create policy juror_add on appointment_juror for insert with check (
  {RUNS.format("ngangtam_exam_place(examination_id)")} and user_id <> {ME}
  and ngangtam_exam_state(examination_id) = 'open');

alter table appointment_entrant enable row level security;
create policy entrant_read on appointment_entrant for select using (
  person_id = {OWN} or {VIEWS.format("ngangtam_exam_place(examination_id)")}
  or ngangtam_exam_juror(examination_id, false)
  or ngangtam_exam_state(examination_id) = 'published' and ngangtam_exam_entrant(examination_id));
create policy entrant_add on appointment_entrant for insert with check (
  {RUNS.format("ngangtam_exam_place(examination_id)")} and person_id is distinct from {OWN}
  and entered_by_id = {ME} and ngangtam_exam_state(examination_id) = 'open' and state = 'in');
create policy entrant_change on appointment_entrant for update using (
  person_id = {OWN} or {RUNS.format("ngangtam_exam_place(examination_id)")});
create function ngangtam_entrant_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.examination_id, old.person_id, old.name, old.headline, old.entered_by_id,
      old.entered_at) is distinct from
     (new.id, new.examination_id, new.person_id, new.name, new.headline, new.entered_by_id,
      new.entered_at)
    or old.state <> 'in' or ngangtam_exam_state(old.examination_id) not in ('open', 'running')
    or new.state = 'withdrawn' and old.person_id is distinct from ngangtam_own_person()
      and not ngangtam_exam_place(old.examination_id) <@ any (ngangtam_scopes('case.run'))
    or new.state = 'barred' and (old.person_id is not distinct from ngangtam_own_person()
      or ngangtam_exam_state(old.examination_id) <> 'open')
  then raise exception 'a candidate leaves once' using errcode = '42501'; end if;
  return new;
end $$;
create trigger appointment_entrant_step before update on appointment_entrant
  for each row execute function ngangtam_entrant_step();

alter table appointment_mark enable row level security;
-- One's own; after the round is closed the council's and the authority's; never a candidate's own
-- before the result is published.
create policy mark_read on appointment_mark for select using (
  exists (select 1 from appointment_juror j where j.id = juror_id and j.user_id = {ME})
  or ngangtam_exam_closed(entrant_id, round) and (
    ngangtam_exam_juror(ngangtam_exam_of(entrant_id), false)
    or {VIEWS.format("ngangtam_exam_place(ngangtam_exam_of(entrant_id))")}));
-- No update: a mark that was given stands.
create policy mark_add on appointment_mark for insert with check (
  exists (select 1 from appointment_juror j where j.id = juror_id and j.user_id = {ME}
    and j.examination_id = ngangtam_exam_of(entrant_id))
  and ngangtam_exam_state(ngangtam_exam_of(entrant_id)) = 'running'
  and not ngangtam_exam_closed(entrant_id, round)
  and exists (select 1 from appointment_entrant t where t.id = entrant_id and t.state = 'in'
    and t.person_id is distinct from {OWN}));

alter table appointment_complaint enable row level security;
create policy complaint_read on appointment_complaint for select using (
  filed_by_id = {ME} or {VIEWS.format("ngangtam_exam_place(ngangtam_exam_of(entrant_id))")});
create policy complaint_add on appointment_complaint for insert with check (
  filed_by_id = {ME} and answered_on is null
  and exists (select 1 from appointment_entrant t
    where t.id = entrant_id and t.person_id = {OWN})
  and ngangtam_exam_state(ngangtam_exam_of(entrant_id)) = 'published');
create policy complaint_change on appointment_complaint for update using (
  {DECIDES.format("ngangtam_exam_place(ngangtam_exam_of(entrant_id))")}
  and filed_by_id <> {ME})
  with check (answered_by_id = {ME});
create function ngangtam_exam_complaint_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.entrant_id, old.text, old.filed_on, old.filed_by_id, old.due) is distinct from
     (new.id, new.entrant_id, new.text, new.filed_on, new.filed_by_id, new.due)
    or old.answered_on is not null
  then raise exception 'a complaint stays as filed' using errcode = '42501'; end if;
  return new;
end $$;
create trigger appointment_complaint_step before update on appointment_complaint
  for each row execute function ngangtam_exam_complaint_step();
"""  # noqa: S608 - our own names

DOWN = """
drop trigger appointment_complaint_step on appointment_complaint;
drop function ngangtam_exam_complaint_step();
drop policy complaint_change on appointment_complaint;
drop policy complaint_add on appointment_complaint;
drop policy complaint_read on appointment_complaint;
drop policy mark_add on appointment_mark;
drop policy mark_read on appointment_mark;
drop trigger appointment_entrant_step on appointment_entrant;
drop function ngangtam_entrant_step();
drop policy entrant_change on appointment_entrant;
drop policy entrant_add on appointment_entrant;
drop policy entrant_read on appointment_entrant;
drop policy juror_add on appointment_juror;
drop policy juror_read on appointment_juror;
drop trigger appointment_examination_step on appointment_examination;
drop function ngangtam_exam_step();
drop policy exam_change on appointment_examination;
drop policy exam_add on appointment_examination;
drop policy exam_read on appointment_examination;
drop function ngangtam_exam_tied(bigint, bigint, bigint);
drop function ngangtam_exam_given(bigint, text);
drop function ngangtam_exam_closed(bigint, text);
drop function ngangtam_exam_of(bigint);
drop function ngangtam_exam_entrant(bigint);
drop function ngangtam_exam_juror(bigint, boolean);
drop function ngangtam_exam_state(bigint);
drop function ngangtam_exam_place(bigint);
drop policy clock_change on appointment_clock;
drop policy clock_add on appointment_clock;
drop policy clock_read on appointment_clock;
drop trigger appointment_term_step on appointment_term;
drop function ngangtam_term_step();
drop policy term_change on appointment_term;
drop policy term_of_decision on appointment_term;
drop policy term_add on appointment_term;
drop policy term_read on appointment_term;
"""


class Migration(migrations.Migration):
    dependencies = [("appointment", "0001_initial"), ("procedure", "0002_walls")]
    operations = [migrations.RunSQL(TERMS + EXAMS, DOWN)]
