"""The second wall around cases, holds and conditions, and what a decision may write.

Who carries a case forward, who appraises and who decides are three hands; a hold freezes the case
for every one of them; nobody handles the own case or that of a relative. The triggers say so for
every connection, the policies for the web. Whoever decides keeps no files: a policy lets the
records of the case in, within the transaction of its decision and nowhere else.
"""

from django.db import migrations


def _over(verb: str, path: str = "path") -> str:
    return f"{path} <@ any ((select ngangtam_scopes('{verb}'))::ltree[])"


VERBS = ("case.view", "case.run", "case.appraise", "case.decide", "case.hold")
SEES = "(" + " or ".join(_over(verb) for verb in VERBS) + ")"
ACTS = "(" + " or ".join(_over(verb, "c.path") for verb in VERBS[1:]) + ")"
SEEN = "exists (select 1 from procedure_case c where c.id = case_id)"
HANDLED = f"exists (select 1 from procedure_case c where c.id = case_id and {ACTS})"  # noqa: S608
RUN = (
    "exists (select 1 from procedure_case c where c.id = case_id"  # noqa: S608 - our own names
    f" and ({_over('case.run', 'c.path')} or {_over('case.appraise', 'c.path')}"
    f" or {_over('case.decide', 'c.path')}))"
)
VIEWER = "(select ngangtam_viewer())"

FUNCTIONS = """
create sequence procedure_case_number;
create sequence procedure_simulation_number;

-- Cases about the viewer, of which the viewer sees nothing; a list may hold who keeps it.
create function ngangtam_own_cases() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(c.id), '{}') from procedure_case c
  join procedure_casesubject s on s.case_id = c.id
  where s.person_id = ngangtam_own_person() and s.state = 'in' and c.subject_kind <> 'list'
$$;

-- Whether one of these people stands in the family records of another, read both ways.
create function ngangtam_related(one bigint, others bigint[]) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (
    select 1 from personnel_record r
    join personnel_person p on p.number = r.detail->>'person'
    where r.kind = 'family' and r.voided_at is null
      and (r.person_id = one and p.id = any (others)
        or r.person_id = any (others) and p.id = one))
$$;

-- '', 'own' or 'relative': how the account stands to the people of a case.
create function ngangtam_case_conflict(wanted bigint, account bigint) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare me bigint; people bigint[];
begin
  if ngangtam_is_web() and account is distinct from ngangtam_viewer() then
    raise exception 'asked for another' using errcode = '42501';
  end if;
  select a.person_id into me from corrections_account a
    where a.user_id = account and a.state = 'linked';
  if me is null then return ''; end if;
  select array_agg(s.person_id) into people from procedure_casesubject s
    where s.case_id = wanted and s.state = 'in' and s.person_id is not null;
  if me = any (people) then return 'own'; end if;
  return case when ngangtam_related(me, people) then 'relative' else '' end;
end $$;

-- The same before there is a case, of the people whom somebody wants to open one about.
create function ngangtam_conflict_with(people bigint[], account bigint) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare me bigint;
begin
  if ngangtam_is_web() and account is distinct from ngangtam_viewer() then
    raise exception 'asked for another' using errcode = '42501';
  end if;
  select a.person_id into me from corrections_account a
    where a.user_id = account and a.state = 'linked';
  if me is null then return ''; end if;
  if me = any (people) then return 'own'; end if;
  return case when ngangtam_related(me, people) then 'relative' else '' end;
end $$;

create function ngangtam_case_held(wanted bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (
    select 1 from procedure_hold h where h.lifted_at is null and (h.case_id = wanted
      or h.person_id in (select s.person_id from procedure_casesubject s
        where s.case_id = wanted and s.state = 'in')))
$$;
-- Which people of these are on hold: said to whoever may open or carry cases.
create function ngangtam_people_held(people bigint[]) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select h.person_id from procedure_hold h
  where h.lifted_at is null and h.person_id = any (people)
$$;

-- Accounts that proposed and that appraised: of steps that are done.
create function ngangtam_case_hands(wanted bigint)
returns table (proposed bigint[], appraised bigint[])
language sql stable security definer set search_path = public, pg_temp as $$
  select
    array(select c.opened_by_id from procedure_case c where c.id = wanted
      union select s.done_by_id from procedure_step s where s.case_id = wanted
        and s.done_by_id is not null and s.kind in ('document', 'dossier', 'record')),
    array(select s.done_by_id from procedure_step s where s.case_id = wanted
      and s.done_by_id is not null and s.kind = 'appraise')
$$;

-- Whom, and which posts, the transaction is deciding on that asks; nobody in any other. Whoever
-- held such a post before leaves it.
create function ngangtam_deciding_people() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(s.person_id), '{}') from procedure_case c
  join procedure_casesubject s on s.case_id = c.id
  where c.decided_in = pg_current_xact_id_if_assigned()::text::bigint
    and c.decision_id is not null and not c.fictional
    and s.state = 'in' and s.person_id is not null
$$;
create function ngangtam_deciding_posts() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(coalesce(s.post_id, c.post_id)), '{}') from procedure_case c
  left join procedure_casesubject s on s.case_id = c.id and s.state = 'in'
  where c.decided_in = pg_current_xact_id_if_assigned()::text::bigint
    and c.decision_id is not null and not c.fictional
$$;
create function ngangtam_decided_here(decision bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from procedure_case c where c.decision_id = decision
    and c.decided_in = pg_current_xact_id_if_assigned()::text::bigint)
$$;

-- Whose calendar an address is: asked by a program without an account.
create function ngangtam_feed(folded text) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select f.user_id from procedure_feed f join access_user u on u.id = f.user_id
  where f.digest = folded and f.revoked_at is null and u.is_active
$$;
"""

