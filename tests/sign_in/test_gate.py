"""The password at the gate: who comes in, what strangers learn, how often they may try."""

from datetime import timedelta
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ngangtam.doors.sign_in.models import Session, Tries
from ngangtam.doors.sign_in.sessions import row_key

PASSWORD = "mat-khau-thu-nghiem"


def test_lan_signs_in_by_the_form_and_the_audit_knows(lan, client, sign_in, events):
    answer = sign_in("lan")

    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200
    (event,) = events("account.signed_in")
    assert (event.actor_id, event.what["how"]) == (lan.pk, ["password"])


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(lan, sign_in, soup):
    words = []
    for name, password in (("lan", "khong-phai-no-dau"), ("khong-co-ai", PASSWORD)):
        answer = sign_in(name, password)
        assert answer.status_code == 422
        words.append(soup(answer).select_one("form").get_text(" ", strip=True))

    assert words[0] == words[1]


def test_an_account_that_is_not_there_takes_as_long_as_one_that_is(lan, sign_in, settings):
    """The clock tells nobody who has an account: the same slow hash is reckoned for both."""
    slow = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    settings.PASSWORD_HASHERS = [slow]
    lan.set_password(PASSWORD)
    lan.save()

    reckoned = []
    for name in ("lan", "khong-co-ai"):
        with mock.patch(f"{slow}.encode", autospec=True, return_value="x") as encode:
            sign_in(name, "khong-phai-no-dau")
        reckoned.append([call.args[1] for call in encode.call_args_list])

    assert reckoned == [["khong-phai-no-dau"]] * 2


def test_the_account_is_locked_after_five_failed_tries_even_for_the_right_password(
    lan, sign_in, events
):
    for _ in range(5):
        assert sign_in("lan", "sai-mat-khau-roi").status_code == 422

    answer = sign_in("lan")

    assert answer.status_code == 422
    assert "15" in answer.content.decode()
    (event,) = events("account.locked_out")
    assert (event.subject_id, event.what["failed"], event.actor_id) == (lan.pk, 5, None)
    sign_in("lan")
    assert len(events("account.locked_out")) == 1


def test_a_name_that_nobody_bears_is_locked_alike(lan, sign_in, soup):
    for _ in range(5):
        sign_in("lan", "sai-mat-khau-roi")
        sign_in("khong-co-ai", "sai-mat-khau-roi")

    known, unknown = (sign_in(name, "sai-mat-khau-roi") for name in ("lan", "khong-co-ai"))

    text = [soup(one).select_one("form").get_text(" ", strip=True) for one in (known, unknown)]
    assert text[0] == text[1]
    assert not Tries.objects.filter(label__icontains="khong-co-ai").exists()


def test_the_lock_ends_after_its_minutes(lan, client, sign_in):
    for _ in range(6):
        sign_in("lan", "sai-mat-khau-roi")
    Tries.objects.update(
        locked_until=timezone.now() - timedelta(seconds=1),
        first_at=timezone.now() - timedelta(minutes=16),
    )

    assert sign_in("lan").status_code == 302


def test_a_right_password_forgets_the_failures_before_it(lan, sign_in, client):
    for _ in range(4):
        sign_in("lan", "sai-mat-khau-roi")
    sign_in("lan")
    client.post(reverse("logout"))
    for _ in range(4):
        sign_in("lan", "sai-mat-khau-roi")

    assert sign_in("lan").status_code == 302


def test_one_address_cannot_try_many_accounts(db, sign_in, settings, events):
    settings.NGANGTAM_FAILED_PER_ADDRESS = 10
    answers = [sign_in(f"nguoi{number}", "sai-mat-khau-roi") for number in range(11)]

    assert "15" in answers[-1].content.decode()
    (event,) = events("account.locked_out")
    assert (event.what["counted"], event.subject) == ("address", "127.0.0.1")


def test_tries_at_the_same_time_are_all_counted(committed, monkeypatch):
    """Thirty at once get no more looks at the password than five."""
    from concurrent.futures import ThreadPoolExecutor

    from django.core.exceptions import ValidationError
    from django.db import connection

    from ngangtam.doors.sign_in import lockout

    monkeypatch.setattr(lockout, "_record", lambda *_: None)
    counter = lockout.Counter("name:cung-luc", "thử", 5)

    def one_try(_):
        try:
            lockout.take([counter])
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        looked = sum(pool.map(one_try, range(30)))

    assert looked == 5


