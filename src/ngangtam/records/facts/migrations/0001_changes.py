"""Count every committed change of what facts are made of, so that snapshots know their age.

One row a writing transaction, so that two writers never wait for each other; the rows become
visible, and count, when their transaction commits. Old rows are summed up into `before`.
"""

from django.db import migrations

TABLES = (
    "organisation_area",
    "organisation_areasuccession",
    "organisation_unit",
    "organisation_unitversion",
    "organisation_post",
    "personnel_person",
    "personnel_posting",
    "personnel_record",
)

COUNTER = """
create table facts_change (xact xid8 primary key);
create table facts_era (
  id boolean primary key default true check (id),
  name uuid not null default gen_random_uuid(),
  before bigint not null default 0
);
insert into facts_era default values;

create function ngangtam_facts_changed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into facts_change values (pg_current_xact_id()) on conflict do nothing;
  return null;
end $$;

create function ngangtam_facts_version() returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select left(era.name::text, 8) || '-' || era.before + (select count(*) from facts_change)
  from facts_era era
$$;

-- Only rows that every running transaction already sees are summed up.
create function ngangtam_facts_sum_up() returns void
language sql security definer set search_path = public, pg_temp as $$
  with gone as (
    delete from facts_change where xact < pg_snapshot_xmin(pg_current_snapshot()) returning 1
  )
  update facts_era set before = before + (select count(*) from gone)
$$;
"""

TRIGGER = """
create trigger facts_changed after insert or update or delete or truncate on {table}
for each statement execute function ngangtam_facts_changed();
"""

UNDO = """
drop function ngangtam_facts_sum_up();
drop function ngangtam_facts_version();
drop function ngangtam_facts_changed() cascade;
drop table facts_era;
drop table facts_change;
"""


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial"), ("personnel", "0001_initial")]
    operations = [
        migrations.RunSQL(COUNTER + "".join(TRIGGER.format(table=table) for table in TABLES), UNDO)
    ]
