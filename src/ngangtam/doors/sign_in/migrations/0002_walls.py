"""Who may see second steps, links and identities: their owner, and who is just signing in.

`ngangtam.signing_in` names the one account whose password was right and whose code is awaited;
`ngangtam.identity` holds what an identity provider has just said. Both last one request. An
administrator may count and remove second steps through two functions, and read none.
Tables of the sign-in library that this house does not use are shut to the web.
"""

from django.db import migrations

WALLS = """
create function ngangtam_signing_in() returns bigint language sql stable as $$
  select nullif(current_setting('ngangtam.signing_in', true), '')::bigint
$$;
create function ngangtam_runs_the_system() returns boolean
language sql stable security definer set search_path = public as $$
  select cardinality(ngangtam_scopes('system.run')) > 0
$$;

alter table mfa_authenticator enable row level security;
create policy authenticator_own on mfa_authenticator
  using (user_id = ngangtam_viewer() or user_id = ngangtam_signing_in())
  with check (user_id = ngangtam_viewer() or user_id = ngangtam_signing_in());

alter table socialaccount_socialaccount enable row level security;
create policy socialaccount_own on socialaccount_socialaccount
  using (user_id = ngangtam_viewer() or user_id = ngangtam_signing_in()
         or provider || ':' || uid = current_setting('ngangtam.identity', true))
  with check (user_id = ngangtam_viewer() or user_id = ngangtam_signing_in()
              or provider || ':' || uid = current_setting('ngangtam.identity', true));

alter table sign_in_identity enable row level security;
create policy identity_read on sign_in_identity for select
  using (ngangtam_runs_the_system()
         or provider || ':' || digest = current_setting('ngangtam.identity', true));
create policy identity_add on sign_in_identity for insert
  with check (ngangtam_runs_the_system() and user_id <> ngangtam_viewer());
create policy identity_remove on sign_in_identity for delete using (ngangtam_runs_the_system());

alter table account_emailaddress enable row level security;
alter table account_emailconfirmation enable row level security;
alter table socialaccount_socialapp enable row level security;
alter table socialaccount_socialtoken enable row level security;

-- Security definer: the count and the removal pass the wall, the secrets do not.
create function ngangtam_factor_count(of_user bigint) returns integer
language sql stable security definer set search_path = public as $$
  select case when ngangtam_runs_the_system() or of_user = ngangtam_viewer() then
    (select count(*)::integer from mfa_authenticator
     where user_id = of_user and type <> 'recovery_codes') else 0 end
$$;
create function ngangtam_forget_factors(of_user bigint) returns integer
language plpgsql volatile security definer set search_path = public as $$
declare removed integer;
begin
  if not ngangtam_runs_the_system() or of_user = ngangtam_viewer() then
    raise exception 'only another person who runs the system removes second steps'
      using errcode = 'insufficient_privilege';
  end if;
  delete from mfa_authenticator where user_id = of_user;
  get diagnostics removed = row_count;
  return removed;
end $$;
"""

BACK = """
drop function ngangtam_forget_factors(bigint);
drop function ngangtam_factor_count(bigint);
alter table account_emailaddress disable row level security;
alter table account_emailconfirmation disable row level security;
alter table socialaccount_socialapp disable row level security;
alter table socialaccount_socialtoken disable row level security;
drop policy identity_remove on sign_in_identity;
drop policy identity_add on sign_in_identity;
drop policy identity_read on sign_in_identity;
alter table sign_in_identity disable row level security;
drop policy socialaccount_own on socialaccount_socialaccount;
alter table socialaccount_socialaccount disable row level security;
drop policy authenticator_own on mfa_authenticator;
alter table mfa_authenticator disable row level security;
drop function ngangtam_runs_the_system();
drop function ngangtam_signing_in();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sign_in", "0001_initial"),
        ("access", "0002_scopes"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = [migrations.RunSQL(WALLS, BACK)]
