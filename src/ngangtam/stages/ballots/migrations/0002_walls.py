"""The second wall around votes, and the boxes.

A box stands in a schema that the web cannot enter. It has two tables for as long as voting lasts:
marks (who has voted) and papers (sealed). They share no column; what ties a mark to a paper is
the transaction that wrote both, and no table outlives the voting. Closing copies the papers in
the order of their hashes into a new table, writes the roll anew for everybody at once, and drops
both. What the web may do with a box stands in functions, each of which asks who calls.
"""

from django.db import migrations

RUNS = "{0} <@ any ((select ngangtam_scopes('ballot.run'))::ltree[])"
READS = "{0} <@ any ((select ngangtam_scopes('case.view'))::ltree[])"
TOLD = "{0} = any ((select ngangtam_ballot_told())::bigint[])"
CALLED = "{0} = any ((select ngangtam_ballot_called())::bigint[])"
SEEN = "exists (select 1 from ballots_poll p where p.id = {0}.poll_id)"

FUNCTIONS = """
create schema ballots_box;

-- The votes in which the viewer counts, and those to which the viewer is called. Security
-- definer: policies that ask each other about rows would ask for ever.
create function ngangtam_ballot_told() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(t.poll_id), '{}') from ballots_teller t
  where t.user_id = ngangtam_viewer()
$$;
create function ngangtam_ballot_called() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(r.poll_id), '{}') from ballots_roll r
  where r.voter_id = ngangtam_viewer()
$$;
-- Whether the viewer runs this vote: by a grant over its place, and never on oneself.
create function ngangtam_ballot_runs(wanted bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select not ngangtam_is_web() or exists (select 1 from ballots_poll p where p.id = wanted
    and p.path <@ any (ngangtam_scopes('ballot.run'))
    and not exists (select 1 from ballots_option o
      where o.poll_id = wanted and o.person_id = ngangtam_own_person()))
$$;
create function ngangtam_ballot_tells(wanted bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select not ngangtam_is_web() or wanted = any (ngangtam_ballot_told())
$$;
create function ngangtam_ballot_state(wanted bigint) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select p.state::text from ballots_poll p where p.id = wanted
$$;
-- Serialises closing against casting, and leaves no trace in any row.
create function ngangtam_ballot_key(wanted bigint) returns bigint
language sql immutable as $$ select hashtextextended('ballot ' || wanted, 0) $$;
"""

