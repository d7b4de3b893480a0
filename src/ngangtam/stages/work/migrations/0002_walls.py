"""The second wall around assigned work.

A person reads the own tasks and the plan of the units above; who assigns work or reads sheets
there reads the rest. What the person reports and what the head confirms are two hands: a trigger
keeps each to its own columns.
"""

from django.db import migrations

ASSIGNS = "{0} <@ any ((select ngangtam_scopes('work.assign'))::ltree[])"
RUNS = "{0} <@ any ((select ngangtam_scopes('evaluation.run'))::ltree[])"
READS = "{0} <@ any ((select ngangtam_scopes('evaluation.view'))::ltree[])"
OWN = "(select ngangtam_own_person())"

WALLS = f"""
-- Where the viewer works: the plan of every unit on the way up is theirs to read.
create function ngangtam_own_path() returns ltree
language sql stable security definer set search_path = public, pg_temp as $$
  select p.home_path from personnel_person p where p.id = ngangtam_own_person()
$$;

alter table work_product enable row level security;
create policy product_read on work_product for select using (true);
create policy product_add on work_product for insert with check (exists (
  select 1 from organisation_unit u where u.id = unit_id
  and ({ASSIGNS.format("u.path")} or {RUNS.format("u.path")})));
create policy product_change on work_product for update using (exists (
  select 1 from organisation_unit u where u.id = unit_id
  and ({ASSIGNS.format("u.path")} or {RUNS.format("u.path")})));

alter table work_task enable row level security;
create policy task_read on work_task for select using (
  person_id = {OWN} or {ASSIGNS.format("path")} or {READS.format("path")}
  or person_id is null and path @> (select ngangtam_own_path())
);
create policy task_add on work_task for insert with check (
  confirmed_by_id is null and confirmed_quantity is null
  and assigned_by_id = (select ngangtam_viewer())
  and ({ASSIGNS.format("path")} and person_id is distinct from {OWN}
       and state in ('planned', 'assigned')
    or person_id = {OWN} and state = 'planned' and path = (select ngangtam_own_path()))
);
create policy task_change on work_task for update
  using (person_id = {OWN} or {ASSIGNS.format("path")});

create function ngangtam_task_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare mine boolean := old.person_id is not distinct from ngangtam_own_person()
  and old.person_id is not null;
begin
  if not ngangtam_is_web() then return new; end if;
  if (old.id, old.unit_id, old.path, old.month, old.assigned_at)
      is distinct from (new.id, new.unit_id, new.path, new.month, new.assigned_at)
  then raise exception 'where a task stands stays' using errcode = '42501'; end if;
  if mine and (old.person_id, old.quantity, old.coefficient, old.due, old.product_id, old.title,
      old.cause_by_id, old.cause_answer, old.confirmed_quantity, old.quality_failures,
      old.delays, old.exceeds, old.confirmed_by_id, old.confirmed_at, old.answer)
      is distinct from
     (new.person_id, new.quantity, new.coefficient, new.due, new.product_id, new.title,
      new.cause_by_id, new.cause_answer, new.confirmed_quantity, new.quality_failures,
      new.delays, new.exceeds, new.confirmed_by_id, new.confirmed_at, new.answer)
  then raise exception 'somebody else confirms' using errcode = '42501'; end if;
  if mine and (new.state not in ('planned', 'assigned', 'reported', 'returned')
      or new.cause_state not in ('', 'claimed') and new.cause_state <> old.cause_state)
  then raise exception 'somebody else confirms' using errcode = '42501'; end if;
  if not mine and (old.reported_quantity, old.reported_failures, old.reported_delays,
      old.reported_exceeds, old.reported_note, old.reported_at)
      is distinct from
     (new.reported_quantity, new.reported_failures, new.reported_delays,
      new.reported_exceeds, new.reported_note, new.reported_at)
  then raise exception 'the person reports' using errcode = '42501'; end if;
  if new.confirmed_by_id is distinct from old.confirmed_by_id
      and new.confirmed_by_id is distinct from ngangtam_viewer()
  then raise exception 'the actor is not the viewer' using errcode = '42501'; end if;
  return new;
end $$;
create trigger work_task_step before update on work_task
  for each row execute function ngangtam_task_step();

alter table work_evidence enable row level security;
create policy evidence_read on work_evidence for select
  using (exists (select 1 from work_task t where t.id = task_id));
create policy evidence_add on work_evidence for insert with check (
  added_by_id = (select ngangtam_viewer())
  and (file_id is null or ngangtam_sent_by_viewer(file_id))
  and exists (select 1 from work_task t where t.id = task_id
    and (t.person_id = {OWN} or {ASSIGNS.format("t.path")})));
create policy evidence_change on work_evidence for update
  using (added_by_id = (select ngangtam_viewer()));
create policy file_of_work on files_storedfile for select
  using (exists (select 1 from work_evidence e where e.file_id = files_storedfile.id));
"""  # noqa: S608 - our own names

DOWN = """
drop policy file_of_work on files_storedfile;
drop policy evidence_change on work_evidence;
drop policy evidence_add on work_evidence;
drop policy evidence_read on work_evidence;
drop trigger work_task_step on work_task;
drop function ngangtam_task_step();
drop policy task_change on work_task;
drop policy task_add on work_task;
drop policy task_read on work_task;
drop policy product_change on work_product;
drop policy product_add on work_product;
drop policy product_read on work_product;
drop function ngangtam_own_path();
"""


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial"), ("corrections", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, DOWN)]
