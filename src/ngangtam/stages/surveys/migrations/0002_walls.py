"""The second wall around surveys: nobody reads tickets of others, nobody reads the box.

What the web may do with a ticket or the box stands in functions, each of which asks who calls.
Whoever answers is seen by nobody; what they answered leaves the box only when it is emptied.
"""

from django.db import migrations

RUNS = "{0} <@ any ((select ngangtam_scopes('evaluation.run'))::ltree[])"
READS = "{0} <@ any ((select ngangtam_scopes('evaluation.view'))::ltree[])"
OWN = "(select ngangtam_own_person())"

WALLS = f"""
alter table surveys_survey enable row level security;
create policy survey_read on surveys_survey for select using (
  {RUNS.format("path")} or {READS.format("path")} or person_id = {OWN} and state = 'closed'
);
create policy survey_add on surveys_survey for insert with check (
  {RUNS.format("path")} and state = 'open' and person_id is distinct from {OWN}
);
create policy survey_change on surveys_survey for update using (
  {RUNS.format("path")} and person_id is distinct from {OWN}
);
create function ngangtam_survey_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.cycle_id, old.person_id, old.unit_id, old.path, old.questions, old.closes_on,
      old.lock, old.opened_by_id, old.opened_at) is distinct from
     (new.id, new.cycle_id, new.person_id, new.unit_id, new.path, new.questions, new.closes_on,
      new.lock, new.opened_by_id, new.opened_at)
    or old.state <> 'open' or new.state <> 'closed'
  then raise exception 'a survey is closed once, and nothing else' using errcode = '42501'; end if;
  return new;
end $$;
create trigger surveys_survey_step before update on surveys_survey
  for each row execute function ngangtam_survey_step();

-- Whether the viewer holds a verb over the place of a survey that is not about the viewer.
create function ngangtam_survey_may(wanted bigint, verb text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select not ngangtam_is_web() or exists (select 1 from surveys_survey s where s.id = wanted
    and s.path <@ any (ngangtam_scopes(verb))
    and s.person_id is distinct from ngangtam_own_person())
$$;

-- No update: a ticket is used through the box alone.
alter table surveys_ticket enable row level security;
create policy ticket_read on surveys_ticket for select using (person_id = {OWN});
create policy ticket_add on surveys_ticket for insert with check (
  not used and (select ngangtam_survey_may(survey_id, 'evaluation.run'))
);

-- Nothing at all for the web: the functions below are the slot and the hand that empties it.
alter table surveys_slip enable row level security;

alter table surveys_tally enable row level security;
create policy tally_read on surveys_tally for select using (exists (
  select 1 from surveys_survey s where s.id = survey_id and s.state = 'closed'));
create policy tally_add on surveys_tally for insert with check (
  ngangtam_survey_may(survey_id, 'evaluation.run') and exists (
    select 1 from surveys_survey s where s.id = survey_id and s.state = 'closed'
    and answered >= s.least)
);
"""  # noqa: S608 - our own names