def test_the_session_key_changes_at_sign_in(lan, client, sign_in):
    client.post(reverse("set_language"), {"language": "vi", "next": "/sign-in/"})
    session = client.session
    session["seed"] = "planted"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key

    sign_in("lan")

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    assert not Session.objects.filter(pk=row_key(planted)).exists()
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get("/").status_code == 302


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
     "http:///evil.example", "\thttps://evil.example"],
)  # fmt: skip
def test_next_never_leads_away(lan, client, sign_in, wanted):
    answer = sign_in("lan", next=wanted)

    assert answer.status_code == 302
    assert answer.url == "/"


def test_next_leads_to_the_page_that_was_asked_for(lan, sign_in):
    assert sign_in("lan", next="/people/?q=an").url == "/people/?q=an"


def test_the_table_of_sessions_holds_no_cookie_and_no_secret(lan, client, sign_in):
    sign_in("lan")
    session = client.session
    session["bi-mat"] = "JBSWY3DPEHPK3PXP"
    session.save()

    (row,) = Session.objects.filter(account=lan)

    assert session.session_key not in f"{row.pk}{row.session_data}"
    assert "JBSWY3DPEHPK3PXP" not in row.session_data
    assert client.session["bi-mat"] == "JBSWY3DPEHPK3PXP"


def test_a_disabled_account_is_out_at_once(lan, client, sign_in):
    sign_in("lan")
    lan.is_active = False
    lan.save()

    assert client.get("/people/").status_code == 302
    assert sign_in("lan", by=Client()).status_code == 422


def test_signing_out_ends_the_session_and_is_recorded(lan, client, sign_in, events):
    sign_in("lan")
    client.post(reverse("logout"))

    assert not Session.objects.filter(account=lan).exists()
    assert len(events("account.signed_out")) == 1


def test_signing_out_by_a_link_does_nothing(lan, client, sign_in):
    sign_in("lan")

    assert client.get(reverse("logout")).status_code == 405
    assert client.get("/").status_code == 200


def test_a_form_without_its_token_is_refused(lan):
    assert Client(enforce_csrf_checks=True).post(
        reverse("login"), {"username": "lan", "password": PASSWORD}
    ).status_code == 403  # fmt: skip


def test_nobody_opens_an_account_for_themselves(db, client):
    from django.urls import NoReverseMatch

    for name in ("account_signup", "socialaccount_signup", "account_reset_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_cookies_in_production_are_for_tls_and_this_site():
    import importlib

    prod = importlib.import_module("ngangtam.config.settings.prod")

    assert prod.SESSION_COOKIE_SECURE
    assert prod.CSRF_COOKIE_SECURE
    assert prod.SESSION_COOKIE_HTTPONLY
    assert prod.SESSION_COOKIE_SAMESITE == "Lax"
    assert prod.NGANGTAM_REQUIRE_MFA


def test_the_trial_accounts_stand_on_the_page_only_in_a_trial(db, client, settings, monkeypatch):
    from ngangtam.doors.sign_in.views import gate
    from ngangtam.foundation.access.queries import DemoAccount

    monkeypatch.setattr(
        gate, "demo_accounts", lambda: [DemoAccount("thu", "x-y-z", "Người Thử", "Vai thử")]
    )

    assert "Người Thử" not in client.get("/sign-in/").content.decode()
    settings.NGANGTAM_DEMO_ACCOUNTS = True
    assert "Người Thử" in client.get("/sign-in/").content.decode()


def test_an_address_is_believed_from_our_own_proxies_alone(lan, client, settings):
    def started_from(**headers):
        Client(headers=headers).post(reverse("login"), {"username": "lan", "password": PASSWORD})
        return Session.objects.filter(account=lan).latest("started_at").started_from

    said = {"X-Forwarded-For": "6.6.6.6, 10.9.8.7"}
    assert started_from(**said) == "127.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert started_from(**said) == "10.9.8.7"


def test_a_whole_network_of_new_addresses_is_one(db):
    from ngangtam.doors.sign_in.lockout import counters

    keys = {counters("x", address)[1].key for address in ("2001:db8::1", "2001:db8::2")}

    assert len(keys) == 1
