"""Results outside of the personnel office: what the agency may read, where somebody stands among
equals, who else may answer a petition. Each function says only what its caller may know.
"""

from django.db import migrations

WALLS = """
alter table evaluation_petitionproof enable row level security;
create policy petitionproof_read on evaluation_petitionproof for select
  using (exists (select 1 from evaluation_petition p where p.id = petition_id));
create policy petitionproof_add on evaluation_petitionproof for insert with check (
  ngangtam_sent_by_viewer(file_id)
  and exists (select 1 from evaluation_petition p where p.id = petition_id
    and p.asked_by_id = (select ngangtam_viewer()) and p.state = 'waiting'));
create policy file_of_petition on files_storedfile for select using (
  exists (select 1 from evaluation_petitionproof t where t.file_id = files_storedfile.id));

-- The classes that were published inside an agency: names, units, classes; for its own people
-- and for who reads evaluation there.
create function ngangtam_published(wanted bigint, agency bigint)
returns table (rating_id bigint, name text, unit text, level text, total double precision,
  scheme text, mine boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select r.id, p.full_name::text, u.name::text, r.level::text, r.total, s.scheme::text,
    coalesce(p.id = ngangtam_own_person(), false)
  from evaluation_rating r
  join evaluation_sheet s on s.id = r.sheet_id
  join organisation_unit u on u.id = s.unit_id
  join organisation_unit b on b.id = agency
  join personnel_person p on p.id = r.person_id
  where r.cycle_id = wanted and s.body_id = agency and r.replaced_at is null
    and r.published_at is not null
    and (not ngangtam_is_web() or ngangtam_own_path() <@ b.path
      or b.path <@ any (ngangtam_scopes('evaluation.view')))
  order by u.path, p.name_key
$$;

-- Where one sheet stands among all of the same kind of post and level, scheme and cycle: counts
-- alone, and none where they are few. For its person and for who reads it.
create function ngangtam_among_equals(wanted bigint, fewest integer)
returns table (many bigint, below bigint, same bigint, excellent bigint, good bigint,
  completed bigint, failed bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  with me as (
    select s.cycle_id, s.scheme, o.title_kind, o.level, r.total, y.run
    from evaluation_sheet s
    join evaluation_cycle y on y.id = s.cycle_id
    join organisation_post o on o.id = s.post_id
    join evaluation_result r on r.sheet_id = s.id and r.run = y.run
    where s.id = wanted and r.total is not null
      and (not ngangtam_is_web() or s.person_id = ngangtam_own_person()
        or s.path <@ any (ngangtam_scopes('evaluation.view')))
  ), equals as (
    select round(r.total::numeric, 2) as total, coalesce(g.level, r.proposed) as class,
      round(me.total::numeric, 2) as mine
    from me
    join evaluation_sheet s on s.cycle_id = me.cycle_id and s.scheme = me.scheme
      and s.person_id is not null and s.state <> 'exempt'
    join organisation_post o on o.id = s.post_id and o.title_kind = me.title_kind
      and o.level = me.level
    join evaluation_result r on r.sheet_id = s.id and r.run = me.run and r.total is not null
    left join evaluation_rating g on g.sheet_id = s.id and g.replaced_at is null
  )
  select count(*), count(*) filter (where total < mine), count(*) filter (where total = mine),
    count(*) filter (where class = 'excellent'), count(*) filter (where class = 'good'),
    count(*) filter (where class = 'completed'), count(*) filter (where class = 'failed')
  from equals having count(*) >= greatest(fewest, 10)
$$;

-- Whether anybody beside this account may decide on a class: then that one answers a petition.
create function ngangtam_another_decides(
  subject bigint, place ltree, from_above boolean, beside bigint)
returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (
    select 1 from access_grant held
    join access_rolepermission allowed on allowed.role = held.role
      and allowed.permission = 'evaluation.decide'
    join access_user u on u.id = held.user_id and u.is_active
    where held.voided_at is null and not held.waiting and held.user_id <> beside
      and held.valid @> (now() at time zone 'Asia/Ho_Chi_Minh')::date
      and ngangtam_over(array[held.path], place, from_above)
      and not exists (select 1 from corrections_account a
        where a.user_id = u.id and a.state = 'linked' and a.person_id = subject))
$$;
"""

DOWN = """
drop function ngangtam_another_decides(bigint, ltree, boolean, bigint);
drop function ngangtam_among_equals(bigint, integer);
drop function ngangtam_published(bigint, bigint);
drop policy file_of_petition on files_storedfile;
drop policy petitionproof_add on evaluation_petitionproof;
drop policy petitionproof_read on evaluation_petitionproof;
alter table evaluation_petitionproof disable row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0007_petition_proof"), ("access", "0001_initial")]
    operations = [migrations.RunSQL(WALLS, DOWN)]
