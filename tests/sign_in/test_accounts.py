"""Administrators: they open, reset, disable and enable; they come into no account and no file."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ngangtam.doors.api.models import Token
from ngangtam.doors.sign_in import actions
from ngangtam.doors.sign_in.models import Standing
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from sign_in_codes import code_of

PASSWORD = "mat-khau-thu-nghiem"


@pytest.fixture
def desk(tri, client, sign_in):
    """Trị's browser."""
    sign_in("tri")
    return client


def _given(soup, answer):
    return soup(answer).select("code.secret")[1].get_text(strip=True)


def _open(desk, soup, username="nguyen.an"):
    answer = desk.post(
        reverse("account-add"),
        {"username": username, "full_name": "Nguyễn Văn An", "position": "Chuyên viên"},
    )
    return _given(soup, answer)


def test_an_account_is_opened_and_its_owner_must_choose_a_password(desk, soup, sign_in, events):
    password = _open(desk, soup)
    browser = Client()

    assert sign_in("nguyen.an", password, by=browser).status_code == 302

    assert browser.get("/").url == reverse("account_change_password")
    assert browser.get("/account/").url == reverse("account_change_password")
    page = browser.get(reverse("account_change_password")).content.decode()
    assert "Đỗ Quang Trị" in page
    browser.post(
        reverse("account_change_password"),
        {"old": password, "new": "song-dai-bien-rong", "again": "song-dai-bien-rong"},
    )
    assert browser.get("/").status_code == 200
    (event,) = events("account.created")
    assert event.actor == "tri"
    assert password not in str(event.what)


def test_a_new_account_may_nothing(desk, soup, sign_in):
    password = _open(desk, soup)
    user = User.objects.get(username="nguyen.an")

    assert not user.grants.exists()
    assert password not in user.password


@pytest.mark.parametrize("name", ["Nguyễn.An", "a", "an lê", "AN", "../x", "an<b>", "x" * 61])
def test_odd_names_are_refused(desk, name):
    answer = desk.post(reverse("account-add"), {"username": name, "full_name": "An"})

    assert answer.status_code == 422
    assert not User.objects.filter(full_name="An").exists()


def test_a_name_that_is_taken_is_refused(desk, lan):
    answer = desk.post(reverse("account-add"), {"username": "lan", "full_name": "Lan Khác"})

    assert answer.status_code == 422


def test_a_reset_ends_sessions_keeps_second_steps_and_shows_the_password_once(
    desk, lan, soup, sign_in, give_app, events
):
    secret = give_app(lan)
    browser = Client()
    sign_in("lan", by=browser)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert browser.get("/").status_code == 200

    answer = desk.post(reverse("account-password", args=["lan"]))
    password = _given(soup, answer)

    assert "no-store" in answer["Cache-Control"]
    assert browser.get("/").status_code == 302
    assert sign_in("lan", by=Client()).status_code == 422
    again = Client()
    assert sign_in("lan", password, by=again).url == reverse("mfa_authenticate")
    assert again.get("/").status_code == 302
    assert len(events("account.password_given")) == 1


def test_a_handed_over_password_grows_old(desk, lan, soup, sign_in):
    password = _given(soup, desk.post(reverse("account-password", args=["lan"])))
    Standing.objects.update(given_until=timezone.now() - timedelta(minutes=1))

    assert sign_in("lan", password, by=Client()).status_code == 422


def test_one_administrator_cannot_open_an_account_alone(tri, bao, lan, give_app):
    give_app(lan)
    actions.give_password(user_id=lan.pk, by=tri)

    with pytest.raises(DomainError), seen_by(tri.pk):
        actions.forget_factors(user_id=lan.pk, by=tri)
    assert Authenticator.objects.filter(user=lan).exists()
    with seen_by(bao.pk):
        actions.forget_factors(user_id=lan.pk, by=bao)
    assert not Authenticator.objects.filter(user=lan).exists()
    with pytest.raises(DomainError):
        actions.give_password(user_id=lan.pk, by=bao)


def test_an_administrator_counts_second_steps_and_reads_none(tri, lan, give_app):
    give_app(lan)
    with seen_by(tri.pk), connection.cursor() as cursor:
        cursor.execute("select ngangtam_factor_count(%s)", [lan.pk])
        assert cursor.fetchone() == (1,)
        cursor.execute("select count(*) from mfa_authenticator")
        assert cursor.fetchone() == (0,)


