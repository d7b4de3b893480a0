"""Whoever notes that a token was used has its secret: nobody touches the tokens of others."""

from django.db import migrations

SHOWN = """
drop function ngangtam_token_used(bigint, text);
create function ngangtam_token_used(wanted text, address text) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  update api_token set used_at = now(), used_from = address where digest = wanted
$$;
"""

NUMBERED = """
drop function ngangtam_token_used(text, text);
create function ngangtam_token_used(wanted bigint, address text) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  update api_token set used_at = now(), used_from = address where id = wanted
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]
    operations = [migrations.RunSQL(SHOWN, NUMBERED)]
