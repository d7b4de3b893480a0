"""A government's identity provider: it says who somebody is, never that they have an account."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client
from django.urls import reverse

from identity_provider import CLIENT, SECRET, Provider
from ngangtam.doors.sign_in import actions
from ngangtam.doors.sign_in.models import Identity
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.wall import seen_by

START = "/sign-in/with/gov/"


@pytest.fixture
def gov(settings):
    provider = Provider()
    app = {
        "provider_id": "gov", "name": "VNeID", "client_id": CLIENT, "secret": SECRET,
        "settings": {"server_url": provider.url, "oauth_pkce_enabled": True},
    }  # fmt: skip
    settings.NGANGTAM_OIDC = [{**app, "claim": "citizen_id"}]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield provider
    provider.stop()


def _go(client, gov, **fields):
    """Go there, say yes, come back; answers what the last page said."""
    leaving = client.post(START, fields)
    assert leaving.status_code == 200, leaving
    address = leaving["Refresh"].partition("url=")[2]
    assert address.startswith(f"{gov.url}/authorize?")
    back = gov.answers(address)
    return client.get(back.removeprefix("http://testserver"))


@pytest.fixture
def linked(lan, client, sign_in, gov):
    """Lan has linked her account herself and is signed out again."""
    sign_in("lan")
    assert _go(client, gov, process="connect").url == reverse("account-page")
    client.post(reverse("logout"))
    return lan


def test_a_stranger_whom_the_provider_knows_gets_no_account(db, gov, client, soup):
    before = User.objects.count()

    answer = _go(client, gov)

    assert answer.status_code == 403
    assert User.objects.count() == before
    assert client.get("/").status_code == 302


def test_lan_links_her_account_and_signs_in_with_it(linked, gov, client, events):
    answer = _go(client, gov)

    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200
    assert events("account.linked")[0].what == {"provider": "gov"}
    assert events("account.signed_in")[-1].what["how"] == ["socialaccount"]


def test_nothing_that_the_provider_knows_is_kept_but_the_link(linked, gov, client):
    _go(client, gov)
    (row,) = SocialAccount.objects.all()

    assert (row.uid, row.extra_data) == ("0123-4567", {})
    linked.refresh_from_db()
    assert (linked.full_name, linked.email) == ("Trần Thị Lan", "")


def test_an_administrator_lays_the_identity_down(lan, tri, gov, client, events):
    with seen_by(tri.pk):
        actions.lay_down_identity(user_id=lan.pk, provider="gov", value="001099000123", by=tri)

    answer = _go(client, gov)

    assert (answer.status_code, answer.url) == (302, "/")
    assert SocialAccount.objects.get().user == lan
    (event,) = events("account.identity_laid_down")
    assert "001099000123" not in str(event.what)
    with connection.cursor() as cursor:
        cursor.execute("select i::text from sign_in_identity i")
        assert "001099000123" not in cursor.fetchone()[0]


def test_one_identity_is_laid_down_for_one_account(lan, hoa, tri, gov, client, sign_in):
    sign_in("tri")
    fields = {"provider": "gov", "value": "001099000123"}
    client.post("/accounts/lan/identity/", fields)
    client.post("/accounts/hoa/identity/", fields)

    assert [row.user for row in Identity.objects.all()] == [lan]
    assert "…123" in client.get("/accounts/lan/").content.decode()
    client.post("/accounts/lan/identity/gov/remove/")
    assert not Identity.objects.exists()


def test_the_web_reads_no_identity_but_the_one_that_was_said(lan, hoa, tri, gov):
    actions.lay_down_identity(user_id=lan.pk, provider="gov", value="001099000123", by=tri)

    for viewer in (hoa.pk, lan.pk, None):
        with seen_by(viewer):
            assert not Identity.objects.exists()
    with seen_by(tri.pk):
        assert Identity.objects.count() == 1


def test_the_second_step_is_asked_after_the_provider_too(linked, gov, client, give_app):
    give_app(linked)

    assert _go(client, gov).url == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302


def test_a_disabled_account_does_not_come_in_by_the_provider(linked, gov, client):
    linked.is_active = False
    linked.save()

    _go(client, gov)

    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "lies",
    [
        {"id_token": {"aud": "ung-dung-khac"}},
        {"id_token": {"iss": "https://gia-mao.example"}},
        {"id_token": {"exp": 1}},
        {"userinfo": {"sub": "nguoi-khac"}},
    ],
    ids=["for another", "by another", "too old", "two persons"],
)
def test_what_does_not_agree_is_refused(linked, gov, client, lies):
    gov.lies = lies

    answer = _go(client, gov)

    assert answer.status_code in {302, 401, 403}
    assert client.get("/").status_code == 302


def test_an_answer_that_nobody_asked_for_is_refused(linked, gov, client):
    """Somebody else's answer, planted in this browser, signs nobody in."""
    thief = Client()
    leaving = thief.post(START)
    back = gov.answers(leaving["Refresh"].partition("url=")[2])

    client.get(back.removeprefix("http://testserver"))

    assert client.get("/").status_code == 302


def test_an_answer_holds_once(linked, gov, client):
    leaving = client.post(START)
    back = gov.answers(leaving["Refresh"].partition("url=")[2]).removeprefix("http://testserver")
    assert client.get(back).url == "/"
    client.post(reverse("logout"))

    client.get(back)

    assert client.get("/").status_code == 302


def test_an_identity_of_another_account_is_not_taken_over(linked, hoa, gov, sign_in):
    browser = Client()
    sign_in("hoa", by=browser)

    _go(browser, gov, process="connect")

    assert SocialAccount.objects.get().user == linked


def test_going_there_needs_a_form_of_this_site(gov, client, db):
    assert client.get(START).status_code == 405
    assert Client(enforce_csrf_checks=True).post(START).status_code == 403


def test_an_unknown_provider_is_not_found(gov, client, db):
    assert client.post("/sign-in/with/khac/").status_code == 404


def test_a_provider_that_is_down_is_said(gov, client, db, settings):
    gov.stop()

    answer = client.post(START)

    assert answer.url == reverse("socialaccount_login_error")
    assert client.get(answer.url).status_code == 401


def test_lan_unties_her_account(linked, gov, client, sign_in, events):
    sign_in("lan")
    client.post("/account/links/gov/end/")

    assert not SocialAccount.objects.exists()
    assert len(events("account.unlinked")) == 1


def test_next_does_not_lead_away_after_the_provider(linked, gov, client):
    assert _go(client, gov, next="https://evil.example/").url == "/"


def test_linking_asks_for_the_password_after_five_minutes_and_goes_on(
    lan, client, sign_in, gov, monkeypatch
):
    import time

    sign_in("lan")
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 301)
    asked = client.post(START, {"process": "connect"})
    assert asked.url.startswith(reverse("account_reauthenticate"))

    leaving = client.post(asked.url, {"password": "mat-khau-thu-nghiem", "next": START})

    back = gov.answers(leaving["Refresh"].partition("url=")[2])
    assert client.get(back.removeprefix("http://testserver")).url == reverse("account-page")
    assert SocialAccount.objects.get().user == lan
