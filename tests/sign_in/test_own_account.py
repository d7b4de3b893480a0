"""One's own account: password and sessions."""

import pytest
from django.test import Client
from django.urls import reverse

from ngangtam.doors.sign_in.models import Session

PASSWORD = "mat-khau-thu-nghiem"
NEW = "bon-mua-thay-la-xanh"


@pytest.fixture
def inside(lan, client, sign_in):
    sign_in("lan")
    return client


def _change(client, new=NEW, old=PASSWORD, again=None):
    return client.post(
        reverse("account_change_password"), {"old": old, "new": new, "again": again or new}
    )


def test_a_new_password_ends_every_other_session(lan, inside, sign_in, events):
    other = Client()
    sign_in("lan", by=other)

    assert _change(inside).status_code == 302

    assert inside.get("/").status_code == 200
    assert other.get("/").status_code == 302
    (event,) = events("account.password_chosen")
    assert event.what == {"sessions_ended": 1}
    assert sign_in("lan", NEW, by=Client()).status_code == 302
    assert sign_in("lan", by=Client()).status_code == 422


def test_fourteen_letters_are_enough(inside):
    assert _change(inside, "du-muoi-4-chuu").status_code == 302


@pytest.mark.parametrize(
    "new",
    ["chi-13-chu-cai", "aaaaaaaaaaaaaaaaaaaa", "tran-thi-lan-lan", PASSWORD],
    ids=["short", "one letter", "the name", "the old one"],
)
def test_a_bad_password_is_refused_with_a_reason(lan, inside, soup, new):
    new = new[:13] if new.startswith("chi") else new
    lan.full_name = "tran-thi-lan-lan"
    lan.save()
    answer = _change(inside, new)

    assert answer.status_code == 422
    assert soup(answer).select(".field-wrong")
    assert Client().post(reverse("login"), {"username": "lan", "password": PASSWORD}).url == "/"


def test_the_length_falls_with_a_second_step(lan, inside, give_app):
    assert _change(inside, "muoi-hai-chu").status_code == 422
    give_app(lan)

    assert _change(inside, "muoi-hai-chu").status_code == 302


def test_the_old_password_must_be_right(inside):
    assert _change(inside, old="sai-mat-khau-roi").status_code == 422


def test_two_different_new_passwords_are_refused(inside):
    assert _change(inside, again="khac-hoan-toan-nhe").status_code == 422


def test_lan_sees_where_she_is_signed_in(lan, inside, sign_in, soup):
    phone = Client(
        headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537"},
        REMOTE_ADDR="10.1.2.3",
    )
    sign_in("lan", by=phone)

    text = soup(inside.get("/account/")).select_one("main").get_text(" ", strip=True)

    assert "Chrome" in text
    assert "Android" in text
    assert "10.1.2.3" in text


def test_one_session_is_ended(lan, inside, sign_in, soup, events):
    phone = Client()
    sign_in("lan", by=phone)
    (form,) = soup(inside.get("/account/")).select(
        "form[action*='/account/sessions/'][action$='/end/']"
    )[:1]

    inside.post(form["action"])

    assert phone.get("/").status_code == 302
    assert inside.get("/").status_code == 200
    assert len(events("account.sessions_ended")) == 1


def test_all_others_are_ended(lan, inside, sign_in):
    others = [Client(), Client()]
    for one in others:
        sign_in("lan", by=one)

    inside.post(reverse("account-sessions-end"))

    assert [one.get("/").status_code for one in others] == [302, 302]
    assert inside.get("/").status_code == 200


def test_nobody_ends_somebody_elses_session(lan, inside, hoa, sign_in):
    row = Session.objects.get(account=lan)
    other = Client()
    sign_in("hoa", by=other)

    other.post(reverse("account-session-end", args=[row.pk]))

    assert inside.get("/").status_code == 200


def test_an_ended_session_is_not_brought_back_by_a_late_answer(lan, inside):
    from django.contrib.sessions.backends.base import UpdateError

    session = inside.session
    assert session.get("x") is None
    Session.objects.all().delete()
    session["x"] = 1

    with pytest.raises(UpdateError):
        session.save()


def test_the_account_page_costs_the_same_with_more_sessions(
    lan, inside, sign_in, django_assert_max_num_queries
):
    for _ in range(5):
        sign_in("lan", by=Client())

    with django_assert_max_num_queries(25):
        assert inside.get("/account/").status_code == 200
