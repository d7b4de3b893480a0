"""The journal: events as each viewer may read them, personal words held back from auditors.

An auditor reads the audit, not the files: of an event on somebody whose file the viewer may not
read, the name is left out, and of what happened only what is no fact about the person. A policy
holds back rows, not columns, so the journal is a view of the owner that asks who is looking.
"""

from django.db import migrations, models

JOURNAL = """
drop policy event_audited on audit_event;
create policy event_audited on audit_event for select using (
  (subject_type = '' or subject_type like 'organisation.%' or subject_type like 'intake.%'
    or subject_type like 'access.%')
  and case when path is null
    then (select exists (select from unnest(ngangtam_scopes('audit.view')) held
                         where nlevel(held) = 1))
    else text2ltree(path) <@ any ((select ngangtam_scopes('audit.view'))::ltree[]) end
);

create view audit_journal with (security_barrier) as
select seen.id, seen.at, seen.type, seen.actor_id, seen.actor, seen.subject_type, seen.subject_id,
       case when seen.readable then seen.subject else '' end as subject, seen.path,
       case when seen.readable then seen.what else (
         select coalesce(jsonb_object_agg(said.key, said.value), '{}')
         from jsonb_each(seen.what) said
         where said.key in ('kind', 'field', 'fields', 'part', 'parts', 'posting', 'record',
           'voided', 'decision', 'unit', 'style', 'people', 'records', 'paper', 'request')
       ) end as what,
       seen.cites, seen.xact, seen.readable
from (
  select e.*,
    coalesce(e.actor_id = ngangtam_viewer(), false) or case
      when e.subject_type = 'personnel.person' then exists (
        select from personnel_person p where p.id = e.subject_id
          and p.home_path <@ any ((select ngangtam_scopes('person.view'))::ltree[]))
      when e.subject_type = '' or e.subject_type like 'organisation.%'
        or e.subject_type like 'intake.%' or e.subject_type like 'access.%' then true
      else e.path is not null
        and text2ltree(e.path) <@ any ((select ngangtam_scopes('person.view'))::ltree[])
    end as readable
  from audit_event e
) seen
where seen.actor_id = ngangtam_viewer()
  or case when seen.path is null
    then (select exists (select from unnest(ngangtam_scopes('audit.view')) held
                         where nlevel(held) = 1))
    else text2ltree(seen.path) <@ any ((select ngangtam_scopes('audit.view'))::ltree[]) end
  or seen.subject_type = 'personnel.person' and seen.readable
  or seen.path is not null
    and (seen.subject_type like 'organisation.%' or seen.subject_type like 'intake.%')
    and text2ltree(seen.path) <@ any ((select ngangtam_scopes('unit.change'))::ltree[]);
"""

UNDO = """
drop view audit_journal;
drop policy event_audited on audit_event;
create policy event_audited on audit_event for select using (
  case when path is null
    then (select exists (select from unnest(ngangtam_scopes('audit.view')) held
                         where nlevel(held) = 1))
    else text2ltree(path) <@ any ((select ngangtam_scopes('audit.view'))::ltree[]) end
);
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0001_reading_events")]
    operations = [
        migrations.RunSQL(JOURNAL, UNDO),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("type", models.CharField(max_length=60)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor", models.CharField(max_length=150)),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("subject", models.CharField(max_length=200)),
                ("path", models.TextField(null=True)),
                ("what", models.JSONField()),
                ("cites", models.JSONField()),
                ("xact", models.BigIntegerField(null=True)),
                ("readable", models.BooleanField()),
            ],
            options={"db_table": "audit_journal", "managed": False},
        ),
    ]