TRIGGERS = """
create function ngangtam_case_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if (old.id, old.number, old.procedure, old.digest, old.xml, old.confirmed, old.regime,
      old.stage, old.subject_kind, old.unit_id, old.path, old.fictional, old.opened_by_id,
      old.opened_on) is distinct from
     (new.id, new.number, new.procedure, new.digest, new.xml, new.confirmed, new.regime,
      new.stage, new.subject_kind, new.unit_id, new.path, new.fictional, new.opened_by_id,
      new.opened_on)
  then raise exception 'what a case began with stays' using errcode = '42501'; end if;
  if old.state in ('done', 'refused', 'withdrawn') and
     (new.state, new.workflow, new.decision_id) is distinct from
     (old.state, old.workflow, old.decision_id)
  then raise exception 'the case has ended' using errcode = '42501'; end if;
  if new.workflow is distinct from old.workflow and ngangtam_case_held(new.id)
  then raise exception 'the case is on hold' using errcode = '42501'; end if;
  if new.decision_id is distinct from old.decision_id then
    if old.decision_id is not null
    then raise exception 'a case is decided once' using errcode = '42501'; end if;
    if ngangtam_is_web() and not new.path <@ any (ngangtam_scopes('case.decide'))
    then raise exception 'no right to decide' using errcode = '42501'; end if;
    new.decided_in := pg_current_xact_id()::text::bigint;
  else
    new.decided_in := old.decided_in;
  end if;
  return new;
end $$;
create trigger procedure_case_step before update on procedure_case
  for each row execute function ngangtam_case_step();

create function ngangtam_step_done() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare c record; hands record; tied text;
begin
  if old.state <> 'waiting' and (old.state, old.answers, old.outcome, old.done_by_id)
     is distinct from (new.state, new.answers, new.outcome, new.done_by_id)
  then raise exception 'a step is completed once' using errcode = '42501'; end if;
  if new.state = old.state or new.done_by_id is null then return new; end if;
  select * into c from procedure_case where id = new.case_id;
  if ngangtam_case_held(new.case_id)
  then raise exception 'the case is on hold' using errcode = '42501'; end if;
  if ngangtam_is_web() and new.done_by_id is distinct from ngangtam_viewer()
  then raise exception 'the actor is not the viewer' using errcode = '42501'; end if;
  if c.fictional then return new; end if;
  if ngangtam_is_web() and new.kind in ('appraise', 'decide')
    and not c.path <@ any (ngangtam_scopes('case.' || new.kind))
  then raise exception 'another hand completes this step' using errcode = '42501'; end if;
  -- Who may look at a list that holds them keeps away from judging it.
  if c.subject_kind <> 'list' or new.kind in ('appraise', 'decide') then
    tied := ngangtam_case_conflict(new.case_id, new.done_by_id);
    if tied <> '' then
      raise exception 'nobody handles the own case or that of a relative' using errcode = '42501';
    end if;
  end if;
  select * into hands from ngangtam_case_hands(new.case_id);
  if new.kind = 'appraise' and new.done_by_id = any (hands.proposed)
  then raise exception 'who proposed does not appraise' using errcode = '42501'; end if;
  if new.kind = 'decide' and new.done_by_id = any (hands.appraised)
  then raise exception 'who appraised does not decide' using errcode = '42501'; end if;
  return new;
end $$;
create trigger procedure_step_done before update on procedure_step
  for each row execute function ngangtam_step_done();

create function ngangtam_finding_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare c record;
begin
  select * into c from procedure_case where id = new.case_id;
  if (old.id, old.step_id, old.case_id, old.subject_id, old.gate) is distinct from
     (new.id, new.step_id, new.case_id, new.subject_id, new.gate)
  then raise exception 'a condition stays where it is' using errcode = '42501'; end if;
  if new.special and not old.special and not c.fictional then
    if not new.may_be_special
    then raise exception 'nobody may allow this' using errcode = '42501'; end if;
    if ngangtam_is_web() and (new.special_by_id is distinct from ngangtam_viewer()
      or not c.path <@ any (ngangtam_scopes('case.decide')))
    then raise exception 'no right to allow a special case' using errcode = '42501'; end if;
    if ngangtam_case_conflict(new.case_id, new.special_by_id) <> ''
    then raise exception 'nobody handles the own case or that of a relative'
      using errcode = '42501'; end if;
  end if;
  if old.special and (not new.special or (old.authority, old.special_reason,
      old.special_document, old.special_by_id) is distinct from
     (new.authority, new.special_reason, new.special_document, new.special_by_id))
  then raise exception 'what was allowed stays on record' using errcode = '42501'; end if;
  return new;
end $$;
create trigger procedure_finding_step before update on procedure_gatefinding
  for each row execute function ngangtam_finding_step();

-- A hold freezes at once what it touches, wherever it runs, and lets go what nothing else stops.
create function ngangtam_hold_falls() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update procedure_case c set version = c.version + 1,
    state = case when ngangtam_case_held(c.id) then 'frozen' else 'running' end
  where c.state in ('running', 'frozen') and (c.id = new.case_id
    or c.id in (select s.case_id from procedure_casesubject s
      where s.person_id = new.person_id and s.state = 'in'));
  return null;
end $$;
create trigger procedure_hold_falls after insert or update on procedure_hold
  for each row execute function ngangtam_hold_falls();

create function ngangtam_hold_step() returns trigger
language plpgsql as $$
begin
  if (old.case_id, old.person_id, old.label, old.path, old.reason, old.placed_by_id,
      old.placed_at) is distinct from
     (new.case_id, new.person_id, new.label, new.path, new.reason, new.placed_by_id,
      new.placed_at) or old.lifted_at is not null
  then raise exception 'a hold is placed once and lifted once' using errcode = '42501'; end if;
  return new;
end $$;
create trigger procedure_hold_step before update on procedure_hold
  for each row execute function ngangtam_hold_step();
"""