def test_the_database_lets_nobody_else_remove_second_steps(lan, hoa, tri, give_app):
    give_app(lan)
    for viewer in (hoa.pk, lan.pk, None):
        with (
            seen_by(viewer), pytest.raises(ProgrammingError), transaction.atomic(),
            connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute("select ngangtam_forget_factors(%s)", [lan.pk])
    assert Authenticator.objects.filter(user=lan).count() == 2


def test_a_disabled_account_is_out_at_once_and_comes_back(desk, lan, sign_in, events):
    browser = Client()
    sign_in("lan", by=browser)

    desk.post(reverse("account-disable", args=["lan"]), {"reason": "Nghỉ hưu"})

    assert browser.get("/").status_code == 302
    assert sign_in("lan", by=Client()).status_code == 422
    assert events("account.disabled")[0].what["reason"] == "Nghỉ hưu"
    desk.post(reverse("account-enable", args=["lan"]))
    assert sign_in("lan", by=Client()).status_code == 302
    assert len(events("account.enabled")) == 1


def test_disabling_asks_for_a_reason(desk, lan):
    assert desk.post(reverse("account-disable", args=["lan"])).status_code == 422
    lan.refresh_from_db()
    assert lan.is_active


def test_nobody_does_it_to_the_own_account(tri):
    for act in (actions.give_password, actions.forget_factors, actions.enable):
        with pytest.raises(DomainError):
            act(user_id=tri.pk, by=tri)
    with pytest.raises(DomainError):
        actions.disable(user_id=tri.pk, reason="x", by=tri)


def test_refused_without_the_grant(lan, minh, hoa, auditor, client):
    for person in (lan, hoa, auditor):
        with pytest.raises(Forbidden):
            actions.create_account(username="x.y", full_name="X", position="", by=person)
        for act in (actions.give_password, actions.forget_factors, actions.enable):
            with pytest.raises(Forbidden):
                act(user_id=minh.pk, by=person)
        client.force_login(person)
        for address in ("/accounts/", "/accounts/add/", "/accounts/minh/"):
            assert client.get(address).status_code == 404
        for verb in ("password", "factors", "disable", "enable", "identity"):
            assert client.post(f"/accounts/minh/{verb}/").status_code == 404


def test_an_administrator_opens_no_file(desk, lan_department, source):
    from ngangtam.records.personnel import steps

    person = steps.add_person(full_name="Ngô Thị Kín", unit=lan_department, source=source)

    assert desk.get(f"/people/{person.number}/").status_code in {403, 404}


def test_the_list_is_searched_paged_and_costs_the_same(desk, lan, soup):
    def queries():
        desk.get("/accounts/")
        with CaptureQueriesContext(connection) as seen:
            desk.get("/accounts/")
        return len(seen)

    few = queries()
    User.objects.bulk_create(
        User(username=f"nguoi{number:03}", full_name=f"Người {number:03}", password="!")
        for number in range(120)
    )

    assert queries() == few <= 8
    assert len(soup(desk.get("/accounts/")).select("tbody tr")) == 50
    found = soup(desk.get("/accounts/?q=lan")).select("tbody tr th a")
    assert [one.get_text(strip=True) for one in found] == ["Trần Thị Lan"]


def test_the_part_is_cut_from_the_page(desk, lan, soup):
    whole = soup(desk.get("/accounts/")).select_one("#account-table")
    part = soup(desk.get("/accounts/", headers={"HX-Request": "true"})).select_one("#account-table")

    assert whole.prettify() == part.prettify()


# --- by the clock --------------------------------------------------------------------------


def _last_seen(user, days):
    User.objects.filter(pk=user.pk).update(
        last_login=timezone.now() - timedelta(days=days),
        date_joined=timezone.now() - timedelta(days=400),
    )


def test_an_account_that_nobody_uses_is_disabled_after_the_days_of_the_rulebook(
    lan, hoa, minh, events
):
    _last_seen(lan, 44.9)
    _last_seen(hoa, 45.1)

    assert actions.disable_idle() == 1

    active = dict(User.objects.values_list("username", "is_active"))
    assert active == {"lan": True, "hoa": False, "minh": True}
    (event,) = events("account.disabled")
    assert (event.subject_id, event.actor, event.what["days"]) == (hoa.pk, "ngangtam", 45)
    assert event.cites
    assert Standing.objects.get(user=hoa).disabled_why == "idle"
    assert actions.disable_idle() == 0


def test_an_account_that_was_enabled_again_gets_its_days_anew(lan, tri):
    _last_seen(lan, 100)
    actions.disable_idle()
    actions.enable(user_id=lan.pk, by=tri)

    assert actions.disable_idle() == 0


def test_an_account_whose_token_a_program_uses_is_in_use(lan, hoa):
    for user, days in ((lan, 3), (hoa, 46)):
        _last_seen(user, 100)
        Token.objects.create(
            user=user, name="Cổng dữ liệu", digest=f"{user.pk:064}", ending="abcd",
            scopes=["units.read"], expires_at=timezone.now() + timedelta(days=9),
            used_at=timezone.now() - timedelta(days=days),
        )  # fmt: skip

    assert actions.disable_idle() == 1

    assert User.objects.get(pk=lan.pk).is_active


def test_an_account_that_was_never_used_is_disabled_too(lan):
    User.objects.filter(pk=lan.pk).update(date_joined=timezone.now() - timedelta(days=46))

    assert actions.disable_idle() == 1


def test_the_worker_does_it_daily():
    from procrastinate.contrib.django import app

    from ngangtam.doors.sign_in import tasks

    assert ("sign_in.daily", "") in app.periodic_registry.periodic_tasks
    assert tasks.daily.name == "sign_in.daily"


# --- on the machine itself -----------------------------------------------------------------


def _run(*arguments):
    from click.testing import CliRunner

    from ngangtam.doors.cli.main import cli

    return CliRunner().invoke(cli, ["account", *arguments])


@pytest.fixture
def _no_set_up(monkeypatch):
    from ngangtam.doors.cli import accounts

    monkeypatch.setattr(accounts, "django_ready", lambda: None)


@pytest.mark.usefixtures("_no_set_up")
def test_the_owner_of_the_machine_opens_the_first_account(db, sign_in, events):
    password = _run("create", "quan.tri", "--name", "Quản Trị").output.splitlines()[0]

    assert sign_in("quan.tri", password).status_code == 302
    (event,) = events("account.created")
    assert event.actor_id is None
    assert _run("create", "quan.tri", "--name", "X").exit_code == 1
    assert _run("create", "Quản Trị", "--name", "X").exit_code == 1


@pytest.mark.usefixtures("_no_set_up")
def test_the_owner_of_the_machine_helps_the_last_administrator(tri, sign_in, give_app):
    give_app(tri)
    _run("disable", "tri", "--reason", "thử")
    assert sign_in("tri").status_code == 422
    assert _run("enable", "tri").exit_code == 0
    password = _run("reset", "tri", "--factors").output.strip()

    assert sign_in("tri", password).url == "/"
    assert "tri" in _run("list").output
    assert _run("enable", "khong.co").exit_code == 1
