"""Tokens: shown once, narrowed, over, revoked, counted when they fail."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from ngangtam.doors.api import actions, tokens
from ngangtam.doors.api.models import Token
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden


def test_whoever_makes_a_token_says_once_more_who_they_are(client, lan):
    client.force_login(lan)

    answer = client.post(
        reverse("token-make"), {"name": "x", "scopes": ["people.read"], "days": 30}
    )

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not Token.objects.exists()


def test_the_secret_is_shown_once_and_kept_nowhere(client, lan):
    client.post(reverse("login"), {"username": "lan", "password": "mat-khau-thu-nghiem"})

    answer = client.post(
        reverse("token-make"),
        {"name": "Bảng lương", "scopes": ["people.read"], "days": 30, "networks": "10.1.0.0/16"},
    )
    secret = _secret_of(answer)
    told = client.get(reverse("token-list")).content.decode()

    assert secret.startswith("ngt_")
    assert len(secret) > 40
    assert secret not in told
    assert "Bảng lương" in told
    token = Token.objects.get()
    assert secret not in "".join(str(value) for value in Token.objects.values_list().get())
    assert token.networks == ["10.1.0.0/16"]
    event = Event.objects.get(type="token.made")
    assert event.actor == "lan"
    assert secret not in str(event.what)


def _secret_of(answer):
    from bs4 import BeautifulSoup

    return BeautifulSoup(answer.content, "html.parser").select_one(".secret").text


def test_nobody_makes_or_revokes_a_token_for_somebody_else(lan, minh, program):
    asks = program(lan)

    with pytest.raises(Forbidden):
        actions.make(user_id=lan.pk, name="x", scopes=["people.read"], days=1, by=minh)
    with pytest.raises(Forbidden):
        actions.revoke(token_id=asks.token.pk, by=minh)
    assert not Event.objects.filter(type="token.revoked").exists()


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": []}, {"scopes": ["everything"]}, {"days": 0}, {"days": 5000}, {"name": " "},
     {"networks": ["everywhere"]}],
)  # fmt: skip
def test_a_token_that_makes_no_sense_is_refused(lan, wrong):
    asked = {"name": "x", "scopes": ["people.read"], "days": 1, **wrong}

    with pytest.raises(DomainError):
        actions.make(user_id=lan.pk, by=lan, **asked)
    assert not Token.objects.exists()


def test_a_revoked_token_is_dead_at_once(program, lan, client):
    asks = program(lan)
    assert asks.get("/token").status_code == 200

    client.force_login(lan)
    client.post(reverse("token-revoke", args=[asks.token.pk]))
    client.logout()

    assert asks.get("/token").status_code == 401
    with pytest.raises(ValidationError):
        actions.revoke(token_id=asks.token.pk, by=lan)


def test_somebody_elses_token_cannot_be_found(program, lan, hoa, client):
    asks = program(lan)
    client.force_login(hoa)

    assert client.get(reverse("token-revoke", args=[asks.token.pk])).status_code == 404
    assert client.post(reverse("token-revoke", args=[asks.token.pk])).status_code == 404
    assert "trial" not in client.get(reverse("token-list")).content.decode()


def test_a_disabled_account_has_no_token_that_holds(program, lan):
    asks = program(lan)
    lan.is_active = False
    lan.save()

    assert asks.get("/token").status_code == 401


def test_an_account_with_a_handed_over_password_has_none_either(program, lan):
    from ngangtam.doors.sign_in.models import Standing

    asks = program(lan)
    Standing.objects.create(user=lan, must_change=True)

    assert asks.get("/token").status_code == 401


def test_a_token_ends_by_itself(program, lan):
    asks = program(lan)
    secret = tokens.fresh()
    Token.objects.create(
        user=lan, name="old", digest=tokens.digest_of(secret), ending=secret[-4:],
        scopes=["people.read"], made_by="lan", expires_at=timezone.now() - timedelta(seconds=1),
    )  # fmt: skip
    assert asks.get("/token").status_code == 200

    asks.secret = secret

    assert asks.get("/token").status_code == 401


def test_a_token_holds_only_from_its_addresses(program, lan):
    here, elsewhere = program(lan, networks=["127.0.0.0/8"]), program(lan, networks=["10.0.0.0/8"])

    assert here.get("/token").status_code == 200
    assert elsewhere.get("/token").status_code == 401


def test_what_a_token_may_do_never_changes(program, lan):
    asks = program(lan, "law.read")

    for change in ("scopes = '{people.read}'", "expires_at = now() + interval '9 years'",
                   "user_id = user_id + 1", "digest = 'x'"):  # fmt: skip
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update api_token set {change} where id = %s", [asks.token.pk])


def test_the_second_wall_shows_nobody_anothers_tokens(program, lan, hoa):
    program(lan)

    with seen_by(hoa.pk):
        assert Token.objects.count() == 0
        assert Token.objects.update(revoked_at=timezone.now()) == 0
    with seen_by(lan.pk):
        assert Token.objects.count() == 1


def test_tokens_that_fail_are_counted_and_those_that_hold_pass(program, lan, settings):
    settings.NGANGTAM_FAILED_PER_ADDRESS = 3
    holds, fails = program(lan), program(lan)
    fails.secret = "ngt_" + "x" * 43

    answers = [fails.get("/token").status_code for _ in range(5)]
    locked = fails.get("/token")

    assert answers[:3] == [401, 401, 401]
    assert locked.status_code == 429
    assert locked["Retry-After"] == str(settings.NGANGTAM_LOCK_MINUTES * 60)
    assert holds.get("/token").status_code == 200


def test_use_is_noticed_but_not_with_every_request(program, lan, django_assert_max_num_queries):
    asks = program(lan)

    asks.get("/token")
    first = Token.objects.get().used_at
    asks.get("/token")

    assert first is not None
    assert Token.objects.get().used_at == first
    assert timezone.now() - first < timedelta(minutes=1)
    assert Token.objects.get().used_from == "127.0.0.1"


@pytest.mark.parametrize(
    "header",
    ["", "Basic bGFuOng=", "Bearer", "Bearer ", "Bearer ngt_", "Bearer ngt_ờ", "Token x",
     "Bearer " + "ngt_" + "a" * 5000, "Bearer ngt_' or 1=1 --"],
)  # fmt: skip
def test_what_is_no_token_is_refused(client, db, header):
    answer = client.get(
        "/api/v1/token", headers={"Authorization": header.encode().decode("latin-1")}
    )

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_the_command_line_makes_lists_and_revokes(lan):
    from ngangtam.doors.api import commands

    made = commands.make(
        username="lan", name="Kho dữ liệu", scopes=["targets.read"], days=10, networks=[]
    )
    listed = commands.listed("lan")
    commands.revoke(made.token.pk)

    assert [row["name"] for row in listed] == ["Kho dữ liệu"]
    assert made.secret not in str(listed)
    assert commands.listed("lan")[0]["state"] == "revoked"
    with pytest.raises(DomainError):
        commands.make(username="nobody", name="x", scopes=["law.read"], days=1, networks=[])