POLICIES = f"""
alter table procedure_case enable row level security;
create policy case_read on procedure_case for select using (
  {SEES} and id <> all ((select ngangtam_own_cases())::bigint[])
);
create policy case_add on procedure_case for insert with check (
  {_over("case.run")} and opened_by_id = {VIEWER} and state = 'running' and decision_id is null
);
create policy case_change on procedure_case for update using (
  ({" or ".join(_over(verb) for verb in VERBS[1:])})
  and id <> all ((select ngangtam_own_cases())::bigint[])
);

alter table procedure_casesubject enable row level security;
create policy casesubject_read on procedure_casesubject for select using ({SEEN});
-- Whom one cannot see one brings into no case.
create policy casesubject_add on procedure_casesubject for insert with check (
  {RUN} and (person_id is null
    or exists (select 1 from personnel_person p where p.id = person_id))
);
create policy casesubject_change on procedure_casesubject for update using ({RUN});

alter table procedure_step enable row level security;
create policy step_read on procedure_step for select using ({SEEN});
create policy step_add on procedure_step for insert with check (
  {RUN} and state = 'waiting' and done_by_id is null
);
create policy step_change on procedure_step for update using ({RUN});

alter table procedure_opinion enable row level security;
create policy opinion_read on procedure_opinion for select using (
  {SEEN} or {_over("case.decide")} or {_over("case.appraise")} or {_over("case.run")}
);
create policy opinion_add on procedure_opinion for insert with check (
  {RUN} and asked_by_id = {VIEWER}
);
create policy opinion_change on procedure_opinion for update using (
  {RUN} or {_over("case.decide")} or {_over("case.appraise")} or {_over("case.run")}
);

alter table procedure_dossieritem enable row level security;
create policy dossieritem_read on procedure_dossieritem for select using ({SEEN});
create policy dossieritem_add on procedure_dossieritem for insert with check ({RUN});
create policy dossieritem_change on procedure_dossieritem for update using ({RUN});

alter table procedure_gatefinding enable row level security;
create policy gatefinding_read on procedure_gatefinding for select using ({SEEN});
create policy gatefinding_add on procedure_gatefinding for insert with check (
  {RUN} and not special
);
create policy gatefinding_change on procedure_gatefinding for update using ({RUN});

alter table procedure_hold enable row level security;
create policy hold_read on procedure_hold for select using (
  {_over("case.hold")} or {_over("case.view")} and case_id is not null
  or exists (select 1 from procedure_casesubject s
    where s.person_id = procedure_hold.person_id and s.state = 'in')
);
create policy hold_add on procedure_hold for insert with check (
  {_over("case.hold")} and placed_by_id = {VIEWER} and lifted_at is null
);
create policy hold_change on procedure_hold for update using ({_over("case.hold")})
  with check (lifted_by_id = {VIEWER});

alter table procedure_casepaper enable row level security;
create policy casepaper_read on procedure_casepaper for select using ({SEEN});
create policy casepaper_add on procedure_casepaper for insert with check (
  {RUN} and made_by_id = {VIEWER}
);
create policy casepaper_change on procedure_casepaper for update using ({RUN});

alter table procedure_notice enable row level security;
create policy notice_read on procedure_notice for select using (
  person_id = (select ngangtam_own_person()) or {SEEN}
);
create policy notice_add on procedure_notice for insert with check (
  {RUN} and given_by_id = {VIEWER}
);

alter table procedure_feed enable row level security;
create policy feed_own on procedure_feed using (user_id = {VIEWER})
  with check (user_id = {VIEWER});

create policy file_of_case on files_storedfile for select using (
  exists (select 1 from procedure_dossieritem x where x.file_id = files_storedfile.id)
  or exists (select 1 from procedure_casepaper x where x.file_id = files_storedfile.id)
  or exists (select 1 from procedure_opinion x where x.file_id = files_storedfile.id)
  or exists (select 1 from procedure_gatefinding x where x.special_file_id = files_storedfile.id)
);
create policy decision_of_case on organisation_decision for select using (
  exists (select 1 from procedure_case c where c.decision_id = organisation_decision.id)
);

-- What a decision writes, as the web: in its own transaction and nowhere else.
create policy person_of_decision on personnel_person for select
  using (id = any ((select ngangtam_deciding_people())::bigint[]));
create policy posting_of_decision on personnel_posting for select using (
  person_id = any ((select ngangtam_deciding_people())::bigint[])
  or post_id = any ((select ngangtam_deciding_posts())::bigint[])
);
create policy posting_of_decision_add on personnel_posting for insert with check (
  person_id = any ((select ngangtam_deciding_people())::bigint[])
  and ngangtam_decided_here(decision_id)
);
create policy posting_of_decision_change on personnel_posting for update using (
  person_id = any ((select ngangtam_deciding_people())::bigint[])
  or post_id = any ((select ngangtam_deciding_posts())::bigint[])
);
create policy record_of_decision on personnel_record for select
  using (person_id = any ((select ngangtam_deciding_people())::bigint[]));
create policy record_of_decision_add on personnel_record for insert with check (
  person_id = any ((select ngangtam_deciding_people())::bigint[])
  and ngangtam_decided_here(decision_id)
);
create policy record_of_decision_change on personnel_record for update
  using (person_id = any ((select ngangtam_deciding_people())::bigint[]));
"""  # noqa: S608 - our own names

