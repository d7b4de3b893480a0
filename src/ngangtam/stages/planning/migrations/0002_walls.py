"""The second wall around succession plans.

Who keeps plans proposes; who approves plans, and kept nothing of this one, decides. Somebody who
stands in a plan reads the own place once it was approved, and nobody writes the own place.
"""

from django.db import migrations

KEEPS = "{0} <@ any ((select ngangtam_scopes('plan.keep'))::ltree[])"
APPROVES = "{0} <@ any ((select ngangtam_scopes('plan.approve'))::ltree[])"
VIEWS = "{0} <@ any ((select ngangtam_scopes('case.view'))::ltree[])"
READS = f"({VIEWS} or {KEEPS} or {APPROVES})"
WRITES = f"({KEEPS} or {APPROVES})"
OWN = "(select ngangtam_own_person())"
ME = "(select ngangtam_viewer())"

PLANS = f"""
-- Whether the viewer stands in a plan that was approved, now or once.
create function ngangtam_in_plan(wanted bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from planning_planentry e where e.plan_id = wanted
    and e.person_id = ngangtam_own_person() and e.state in ('in', 'leaving', 'out'))
$$;
-- Whether the viewer keeps (or approves) the plan; a plan in which one stands is never one's own.
create function ngangtam_plan_may(wanted bigint, verb text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select not ngangtam_is_web() or exists (select 1 from planning_plan p
    where p.id = wanted and p.path <@ any (ngangtam_scopes(verb)))
$$;

alter table planning_plan enable row level security;
create policy plan_read on planning_plan for select using (
  {READS.format("path")} or ngangtam_in_plan(id)
);
create policy plan_add on planning_plan for insert with check (
  {KEEPS.format("path")} and state = 'draft' and made_by_id = {ME}
  and approved_by_id is null and decision_id is null
);
create policy plan_change on planning_plan for update using ({WRITES.format("path")});
create function ngangtam_plan_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.unit_id, old.path, old.term, old.made_by_id, old.made_at)
      is distinct from (new.id, new.unit_id, new.path, new.term, new.made_by_id, new.made_at)
  then raise exception 'whose plan it is stays' using errcode = '42501'; end if;
  if (old.approved_by_id, old.approved_on, old.decision_id, old.figures, old.figures_basis)
      is distinct from
     (new.approved_by_id, new.approved_on, new.decision_id, new.figures, new.figures_basis)
      and not new.path <@ any (ngangtam_scopes('plan.approve'))
  then raise exception 'somebody else approves' using errcode = '42501'; end if;
  if new.approved_by_id is distinct from old.approved_by_id and (
      new.approved_by_id is distinct from ngangtam_viewer()
      or new.approved_by_id in (new.made_by_id, new.submitted_by_id))
  then raise exception 'who kept the plan does not approve it' using errcode = '42501'; end if;
  if new.state <> old.state and new.state <> 'in_review'
      and not new.path <@ any (ngangtam_scopes('plan.approve'))
  then raise exception 'somebody else approves' using errcode = '42501'; end if;
  if new.submitted_by_id is distinct from old.submitted_by_id
      and new.submitted_by_id is distinct from ngangtam_viewer()
  then raise exception 'the actor is not the viewer' using errcode = '42501'; end if;
  return new;
end $$;
create trigger planning_plan_step before update on planning_plan
  for each row execute function ngangtam_plan_step();

alter table planning_plantitle enable row level security;
create policy plantitle_read on planning_plantitle for select using (
  exists (select 1 from planning_plan p where p.id = plan_id));
create policy plantitle_add on planning_plantitle for insert with check (
  ngangtam_plan_may(plan_id, 'plan.keep'));
create policy plantitle_change on planning_plantitle for update using (
  ngangtam_plan_may(plan_id, 'plan.keep'));

alter table planning_planentry enable row level security;
create policy planentry_read on planning_planentry for select using (
  {READS.format("path")} or person_id = {OWN} and state in ('in', 'leaving', 'out')
);
create policy planentry_add on planning_planentry for insert with check (
  {KEEPS.format("path")} and state = 'proposed' and added_by_id = {ME}
  and person_id is distinct from {OWN} and record_id is null and in_decision_id is null
  and exists (select 1 from planning_plan p where p.id = plan_id
    and p.path = planning_planentry.path and p.state in ('draft', 'approved'))
);
create policy planentry_change on planning_planentry for update using (
  {WRITES.format("path")} and person_id is distinct from {OWN}
);
create function ngangtam_planentry_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare decides boolean;
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.plan_id, old.title_id, old.person_id, old.path, old.added_by_id, old.added_at,
      old.findings, old.in_reason, old.judgement) is distinct from
     (new.id, new.plan_id, new.title_id, new.person_id, new.path, new.added_by_id, new.added_at,
      new.findings, new.in_reason, new.judgement)
  then raise exception 'who stands where, and why, stays' using errcode = '42501'; end if;
  decides := new.path <@ any (ngangtam_scopes('plan.approve'))
    and old.added_by_id is distinct from ngangtam_viewer();
  if (old.in_since, old.in_decision_id, old.out_since, old.out_decision_id, old.record_id)
      is distinct from
     (new.in_since, new.in_decision_id, new.out_since, new.out_decision_id, new.record_id)
      and not decides
  then raise exception 'somebody else approves' using errcode = '42501'; end if;
  if new.state <> old.state then
    if old.state = 'proposed' and new.state = 'in' or new.state = 'out' then
      if not decides or new.state = 'out' and old.leaving_by_id = ngangtam_viewer()
      then raise exception 'somebody else approves' using errcode = '42501'; end if;
    elsif not (old.state, new.state) in
        (('proposed', 'dropped'), ('in', 'leaving'), ('leaving', 'in'))
    then raise exception 'no such step' using errcode = '42501'; end if;
  end if;
  if new.leaving_by_id is distinct from old.leaving_by_id
      and new.leaving_by_id is not null and new.leaving_by_id <> ngangtam_viewer()
  then raise exception 'the actor is not the viewer' using errcode = '42501'; end if;
  return new;
end $$;
create trigger planning_planentry_step before update on planning_planentry
  for each row execute function ngangtam_planentry_step();

alter table planning_planreview enable row level security;
create policy planreview_read on planning_planreview for select using ({READS.format("path")});
create policy planreview_add on planning_planreview for insert with check (
  {KEEPS.format("path")} and opened_by_id = {ME} and closed_at is null);
create policy planreview_change on planning_planreview for update using ({KEEPS.format("path")});

alter table planning_reviewline enable row level security;
create policy reviewline_read on planning_reviewline for select using ({READS.format("path")});
create policy reviewline_add on planning_reviewline for insert with check (
  {KEEPS.format("path")});
create policy reviewline_change on planning_reviewline for update
  using ({KEEPS.format("path")} and exists (select 1 from planning_planreview r
    where r.id = review_id and r.closed_at is null)
    and exists (select 1 from planning_planentry e where e.id = entry_id
      and e.person_id is distinct from {OWN}))
  with check (judged_by_id = {ME});

alter table planning_planlist enable row level security;
create policy planlist_read on planning_planlist for select using ({READS.format("path")});
create policy planlist_add on planning_planlist for insert with check (
  {KEEPS.format("path")} and sent_by_id = {ME} and seen_by_id is null and to_path @> path
  and to_path <> path);
create policy planlist_change on planning_planlist for update
  using ({WRITES.format("to_path")} and sent_by_id is distinct from {ME})
  with check (seen_by_id = {ME});
create function ngangtam_planlist_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.plan_id, old.path, old.to_unit_id, old.to_path, old.name, old.day, old.rows,
      old.digest, old.sent_by_id, old.sent_at) is distinct from
     (new.id, new.plan_id, new.path, new.to_unit_id, new.to_path, new.name, new.day, new.rows,
      new.digest, new.sent_by_id, new.sent_at)
  then raise exception 'a list that was sent stays' using errcode = '42501'; end if;
  return new;
end $$;
create trigger planning_planlist_step before update on planning_planlist
  for each row execute function ngangtam_planlist_step();
"""  # noqa: S608 - our own names

