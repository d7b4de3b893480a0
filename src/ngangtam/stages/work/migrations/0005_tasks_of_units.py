"""A unit reports its own tasks through who leads it, and is confirmed from above the unit."""

from django.db import migrations

STEP = """
create or replace function ngangtam_task_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare mine boolean := old.person_id is not null
  and old.person_id is not distinct from ngangtam_own_person();
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.unit_id, old.path, old.month, old.assigned_at, old.person_id, old.parent_id,
      old.previous_id) is distinct from
     (new.id, new.unit_id, new.path, new.month, new.assigned_at, new.person_id, new.parent_id,
      new.previous_id)
  then raise exception 'where a task stands stays' using errcode = '42501'; end if;
  if mine then
    if (old.quantity, old.coefficient, old.due, old.product_id, old.title, old.origin,
        old.assigned_by_id, old.cause_by_id, old.cause_answer, old.confirmed_quantity,
        old.quality_failures, old.delays, old.exceeds, old.confirmed_by_id, old.confirmed_at,
        old.answer) is distinct from
       (new.quantity, new.coefficient, new.due, new.product_id, new.title, new.origin,
        new.assigned_by_id, new.cause_by_id, new.cause_answer, new.confirmed_quantity,
        new.quality_failures, new.delays, new.exceeds, new.confirmed_by_id, new.confirmed_at,
        new.answer)
    then raise exception 'somebody else confirms' using errcode = '42501'; end if;
    if new.state <> old.state and not (
        new.state = 'reported' and old.state in ('assigned', 'returned')
        or new.state = 'assigned' and old.state = 'reported'
        or new.state = 'cancelled' and old.state = 'planned'
          and old.assigned_by_id = ngangtam_viewer())
      or new.cause_state <> old.cause_state and not (
        new.cause_state = 'claimed' and old.cause_state in ('', 'refused')
        or new.cause_state = '' and old.cause_state = 'claimed')
      or old.state not in ('assigned', 'reported', 'returned')
        and (old.reported_quantity, old.reported_failures, old.reported_delays,
          old.reported_exceeds, old.reported_note, old.reported_at, old.done_on, old.cause)
        is distinct from
          (new.reported_quantity, new.reported_failures, new.reported_delays,
          new.reported_exceeds, new.reported_note, new.reported_at, new.done_on, new.cause)
      or old.cause_state = 'confirmed' and old.cause <> new.cause
    then raise exception 'somebody else confirms' using errcode = '42501'; end if;
    return new;
  end if;
  if not ngangtam_may_lead(old.person_id, old.path)
  then raise exception 'no right to lead this work' using errcode = '42501'; end if;
  if old.person_id is not null and (old.reported_quantity, old.reported_failures, old.reported_delays, old.reported_exceeds,
      old.reported_note, old.reported_at, old.done_on, old.cause)
      is distinct from
     (new.reported_quantity, new.reported_failures, new.reported_delays, new.reported_exceeds,
      new.reported_note, new.reported_at, new.done_on, new.cause)
  then raise exception 'the person reports' using errcode = '42501'; end if;
  if old.person_id is null and nlevel(old.path) > 1
    and not subpath(old.path, 0, -1) <@ any (ngangtam_scopes('work.assign')::ltree[])
    and ((old.confirmed_quantity, old.quality_failures, old.delays, old.exceeds,
        old.confirmed_by_id, old.confirmed_at, old.cause_by_id, old.cause_answer)
        is distinct from
        (new.confirmed_quantity, new.quality_failures, new.delays, new.exceeds,
        new.confirmed_by_id, new.confirmed_at, new.cause_by_id, new.cause_answer)
      or new.state <> old.state and 'confirmed' in (new.state, old.state))
  then raise exception 'a unit is confirmed from above' using errcode = '42501'; end if;
  if new.confirmed_by_id is distinct from old.confirmed_by_id
      and new.confirmed_by_id is not null
      and new.confirmed_by_id is distinct from ngangtam_viewer()
    or new.cause_by_id is distinct from old.cause_by_id and new.cause_by_id is not null
      and new.cause_by_id is distinct from ngangtam_viewer()
    or new.assigned_by_id is distinct from old.assigned_by_id
      and new.assigned_by_id is distinct from ngangtam_viewer()
  then raise exception 'the actor is not the viewer' using errcode = '42501'; end if;
  if old.state = 'confirmed' and (old.quantity, old.coefficient, old.due, old.product_id,
      old.title) is distinct from
     (new.quantity, new.coefficient, new.due, new.product_id, new.title)
  then raise exception 'what was confirmed stays' using errcode = '42501'; end if;
  return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("work", "0004_hands")]
    # The function of 0004 refuses more; there is nothing to undo that would open a door.
    operations = [migrations.RunSQL(STEP, migrations.RunSQL.noop)]
