"""An idle screen locks, on the server; what was typed waits for its writer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ngangtam.doors.sign_in import limits
from ngangtam.doors.sign_in.models import Session
from ngangtam.doors.sign_in.seal import seal

PASSWORD = "mat-khau-thu-nghiem"
LOCKED = "/sign-in/locked/"


def _idle(minutes, **only):
    Session.objects.filter(**only).update(seen_at=timezone.now() - timedelta(minutes=minutes))


@pytest.fixture
def inside(lan, client, sign_in):
    sign_in("lan")
    return client


def test_an_idle_screen_locks_after_the_minutes_of_the_rulebook(inside):
    _idle(14)
    assert inside.get("/").status_code == 200
    _idle(15.1)

    answer = inside.get("/people/?q=an")

    assert answer.status_code == 302
    assert answer.url == f"{LOCKED}?next=%2Fpeople%2F%3Fq%3Dan"
    assert inside.get("/").status_code == 302


def test_an_administrators_screen_locks_sooner(tri, client, sign_in):
    sign_in("tri")
    _idle(5.1)

    assert client.get("/").url.startswith(LOCKED)


def test_the_right_password_opens_and_leads_back(inside):
    _idle(20)
    inside.get("/")

    answer = inside.post(LOCKED, {"password": PASSWORD, "next": "/people/"})

    assert (answer.status_code, answer.url) == (302, "/people/")
    assert inside.get("/people/").status_code == 200


def test_a_wrong_password_does_not_open(inside):
    _idle(20)

    assert inside.post(LOCKED, {"password": "sai-mat-khau-roi"}).status_code == 422
    assert inside.get("/").status_code == 302


def test_guessing_at_a_locked_screen_ends_the_session(lan, inside, events):
    _idle(20)
    for _ in range(5):
        inside.post(LOCKED, {"password": "sai-mat-khau-roi"})

    assert inside.post(LOCKED, {"password": PASSWORD}).url == reverse("login")
    assert not Session.objects.filter(account=lan).exists()
    assert len(events("account.locked_out")) == 1


def test_next_of_the_lock_never_leads_away(inside):
    _idle(20)

    answer = inside.post(LOCKED, {"password": PASSWORD, "next": "//evil.example/"})

    assert answer.url == "/"


def test_a_form_that_came_too_late_is_kept_unreadable_and_sent_on_after_the_password(inside, soup):
    _idle(20)
    late = inside.post("/people/add/", {"full_name": "Nguyễn Văn Chưa Lưu", "note": "a\nb"})

    assert late.status_code == 423
    assert "Chưa Lưu" not in late.content.decode()
    kept = soup(late).select_one("input[name=kept]")["value"]
    again = inside.post(LOCKED, {"password": PASSWORD, "kept": kept})
    form = soup(again).select_one("form[action='/people/add/']")
    assert form.select_one("input[name=full_name]")["value"] == "Nguyễn Văn Chưa Lưu"
    assert form.select_one("input[name=note]")["value"] == "a\nb"
    assert form.select_one("input[name=csrfmiddlewaretoken]")


def test_passwords_are_not_kept(inside, soup):
    _idle(20)
    late = inside.post("/x/", {})
    assert late.status_code == 404
    late = inside.post(
        reverse("account_change_password"), {"old": "cu", "password": "moi", "new_password": "moi"}
    )
    kept = soup(late).select_one("input[name=kept]")["value"]
    again = soup(inside.post(LOCKED, {"password": PASSWORD, "kept": kept}))

    assert not again.select("input[name$=password]")


def test_files_cannot_wait_and_this_is_said(inside, soup):
    from django.core.files.uploadedfile import SimpleUploadedFile

    _idle(20)
    late = inside.post(
        "/people/add/", {"full_name": "X", "proof": SimpleUploadedFile("bằng.pdf", b"%PDF")}
    )
    kept = soup(late).select_one("input[name=kept]")["value"]

    again = inside.post(LOCKED, {"password": PASSWORD, "kept": kept})

    assert "bằng.pdf" in soup(again).select_one(".notice").get_text()


def test_what_was_kept_opens_for_its_writer_alone(inside, hoa, sign_in, soup):
    _idle(20)
    kept = soup(inside.post("/people/add/", {"full_name": "X"})).select_one("input[name=kept]")
    other = Client()
    sign_in("hoa", by=other)
    _idle(20)

    for text in (kept["value"], seal("{}", purpose="session"), "x"):
        answer = other.post(LOCKED, {"password": PASSWORD, "kept": text})
        assert (answer.status_code, answer.url) == (302, "/")
        _idle(20)


def test_the_part_for_the_script_opens_in_place(inside):
    _idle(20)
    htmx = {"HX-Request": "true"}
    part = inside.get(LOCKED, headers=htmx).content.decode()
    assert "hx-post" in part
    assert "<html" not in part

    answer = inside.post(LOCKED, {"password": PASSWORD}, headers=htmx)

    assert (answer.status_code, answer["HX-Trigger"]) == (204, "nt-unlocked")


def test_the_script_learns_how_long_the_screen_stays_open(inside):
    _idle(10)

    answer = inside.get(LOCKED, headers={"HX-Request": "true", "X-Nt-Quiet": "yes"})

    assert answer.status_code == 204
    assert 290 <= int(answer["X-Nt-Left"]) <= 300


def test_life_at_the_screen_keeps_it_open_and_a_polling_page_does_not(inside):
    _idle(10)
    inside.get("/", headers={"X-Nt-Quiet": "yes"})
    assert Session.objects.get().seen_at < timezone.now() - timedelta(minutes=9)

    inside.post("/sign-in/seen/")

    assert Session.objects.get().seen_at > timezone.now() - timedelta(minutes=1)


def test_life_does_not_open_what_is_locked(inside):
    inside.post("/sign-in/lock/")

    assert inside.post("/sign-in/seen/").status_code == 204
    assert inside.get("/").url.startswith(LOCKED)


def test_a_part_of_a_page_is_led_to_the_lock(inside):
    _idle(20)

    answer = inside.get(
        "/people/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?q=a"},
    )

    assert answer["HX-Redirect"] == f"{LOCKED}?next=%2Fpeople%2F%3Fq%3Da"


def test_one_may_leave_from_the_lock(inside):
    _idle(20)

    assert inside.post(reverse("logout")).url == reverse("login")
    assert not Session.objects.exists()


def test_without_a_number_in_the_rulebook_the_default_holds(monkeypatch):
    """Before the decree no text speaks; a missing limit never means that there is none."""
    from datetime import date

    before, since = (
        limits.limit(limits.SESSION_IDLE, date(2020, 1, 1)),
        limits.limit(limits.SESSION_IDLE, date(2026, 10, 1)),
    )

    assert (before.value, before.cites) == (15, ())
    assert since.value == 15
    assert since.cites


def test_a_number_that_waits_for_confirmation_is_not_used(monkeypatch):
    from datetime import date
    from types import SimpleNamespace

    class Book:
        def value(self, _id, on):
            return SimpleNamespace(value=None, reported=99, cites=("x#1",))

    limits.limit.cache_clear()
    monkeypatch.setattr(limits, "rulebook", Book)

    assert limits.limit(limits.FAILED_LOGINS, date(2026, 10, 2)).value == 5
    limits.limit.cache_clear()


def test_the_page_knows_when_it_locks(inside, soup):
    body = soup(inside.get("/")).body

    assert body["data-nt-idle"] == "900"
    assert body["data-nt-idle-lock"] == LOCKED