WALLS = f"""
alter table ballots_poll enable row level security;
create policy poll_read on ballots_poll for select using (
  {RUNS.format("path")} or {READS.format("path")} or {TOLD.format("id")} or {CALLED.format("id")}
);
create policy poll_add on ballots_poll for insert with check (
  {RUNS.format("path")} and state = 'prepared'
);
create policy poll_change on ballots_poll for update using (
  {RUNS.format("path")} or {TOLD.format("id")}
);
create function ngangtam_ballot_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.reference, old.unit_id, old.path, old.title, old.kind, old.rules, old.day,
      old.seats, old.max_choices, old.write_ins, old.convened, old.on_paper, old.announced,
      old.share_of, old.quorum, old.needed, old.length, old.previous_id, old.prepared_by_id, old.prepared_at)
    is distinct from
     (new.id, new.reference, new.unit_id, new.path, new.title, new.kind, new.rules, new.day,
      new.seats, new.max_choices, new.write_ins, new.convened, new.on_paper, new.announced,
      new.share_of, new.quorum, new.needed, new.length, new.previous_id, new.prepared_by_id, new.prepared_at)
  then raise exception 'what is voted on stands' using errcode = '42501'; end if;
  if old.state <> 'prepared' and (old.lock, old.box, old.present, old.opened_at, old.closes_at)
    is distinct from (new.lock, new.box, new.present, new.opened_at, new.closes_at)
  then raise exception 'the box stands' using errcode = '42501'; end if;
  if old.state <> 'open' and (old.papers, old.root, old.closed_at)
    is distinct from (new.papers, new.root, new.closed_at) and not new.on_paper
  then raise exception 'the box was closed' using errcode = '42501'; end if;
  if not (
    old.state = new.state and old.state = 'prepared'
    or old.state = 'prepared' and new.state = 'open' and ngangtam_ballot_runs(old.id)
    or old.state = 'open' and new.state = 'closed' and not old.on_paper
    or (old.state = 'closed' or old.state = 'open' and old.on_paper) and new.state = 'counted'
      and ngangtam_ballot_tells(old.id)
    or old.state <> 'annulled' and new.state = 'annulled' and ngangtam_ballot_runs(old.id)
  ) then raise exception 'a vote does not go that way' using errcode = '42501'; end if;
  return new;
end $$;
create trigger ballots_poll_step before update on ballots_poll
  for each row execute function ngangtam_ballot_step();

alter table ballots_option enable row level security;
create policy option_read on ballots_option for select using ({SEEN.format("ballots_option")});
create policy option_add on ballots_option for insert with check (
  ngangtam_ballot_state(poll_id) = 'prepared' and ngangtam_ballot_runs(poll_id)
);

alter table ballots_teller enable row level security;
create policy teller_read on ballots_teller for select using ({SEEN.format("ballots_teller")});
create policy teller_add on ballots_teller for insert with check (
  ngangtam_ballot_state(poll_id) = 'prepared' and ngangtam_ballot_runs(poll_id) and lock is null
);
create policy teller_change on ballots_teller for update
  using (user_id = (select ngangtam_viewer())
    or ngangtam_ballot_state(poll_id) = 'prepared' and ngangtam_ballot_runs(poll_id))
  with check (user_id = (select ngangtam_viewer()) or lock is null);

-- Sealed as they are, one reads but what one's own words open.
alter table ballots_share enable row level security;
create policy share_read on ballots_share for select using (exists (
  select 1 from ballots_teller t where t.id = holder_id and t.user_id = (select ngangtam_viewer())
));
create policy share_add on ballots_share for insert with check (
  ngangtam_ballot_tells(poll_id) and (
    ngangtam_ballot_state(poll_id) = 'prepared' and holder_id = part_id
    or ngangtam_ballot_state(poll_id) = 'closed' and holder_id <> part_id and exists (
      select 1 from ballots_teller t
      where t.id = part_id and t.user_id = (select ngangtam_viewer()))
  )
);

alter table ballots_roll enable row level security;
create policy roll_read on ballots_roll for select using (
  voter_id = (select ngangtam_viewer()) or {TOLD.format("poll_id")}
  or exists (select 1 from ballots_poll p where p.id = poll_id and {RUNS.format("p.path")})
);
create policy roll_add on ballots_roll for insert with check (
  ngangtam_ballot_state(poll_id) = 'prepared' and ngangtam_ballot_runs(poll_id) and not voted
);
create policy roll_change on ballots_roll for update
  using (ngangtam_ballot_state(poll_id) = 'prepared' and ngangtam_ballot_runs(poll_id))
  with check (not voted);

-- Written by closing alone.
alter table ballots_receipt enable row level security;
create policy receipt_read on ballots_receipt for select using ({SEEN.format("ballots_receipt")});

-- What came out: for whom the vote concerns by office; for voters where it is announced. Tellers
-- write it, and so may read it; there is nothing to read before.
create function ngangtam_ballot_told_result(wanted bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select not ngangtam_is_web() or exists (select 1 from ballots_poll p where p.id = wanted
    and (p.id = any (ngangtam_ballot_told()) or p.state in ('counted', 'annulled')
      and (p.path <@ any (ngangtam_scopes('ballot.run'))
        or p.path <@ any (ngangtam_scopes('case.view'))
        or p.announced and p.id = any (ngangtam_ballot_called()))))
$$;
alter table ballots_openedpaper enable row level security;
create policy openedpaper_read on ballots_openedpaper for select using (
  poll_id in (select p.id from ballots_poll p where ngangtam_ballot_told_result(p.id))
);
create policy openedpaper_add on ballots_openedpaper for insert with check (
  poll_id in (select p.id from ballots_poll p
    where p.state = 'closed' and {TOLD.format("p.id")})
);
alter table ballots_result enable row level security;
create policy result_read on ballots_result for select using (
  poll_id in (select p.id from ballots_poll p where ngangtam_ballot_told_result(p.id))
);
create policy result_add on ballots_result for insert with check (
  poll_id in (select p.id from ballots_poll p
    where (p.state = 'closed' or p.state = 'open' and p.on_paper) and {TOLD.format("p.id")})
);

-- Blind: each teller reads the own figures until both are there.
alter table ballots_papercount enable row level security;
create policy papercount_read on ballots_papercount for select using (
  exists (select 1 from ballots_teller t
    where t.id = teller_id and t.user_id = (select ngangtam_viewer()))
  or ngangtam_ballot_state(poll_id) in ('counted', 'annulled')
    and ngangtam_ballot_told_result(poll_id)
);
create policy papercount_add on ballots_papercount for insert with check (
  ngangtam_ballot_state(poll_id) = 'open' and exists (select 1 from ballots_teller t
    where t.id = teller_id and t.user_id = (select ngangtam_viewer()))
);
create policy papercount_change on ballots_papercount for update using (
  ngangtam_ballot_state(poll_id) = 'open' and exists (select 1 from ballots_teller t
    where t.id = teller_id and t.user_id = (select ngangtam_viewer()))
);
"""  # noqa: S608 - our own names

