"""Say not only that facts changed but whose, so that a snapshot is mended instead of rebuilt.

`facts_change` goes on counting changes. Beside it `facts_touched` names the people, the posts
or the units of every change; a null list means everybody. Changes of columns that no fact is
made of (today's counts and lists) are no change any more.
"""

from django.db import migrations

OLD_TABLES = (
    "organisation_area",
    "organisation_areasuccession",
    "organisation_unit",
    "organisation_unitversion",
    "organisation_post",
    "personnel_person",
    "personnel_posting",
    "personnel_record",
)

# Above twenty thousand in one statement names are not worth keeping: everybody is read again.
LOG = """
create table facts_touched (xact xid8 not null, what text not null, ids bigint[]);
alter table facts_era add column horizon xid8 not null default '0';

create function ngangtam_facts_note(what text, named bigint[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  everybody constant text := pg_current_xact_id()::text;
begin
  insert into facts_change values (pg_current_xact_id()) on conflict do nothing;
  if cardinality(named) > 20000 then named := null; end if;
  insert into facts_touched values (pg_current_xact_id(), what, named);
  -- Goes with the transaction, and with the savepoint, as the row itself does.
  if named is null then perform set_config('ngangtam.facts_everybody', everybody, true); end if;
end $$;

-- Arguments: what the ids name, and the column that holds them.
create function ngangtam_facts_touched() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  line text := format('select %I as id from ', tg_argv[1]);
  named bigint[];
begin
  if current_setting('ngangtam.facts_everybody', true) = pg_current_xact_id()::text then
    return null;
  end if;
  execute format(
    'select array_agg(id) from (select distinct id from (%s) found limit 20001) few',
    case tg_op
      when 'INSERT' then line || 'arrived'
      when 'DELETE' then line || 'gone'
      else line || 'arrived union all ' || line || 'gone' end) into named;
  if named is not null then
    perform ngangtam_facts_note(tg_argv[0], named);
  elsif tg_op = 'UPDATE' and tg_argv[0] = 'people' then
    -- Rows written past the triggers are told of by an update of no row, and named if few.
    named := nullif(current_setting('ngangtam.touched', true), '')::bigint[];
    perform ngangtam_facts_note('people', named);
  end if;
  return null;
end $$;

create function ngangtam_facts_row() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if current_setting('ngangtam.facts_everybody', true) = pg_current_xact_id()::text then
    return null;
  end if;
  perform ngangtam_facts_note(tg_argv[0], array[new.id]);
  return null;
end $$;

create function ngangtam_facts_everybody() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform ngangtam_facts_note('people', null);
  return null;
end $$;

-- After a backup has been put back: nothing that was kept before tells of these records.
create function ngangtam_facts_new_era() returns void
language sql security definer set search_path = public, pg_temp as $$
  delete from facts_change;
  delete from facts_touched;
  update facts_era set name = gen_random_uuid(), before = 0, horizon = pg_current_xact_id();
$$;

-- Names older than `until` are dropped: no snapshot that anybody mends from needs them.
drop function ngangtam_facts_sum_up();
create function ngangtam_facts_sum_up(until xid8) returns void
language sql security definer set search_path = public, pg_temp as $$
  with past as (
    select least(until, pg_snapshot_xmin(pg_current_snapshot())) as xact
  ),
  gone as (
    delete from facts_change
    where xact < pg_snapshot_xmin(pg_current_snapshot()) returning 1
  ),
  forgotten as (
    delete from facts_touched using past where facts_touched.xact < past.xact
  )
  update facts_era set before = before + (select count(*) from gone),
    horizon = greatest(horizon, (select xact from past))
$$;
"""

STATEMENT = """
create trigger facts_arrived after insert on {table} referencing new table as arrived
for each statement execute function ngangtam_facts_touched('{what}', '{column}');
create trigger facts_altered after update on {table}
referencing new table as arrived old table as gone
for each statement execute function ngangtam_facts_touched('{what}', '{column}');
create trigger facts_left after delete on {table} referencing old table as gone
for each statement execute function ngangtam_facts_touched('{what}', '{column}');
create trigger facts_emptied after truncate on {table}
for each statement execute function ngangtam_facts_everybody();
"""

# Nobody is in a snapshot without a posting, and nobody in a unit without a post: rows that come
# or go name nobody who is not named by another row. What matters is what changes.
ROW = """
create trigger facts_altered after update on {table} for each row
when (({old}) is distinct from ({new})) execute function ngangtam_facts_row('{what}');
create trigger facts_emptied after truncate on {table}
for each statement execute function ngangtam_facts_everybody();
"""

STATEMENTS = (
    ("personnel_posting", "people", "person_id"),
    ("personnel_record", "people", "person_id"),
    ("organisation_unitversion", "units", "unit_id"),
)
ROWS = (
    (
        "personnel_person", "people",
        ("gender", "ethnicity", "religion", "birth_day", "birth_precision", "hometown_id",
         "voided_at"),
    ),
    (
        "organisation_post", "posts",
        ("unit_id", "level", "title_kind", "regime", "managed_by", "area_id", "leadership",
         "head", "key_leader", "committee_member", "standing_committee_member",
         "deputy_elected", "full_time"),
    ),
    ("organisation_unit", "units", ("code", "name", "kind", "parent_id", "position")),
)  # fmt: skip
EVERYBODY = """
create trigger facts_altered after insert or update or delete or truncate on {table}
for each statement execute function ngangtam_facts_everybody();
"""


def _row(table: str, what: str, columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{side}.{name}" for name in columns) for side in ("old", "new"))
    return ROW.format(table=table, what=what, old=f"row({old})", new=f"row({new})")


TRIGGERS = "".join(
    [
        *(f"drop trigger facts_changed on {table};\n" for table in OLD_TABLES),
        *(
            STATEMENT.format(table=table, what=what, column=name)
            for table, what, name in STATEMENTS
        ),
        *(_row(*row) for row in ROWS),
        *(
            EVERYBODY.format(table=table)
            for table in ("organisation_area", "organisation_areasuccession")
        ),
        "drop function ngangtam_facts_changed();\n",
        # What was kept before names no moment to mend from.
        "update facts_era set horizon = pg_current_xact_id();\n",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("facts", "0001_changes")]
    # No way back: what is newly kept could not be told to the old triggers. Migrate a copy.
    operations = [migrations.RunSQL(LOG + TRIGGERS)]
