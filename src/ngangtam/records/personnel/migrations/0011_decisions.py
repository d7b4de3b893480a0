"""Decisions behind the second wall: their summaries name people.

A decision is read by whoever may read something that rests on it, and by whoever recorded it.
Units and posts are no secret, so decisions about them stay open. The tables that rest on a
decision have walls of their own, which hold inside the policy too.

The same decision may appoint people of two provinces: whoever knows its number, day and body may
rest a record on it, seen or not. That is what the function is for.
"""

from django.db import migrations

WALL = """
alter table organisation_decision add column recorded_by_id bigint default ngangtam_viewer();

alter table organisation_decision enable row level security;
create policy decision_read on organisation_decision for select using (
  recorded_by_id = (select ngangtam_viewer())
  or exists (select 1 from organisation_unitversion x where x.decision_id = organisation_decision.id)
  or exists (select 1 from organisation_post x where x.decision_id = organisation_decision.id)
  or exists (select 1 from organisation_establishment x
    where x.decision_id = organisation_decision.id)
  or exists (select 1 from organisation_unitsuccession x
    where x.decision_id = organisation_decision.id)
  or exists (select 1 from personnel_posting x where x.decision_id = organisation_decision.id)
  or exists (select 1 from personnel_record x where x.decision_id = organisation_decision.id)
);

create function ngangtam_record_decision(
  of_number text, of_day date, of_body text, of_signer text, of_kind text, of_summary text,
  of_effects jsonb, out decision bigint, out made boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if ngangtam_is_web() and cardinality(
    ngangtam_scopes('person.change') || ngangtam_scopes('unit.change')
    || ngangtam_scopes('intake.run')) = 0
  then
    raise exception 'no right to record a decision' using errcode = '42501';
  end if;
  insert into organisation_decision (number, day, body, signer, kind, summary, effects)
  values (of_number, of_day, of_body, of_signer, of_kind, of_summary, of_effects)
  on conflict (number, day, body) do nothing returning id into decision;
  made := decision is not null;
  if not made then
    select id into decision from organisation_decision
    where (number, day, body) = (of_number, of_day, of_body);
  end if;
end $$;
"""

UNWALL = """
drop function ngangtam_record_decision(text, date, text, text, text, text, jsonb);
drop policy decision_read on organisation_decision;
alter table organisation_decision disable row level security;
alter table organisation_decision drop column recorded_by_id;
"""


class Migration(migrations.Migration):
    dependencies = [("personnel", "0010_column_groups")]
    operations = [migrations.RunSQL(WALL, UNWALL)]
