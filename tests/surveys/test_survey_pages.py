"""Surveys in the browser: answering with a second look, by a code, opening, closing, reading."""

from datetime import timedelta

import pytest

from ngangtam.foundation.kernel.days import today
from ngangtam.stages.surveys import actions
from ngangtam.stages.surveys.models import Slip, Survey, Ticket


@pytest.fixture
def survey(town):
    return actions.open_survey(
        cycle_id=town["cycle"].pk, unit_code="T1.NV", closes_on=today() + timedelta(days=3),
        today=today(), by=town["lan"], person_number=town["people"]["pho-1"].number,
    ).survey  # fmt: skip


@pytest.fixture
def ticket(survey, town):
    return Ticket.objects.get(survey=survey, person=town["people"]["cv-1"])


def test_what_one_is_asked_is_listed_and_counted_in_the_menu(ticket, town, client, soup):
    client.force_login(town["users"]["cv-1"])
    page = soup(client.get("/surveys/mine/"))

    assert page.select_one(f'a[href="/surveys/mine/{ticket.pk}/"]').text == "Lý Văn Phó"
    assert "1" in page.select_one('a[href="/surveys/mine/"]').parent.text


def test_a_comment_that_gives_somebody_away_is_shown_before_it_is_sent(ticket, town, client, soup):
    client.force_login(town["users"]["cv-1"])
    address = f"/surveys/mine/{ticket.pk}/"
    typed = {"q_manners": "4", "comment": "Hôm 12/03 chị Phụng bỏ họp."}

    look = soup(client.post(address, typed))

    assert {mark.text for mark in look.select("mark")} == {"12/03", "chị Phụng"}
    assert not Slip.objects.exists()
    changing = soup(client.post(address, {**typed, "looked": "on", "change": "yes"}))
    assert "Phụng" in changing.select_one("textarea").text
    assert not Slip.objects.exists()
    sent = client.post(address, {**typed, "looked": "on"})
    assert sent.status_code == 302
    assert Slip.objects.count() == 1


def test_a_plain_comment_is_sent_at_once(ticket, town, client):
    client.force_login(town["users"]["cv-1"])

    sent = client.post(f"/surveys/mine/{ticket.pk}/", {"comment": "Cần lắng nghe hơn."})

    assert sent.status_code == 302
    again = client.post(f"/surveys/mine/{ticket.pk}/", {"comment": "Lần nữa."})
    assert again.status_code == 422
    assert Slip.objects.count() == 1


def test_the_ticket_of_another_is_not_there(ticket, town, client):
    client.force_login(town["users"]["cv-2"])

    assert client.get(f"/surveys/mine/{ticket.pk}/").status_code == 404
    assert client.post(f"/surveys/mine/{ticket.pk}/", {"comment": "x"}).status_code == 404


def test_a_citizen_answers_with_a_code_and_no_account(survey, town, client, soup):
    [code] = actions.make_codes(survey_id=survey.pk, side="citizen", count=1, by=town["lan"])
    assert client.get("/surveys/answer/").status_code == 200
    assert client.post("/surveys/answer/", {"code": "AAAA-BBBB-CCCC"}).status_code == 422

    asked = soup(client.post("/surveys/answer/", {"code": code}))
    names = {field["name"] for field in asked.select("select")}
    assert names == {"q_manners", "q_responsibility", "q_ability"}
    look = soup(client.post("/surveys/answer/", {
        "code": code, "q_manners": "5", "comment": "Gọi 0912345678 nhé",
    }))  # fmt: skip
    assert look.select_one("mark").text == "0912345678"
    carried = {one["name"]: one["value"] for one in look.select('input[type="hidden"]')}
    sent = client.post("/surveys/answer/", carried)
    assert sent.url == "/surveys/answer/thanks/"
    assert client.get(sent.url).status_code == 200
    assert client.post("/surveys/answer/", {"code": code}).status_code == 422
    assert Slip.objects.count() == 1


def test_the_office_opens_prints_codes_and_closes(town, client, soup):
    client.force_login(town["lan"])
    sent = client.post("/surveys/units/T1.NV/open/", {
        "cycle": town["cycle"].pk, "person": town["people"]["giam-doc"].number,
        "closes_on": f"{today():%d/%m/%Y}",
    })  # fmt: skip
    survey = Survey.objects.get()
    assert sent.url == f"/surveys/{survey.pk}/"
    printed = soup(client.post(f"/surveys/{survey.pk}/codes/", {"side": "citizen", "count": "6"}))
    assert len(printed.select("code")) == 6
    assert client.post(f"/surveys/{survey.pk}/close/").status_code == 422
    for key in [f"cv-{number}" for number in range(6)]:
        one = Ticket.objects.get(survey=survey, person=town["people"][key])
        actions.answer(ratings={"fairness": 2}, comment="Giao việc gấp", today=today(),
                       ticket_id=one.pk, by=town["users"][key])  # fmt: skip
    Survey.objects.update(closes_on=today() - timedelta(days=1))

    assert client.post(f"/surveys/{survey.pk}/close/").status_code == 302
    page = client.get(f"/surveys/{survey.pk}/").content.decode()
    assert "Giao việc gấp" in page
    client.force_login(town["users"]["giam-doc"])
    assert "Giao việc gấp" in client.get(f"/surveys/{survey.pk}/").content.decode()
    client.force_login(town["users"]["cv-1"])
    assert client.get(f"/surveys/{survey.pk}/").status_code == 404
