"""What was done with a sheet, told from the audit to whoever may read the sheet.

Refused tries are left out: they are for whoever reads the audit.
"""

from django.db import migrations

HISTORY = """
create function ngangtam_sheet_history(wanted bigint)
returns table (id bigint, at timestamptz, type varchar, actor text, what jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.id, e.at, e.type, coalesce(nullif(a.full_name, ''), e.actor)::text, e.what - 'sheets'
  from evaluation_sheet s
  join evaluation_cycle y on y.id = s.cycle_id
  join audit_event e on e.subject_type = 'evaluation.sheet' and e.subject_id = s.id
      and e.type like 'evaluation.sheet\\_%' and e.type <> 'evaluation.sheet_refused'
    or e.type = 'evaluation.sheets_confirmed' and e.subject_type = 'organisation.unit'
      and e.subject_id = y.unit_id and e.what -> 'sheets' @> to_jsonb(wanted)
  left join access_user a on a.id = e.actor_id
  where s.id = wanted and (not ngangtam_is_web()
    or s.person_id = ngangtam_own_person()
    or s.path <@ any (ngangtam_scopes('work.assign'))
    or s.path <@ any (ngangtam_scopes('evaluation.view'))
    or s.person_id is null and s.path @> ngangtam_own_path())
  order by e.id desc
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0005_reminder"), ("audit", "0004_writing_and_walls")]
    operations = [migrations.RunSQL(HISTORY, "drop function ngangtam_sheet_history(bigint);")]
