"""What conditions have to know of sensitive records, and no more: a yes or a no leaves here.

Who appraises or decides may not read family records; which relative stands where is told to
nobody. Security definer, for whoever handles cases of the place of the post.
"""

from django.db import migrations

HANDLES = """
  not ngangtam_is_web() or exists (
    select 1 from unnest(array['case.run', 'case.appraise', 'case.decide']) verb
    where {0} <@ any (ngangtam_scopes(verb)))
"""

KNOWN = f"""
create function ngangtam_is_top(kind text) returns boolean language sql immutable as $$
  select kind in ('government', 'people_committee', 'party_committee', 'party_standing_committee')
$$;
create function ngangtam_is_listed(kind text, name text, names text[], kinds text[])
returns boolean language sql immutable as $$
  select kind = any (kinds) or not ngangtam_is_top(kind) and exists (
    select 1 from unnest(names) said where name ~ said)
$$;

-- For each person whether any family is on file at all, and for each rule whether a relative
-- stands in the way. `listed` are the relations that count; `sure` says whether the one found is
-- among them. `names` are expressions for the names of bodies of the listed sectors, `kinds` kinds
-- of units that belong to them whatever their name.
create function ngangtam_family_at(people bigint[], target bigint, day date, listed text[],
  names text[], kinds text[])
returns table (person_id bigint, rule text, sure boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  with post as (
    select o.id, o.unit_id, o.head, o.leadership, o.standing_committee_member as standing,
      o.level, u.path, u.kind, u.name_plain, u.parent_id
    from organisation_post o join organisation_unit u on u.id = o.unit_id
    where o.id = target and ({HANDLES.format("u.path")})
  ),
  family as (
    select r.person_id as who, p.id as relative, case r.code
      when 'father' then 'parent' when 'mother' then 'parent' else r.code end as relation
    from personnel_record r join personnel_person p on p.number = r.detail->>'person'
    where r.kind = 'family' and r.voided_at is null and r.person_id = any (people)
    union
    select p.id, r.person_id, case r.code
      when 'father' then 'child' when 'mother' then 'child' when 'child' then 'parent'
      when 'parent_in_law' then 'child_in_law' else r.code end
    from personnel_record r join personnel_person p on p.number = r.detail->>'person'
    where r.kind = 'family' and r.voided_at is null and p.id = any (people)
  ),
  held as (
    select f.who, f.relation = any (listed) as sure, o.unit_id, o.head, o.leadership,
      o.standing_committee_member as standing, o.level, u.path, u.kind, u.name_plain
    from family f
    join personnel_posting g on g.person_id = f.relative and g.voided_at is null
      and g.valid @> day
    join organisation_post o on o.id = g.post_id
    join organisation_unit u on u.id = o.unit_id
    where f.relative <> f.who
  ),
  found as (
    select h.who, 'relative_in_same_leadership' as rule, h.sure from held h, post t
    where h.unit_id = t.unit_id
      and (h.standing and t.standing or h.leadership and t.leadership)
    union all
    select h.who, 'relative_head_or_deputy_here', h.sure from held h, post t
    where h.unit_id = t.unit_id and h.leadership and t.leadership and (h.head or t.head)
    union all
    select h.who, 'relative_head_of_listed_sector', h.sure from held h, post t
    where h.head and t.head and h.level = t.level
      and (ngangtam_is_top(t.kind) and ngangtam_is_listed(h.kind, h.name_plain, names, kinds)
        or ngangtam_is_top(h.kind) and ngangtam_is_listed(t.kind, t.name_plain, names, kinds))
      -- At the centre, or within the same province or commune.
      and (t.level = 'central' or exists (select 1 from organisation_unit a
        where a.kind = 'government' and a.level = t.level and a.path @> t.path
          and a.path @> h.path))
  )
  select f.who, f.rule, bool_or(f.sure) from found f group by 1, 2
  union all
  select distinct k.person_id, 'known', true from personnel_record k, post t
  where k.kind = 'family' and k.voided_at is null and k.person_id = any (people)
$$;
-- Whether a succession plan that was approved holds on the day for the unit of a post: its own, or
-- one above that plans for a post of the unit.
create function ngangtam_plan_here(target bigint, day date) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (
    select 1 from organisation_post o join organisation_unit u on u.id = o.unit_id
    join planning_plan p on p.state = 'approved' and p.first <= day and day < p.until
      and (p.unit_id = u.id or p.path @> u.path and exists (
        select 1 from planning_plantitle t join organisation_post x on x.id = t.post_id
        where t.plan_id = p.id and x.unit_id = u.id))
    where o.id = target and ({HANDLES.format("u.path")}))
$$;

-- The latest word on political standards and on the declaration, of people of this place's cases.
create function ngangtam_conclusions_of(people bigint[], target bigint, day date)
returns table (person_id bigint, kind text, code text)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct on (r.person_id, r.kind) r.person_id, r.kind::text, r.code::text
  from personnel_record r
  where r.person_id = any (people) and r.voided_at is null and r.valid @> day
    and r.kind in ('political_conclusion', 'declaration')
    and exists (select 1 from organisation_post o join organisation_unit u on u.id = o.unit_id
      where o.id = target and ({HANDLES.format("u.path")}))
  order by r.person_id, r.kind, lower(r.valid) desc, r.id desc
$$;
"""  # noqa: S608 - our own names

DOWN = """
drop function ngangtam_plan_here(bigint, date);
drop function ngangtam_conclusions_of(bigint[], bigint, date);
drop function ngangtam_family_at(bigint[], bigint, date, text[], text[], text[]);
drop function ngangtam_is_listed(text, text, text[], text[]);
drop function ngangtam_is_top(text);
"""


class Migration(migrations.Migration):
    dependencies = [("appointment", "0002_walls"), ("planning", "0001_initial")]
    operations = [migrations.RunSQL(KNOWN, DOWN)]