DOWN = """
drop policy record_of_decision_change on personnel_record;
drop policy record_of_decision_add on personnel_record;
drop policy record_of_decision on personnel_record;
drop policy posting_of_decision_change on personnel_posting;
drop policy posting_of_decision_add on personnel_posting;
drop policy posting_of_decision on personnel_posting;
drop policy person_of_decision on personnel_person;
drop policy decision_of_case on organisation_decision;
drop policy file_of_case on files_storedfile;
drop policy feed_own on procedure_feed;
drop policy notice_add on procedure_notice;
drop policy notice_read on procedure_notice;
drop policy casepaper_change on procedure_casepaper;
drop policy casepaper_add on procedure_casepaper;
drop policy casepaper_read on procedure_casepaper;
drop policy hold_change on procedure_hold;
drop policy hold_add on procedure_hold;
drop policy hold_read on procedure_hold;
drop policy gatefinding_change on procedure_gatefinding;
drop policy gatefinding_add on procedure_gatefinding;
drop policy gatefinding_read on procedure_gatefinding;
drop policy dossieritem_change on procedure_dossieritem;
drop policy dossieritem_add on procedure_dossieritem;
drop policy dossieritem_read on procedure_dossieritem;
drop policy opinion_change on procedure_opinion;
drop policy opinion_add on procedure_opinion;
drop policy opinion_read on procedure_opinion;
drop policy step_change on procedure_step;
drop policy step_add on procedure_step;
drop policy step_read on procedure_step;
drop policy casesubject_change on procedure_casesubject;
drop policy casesubject_add on procedure_casesubject;
drop policy casesubject_read on procedure_casesubject;
drop policy case_change on procedure_case;
drop policy case_add on procedure_case;
drop policy case_read on procedure_case;
drop trigger procedure_hold_step on procedure_hold;
drop function ngangtam_hold_step();
drop trigger procedure_hold_falls on procedure_hold;
drop function ngangtam_hold_falls();
drop trigger procedure_finding_step on procedure_gatefinding;
drop function ngangtam_finding_step();
drop trigger procedure_step_done on procedure_step;
drop function ngangtam_step_done();
drop trigger procedure_case_step on procedure_case;
drop function ngangtam_case_step();
drop function ngangtam_feed(text);
drop function ngangtam_decided_here(bigint);
drop function ngangtam_deciding_posts();
drop function ngangtam_deciding_people();
drop function ngangtam_case_hands(bigint);
drop function ngangtam_people_held(bigint[]);
drop function ngangtam_case_held(bigint);
drop function ngangtam_conflict_with(bigint[], bigint);
drop function ngangtam_case_conflict(bigint, bigint);
drop function ngangtam_related(bigint, bigint[]);
drop function ngangtam_own_cases();
drop sequence procedure_simulation_number;
drop sequence procedure_case_number;
"""