BOXES = """
create function ngangtam_ballot_make_box(wanted bigint) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare name text := replace(gen_random_uuid()::text, '-', '');
begin
  if not ngangtam_ballot_runs(wanted) or ngangtam_ballot_state(wanted) <> 'prepared'
  then raise exception 'no right to open this vote' using errcode = '42501'; end if;
  execute format('create table ballots_box.%I (voter_id bigint primary key)'
    ' with (autovacuum_enabled = false)', 'mark_' || name);
  execute format('create table ballots_box.%I (sealed bytea not null)'
    ' with (autovacuum_enabled = false)', 'paper_' || name);
  execute format('create unique index on ballots_box.%I (sha256(sealed))', 'paper_' || name);
  return name;
end $$;

-- The slot of the box: mark the voter and drop the paper, both or neither. `claimed` counts only
-- where no viewer is known. 'same': this very paper was sent before.
create function ngangtam_ballot_cast(wanted bigint, claimed bigint, paper bytea) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare p record; here boolean; me bigint; done int;
begin
  me := case when ngangtam_is_web() then ngangtam_viewer() else claimed end;
  select r.present into here from ballots_roll r where r.poll_id = wanted and r.voter_id = me;
  if not found then return 'none'; end if;
  perform pg_advisory_xact_lock_shared(ngangtam_ballot_key(wanted));
  select s.state, s.box, s.length, s.closes_at, s.on_paper into p
    from ballots_poll s where s.id = wanted;
  if p.on_paper or p.state <> 'open' then return 'closed'; end if;
  if p.closes_at <= clock_timestamp() then return 'late'; end if;
  if not here then return 'absent'; end if;
  if octet_length(paper) <> p.length then return 'bad'; end if;
  execute format('insert into ballots_box.%I values ($1) on conflict do nothing',
    'mark_' || p.box) using me;
  get diagnostics done = row_count;
  if done = 0 then
    execute format('select exists (select from ballots_box.%I where sha256(sealed) = sha256($1))',
      'paper_' || p.box) into here using paper;
    return case when here then 'same' else 'used' end;
  end if;
  execute format('insert into ballots_box.%I values ($1)', 'paper_' || p.box) using paper;
  return 'taken';
end $$;

-- How many have voted: a number and nothing else.
create function ngangtam_ballot_turnout(wanted bigint) returns bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare p record; found_ bigint;
begin
  select s.state, s.box, s.on_paper into p from ballots_poll s where s.id = wanted
    and (not ngangtam_is_web() or s.path <@ any (ngangtam_scopes('ballot.run'))
      or s.path <@ any (ngangtam_scopes('case.view')) or s.id = any (ngangtam_ballot_told()));
  if not found or p.on_paper then return null; end if;
  if p.state = 'open' then
    execute format('select count(*) from ballots_box.%I', 'mark_' || p.box) into found_;
    return found_;
  end if;
  return (select count(*) from ballots_roll r where r.poll_id = wanted and r.voted);
end $$;

-- Whether somebody has voted: for the voter alone.
create function ngangtam_ballot_voted(wanted bigint, claimed bigint) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare p record; me bigint; there boolean;
begin
  me := case when ngangtam_is_web() then ngangtam_viewer() else claimed end;
  select s.state, s.box, s.on_paper into p from ballots_poll s where s.id = wanted;
  if p.state = 'open' and not p.on_paper then
    execute format('select exists (select from ballots_box.%I where voter_id = $1)',
      'mark_' || p.box) into there using me;
    return there;
  end if;
  return coalesce((select r.voted from ballots_roll r
    where r.poll_id = wanted and r.voter_id = me), false);
end $$;

-- Close the box: papers into a table of their own in the order of their hashes, receipts, the
-- roll anew for everybody, and no trace of the order in which anything came. Nothing happens when
-- marks and papers differ in number; the caller sees both.
create function ngangtam_ballot_close(wanted bigint) returns table (papers bigint, marks bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare name text; voters bigint[];
begin
  if not (ngangtam_ballot_runs(wanted) or ngangtam_ballot_tells(wanted))
    or ngangtam_ballot_state(wanted) is distinct from 'open'
  then raise exception 'no right to close this box' using errcode = '42501'; end if;
  perform pg_advisory_xact_lock(ngangtam_ballot_key(wanted));
  select p.box into name from ballots_poll p where p.id = wanted and not p.on_paper;
  execute format('select count(*) from ballots_box.%I', 'paper_' || name) into papers;
  execute format('select count(*), coalesce(array_agg(voter_id order by voter_id), ''{}'')'
    ' from ballots_box.%I', 'mark_' || name) into marks, voters;
  if papers = marks then
    execute format('create table ballots_box.%I with (autovacuum_enabled = false) as'
      ' select sealed from ballots_box.%I order by sha256(sealed)',
      'sealed_' || name, 'paper_' || name);
    execute format('insert into ballots_receipt (poll_id, digest)'
      ' select $1, sha256(sealed) from ballots_box.%I order by 2', 'sealed_' || name)
      using wanted;
    update ballots_roll set voted = voter_id = any (voters) where poll_id = wanted;
    execute format('drop table ballots_box.%I', 'paper_' || name);
    execute format('drop table ballots_box.%I', 'mark_' || name);
  end if;
  return next;
end $$;

-- The sealed papers of a closed box, for its tellers, in the order of their hashes.
create function ngangtam_ballot_sealed(wanted bigint) returns setof bytea
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare name text;
begin
  if not ngangtam_ballot_tells(wanted) or ngangtam_ballot_state(wanted) is distinct from 'closed'
  then raise exception 'no right to empty this box' using errcode = '42501'; end if;
  select p.box into name from ballots_poll p where p.id = wanted;
  return query execute format('select sealed from ballots_box.%I order by sha256(sealed)',
    'sealed_' || name);
end $$;

-- Destroy a box and every part of its key: when it was counted, or when the vote is annulled.
create function ngangtam_ballot_destroy(wanted bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare p record; part text;
begin
  select s.state, s.box into p from ballots_poll s where s.id = wanted;
  if not (p.state = 'counted' and ngangtam_ballot_tells(wanted)
    or p.state = 'annulled' and ngangtam_ballot_runs(wanted))
  then raise exception 'no right to destroy this box' using errcode = '42501'; end if;
  delete from ballots_share where poll_id = wanted;
  if p.box <> '' then
    foreach part in array array['mark_', 'paper_', 'sealed_'] loop
      execute format('drop table if exists ballots_box.%I', part || p.box);
    end loop;
  end if;
end $$;

-- Throw the seats of the tellers over, before the vote is opened.
create function ngangtam_ballot_unseat(wanted bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not ngangtam_ballot_runs(wanted) or ngangtam_ballot_state(wanted) <> 'prepared'
  then raise exception 'no right to make new keys' using errcode = '42501'; end if;
  delete from ballots_share where poll_id = wanted;
  update ballots_teller set lock = null, seated_at = null where poll_id = wanted;
end $$;

-- What the tellers of a paper meeting counted: for a teller who has said the own figures.
create function ngangtam_ballot_counts(wanted bigint, claimed bigint)
returns table (teller bigint, name text, figures jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.teller_id, coalesce(nullif(u.full_name, ''), u.username)::text, c.figures
  from ballots_papercount c join ballots_teller t on t.id = c.teller_id
  join access_user u on u.id = t.user_id
  where c.poll_id = wanted and exists (select 1 from ballots_papercount own
    join ballots_teller me on me.id = own.teller_id where own.poll_id = wanted
      and me.user_id = case when ngangtam_is_web() then ngangtam_viewer() else claimed end)
  order by t.position
$$;
"""

