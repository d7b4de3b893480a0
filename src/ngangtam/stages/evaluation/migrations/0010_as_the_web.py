"""What a decision on a class does as the web role: the record in the file, the caps of the agency.

Who decides keeps no files and may see a part of the agency only. A policy lets exactly the record
of the class that this account decided into the file; a function tells the caps of the agency
around one sheet to whoever decides on it.
"""

from django.db import migrations

DECIDES = "{0} <@ any ((select ngangtam_scopes('evaluation.decide'))::ltree[])"
KINDS = "kind in ('rating', 'rating_quarter', 'rating_month', 'party_rating')"

FORWARD = f"""
create policy record_of_rating on personnel_record for insert with check (
  {KINDS} and voided_at is null and exists (
    select 1 from evaluation_rating g
    where g.sheet_id = (detail->>'sheet')::bigint and g.person_id = personnel_record.person_id
      and g.level = code and g.replaced_at is null
      and g.decision_id is not distinct from personnel_record.decision_id
      and g.decided_by_id = (select ngangtam_viewer()))
);
create policy record_of_rating_struck on personnel_record for update
  using ({KINDS} and exists (
    select 1 from evaluation_rating g
    where g.sheet_id = (detail->>'sheet')::bigint and g.person_id = personnel_record.person_id
      and {DECIDES.format("g.path")}))
  with check ({KINDS} and voided_at is not null);

create function ngangtam_caps_around(wanted bigint)
returns table (sheet bigint, body bigint, grp text, level text, total double precision,
  outstanding boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  with me as (
    select s.cycle_id, s.body_id, s.scheme, y.run
    from evaluation_sheet s join evaluation_cycle y on y.id = s.cycle_id
    where s.id = wanted and (not ngangtam_is_web()
      or s.path <@ any (ngangtam_scopes('evaluation.decide')))
  )
  select s.id, s.body_id, s."group", coalesce(g.level, r.proposed, ''), r.total,
    exists (select 1 from evaluation_sheet o
      where o.cycle_id = me.cycle_id and o.outstanding
        and (o.body_id = me.body_id or o.person_id is null and o.unit_id = me.body_id))
  from me
  join evaluation_sheet s on s.cycle_id = me.cycle_id and s.body_id = me.body_id
    and s.scheme = me.scheme
  left join evaluation_result r on r.sheet_id = s.id and r.run = me.run
  left join evaluation_rating g on g.sheet_id = s.id and g.replaced_at is null
$$;
"""  # noqa: S608 - our own names

BACK = """
drop function ngangtam_caps_around(bigint);
drop policy record_of_rating_struck on personnel_record;
drop policy record_of_rating on personnel_record;
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0009_decisions"), ("corrections", "0002_walls")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
