"""The second wall around votes of confidence.

Who prepares votes makes the lists, while they are open, and never about themselves. The result is
brought by the tellers whose count it is; its figures are nobody's to change. Whom a result is about
reads it once it was released.
"""

from django.db import migrations

OWN = "(select ngangtam_own_person())"
RUNS = "path <@ any ((select ngangtam_scopes('ballot.run'))::ltree[])"
READS = f"({RUNS} or path <@ any ((select ngangtam_scopes('case.view'))::ltree[]))"

WALLS = f"""
-- Whether the viewer holds a verb over the body of a round.
create function ngangtam_confidence_may(wanted bigint, verb text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select not ngangtam_is_web() or exists (select 1 from confidence_round r where r.id = wanted
    and r.path <@ any (ngangtam_scopes(verb)))
$$;
-- Whether the viewer is a teller of the counted vote that serves a round.
create function ngangtam_confidence_counts(wanted bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from ballots_poll p join ballots_teller t on t.poll_id = p.id
    where p.reference = 'confidence:' || wanted and p.state = 'counted'
      and t.user_id = ngangtam_viewer())
$$;
create function ngangtam_confidence_state(wanted bigint) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select r.state::text from confidence_round r where r.id = wanted
$$;
create function ngangtam_confidence_released(wanted bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from confidence_round r join confidence_subject s on s.round_id = r.id
    where r.id = wanted and r.released_at is not null and s.person_id = ngangtam_own_person())
$$;

alter table confidence_round enable row level security;
create policy round_read on confidence_round for select using (
  {READS} or ngangtam_confidence_counts(id) or ngangtam_confidence_released(id));
create policy round_add on confidence_round for insert with check (
  {RUNS} and state = 'draft' and opened_by_id = (select ngangtam_viewer()));
create policy round_change on confidence_round for update using (
  {RUNS} or ngangtam_confidence_counts(id));
create function ngangtam_confidence_round_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.unit_id, old.path, old.regime, old.day, old.session, old.term, old.share_of,
      old.opened_by_id, old.opened_at) is distinct from
     (new.id, new.unit_id, new.path, new.regime, new.day, new.session, new.term, new.share_of,
      new.opened_by_id, new.opened_at)
  then raise exception 'what a round is stays' using errcode = '42501'; end if;
  if new.state <> old.state and (old.state, new.state) not in (('draft', 'fixed'),
      ('fixed', 'draft'), ('draft', 'cancelled'), ('fixed', 'cancelled'), ('fixed', 'counted'))
  then raise exception 'a round goes its steps' using errcode = '42501'; end if;
  if new.state = 'counted' and old.state <> 'counted' and not ngangtam_confidence_counts(new.id)
  then raise exception 'the tellers bring the result' using errcode = '42501'; end if;
  if new.released_at is distinct from old.released_at
      and (old.state <> 'counted' or old.released_at is not null)
  then raise exception 'released once, after the count' using errcode = '42501'; end if;
  if exists (select 1 from confidence_subject s where s.round_id = new.id and s.state = 'in'
      and s.person_id = ngangtam_own_person()) and not ngangtam_confidence_counts(new.id)
  then raise exception 'nobody prepares the own vote' using errcode = '42501'; end if;
  return new;
end $$;
create trigger confidence_round_step before update on confidence_round
  for each row execute function ngangtam_confidence_round_step();

alter table confidence_subject enable row level security;
create policy subject_read on confidence_subject for select using (
  ngangtam_confidence_may(round_id, 'ballot.run') or ngangtam_confidence_may(round_id, 'case.view')
  or ngangtam_confidence_counts(round_id)
  or person_id = {OWN} and ngangtam_confidence_released(round_id));
create policy subject_add on confidence_subject for insert with check (
  ngangtam_confidence_may(round_id, 'ballot.run')
  and ngangtam_confidence_state(round_id) = 'draft'
  and (state = 'out' or person_id is distinct from {OWN}));
create policy subject_change on confidence_subject for update using (
  ngangtam_confidence_may(round_id, 'ballot.run')
  and ngangtam_confidence_state(round_id) = 'draft' and person_id is distinct from {OWN});

alter table confidence_voter enable row level security;
create policy voter_read on confidence_voter for select using (
  ngangtam_confidence_may(round_id, 'ballot.run')
  or ngangtam_confidence_may(round_id, 'case.view'));
create policy voter_add on confidence_voter for insert with check (
  ngangtam_confidence_may(round_id, 'ballot.run')
  and ngangtam_confidence_state(round_id) = 'draft');
create policy voter_change on confidence_voter for update using (
  ngangtam_confidence_may(round_id, 'ballot.run')
  and ngangtam_confidence_state(round_id) = 'draft');

alter table confidence_due enable row level security;
create policy due_read on confidence_due for select using (
  ngangtam_confidence_may(round_id, 'ballot.run')
  or ngangtam_confidence_may(round_id, 'case.view'));
create policy due_add on confidence_due for insert with check (
  ngangtam_confidence_may(round_id, 'ballot.run') and done_on is null);
create policy due_change on confidence_due for update using (
  ngangtam_confidence_may(round_id, 'ballot.run'));

alter table confidence_result enable row level security;
create policy result_read on confidence_result for select using (
  {READS} or ngangtam_confidence_counts(round_id)
  or person_id = {OWN} and ngangtam_confidence_released(round_id));
create policy result_add on confidence_result for insert with check (
  ngangtam_confidence_counts(round_id) and ngangtam_confidence_state(round_id) = 'fixed'
  and followed in ('', 'waits') and settled_by_id is null);
create policy result_change on confidence_result for update using (
  person_id is distinct from {OWN}
  and (path <@ any ((select ngangtam_scopes('case.run'))::ltree[])
    or path <@ any ((select ngangtam_scopes('case.decide'))::ltree[])));
create function ngangtam_confidence_result_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.round_id, old.person_id, old.path, old.post_id, old.titles, old.day, old.regime,
      old.high, old.trust, old.low, old.convened, old.returned, old.denominator, old.zone)
      is distinct from
     (new.id, new.round_id, new.person_id, new.path, new.post_id, new.titles, new.day, new.regime,
      new.high, new.trust, new.low, new.convened, new.returned, new.denominator, new.zone)
  then raise exception 'what was counted stays' using errcode = '42501'; end if;
  if new.settled_by_id is distinct from ngangtam_viewer()
  then raise exception 'the actor is not the viewer' using errcode = '42501'; end if;
  if new.followed = 'aside' and not new.path <@ any (ngangtam_scopes('case.decide'))
    or new.followed = 'case' and not new.path <@ any (ngangtam_scopes('case.run'))
    or new.followed not in ('aside', 'case')
  then raise exception 'somebody else settles this' using errcode = '42501'; end if;
  return new;
end $$;
create trigger confidence_result_step before update on confidence_result
  for each row execute function ngangtam_confidence_result_step();
"""  # noqa: S608 - our own names

DOWN = """
drop trigger confidence_result_step on confidence_result;
drop function ngangtam_confidence_result_step();
drop policy result_change on confidence_result;
drop policy result_add on confidence_result;
drop policy result_read on confidence_result;
drop policy due_change on confidence_due;
drop policy due_add on confidence_due;
drop policy due_read on confidence_due;
drop policy voter_change on confidence_voter;
drop policy voter_add on confidence_voter;
drop policy voter_read on confidence_voter;
drop policy subject_change on confidence_subject;
drop policy subject_add on confidence_subject;
drop policy subject_read on confidence_subject;
drop trigger confidence_round_step on confidence_round;
drop function ngangtam_confidence_round_step();
drop policy round_change on confidence_round;
drop policy round_add on confidence_round;
drop policy round_read on confidence_round;
drop function ngangtam_confidence_released(bigint);
drop function ngangtam_confidence_state(bigint);
drop function ngangtam_confidence_counts(bigint);
drop function ngangtam_confidence_may(bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [("confidence", "0001_initial"), ("ballots", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, DOWN)]
