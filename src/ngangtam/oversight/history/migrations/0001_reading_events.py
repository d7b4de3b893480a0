"""The second wall around events: who may read what happened.

One's own acts are always one's own (audit/0004). Beyond that: whoever may read the audit where it
happened; who may read the person, what was done to the file; who keeps a unit, what was done to
it and to its rosters. What stands nowhere in the tree happened to the whole system.
"""

from django.db import migrations

WALLS = """
create policy event_audited on audit_event for select using (
  case when path is null
    then (select exists (select from unnest(ngangtam_scopes('audit.view')) held
                         where nlevel(held) = 1))
    else text2ltree(path) <@ any ((select ngangtam_scopes('audit.view'))::ltree[]) end
);
create policy event_of_person on audit_event for select using (
  subject_type = 'personnel.person'
  and exists (select from personnel_person p where p.id = subject_id)
);
create policy event_of_unit on audit_event for select using (
  path is not null and (subject_type like 'organisation.%' or subject_type like 'intake.%')
  and text2ltree(path) <@ any ((select ngangtam_scopes('unit.change'))::ltree[])
);
create index audit_event_path on audit_event using gist (text2ltree(path)) where path is not null;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_writing_and_walls"),
        ("access", "0004_two_persons"),
        ("personnel", "0002_walls"),
    ]
    operations = [
        migrations.RunSQL(
            WALLS,
            "drop index audit_event_path; drop policy event_of_unit on audit_event;"
            "drop policy event_of_person on audit_event; drop policy event_audited on audit_event;",
        )
    ]
