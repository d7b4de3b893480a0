"""Rows of files behind the second wall: who sent one reads it; others by the room that attaches it.

There is no policy for changing a row: what was kept stays what it was.
"""

from django.db import migrations

WALLS = """
alter table files_storedfile enable row level security;
create policy file_own on files_storedfile for select
  using (sent_by = (select ngangtam_viewer()));
create policy file_add on files_storedfile for insert
  with check (sent_by = (select ngangtam_viewer()));
"""

UNWALL = """
drop policy file_add on files_storedfile;
drop policy file_own on files_storedfile;
alter table files_storedfile disable row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("access", "0002_scopes")]
    operations = [migrations.RunSQL(WALLS, UNWALL)]