RECORD = """
create or replace function ngangtam_record_decision(
  of_number text, of_day date, of_body text, of_signer text, of_kind text, of_summary text,
  of_effects jsonb, out decision bigint, out made boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if ngangtam_is_web() and cardinality(
    ngangtam_scopes('person.change') || ngangtam_scopes('unit.change')
    || ngangtam_scopes('intake.run'){more}
    || case when of_kind = 'rating' then ngangtam_scopes('evaluation.decide')
       else array[]::ltree[] end) = 0
  then
    raise exception 'no right to record a decision' using errcode = '42501';
  end if;
  insert into organisation_decision (number, day, body, signer, kind, summary, effects)
  values (of_number, of_day, of_body, of_signer, of_kind, of_summary, of_effects)
  on conflict (number, day, body) do nothing returning id into decision;
  made := decision is not null;
  if not made then
    select id into decision from organisation_decision
    where (number, day, body) = (of_number, of_day, of_body);
  end if;
end $$;
"""
MORE = " || ngangtam_scopes('case.decide')"


class Migration(migrations.Migration):
    dependencies = [
        ("procedure", "0001_initial"),
        ("evaluation", "0010_as_the_web"),
        ("corrections", "0002_walls"),
        ("files", "0002_walls"),
    ]
    operations = [
        migrations.RunSQL(
            FUNCTIONS + TRIGGERS + POLICIES + RECORD.replace("{more}", MORE),
            RECORD.replace("{more}", "") + DOWN,
        )
    ]
