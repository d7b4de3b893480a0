"""Even the owner does not change or remove an event by accident."""

from django.db import migrations

GUARD = """
create function audit_event_stands() returns trigger language plpgsql as $$
begin
  raise exception 'events of the audit are never changed or removed';
end $$;
create trigger audit_event_stands before update or delete on audit_event
  for each row execute function audit_event_stands();
create trigger audit_event_stands_whole before truncate on audit_event
  for each statement execute function audit_event_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(
            GUARD,
            "drop trigger audit_event_stands on audit_event;"
            "drop trigger audit_event_stands_whole on audit_event;"
            "drop function audit_event_stands();",
        )
    ]
