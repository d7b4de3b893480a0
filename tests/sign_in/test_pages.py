"""What every page of this room has in common: the strict policy, no way out, no cache."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

PASSWORD = "mat-khau-thu-nghiem"
OWN = ["/account/", "/account/password/", "/account/secure/", "/account/app/add/",
       "/account/passkeys/add/", "/account/codes/new/"]  # fmt: skip
ADMINISTRATOR = ["/accounts/", "/accounts/add/", "/accounts/lan/", "/accounts/tri/"]


def _is_strict(answer):
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    html = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"\son[a-z]+=\"", html)
    assert "data:image" not in html


@pytest.mark.parametrize("path", OWN)
def test_ones_own_pages_keep_the_policy(lan, client, sign_in, path):
    sign_in("lan")

    answer = client.get(path)

    assert answer.status_code == 200
    _is_strict(answer)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ADMINISTRATOR)
def test_pages_of_administrators_keep_the_policy(lan, tri, client, sign_in, path):
    sign_in("tri")

    answer = client.get(path)

    assert answer.status_code == 200
    _is_strict(answer)


def test_the_gate_keeps_the_policy(lan, client, sign_in, give_app):
    _is_strict(client.get("/sign-in/"))
    give_app(lan)
    sign_in("lan")
    _is_strict(client.get("/sign-in/code/"))
    _is_strict(client.get("/sign-in/failed/"))


def test_what_is_typed_comes_back_harmless(db, sign_in, tri, client):
    evil = '"><script>alert(1)</script>'
    assert evil not in sign_in(evil, "x" * 20).content.decode()
    sign_in("tri")
    answer = client.post("/accounts/add/", {"username": evil, "full_name": evil})
    assert evil not in answer.content.decode()
    client.post("/accounts/add/", {"username": "an.le", "full_name": evil, "position": evil})
    for path in ("/accounts/", "/accounts/an.le/"):
        assert evil not in client.get(path).content.decode()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_confirming_never_leads_away(lan, client, sign_in, wanted):
    sign_in("lan")

    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": wanted})

    assert answer.url == "/"


def test_the_order_of_the_list_takes_no_sql(tri, client, sign_in):
    sign_in("tri")

    for query in ("sort=password", "sort=1;drop table x", "page=-1", "page=x", "state='--"):
        assert client.get(f"/accounts/?{query}").status_code == 200


def test_no_field_beside_the_form_is_taken(tri, client, sign_in):
    """Nobody becomes more by sending more."""
    from ngangtam.foundation.access.models import User

    sign_in("tri")
    client.post(
        "/accounts/add/",
        {"username": "an.le", "full_name": "An", "is_superuser": "1", "is_staff": "1",
         "password": PASSWORD, "id": "1"},
    )  # fmt: skip

    user = User.objects.get(username="an.le")
    assert (user.is_superuser, user.is_staff, user.check_password(PASSWORD)) == (False,) * 3


def test_all_of_it_is_there_in_english_too(lan, tri, client, sign_in):
    sign_in("tri")
    client.cookies["django_language"] = "en"

    assert "Accounts" in client.get("/accounts/").content.decode()
    assert "Where you are signed in" in client.get("/account/").content.decode()


def test_the_guard_reads_nothing_but_the_session(lan, client, sign_in):
    """No page costs a query more for being guarded."""
    sign_in("lan")
    client.get("/areas/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/areas/")

    own = [
        one["sql"] for one in seen if "sign_in_" in one["sql"] or "ngangtam_session" in one["sql"]
    ]
    assert len(own) == 1
    assert not any("mfa_" in one["sql"] or "signing_in" in one["sql"] for one in seen)
