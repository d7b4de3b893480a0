"""The code of the app, recovery codes, who must have them, and who can read the secrets."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from ngangtam.doors.sign_in.models import Tries
from ngangtam.foundation.access.wall import seen_by
from sign_in_codes import code_of

PASSWORD = "mat-khau-thu-nghiem"


@pytest.fixture
def halfway(lan, client, sign_in, give_app):
    """Lan with an app, after her password and before the code."""
    secret = give_app(lan)
    answer = sign_in("lan")
    assert (answer.status_code, answer.url) == (302, reverse("mfa_authenticate"))
    return secret


def _send(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def test_the_password_alone_opens_nothing(halfway, client):
    assert client.get("/people/").url.startswith("/sign-in/")
    assert client.get(reverse("mfa_authenticate")).status_code == 200


def test_the_code_opens(halfway, client, events):
    answer = _send(client, code_of(halfway))

    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200
    assert events("account.signed_in")[0].what["how"] == ["password", "totp"]


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_clock_thirty_seconds_off_is_forgiven(halfway, client, steps):
    assert _send(client, code_of(halfway, steps)).status_code == 302


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_clock_further_off_is_not(halfway, client, steps):
    assert _send(client, code_of(halfway, steps)).status_code == 422


def test_a_code_holds_once(lan, halfway, client, sign_in):
    code = code_of(halfway, 1)
    assert _send(client, code).status_code == 302
    other = Client()
    sign_in("lan", by=other)

    assert _send(other, code).status_code == 422


def test_codes_are_counted_and_locked(lan, halfway, client, events):
    for _ in range(5):
        assert _send(client, "000000").status_code == 422

    assert _send(client, code_of(halfway)).status_code == 422
    (event,) = events("account.locked_out")
    assert (event.what["counted"], event.subject_id) == ("second step", lan.pk)


def test_a_recovery_code_works_once(lan, halfway, client, sign_in, events):
    codes = Authenticator.objects.get(user=lan, type="recovery_codes").wrap().get_unused_codes()
    assert _send(client, codes[0]).status_code == 302
    assert events("account.signed_in")[0].what["how"] == ["password", "recovery_codes"]
    # Even a cache that forgets does not let it work twice.
    cache.clear()
    other = Client()
    sign_in("lan", by=other)

    assert _send(other, codes[0]).status_code == 422
    assert _send(other, codes[1]).status_code == 302


def test_secrets_are_sealed_at_rest(lan, give_app):
    secret = give_app(lan)
    with connection.cursor() as cursor:
        cursor.execute("select data::text from mfa_authenticator")
        text = " ".join(row[0] for row in cursor.fetchall())

    assert secret not in text
    assert "ab" * 40 not in text


def test_the_web_reads_second_steps_of_the_viewer_alone(lan, hoa, give_app):
    give_app(lan)

    def seen(viewer):
        with seen_by(viewer), connection.cursor() as cursor:
            cursor.execute("select count(*) from mfa_authenticator")
            return cursor.fetchone()[0]

    assert (seen(lan.pk), seen(hoa.pk), seen(None)) == (2, 0, 0)


def test_after_the_request_the_connection_forgets_who_was_signing_in(halfway, client):
    client.get(reverse("mfa_authenticate"))
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('ngangtam.signing_in', true)")
        assert not cursor.fetchone()[0]


def test_requests_at_the_same_time_do_not_forget_for_each_other(committed):
    """Each thread has a connection of its own, and clears what it has set itself."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from ngangtam.doors.sign_in import wall

    both = Barrier(2)

    def said():
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('ngangtam.signing_in', true)")
            return cursor.fetchone()[0] or ""

    def one(number):
        try:
            wall.signs_in(number)
            both.wait(10)
            if number == 1:
                wall.forget()
            both.wait(10)
            during = said()
            wall.forget()
            return during, said()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(one, (1, 2)))

    assert answers == [("", ""), ("2", "")]


def test_no_secret_reaches_the_log(lan, halfway, client, sign_in, caplog):
    caplog.set_level("DEBUG")
    _send(client, "123456")
    _send(client, code := code_of(halfway))
    sign_in("lan", "sai-mat-khau-roi", by=Client())

    assert not re.search(rf"{PASSWORD}|sai-mat-khau-roi|{halfway}|123456|{code}", caplog.text)


def test_the_web_adds_no_second_step_to_somebody_else(lan, hoa):
    from django.db import ProgrammingError, transaction

    with seen_by(hoa.pk), pytest.raises(ProgrammingError), transaction.atomic():
        Authenticator.objects.create(user=lan, type="totp", data={})