REACH = f"""
-- How people and posts stand in all plans that are not over: limits count what no one viewer may
-- read. Only for who keeps or approves plans somewhere, or opens and decides cases.
create function ngangtam_plan_standing(people bigint[], posts bigint[], day date)
returns table (entry bigint, plan bigint, post bigint, level text, person bigint, state text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if ngangtam_is_web() and cardinality(ngangtam_scopes('plan.keep')
      || ngangtam_scopes('plan.approve') || ngangtam_scopes('case.run')
      || ngangtam_scopes('case.view')) = 0
  then raise exception 'no right to look into plans' using errcode = '42501'; end if;
  return query
    select e.id, e.plan_id, t.post_id, o.level::text, e.person_id, e.state::text
    from planning_planentry e
    join planning_plantitle t on t.id = e.title_id
    join planning_plan p on p.id = e.plan_id
    join organisation_post o on o.id = t.post_id
    where e.state in ('proposed', 'in', 'leaving') and p.state <> 'ended' and p.until > day
      and (e.person_id = any (people) or t.post_id = any (posts));
end $$;

-- How many seats of posts are held on a day, seen or not: a seat is not vacant because its holder
-- stands out of reach.
create function ngangtam_plan_seats(top ltree, day date)
returns table (post bigint, held bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select g.post_id, count(*) from personnel_posting g
  join organisation_post o on o.id = g.post_id
  join organisation_unit u on u.id = o.unit_id
  where u.path <@ top and g.voided_at is null and g.valid @> day
    and (not ngangtam_is_web() or {READS.format("u.path")})
  group by g.post_id
$$;

-- The document that approves or ends a plan; who approves keeps no files otherwise.
create function ngangtam_plan_decision(
  of_number text, of_day date, of_body text, of_signer text, of_summary text, of_effects jsonb
) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare found bigint;
begin
  if ngangtam_is_web() and cardinality(ngangtam_scopes('plan.approve')) = 0
  then raise exception 'no right to record a decision' using errcode = '42501'; end if;
  insert into organisation_decision (number, day, body, signer, kind, summary, effects)
  values (of_number, of_day, of_body, of_signer, 'plan', of_summary, of_effects)
  on conflict (number, day, body) do nothing returning id into found;
  if found is null then
    select d.id into found from organisation_decision d
    where (d.number, d.day, d.body) = (of_number, of_day, of_body);
  end if;
  return found;
end $$;
create policy decision_of_plan on organisation_decision for select using (
  exists (select 1 from planning_plan p where p.decision_id = organisation_decision.id)
  or exists (select 1 from planning_planentry e where e.in_decision_id = organisation_decision.id
    or e.out_decision_id = organisation_decision.id));

-- What a decision on a plan leaves in the file, and nothing else.
create policy record_of_plan on personnel_record for insert with check (
  kind = 'plan' and voided_at is null and exists (
    select 1 from planning_planentry e where e.id = (detail->>'entry')::bigint
    and e.person_id = personnel_record.person_id and e.state = 'in'
    and e.in_decision_id = personnel_record.decision_id
    and {APPROVES.format("e.path")}));
create policy record_of_plan_read on personnel_record for select using (
  kind = 'plan' and detail ? 'entry' and exists (
    select 1 from planning_planentry e where e.id = (detail->>'entry')::bigint));
create policy record_of_plan_ended on personnel_record for update
  using (kind = 'plan' and exists (
    select 1 from planning_planentry e where e.record_id = personnel_record.id
    and {APPROVES.format("e.path")}))
  with check (kind = 'plan' and voided_at is null and upper(valid) is not null);
"""  # noqa: S608 - our own names