DOWN = """
drop function ngangtam_ballot_counts(bigint, bigint);
drop function ngangtam_ballot_unseat(bigint);
drop function ngangtam_ballot_destroy(bigint);
drop function ngangtam_ballot_sealed(bigint);
drop function ngangtam_ballot_close(bigint);
drop function ngangtam_ballot_voted(bigint, bigint);
drop function ngangtam_ballot_turnout(bigint);
drop function ngangtam_ballot_cast(bigint, bigint, bytea);
drop function ngangtam_ballot_make_box(bigint);
drop policy papercount_change on ballots_papercount;
drop policy papercount_add on ballots_papercount;
drop policy papercount_read on ballots_papercount;
drop policy result_add on ballots_result;
drop policy result_read on ballots_result;
drop policy openedpaper_add on ballots_openedpaper;
drop policy openedpaper_read on ballots_openedpaper;
drop function ngangtam_ballot_told_result(bigint);
drop policy receipt_read on ballots_receipt;
drop policy roll_change on ballots_roll;
drop policy roll_add on ballots_roll;
drop policy roll_read on ballots_roll;
drop policy share_add on ballots_share;
drop policy share_read on ballots_share;
drop policy teller_change on ballots_teller;
drop policy teller_add on ballots_teller;
drop policy teller_read on ballots_teller;
drop policy option_add on ballots_option;
drop policy option_read on ballots_option;
drop trigger ballots_poll_step on ballots_poll;
drop function ngangtam_ballot_step();
drop policy poll_change on ballots_poll;
drop policy poll_add on ballots_poll;
drop policy poll_read on ballots_poll;
drop function ngangtam_ballot_key(bigint);
drop function ngangtam_ballot_state(bigint);
drop function ngangtam_ballot_tells(bigint);
drop function ngangtam_ballot_runs(bigint);
drop function ngangtam_ballot_called();
drop function ngangtam_ballot_told();
drop schema ballots_box cascade;
"""


class Migration(migrations.Migration):
    dependencies = [("ballots", "0001_initial"), ("corrections", "0002_walls")]
    operations = [migrations.RunSQL(FUNCTIONS + WALLS + BOXES, DOWN)]