# --- turning it on -------------------------------------------------------------------------


@pytest.fixture
def inside(lan, client, sign_in):
    sign_in("lan")
    return client


def _turn_on(client, soup):
    page = soup(client.get(reverse("mfa_activate_totp")))
    secret = page.select_one("code.secret").get_text(strip=True)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    return secret, answer


def test_lan_turns_the_app_on_and_gets_codes_once(lan, inside, soup, events):
    _secret, answer = _turn_on(inside, soup)

    assert answer.url == reverse("mfa_view_recovery_codes")
    first = soup(inside.get(answer.url))
    codes = [code.get_text() for code in first.select("ol.codes code")]
    assert len(codes) == 10
    again = inside.get(answer.url).content.decode()
    assert not any(code in again for code in codes)
    (event,) = events("account.factor_added")
    assert event.what == {"kind": "totp"}
    everything = " ".join(str(one.what) for one in events())
    assert not any(code in everything for code in codes)


def test_the_codes_can_be_kept_as_a_file(lan, inside, soup, hoa):
    _turn_on(inside, soup)
    page = soup(inside.get(reverse("mfa_view_recovery_codes")))
    sealed = page.select_one("input[name=sealed]")["value"]
    codes = [code.get_text() for code in page.select("ol.codes code")]
    assert not any(code in sealed for code in codes)

    answer = inside.post(reverse("account-codes-file"), {"sealed": sealed})

    assert "attachment" in answer["Content-Disposition"]
    assert all(code in answer.content.decode() for code in codes)
    other = Client()
    other.force_login(hoa)
    assert other.post(reverse("account-codes-file"), {"sealed": sealed}).status_code == 404
    assert inside.post(reverse("account-codes-file"), {"sealed": "x"}).status_code == 404


def test_the_picture_of_the_key_needs_no_style_and_no_address(lan, inside, soup):
    answer = inside.get(reverse("mfa_activate_totp"))
    page = soup(answer)

    picture = page.select_one(".qr svg")
    assert picture.select("path")
    assert "style=" not in str(picture)
    assert not page.select("img[src^=data]")
    assert answer["Cache-Control"].count("no-store")


def test_a_wrong_code_turns_nothing_on(lan, inside):
    inside.get(reverse("mfa_activate_totp"))
    assert inside.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 422
    assert not Authenticator.objects.exists()


def test_changing_second_steps_asks_for_the_password_after_five_minutes(lan, inside, monkeypatch):
    import time

    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 301)

    answer = inside.get(reverse("mfa_activate_totp"))

    assert answer.url.startswith(reverse("account_reauthenticate"))
    back = inside.post(answer.url, {"password": PASSWORD, "next": reverse("mfa_activate_totp")})
    assert back.url == reverse("mfa_activate_totp")


def test_nothing_is_turned_on_when_the_audit_cannot_be_written(lan, inside, soup, monkeypatch):
    from ngangtam.doors.sign_in import actions

    def full_disk(*_, **__):
        raise OSError("full")

    monkeypatch.setattr(actions, "record", full_disk)
    with pytest.raises(OSError, match="full"):
        _turn_on(inside, soup)

    assert not Authenticator.objects.exists()


# --- who must have one ---------------------------------------------------------------------


@pytest.fixture
def required(settings):
    settings.NGANGTAM_REQUIRE_MFA = True


def test_who_can_change_records_is_led_to_a_second_step(required, lan, inside, soup):
    assert inside.get("/people/").url == reverse("account-secure")
    assert inside.get("/account/").url == reverse("account-secure")
    assert soup(inside.get(reverse("account-secure"))).select("a.btn")

    _turn_on(inside, soup)

    assert inside.get("/people/").status_code == 200


def test_who_only_reads_is_not(required, supervisor, client, sign_in):
    sign_in("mat")

    assert client.get("/").status_code == 200


def test_the_last_step_that_a_role_needs_stays(required, lan, inside, soup):
    _turn_on(inside, soup)

    inside.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(user=lan, type="totp").exists()


def test_without_the_requirement_the_step_can_be_removed(lan, inside, soup, events):
    _turn_on(inside, soup)

    inside.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()
    assert len(events("account.factor_removed")) == 1


def test_no_secret_is_in_any_event_or_counter(lan, halfway, client, events):
    _send(client, "123456")
    _send(client, code_of(halfway))

    text = " ".join(f"{one.what} {one.subject}" for one in events())
    text += " ".join(f"{one.key} {one.label}" for one in Tries.objects.all())
    assert not re.search(rf"{PASSWORD}|{halfway}|123456", text)
