"""Which case walks a procedure about a plan: asked by who reads the plan and not the case."""

from django.db import migrations

UP = """
create function ngangtam_plan_case(wanted bigint)
returns table (number text, state text, version integer)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.number::text, c.state::text, (c.payload->>'version')::integer from procedure_case c
  where c.stage = 'planning' and not c.fictional
    and c.payload @> jsonb_build_object('plan', wanted)
    and (ngangtam_plan_may(wanted, 'plan.keep') or ngangtam_plan_may(wanted, 'plan.approve')
      or ngangtam_plan_may(wanted, 'case.view'))
  order by c.id desc limit 1
$$;
"""
DOWN = "drop function ngangtam_plan_case(bigint);"


class Migration(migrations.Migration):
    dependencies = [("planning", "0002_walls"), ("procedure", "0001_initial")]
    operations = [migrations.RunSQL(UP, DOWN)]
