"""The second wall around rosters: only who may bring rosters into a unit sees what came in."""

from django.db import migrations

WALLS = """
alter table intake_batch enable row level security;
create policy batch_seen on intake_batch for select
  using (exists (select 1 from organisation_unit u where u.id = unit_id
    and u.path <@ any ((select ngangtam_scopes('intake.run'))::ltree[])));
create policy batch_add on intake_batch for insert
  with check (exists (select 1 from organisation_unit u where u.id = unit_id
    and u.path <@ any ((select ngangtam_scopes('intake.run'))::ltree[])));
create policy batch_change on intake_batch for update
  using (exists (select 1 from organisation_unit u where u.id = unit_id
    and u.path <@ any ((select ngangtam_scopes('intake.run'))::ltree[])));

alter table intake_row enable row level security;
create policy row_seen on intake_row for select
  using (exists (select 1 from intake_batch b where b.id = batch_id));

alter table intake_match enable row level security;
create policy match_seen on intake_match for select
  using (exists (select 1 from intake_batch b where b.id = batch_id));
create policy match_change on intake_match for update
  using (exists (select 1 from intake_batch b where b.id = batch_id));
"""

DOWN = """
drop policy match_change on intake_match;
drop policy match_seen on intake_match;
alter table intake_match disable row level security;
drop policy row_seen on intake_row;
alter table intake_row disable row level security;
drop policy batch_change on intake_batch;
drop policy batch_add on intake_batch;
drop policy batch_seen on intake_batch;
alter table intake_batch disable row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_batches"), ("access", "0002_scopes")]
    operations = [migrations.RunSQL(WALLS, DOWN)]
