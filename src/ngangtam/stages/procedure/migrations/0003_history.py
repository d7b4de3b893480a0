"""What was done in a case, told from the audit to whoever may read the case."""

from django.db import migrations

HISTORY = """
create function ngangtam_case_history(wanted bigint)
returns table (id bigint, at timestamptz, type varchar, actor text, what jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.id, e.at, e.type, coalesce(nullif(a.full_name, ''), e.actor)::text, e.what
  from procedure_case c
  join audit_event e on e.subject_type = 'procedure.case' and e.subject_id = c.id
    and e.type like 'case.%'
  left join access_user a on a.id = e.actor_id
  where c.id = wanted and (not ngangtam_is_web() or (
    c.path <@ any (ngangtam_scopes('case.view') || ngangtam_scopes('case.run')
      || ngangtam_scopes('case.appraise') || ngangtam_scopes('case.decide')
      || ngangtam_scopes('case.hold'))
    and c.id <> all (ngangtam_own_cases())))
  order by e.id desc
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("procedure", "0002_walls"), ("audit", "0004_writing_and_walls")]
    operations = [migrations.RunSQL(HISTORY, "drop function ngangtam_case_history(bigint);")]
