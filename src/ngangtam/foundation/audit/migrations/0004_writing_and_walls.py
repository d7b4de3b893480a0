"""How events are written; who reads the audit; nothing of it is changed or removed.

The web role writes events and nothing else of the audit: the other tables have no policy for it,
and the guards of the tables write as the owner. What a viewer may read of the events says the
room that knows people and units (oversight/history); here, only the own acts.
"""

from django.db import migrations

WRITING = """
-- What a new event begins with. The transaction gets its number first, so that an id which the
-- sealer has not seen belongs to a transaction that the sealer knows to be running.
create function ngangtam_audit_open(
  out event_id bigint, out event_xact bigint, out event_previous bigint
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  event_xact := pg_current_xact_id()::text::bigint;
  event_id := nextval(pg_get_serial_sequence('audit_event', 'id'));
  select e.id into event_previous from audit_event e where e.id < event_id
  order by e.id desc limit 1;
end $$;

alter table audit_change
  alter column at set default clock_timestamp(),
  alter column xact set default pg_current_xact_id()::text::bigint,
  alter column pid set default pg_backend_pid(),
  alter column login set default session_user,
  -- Digests cannot be pressed, so nothing tries.
  alter column digests set storage external;

create function ngangtam_audit_stands() returns trigger language plpgsql as $$
begin
  raise exception 'what the audit holds is never changed or removed';
end $$;
"""

STANDS = """
create trigger audit_stands before update or delete on {table}
  for each row execute function ngangtam_audit_stands();
create trigger audit_stands_whole before truncate on {table}
  for each statement execute function ngangtam_audit_stands();
alter table {table} enable row level security;
"""

FALLS = """
alter table {table} disable row level security;
drop trigger audit_stands_whole on {table};
drop trigger audit_stands on {table};
"""

READING = """
alter table audit_event enable row level security;
create policy event_own on audit_event for select using (actor_id = ngangtam_viewer());
-- Before signing in nobody is known: a failed try names no viewer, a good one names its own.
create policy event_add on audit_event for insert
  with check (actor_id is null or ngangtam_viewer() is null or actor_id = ngangtam_viewer());
create policy checkpoint_read on audit_checkpoint for select
  using (cardinality((select ngangtam_scopes('audit.view'))) > 0);
create policy verification_read on audit_verification for select
  using (cardinality((select ngangtam_scopes('audit.view'))) > 0);
"""

TABLES = (
    "audit_change",
    "audit_sealing",
    "audit_leaf",
    "audit_node",
    "audit_checkpoint",
    "audit_verification",
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_proof"), ("access", "0002_scopes")]
    operations = [
        migrations.RunSQL(
            WRITING,
            "drop function ngangtam_audit_stands();"
            "drop function ngangtam_audit_open();"
            "alter table audit_change alter column at drop default,"
            " alter column xact drop default, alter column pid drop default,"
            " alter column login drop default;",
        ),
        *(
            migrations.RunSQL(STANDS.format(table=table), FALLS.format(table=table))
            for table in TABLES
        ),
        migrations.RunSQL(
            READING,
            "drop policy verification_read on audit_verification;"
            "drop policy checkpoint_read on audit_checkpoint;"
            "drop policy event_add on audit_event; drop policy event_own on audit_event;"
            "alter table audit_event disable row level security;",
        ),
    ]
