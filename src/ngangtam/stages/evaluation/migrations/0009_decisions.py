"""The document that decides classes: recorded by who decides them, read by whoever reads a class."""

from django.db import migrations

RECORD = """
create or replace function ngangtam_record_decision(
  of_number text, of_day date, of_body text, of_signer text, of_kind text, of_summary text,
  of_effects jsonb, out decision bigint, out made boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if ngangtam_is_web() and cardinality(
    ngangtam_scopes('person.change') || ngangtam_scopes('unit.change')
    || ngangtam_scopes('intake.run'){more}) = 0
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
MORE = """
    || case when of_kind = 'rating' then ngangtam_scopes('evaluation.decide')
       else array[]::ltree[] end"""
READ = """
create policy decision_of_rating on organisation_decision for select using (
  exists (select 1 from evaluation_rating g where g.decision_id = organisation_decision.id)
);
"""
UNREAD = "drop policy decision_of_rating on organisation_decision;"


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0008_results"), ("personnel", "0011_decisions")]
    operations = [
        migrations.RunSQL(RECORD.replace("{more}", MORE) + READ,
                          UNREAD + RECORD.replace("{more}", "")),
    ]  # fmt: skip
