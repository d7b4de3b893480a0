"""The second wall around people, and the two reckonings that look over it.

The sensitive kinds are repeated here because a policy cannot read Python; a test holds the two
lists together.
"""

from django.db import migrations

WALLS = """
create sequence personnel_person_number;

alter table personnel_person enable row level security;
create policy person_read on personnel_person for select
  using (home_path <@ any ((select ngangtam_scopes('person.view'))::ltree[]));
create policy person_add on personnel_person for insert
  with check (home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[]));
create policy person_change on personnel_person for update
  using (home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[]))
  with check (home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[]));

alter table personnel_posting enable row level security;
create policy posting_read on personnel_posting for select
  using (exists (select 1 from personnel_person p where p.id = person_id));
create policy posting_add on personnel_posting for insert
  with check (exists (select 1 from personnel_person p where p.id = person_id
    and p.home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[])));
create policy posting_change on personnel_posting for update
  using (exists (select 1 from personnel_person p where p.id = person_id
    and p.home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[])));

alter table personnel_record enable row level security;
create policy record_read on personnel_record for select
  using (exists (select 1 from personnel_person p where p.id = person_id
    and (kind not in ('family', 'health', 'foreign', 'political_conclusion', 'declaration')
      or p.home_path <@ any ((select ngangtam_scopes('person.view_sensitive'))::ltree[]))));
create policy record_add on personnel_record for insert
  with check (exists (select 1 from personnel_person p where p.id = person_id
    and p.home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[])));
create policy record_change on personnel_record for update
  using (exists (select 1 from personnel_person p where p.id = person_id
    and p.home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[])));

alter table personnel_identitychange enable row level security;
create policy identitychange_read on personnel_identitychange for select
  using (exists (select 1 from personnel_person p where p.id = person_id));
create policy identitychange_add on personnel_identitychange for insert
  with check (exists (select 1 from personnel_person p where p.id = person_id
    and p.home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[])));

-- Security definer: where somebody works is reckoned from all postings, seen or not.
create function ngangtam_refresh_people(people bigint[], day date) returns void
language sql security definer set search_path = public as $$
  update personnel_person p
  set home_unit_id = now_at.unit_id, home_path = now_at.path, headline = now_at.title
  from (
    select distinct on (g.person_id) g.person_id, o.unit_id, u.path,
           left(coalesce(nullif(g.title_raw, ''), o.title), 300) as title
    from personnel_posting g
    join organisation_post o on o.id = g.post_id
    join organisation_unit u on u.id = o.unit_id
    where g.person_id = any (people) and g.voided_at is null
    order by g.person_id, (g.valid @> day) desc, g.main desc, lower(g.valid) desc, g.id
  ) now_at
  where p.id = now_at.person_id
    and (p.home_unit_id, p.home_path, p.headline)
        is distinct from (now_at.unit_id, now_at.path, now_at.title)
$$;

create function ngangtam_refresh_units(day date) returns void
language sql security definer set search_path = public as $$
  update organisation_unit u
  set holders = coalesce(counted.holders, 0), seats = coalesce(counted.seats, 0)
  from organisation_unit every
  left join (
    select o.unit_id,
           sum(coalesce(o.seats, held.people, 0)) as seats,
           sum(coalesce(held.main, 0)) as holders
    from organisation_post o
    left join (
      select g.post_id, count(*) as people, count(*) filter (where g.main) as main
      from personnel_posting g
      where g.voided_at is null and g.valid @> day
      group by g.post_id
    ) held on held.post_id = o.id
    where o.voided_at is null and o.valid @> day
    group by o.unit_id
  ) counted on counted.unit_id = every.id
  where every.id = u.id
    and (u.holders, u.seats) is distinct from
        (coalesce(counted.holders, 0)::int, coalesce(counted.seats, 0)::int)
$$;
"""

DOWN = """
drop function ngangtam_refresh_units(date);
drop function ngangtam_refresh_people(bigint[], date);
drop policy identitychange_add on personnel_identitychange;
drop policy identitychange_read on personnel_identitychange;
alter table personnel_identitychange disable row level security;
drop policy record_change on personnel_record;
drop policy record_add on personnel_record;
drop policy record_read on personnel_record;
alter table personnel_record disable row level security;
drop policy posting_change on personnel_posting;
drop policy posting_add on personnel_posting;
drop policy posting_read on personnel_posting;
alter table personnel_posting disable row level security;
drop policy person_change on personnel_person;
drop policy person_add on personnel_person;
drop policy person_read on personnel_person;
alter table personnel_person disable row level security;
drop sequence personnel_person_number;
"""


class Migration(migrations.Migration):
    dependencies = [("personnel", "0001_initial"), ("access", "0002_scopes")]
    operations = [migrations.RunSQL(WALLS, DOWN)]
