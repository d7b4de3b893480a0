"""What the second wall asks: under which paths the viewer of this connection may do a thing."""

from django.db import migrations

SCOPES = """
create function ngangtam_viewer() returns bigint language sql stable as $$
  select nullif(current_setting('ngangtam.viewer', true), '')::bigint
$$;
-- Security definer: the web role reads grants only through this answer about its own viewer.
create function ngangtam_scopes(wanted text) returns ltree[]
language sql stable security definer set search_path = public as $$
  select coalesce(array_agg(held.path), '{}')
  from access_grant held
  join access_rolepermission allowed on allowed.role = held.role
  where held.user_id = ngangtam_viewer()
    and held.voided_at is null
    and held.valid @> (now() at time zone 'Asia/Ho_Chi_Minh')::date
    and allowed.permission = wanted
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [
        migrations.RunSQL(
            SCOPES, "drop function ngangtam_scopes(text); drop function ngangtam_viewer();"
        )
    ]