# The room of procedures comes below this one; its tables are read by name, where there are any.
CASES = """
create function ngangtam_plan_cases(people bigint[])
returns table (person bigint, number text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if ngangtam_is_web() and cardinality(ngangtam_scopes('plan.keep')
      || ngangtam_scopes('plan.approve') || ngangtam_scopes('case.view')) = 0
  then raise exception 'no right to look into cases' using errcode = '42501'; end if;
  return query
    select s.person_id, c.number::text
    from procedure_case c join procedure_casesubject s on s.case_id = c.id
    where s.person_id = any (people) and c.state in ('running', 'frozen') and s.state = 'in'
      and not c.fictional and c.stage in ('appointment', 'nomination', 'exam');
end $$;
"""

DOWN = """
drop function ngangtam_plan_cases(bigint[]);
drop policy record_of_plan_ended on personnel_record;
drop policy record_of_plan_read on personnel_record;
drop policy record_of_plan on personnel_record;
drop policy decision_of_plan on organisation_decision;
drop function ngangtam_plan_decision(text, date, text, text, text, jsonb);
drop function ngangtam_plan_seats(ltree, date);
drop function ngangtam_plan_standing(bigint[], bigint[], date);
drop trigger planning_planlist_step on planning_planlist;
drop function ngangtam_planlist_step();
drop policy planlist_change on planning_planlist;
drop policy planlist_add on planning_planlist;
drop policy planlist_read on planning_planlist;
drop policy reviewline_change on planning_reviewline;
drop policy reviewline_add on planning_reviewline;
drop policy reviewline_read on planning_reviewline;
drop policy planreview_change on planning_planreview;
drop policy planreview_add on planning_planreview;
drop policy planreview_read on planning_planreview;
drop trigger planning_planentry_step on planning_planentry;
drop function ngangtam_planentry_step();
drop policy planentry_change on planning_planentry;
drop policy planentry_add on planning_planentry;
drop policy planentry_read on planning_planentry;
drop policy plantitle_change on planning_plantitle;
drop policy plantitle_add on planning_plantitle;
drop policy plantitle_read on planning_plantitle;
drop trigger planning_plan_step on planning_plan;
drop function ngangtam_plan_step();
drop policy plan_change on planning_plan;
drop policy plan_add on planning_plan;
drop policy plan_read on planning_plan;
drop function ngangtam_plan_may(bigint, text);
drop function ngangtam_in_plan(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0001_initial"), ("corrections", "0002_walls"),
        ("personnel", "0011_decisions"), ("procedure", "0001_initial"),
    ]  # fmt: skip
    operations = [migrations.RunSQL(PLANS + REACH + CASES, DOWN)]
