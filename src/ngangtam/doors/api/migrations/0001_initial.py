"""Tokens; only their own user sees them, and nobody changes what one may do."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

WALLS = """
alter table api_token enable row level security;
create policy token_own on api_token for select using (user_id = ngangtam_viewer());
create policy token_add on api_token for insert with check (user_id = ngangtam_viewer());
create policy token_end on api_token for update using (user_id = ngangtam_viewer());

create function ngangtam_token_stays() returns trigger language plpgsql as $$
begin
  if (new.id, new.user_id, new.name, new.digest, new.ending, new.scopes, new.networks, new.made_at,
      new.made_by, new.expires_at) is distinct from
     (old.id, old.user_id, old.name, old.digest, old.ending, old.scopes, old.networks, old.made_at,
      old.made_by, old.expires_at)
    or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) then
    raise exception 'a token is used and revoked, never changed' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger api_token_stays before update on api_token
  for each row execute function ngangtam_token_stays();

-- Asked before anybody is known: whoever shows the secret has its digest, and nobody else.
create function ngangtam_token(wanted text)
returns table (id bigint, user_id bigint, name text, scopes text[], networks text[],
               expires_at timestamptz, used_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.id, t.user_id, t.name::text, t.scopes::text[], t.networks::text[], t.expires_at,
    t.used_at
  from api_token t join access_user u on u.id = t.user_id
  where t.digest = wanted and t.revoked_at is null and t.expires_at > now() and u.is_active
    and not exists (select from sign_in_standing s where s.user_id = u.id and s.must_change)
$$;
create function ngangtam_token_used(wanted bigint, address text) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  update api_token set used_at = now(), used_from = address where id = wanted
$$;
"""

UNWALL = """
drop function ngangtam_token_used(bigint, text);
drop function ngangtam_token(text);
drop trigger api_token_stays on api_token;
drop function ngangtam_token_stays();
drop policy token_end on api_token;
drop policy token_add on api_token;
drop policy token_own on api_token;
alter table api_token disable row level security;
"""

AFTER = """
-- The next people in the order of names after one of them: the same filters, words and wall as the
-- list's, walked by key so that the last page of a million costs as little as the first.
create function ngangtam_people_after(
  wanted ltree[], words text[], filters jsonb, after bigint, take integer,
  budget integer default 10000
) returns bigint[]
language plpgsql stable security definer set search_path = public, pg_temp
set max_parallel_workers_per_gather = 0 as $$
declare
  tops ltree[] := ngangtam_within(wanted, 'person.view');
  place text := case
    when cardinality(tops) = 1 then 'home_path >= $1[1] and home_path < ($1[1] || ''A'')'
    else 'home_path <@ any ($1)' end;
  let_through text := ngangtam_people_filter(words, filters);
  first text := '';
  line text;
  ids bigint[];
begin
  if cardinality(tops) = 0 then return array[]::bigint[]; end if;
  if after > 0 then
    select name_key into first from personnel_person where id = after;
    if not found then return array[]::bigint[]; end if;
  end if;
  if ngangtam_people_count(tops) <= budget then
    line := format('with hit as materialized (select id, name_key from personnel_person
      where voided_at is null and %s and %s) select array(select id from hit
      where (name_key, id) > ($3, $4) order by name_key, id limit $5)', place, let_through);
  elsif cardinality(words) > 0 then
    line := format('select array(select p.id from (select name_key from (%s) every
        where name_key >= $3) n cross join lateral (
        select id, name_key from personnel_person where name_key = n.name_key
          and voided_at is null and %s and %s order by id) p
      where (p.name_key, p.id) > ($3, $4) order by n.name_key, p.id limit $5)',
      ngangtam_names_with(words, false), place, ngangtam_people_filter('{}', filters));
  else
    line := format('select array(select id from personnel_person where voided_at is null
      and (name_key, id) > ($3, $4) and %s and %s order by name_key, id limit $5)',
      place, let_through);
  end if;
  execute line into ids using tops, words, first, after, take, 0, filters;
  return ids;
end $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("access", "0002_scopes"),
        ("sign_in", "0001_initial"),
        ("personnel", "0008_names"),
    ]
    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "ending",
                    models.CharField(editable=False, max_length=4, verbose_name="last letters"),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), size=None, verbose_name="scopes"
                    ),
                ),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="addresses",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="made at",
                    ),
                ),
                (
                    "made_by",
                    models.CharField(editable=False, max_length=150, verbose_name="made by"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                (
                    "used_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last used at"),
                ),
                (
                    "used_from",
                    models.CharField(
                        blank=True, db_default="", max_length=64, verbose_name="last used from"
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="revoked at"),
                ),
                (
                    "revoked_by",
                    models.CharField(
                        blank=True, db_default="", max_length=150, verbose_name="revoked by"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "API token",
                "verbose_name_plural": "API tokens",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scopes__len__gt", 0)),
                        name="api_token_has_scopes",
                        violation_error_message="Choose at least one scope.",
                    )
                ],
            },
        ),
        migrations.RunSQL(WALLS, UNWALL),
        migrations.RunSQL(
            AFTER,
            "drop function ngangtam_people_after(ltree[], text[], jsonb, bigint, integer, integer)",
        ),
    ]
