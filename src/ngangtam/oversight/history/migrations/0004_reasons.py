"""What was said about a sensitive part of a file is for those who may read that part.

An event keeps reasons and purposes in the words of whoever acted. Who may read a file and not
its sensitive parts must not learn them from there: neither why a record about health was struck
out, nor what was answered to a request, nor what somebody looked for.

The kinds and fields are repeated here because a policy cannot read Python; a test holds the lists
together.
"""

from django.db import migrations

TOLD = """
-- The permissions that it takes to read what an event on a person says, beside reading the file.
create function ngangtam_event_needs(event text, said jsonb) returns text[]
language sql immutable parallel safe as $$
  select array_remove(array[
    case when event = 'person.sensitive_read' then 'audit.view' end,
    case when (event like 'request.%' or event like 'proposal.%') and said ? 'reason'
      then 'person.change' end,
    case said ->> 'kind'
      when 'family' then 'person.view_family' when 'foreign' then 'person.view_family'
      when 'health' then 'person.view_health'
      when 'political_conclusion' then 'person.view_political'
      when 'declaration' then 'person.view_declarations'
      when 'denunciation' then 'person.view_denunciations' end,
    case when jsonb_typeof(said -> 'fields') = 'array'
        and said -> 'fields' ?| array['ethnicity', 'religion', 'personal_number']
      then 'person.view_sensitive' end
  ], null)
$$;
create function ngangtam_may_be_told(subject bigint, event text, said jsonb) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select case
    when ngangtam_event_needs(event, said) = '{}' then true
    -- Of oneself everything but what came of denunciations: who reported is protected.
    when subject = ngangtam_own_person() then coalesce(said ->> 'kind', '') <> 'denunciation'
    else not exists (
      select from unnest(ngangtam_event_needs(event, said)) verb
      where not exists (select from personnel_person p
        where p.id = subject and p.home_path <@ any (ngangtam_scopes(verb))))
  end
$$;

drop policy event_of_person on audit_event;
create policy event_of_person on audit_event for select using (
  subject_type = 'personnel.person'
  and exists (select from personnel_person p where p.id = subject_id)
  and ngangtam_may_be_told(subject_id, type, what)
);
"""

UNTOLD = """
drop policy event_of_person on audit_event;
create policy event_of_person on audit_event for select using (
  subject_type = 'personnel.person'
  and exists (select from personnel_person p where p.id = subject_id)
);
drop function ngangtam_may_be_told(bigint, text, jsonb);
drop function ngangtam_event_needs(text, jsonb);
"""

# The journal as it was, but for what is told of an event on a person.
JOURNAL = """
create or replace view audit_journal with (security_barrier) as
select seen.id, seen.at, seen.type, seen.actor_id, seen.actor, seen.subject_type, seen.subject_id,
       case when seen.readable then seen.subject else '' end as subject, seen.path,
       case when seen.readable {told} then seen.what else (
         select coalesce(jsonb_object_agg(said.key, said.value), '{{}}')
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
ASKED = (
    "and (seen.subject_type <> 'personnel.person' or seen.actor_id = ngangtam_viewer()"
    " or ngangtam_may_be_told(seen.subject_id, seen.type, seen.what))"
)


class Migration(migrations.Migration):
    dependencies = [("history", "0003_pages"), ("corrections", "0002_walls")]
    operations = [
        migrations.RunSQL(TOLD, UNTOLD),
        migrations.RunSQL(JOURNAL.format(told=ASKED), JOURNAL.format(told="")),
    ]
