"""One advisory lock a cycle, for actions and for the database's own wall.

`steps.hold_open` and `steps.hold_alone` take the same: (19289, id of the cycle).
"""

from django.db import migrations

FUNCTIONS = """
create or replace function ngangtam_hold_cycle(wanted bigint)
returns table (state text, report_by date, confirm_by date, day date, at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared({shared});
  return query select y.state::text, y.report_by, y.confirm_by,
    (now() at time zone 'Asia/Ho_Chi_Minh')::date, now() from evaluation_cycle y
    where y.id = wanted;
end $$;

create or replace function ngangtam_cycle_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if (old.state, old.report_by, old.confirm_by)
      is distinct from (new.state, new.report_by, new.confirm_by)
  then perform pg_advisory_xact_lock({alone}); end if;
  if ngangtam_is_web() and (old.id, old.unit_id, old.path, old.code, old.kind, old.first,
      old.until, old.opened_by_id, old.opened_at) is distinct from
     (new.id, new.unit_id, new.path, new.code, new.kind, new.first, new.until, new.opened_by_id,
      new.opened_at)
  then raise exception 'which cycle it is stays' using errcode = '42501'; end if;
  return new;
end $$;
"""
ONE = FUNCTIONS.format(shared="19289, wanted::int", alone="19289, old.id::int")
NAMED = FUNCTIONS.format(
    shared="hashtext('evaluation.cycle'), wanted::int",
    alone="hashtext('evaluation.cycle'), old.id::int",
)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0003_walls_mended")]
    operations = [migrations.RunSQL(ONE, NAMED)]