CIRCLE = """
-- Who stands around somebody (or, without a subject, around a unit) and has an account to answer
-- with. Security definer: the head above and the heads beside are out of an officer's reach.
create function ngangtam_survey_circle(subject bigint, place bigint, day date)
returns table (side text, person_id bigint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare here ltree; above bigint; leads boolean; heads boolean;
begin
  select u.path, u.parent_id into here, above from organisation_unit u where u.id = place;
  if ngangtam_is_web() and not coalesce(here <@ any (ngangtam_scopes('evaluation.run')), false)
  then raise exception 'no right to ask there' using errcode = '42501'; end if;
  select coalesce(bool_or(o.head), false), coalesce(bool_or(o.leadership), false)
    into heads, leads
  from personnel_posting g join organisation_post o on o.id = g.post_id
  where g.person_id = subject and o.unit_id = place and g.voided_at is null and g.valid @> day;
  if subject is null then heads := true; end if;
  return query
  with held as (
    select g.person_id as who, o.unit_id, o.head, o.leadership, u.path, u.parent_id
    from personnel_posting g
    join organisation_post o on o.id = g.post_id
    join organisation_unit u on u.id = o.unit_id and u.ended_on is null
    where g.voided_at is null and g.valid @> day and g.person_id is distinct from subject
      and (u.path @> here or u.parent_id = above or u.parent_id = place or u.id = place)
  ),
  boss as (
    select h.who from held h
    where h.head and h.path @> here and (not heads or h.unit_id <> place)
    order by nlevel(h.path) desc limit 1
  ),
  round as (
    select 'superior' as looks, b.who from boss b
    union
    select 'peer', h.who from held h
    where heads and h.head and h.parent_id = above and h.unit_id <> place
       or not heads and h.unit_id = place and not h.head and h.leadership = leads
    union
    select 'subordinate', h.who from held h
    where heads and (h.unit_id = place or h.head and h.parent_id = place)
       or leads and not heads and h.unit_id = place and not h.leadership
  )
  -- Somebody with several posts looks from one side: from above before beside before below.
  select distinct on (r.who) r.looks, r.who from round r
  join corrections_account a on a.person_id = r.who and a.state = 'linked'
  order by r.who, array_position(array['superior', 'peer', 'subordinate'], r.looks);
end $$;

-- What one is asked: by one's account, or by the digest of a code. `answerer` counts only where
-- no viewer is known, on the command line.
create function ngangtam_survey_asked(ticket bigint, folded bytea, answerer bigint)
returns table (ticket_id bigint, survey_id bigint, side text, used boolean, state text,
  closes_on date, questions jsonb, lock bytea, subject text, headline text, unit text, cycle text,
  collective boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.id, s.id, t.side::text, t.used, s.state::text, s.closes_on, s.questions, s.lock,
    coalesce(p.full_name, u.name), coalesce(p.headline, ''), u.name, c.code::text, p.id is null
  from surveys_ticket t
  join surveys_survey s on s.id = t.survey_id
  join organisation_unit u on u.id = s.unit_id
  join evaluation_cycle c on c.id = s.cycle_id
  left join personnel_person p on p.id = s.person_id
  where (ticket is null or t.id = ticket)
    and case when folded is not null then t.digest = folded
      else t.person_id = case when ngangtam_is_web() then ngangtam_own_person() else answerer end
    end
  order by s.closes_on, t.id
$$;

-- Names and posts around the subject, for marking them in a comment; only for who is asked.
create function ngangtam_survey_names(ticket bigint, folded bytea, answerer bigint)
returns table (name text, title text)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct p.full_name::text, p.headline::text
  from ngangtam_survey_asked(ticket, folded, answerer) asked
  join surveys_survey s on s.id = asked.survey_id
  join personnel_person p on p.home_path <@ s.path or p.home_path = subpath(s.path, 0, -1)
  where p.voided_at is null and nlevel(s.path) > 1
  limit 2000
$$;

-- The slot of the box: use the ticket and drop the slip, both or neither.
create function ngangtam_survey_drop(
  ticket bigint, folded bytea, answerer bigint, slip uuid, sealed bytea, day date)
returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare asked record; held boolean;
begin
  if ngangtam_is_web() then day := (now() at time zone 'Asia/Ho_Chi_Minh')::date; end if;
  select * into asked from ngangtam_survey_asked(ticket, folded, answerer) a limit 1;
  if not found then return 'none'; end if;
  -- Closing takes the survey's row for itself; whoever comes after finds it closed.
  perform 1 from surveys_survey s where s.id = asked.survey_id and s.state = 'open' for share;
  if not found or day > asked.closes_on then return 'closed'; end if;
  update surveys_ticket t set used = true where t.id = asked.ticket_id and not t.used
    returning true into held;
  if held is null then return 'used'; end if;
  insert into surveys_slip (id, survey_id, side, sealed)
  values (slip, asked.survey_id, asked.side, $5);
  return 'taken';
end $$;

-- How many were asked and how many answered, of each side; not for the subject.
create function ngangtam_survey_counts(wanted bigint)
returns table (side text, asked bigint, answered bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.side::text, count(*), count(*) filter (where t.used)
  from surveys_ticket t
  where t.survey_id = wanted and (ngangtam_survey_may(wanted, 'evaluation.run')
    or ngangtam_survey_may(wanted, 'evaluation.view'))
  group by t.side
$$;

-- The hand that empties the box: hands the sealed slips out in an order of chance and takes
-- them away.
create function ngangtam_survey_empty(wanted bigint)
returns table (side text, sealed bytea)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_survey_may(wanted, 'evaluation.run')
    or not exists (select 1 from surveys_survey s where s.id = wanted and s.state = 'open')
  then raise exception 'no right to open this box' using errcode = '42501'; end if;
  return query
    with gone as (delete from surveys_slip p where p.survey_id = wanted
      returning p.side, p.sealed)
    select g.side::text, g.sealed from gone g order by gen_random_uuid();
end $$;
"""

DOWN = """
drop function ngangtam_survey_empty(bigint);
drop function ngangtam_survey_counts(bigint);
drop function ngangtam_survey_drop(bigint, bytea, bigint, uuid, bytea, date);
drop function ngangtam_survey_names(bigint, bytea, bigint);
drop function ngangtam_survey_asked(bigint, bytea, bigint);
drop function ngangtam_survey_circle(bigint, bigint, date);
drop policy tally_add on surveys_tally;
drop policy tally_read on surveys_tally;
drop policy ticket_add on surveys_ticket;
drop policy ticket_read on surveys_ticket;
drop function ngangtam_survey_may(bigint, text);
drop trigger surveys_survey_step on surveys_survey;
drop function ngangtam_survey_step();
drop policy survey_change on surveys_survey;
drop policy survey_add on surveys_survey;
drop policy survey_read on surveys_survey;
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial"), ("evaluation", "0002_walls")]
    operations = [migrations.RunSQL(WALLS + CIRCLE, DOWN)]
