"""What somebody could become somebody else with, sought by SQL as the web role."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from ngangtam.doors.api import actions as api
from ngangtam.doors.sign_in.models import Session
from ngangtam.foundation.access.models import Password, User
from ngangtam.foundation.access.wall import open_tables, seen_by
from sign_in.conftest import PASSWORD

OTHERS = ("minh", "hoa", "tri", "auditor")


@pytest.fixture
def secrets(lan, client, sign_in, give_app):
    """What Lan signs in with, each as the database holds it."""
    sign_in("lan")
    give_app(lan)
    token = api.make(user_id=lan.pk, name="thử", scopes=["people.read"], days=1, by=lan).token
    open_tables()
    row = Session.objects.get(account=lan)
    with connection.cursor() as cursor:
        cursor.execute("select data->>'secret' from mfa_authenticator where type = 'totp'")
        (app,) = cursor.fetchone()
    return {
        "hash": Password.objects.get(user=lan).hash, "session": row.pk,
        "content": row.session_data, "app": app, "token": token.digest,
    }  # fmt: skip


def _tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace"
            " and c.relkind in ('r', 'p', 'v', 'm')"
        )
        return [name for (name,) in cursor.fetchall()]


def _ask(viewer, order, values=()):
    """Return the rows, none where the database refuses."""
    with seen_by(viewer.pk if viewer else None):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(order, values)
                return cursor.fetchall()
        except ProgrammingError:
            return []


def test_no_table_shows_anybody_what_lan_signs_in_with(secrets, request):
    viewers = [request.getfixturevalue(who) for who in OTHERS]
    told = [
        (viewer and viewer.username, table, name)
        for viewer in [*viewers, None]
        for table in _tables()
        for (row,) in _ask(viewer, f'select t::text from "{table}" t')
        for name, secret in secrets.items()
        if secret in row
    ]

    assert not told


def test_lan_herself_reads_no_hash_and_only_her_own_session(secrets, lan):
    assert _ask(lan, "select hash from access_password") == []
    assert _ask(lan, "select session_key from sign_in_session") == [(secrets["session"],)]
    assert lan.password.startswith("kept$")
    assert secrets["hash"] not in lan.password


@pytest.mark.parametrize("who", OTHERS)
def test_no_function_tells_somebody_else_of_lan(secrets, who, lan, request):
    viewer = request.getfixturevalue(who)

    assert _ask(viewer, "select ngangtam_password('lan')") == [(None,)]
    assert _ask(lan, "select ngangtam_password('lan')") == [(secrets["hash"],)]
    assert _ask(None, "select ngangtam_password('lan')") == [(secrets["hash"],)]
    assert _ask(None, "select ngangtam_password('x')") == [(None,)]
    # The function asks for the digest of the cookie, and the table gives no digest away.
    assert _ask(viewer, "select session_key from sign_in_session where account_id = %s",
                [lan.pk]) == []  # fmt: skip


@pytest.mark.parametrize("who", ["minh", "hoa", "auditor"])
def test_nobody_writes_the_password_or_the_sessions_of_another(secrets, who, lan, request):
    viewer = request.getfixturevalue(who)
    before = (Password.objects.get(user=lan).hash, User.objects.get(pk=lan.pk).password)

    _ask(viewer, "update access_user set password = 'x' where id = %s returning id", [lan.pk])
    _ask(viewer, "update access_user set password = '!x' where id = %s returning id", [lan.pk])
    _ask(viewer, "insert into access_password values (%s, 'x') returning 1", [lan.pk])
    _ask(viewer, "delete from sign_in_session returning 1")
    _ask(viewer, "update sign_in_session set account_id = %s returning 1", [viewer.pk])
    _ask(viewer, "select ngangtam_end_sessions(%s, '')", [lan.pk])
    _ask(viewer, "insert into sign_in_session (session_key, session_data, expire_date, account_id,"
         " started_at, started_from, device, seen_at) values ('x', '', now(), %s, now(), '', '',"
         " now()) returning 1", [lan.pk])  # fmt: skip

    assert (Password.objects.get(user=lan).hash, User.objects.get(pk=lan.pk).password) == before
    assert list(Session.objects.values_list("pk", "account")) == [(secrets["session"], lan.pk)]


def test_a_mark_cannot_be_forged(lan):
    mark = User.objects.get(pk=lan.pk).password

    User.objects.filter(pk=lan.pk).update(password="kept$" + "0" * 64)

    assert User.objects.get(pk=lan.pk).password == mark
    assert User.objects.get(pk=lan.pk).check_password(PASSWORD)


def test_the_mark_follows_the_password_and_goes_with_it(lan):
    mark, hashed = lan.password, Password.objects.get(user=lan).hash
    lan.set_password("mat-khau-moi-hoan-toan")
    lan.save(update_fields=["password"])

    kept = User.objects.get(pk=lan.pk)
    assert kept.password == lan.password != mark
    assert Password.objects.get(user=lan).hash != hashed
    assert kept.check_password("mat-khau-moi-hoan-toan")
    assert not kept.check_password(PASSWORD)

    kept.set_unusable_password()
    kept.save()
    assert not Password.objects.filter(user=lan).exists()
    assert not User.objects.get(pk=lan.pk).has_usable_password()


def test_an_older_hash_is_made_anew_at_the_next_sign_in(lan, sign_in, client, settings):
    from django.contrib.auth.hashers import make_password

    settings.PASSWORD_HASHERS = [
        f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2")
    ]
    User.objects.filter(pk=lan.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    assert Password.objects.get(user=lan).hash.startswith("pbkdf2")

    sign_in("lan")

    assert client.get(reverse("home")).status_code == 200
    assert Password.objects.get(user=lan).hash.startswith("argon2")


def test_an_unused_table_of_sessions_is_shut(db, lan):
    open_tables()
    with connection.cursor() as cursor:
        cursor.execute(
            "select has_table_privilege('ngangtam_web', name, 'select') from"
            " unnest(array['django_session', 'access_password']) name"
        )
        assert cursor.fetchall() == [(False,), (False,)]
