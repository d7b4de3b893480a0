"""Every sensitive part of a file behind its own permission; who may ask who looked.

The parts and their kinds are repeated here because a policy cannot read Python; a test holds the
two lists together.
"""

from django.db import migrations

PARTS = {
    "person.view_family": ("family", "foreign"),
    "person.view_health": ("health",),
    "person.view_political": ("political_conclusion",),
    "person.view_declarations": ("declaration",),
    "person.view_denunciations": ("denunciation",),
}
GUARDED = ", ".join(f"'{kind}'" for kinds in PARTS.values() for kind in kinds)
# Each permission is looked up once a statement, and only when a row of its kinds is met.
OPENED = "\n".join(
    f"or kind in ({', '.join(repr(kind) for kind in kinds)}) "
    f"and p.home_path <@ any ((select ngangtam_scopes('{verb}'))::ltree[])"
    for verb, kinds in PARTS.items()
)
SEEN = f"(kind not in ({GUARDED}) {OPENED})"
CHANGE = "p.home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[])"

WALLS = f"""
drop policy record_read on personnel_record;
create policy record_read on personnel_record for select
  using (exists (select 1 from personnel_person p where p.id = person_id and {SEEN}));
drop policy record_add on personnel_record;
create policy record_add on personnel_record for insert
  with check (exists (select 1 from personnel_person p where p.id = person_id
    and {CHANGE} and {SEEN}));
drop policy record_change on personnel_record;
create policy record_change on personnel_record for update
  using (exists (select 1 from personnel_person p where p.id = person_id
    and {CHANGE} and {SEEN}));

drop policy identitychange_read on personnel_identitychange;
create policy identitychange_read on personnel_identitychange for select
  using (exists (select 1 from personnel_person p where p.id = person_id
    and (field not in ('ethnicity', 'religion', 'personal_number')
      or p.home_path <@ any ((select ngangtam_scopes('person.view_sensitive'))::ltree[]))));
"""  # noqa: S608 - our own words alone

UNWALL = """
drop policy identitychange_read on personnel_identitychange;
create policy identitychange_read on personnel_identitychange for select
  using (exists (select 1 from personnel_person p where p.id = person_id));
drop policy record_change on personnel_record;
create policy record_change on personnel_record for update
  using (exists (select 1 from personnel_person p where p.id = person_id
    and p.home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[])));
drop policy record_add on personnel_record;
create policy record_add on personnel_record for insert
  with check (exists (select 1 from personnel_person p where p.id = person_id
    and p.home_path <@ any ((select ngangtam_scopes('person.change'))::ltree[])));
drop policy record_read on personnel_record;
create policy record_read on personnel_record for select
  using (exists (select 1 from personnel_person p where p.id = person_id
    and (kind not in ('family', 'health', 'foreign', 'political_conclusion', 'declaration')
      or p.home_path <@ any ((select ngangtam_scopes('person.view_sensitive'))::ltree[]))));
"""

# Asked by ngangtam_who_looked. The person whose file it is may ask; which account that is, a
# room above says with a function of the name below, once it is there.
ASKED = """
create function ngangtam_may_ask_who_looked(kind text, subject bigint) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare own boolean := false;
begin
  if kind <> 'personnel.person' then
    return false;
  end if;
  if to_regprocedure('ngangtam_is_own_person(bigint)') is not null then
    execute 'select ngangtam_is_own_person($1)' into own using subject;
  end if;
  return coalesce(own, false) or exists (
    select 1 from personnel_person p where p.id = subject
      and p.home_path <@ any (ngangtam_scopes('audit.view')));
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("personnel", "0009_many_at_once"), ("access", "0004_two_persons")]
    operations = [
        migrations.RunSQL(WALLS, UNWALL),
        migrations.RunSQL(ASKED, "drop function ngangtam_may_ask_who_looked(text, bigint);"),
    ]
