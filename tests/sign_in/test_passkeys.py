"""Passkeys: registered, used alone, used as a second step, refused when anything is off."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from sign_in_keys import SoftKey

HOST = {"SERVER_NAME": "localhost"}


@pytest.fixture
def client():
    """A browser at http://localhost: keys know no address made of numbers."""
    return Client(**HOST)


@pytest.fixture
def inside(lan, client, sign_in):
    sign_in("lan")
    return client


def _options(soup, client, address):
    page = soup(client.get(address))
    return json.loads(page.select_one("[data-nt-passkey-options]")["data-nt-passkey-options"])


def _register(client, soup, key, **fields):
    address = reverse("mfa_add_webauthn")
    credential = key.create(_options(soup, client, address))
    return client.post(
        address, {"name": "Máy bàn", "passwordless": "on", "credential": credential, **fields}
    )


def _alone(client, key):
    address = reverse("mfa_login_webauthn")
    return client.post(address, {"credential": key.get(client.get(address).json())})


@pytest.fixture
def key(inside, soup):
    """A passkey of Lan's."""
    made = SoftKey()
    assert _register(inside, soup, made).status_code == 302
    return made


def test_lan_registers_a_key(lan, inside, soup, events):
    answer = _register(inside, soup, SoftKey())

    assert answer.url == reverse("mfa_view_recovery_codes")
    row = Authenticator.objects.get(user=lan, type="webauthn")
    assert row.wrap().name == "Máy bàn"
    (event,) = events("account.factor_added")
    assert event.what == {"kind": "passkey"}
    assert "Máy bàn" in inside.get("/account/").content.decode()


def test_the_key_alone_signs_in(lan, key, events):
    browser = Client(**HOST)

    answer = _alone(browser, key)

    assert (answer.status_code, answer.url) == (302, "/")
    assert browser.get("/").status_code == 200
    assert events("account.signed_in")[-1].what["how"] == ["webauthn"]
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None


def test_the_key_is_a_second_step(lan, key, soup, sign_in):
    browser = Client(**HOST)
    assert sign_in("lan", by=browser).url == reverse("mfa_authenticate")
    options = _options(soup, browser, reverse("mfa_authenticate"))

    answer = browser.post(reverse("mfa_authenticate"), {"credential": key.get(options)})

    assert (answer.status_code, answer.url) == (302, "/")


def test_an_answer_holds_for_its_challenge_alone(key):
    browser, thief = Client(**HOST), Client(**HOST)
    address = reverse("mfa_login_webauthn")
    credential = key.get(browser.get(address).json())
    assert browser.post(address, {"credential": credential}).url == "/"

    for other in (browser, thief):
        other.cookies.clear()
        other.get(address)
        assert other.post(address, {"credential": credential}).url == reverse("login")
        assert other.get("/").status_code == 302


@pytest.mark.parametrize(
    "off",
    [
        {"origin": "https://gia-mao.example"},
        {"site": "gia-mao.example"},
        {"flags": 0x01},
        {"handle": b"999999"},
        {"id": b"x" * 32},
    ],
    ids=["origin", "site", "owner not verified", "nobody's", "unknown key"],
)
def test_a_key_that_is_off_opens_nothing(key, off):
    for name, value in off.items():
        setattr(key, name, value)
    browser = Client(**HOST)

    assert _alone(browser, key).url == reverse("login")
    assert browser.get("/people/").status_code == 302


def test_somebody_elses_signature_opens_nothing(key):
    other = SoftKey()
    other.id, other.handle = key.id, key.handle

    assert _alone(Client(**HOST), other).url == reverse("login")


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"response": {}}', "null", '{"id": 1}'])
def test_nonsense_is_refused_politely(db, client, text):
    client.get(reverse("mfa_login_webauthn"))

    assert client.post(reverse("mfa_login_webauthn"), {"credential": text}).status_code == 302


def test_a_key_that_does_not_ask_its_owner_is_a_second_step_alone(lan, inside, soup, sign_in):
    plain = SoftKey(verified=False)
    assert _register(inside, soup, plain).status_code == 422
    assert _register(inside, soup, plain, passwordless="").status_code == 302

    assert _alone(Client(**HOST), plain).url == reverse("login")
    browser = Client(**HOST)
    sign_in("lan", by=browser)
    options = _options(soup, browser, reverse("mfa_authenticate"))
    answer = browser.post(reverse("mfa_authenticate"), {"credential": plain.get(options)})
    assert answer.url == "/"


def test_a_disabled_account_is_not_opened_by_its_key(lan, key):
    lan.is_active = False
    lan.save()

    browser = Client(**HOST)
    assert _alone(browser, key).url == reverse("login")
    assert browser.get("/").status_code == 302


def test_removing_a_key_takes_its_codes_along(lan, key, inside, events):
    row = Authenticator.objects.get(type="webauthn")

    assert inside.get(reverse("mfa_remove_webauthn", args=[row.pk])).status_code == 200
    inside.post(reverse("mfa_remove_webauthn", args=[row.pk]))

    assert not Authenticator.objects.exists()
    assert len(events("account.factor_removed")) == 1


def test_nobody_removes_somebody_elses_key(key, hoa):
    row = Authenticator.objects.get(type="webauthn")
    browser = Client(**HOST)
    browser.post(reverse("login"), {"username": "hoa", "password": "mat-khau-thu-nghiem"})

    assert browser.post(reverse("mfa_remove_webauthn", args=[row.pk])).status_code == 404
    assert Authenticator.objects.filter(pk=row.pk).exists()
