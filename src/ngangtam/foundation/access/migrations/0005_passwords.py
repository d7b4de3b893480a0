"""Hashes of passwords move behind a function; the table of accounts keeps a mark of each.

Names of accounts are read all over the house, so the web reads their table; what a password is
checked against must not lie in it. A trigger takes every hash that is written there away into
a table that the web cannot read, and leaves a digest of it: enough to notice that the password
has changed, which ends sessions, and no use for trying passwords.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
alter table access_password enable row level security;

create function ngangtam_password_kept() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if ngangtam_is_web() and ngangtam_viewer() is distinct from new.id
    and ngangtam_viewer() is not null and cardinality(ngangtam_scopes('system.run')) = 0
    and (tg_op = 'INSERT' or new.password is distinct from old.password) then
    raise exception 'the password of another account' using errcode = '42501';
  end if;
  if new.password like '!%' or new.password = '' then
    delete from access_password where user_id = new.id;
  elsif new.password like 'kept$%' then
    new.password := coalesce(
      (select 'kept$' || encode(sha256(convert_to(hash, 'UTF8')), 'hex')
       from access_password where user_id = new.id), new.password);
  else
    insert into access_password (user_id, hash) values (new.id, new.password)
      on conflict (user_id) do update set hash = excluded.hash;
    new.password := 'kept$' || encode(sha256(convert_to(new.password, 'UTF8')), 'hex');
  end if;
  return new;
end $$;
create trigger access_user_password before insert or update of password on access_user
  for each row execute function ngangtam_password_kept();

-- Who is signing in is nobody yet; whoever has signed in learns no hash but the own one.
create function ngangtam_password(wanted text) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select kept.hash from access_password kept join access_user u on u.id = kept.user_id
  where u.username = wanted and (ngangtam_viewer() is null or ngangtam_viewer() = u.id)
$$;

update access_user set password = password;
"""

BACK = """
drop trigger access_user_password on access_user;
update access_user u set password = kept.hash from access_password kept where kept.user_id = u.id;
drop function ngangtam_password(text);
drop function ngangtam_password_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0004_two_persons")]
    operations = [
        migrations.CreateModel(
            name="Password",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hash", models.CharField(max_length=128)),
            ],
            options={"verbose_name": "password", "verbose_name_plural": "passwords"},
        ),
        migrations.RunSQL(KEPT, BACK),
    ]
