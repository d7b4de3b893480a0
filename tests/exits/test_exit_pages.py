"""Pages of leaving a post, opened by everybody who may and by those who may not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from exits.conftest import PAPER, TODAY, rated
from ngangtam.stages.exits import actions_letters, actions_suspension, actions_watch
from ngangtam.stages.exits.models import Letter, Proposal, Statement, Suspension


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The pages are opened on the day of the tests."""
    for room in ("overview", "proposals", "people", "suspensions", "letters"):
        monkeypatch.setattr(f"ngangtam.stages.exits.views.{room}.today", lambda: TODAY)


@pytest.fixture
def found(town):
    """One confirmed proposal, one sign, one letter, one suspension."""
    lan = town.users["lan"]
    rated(town, "pho", 2024, 2025)
    actions_watch.state(
        person_number=town.people["pho"].number, about="party_low_votes", says="Kết quả lấy phiếu",
        figure=Decimal(55), of=Decimal(100), paper=PAPER, today=TODAY, by=lan,
    )  # fmt: skip
    actions_watch.watch(unit_id=town.province.pk, day=TODAY)
    letter = actions_letters.send(
        posting_id=town.postings["giam-doc"].pk, ground="resignation.voluntary",
        text="Tôi xin thôi giữ chức vụ.", wished=None, today=TODAY, by=town.users["giam-doc"],
    )  # fmt: skip
    suspension = actions_suspension.suspend(
        person_number=town.people["pho"].number, ground="suspension.civil-servant",
        reason="Xác minh", first=TODAY, last=TODAY + timedelta(days=14), paper=PAPER,
        confirmed_length=True, today=TODAY, by=lan,
    )  # fmt: skip
    proposal = Proposal.objects.get(ground="removal.low-confidence")
    return town, proposal, letter, suspension


def open_(client, town, who, name, *args, **query):
    client.force_login(town.users[who])
    return client.get(reverse(name, args=args), query)


def test_the_overview_tells_proposals_signs_letters_and_suspensions(found, client, soup):
    town, proposal, letter, suspension = found
    answer = open_(client, town, "lan", "exit-unit", "T1")
    assert answer.status_code == 200
    text = soup(answer).get_text(" ", strip=True)
    assert "Lý Văn Phó" in text
    assert "Đào Thị Giám" in text
    links = {one["href"] for one in soup(answer).select("a[href]")}
    assert {proposal.get_absolute_url(), letter.get_absolute_url(),
            suspension.get_absolute_url()} <= links  # fmt: skip
    assert soup(answer).select_one("#exit-unit")


def test_every_page_opens_for_who_may(found, client):
    town, proposal, letter, suspension = found
    number = town.people["pho"].number
    pages = [
        ("exit-unit", "T1"), ("exit-unit", "T1.NV"), ("exit-proposals", "T1"),
        ("exit-retirements", "T1"), ("exit-proposal", proposal.pk),
        ("exit-proposal-open", proposal.pk), ("exit-person", number), ("exit-state", number),
        ("exit-suspend", number), ("exit-letter", letter.pk), ("exit-letter-open", letter.pk),
        ("exit-suspension", suspension.pk),
        ("exit-strike", Statement.objects.get().pk),
    ]  # fmt: skip
    for name, *args in pages:
        assert open_(client, town, "lan", name, *args).status_code == 200, name
    assert open_(client, town, "lan", "exit-start").status_code == 302


@pytest.mark.parametrize("who", ["hoa", "minh", "cv", "pho"])
def test_nobody_else_meets_anything_of_it(found, client, who):
    town, proposal, letter, suspension = found
    number = town.people["pho"].number
    pages = [
        ("exit-unit", "T1"), ("exit-proposals", "T1"), ("exit-retirements", "T1"),
        ("exit-retirements-excel", "T1"), ("exit-proposal", proposal.pk),
        ("exit-proposal-open", proposal.pk), ("exit-person", number), ("exit-state", number),
        ("exit-suspend", number), ("exit-retire", number), ("exit-letter", letter.pk),
        ("exit-strike", Statement.objects.get().pk),
    ]  # fmt: skip
    for name, *args in pages:
        assert open_(client, town, who, name, *args).status_code == 404, name
    seen = open_(client, town, who, "exit-suspension", suspension.pk).status_code
    assert seen == (200 if who == "pho" else 404)


def test_the_person_reads_the_proposal_once_told(found, client):
    town, proposal, _letter, _suspension = found
    before = open_(client, town, "pho", "exit-mine")
    assert before.status_code == 200
    assert "Tín nhiệm thấp" not in before.content.decode()
    client.force_login(town.users["lan"])
    told = client.post(
        reverse("exit-proposal-tell", args=[proposal.pk]), {"version": proposal.version}
    )
    assert told.status_code == 302
    after = open_(client, town, "pho", "exit-mine")
    assert "Tín nhiệm thấp trên một nửa" in after.content.decode()


def test_a_decider_sets_aside_in_the_browser_and_an_officer_cannot(found, client):
    town, proposal, *_ = found
    url = reverse("exit-proposal-aside", args=[proposal.pk])
    said = {"reason": "Đã có ý kiến", "version": proposal.version}
    client.force_login(town.users["lan"])
    assert client.post(url, said).status_code == 403
    client.force_login(town.users["quyet"])
    assert client.post(url, {**said, "reason": ""}).status_code == 422
    assert client.post(url, {**said, "version": 99}).status_code == 422
    assert client.post(url, said).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "aside"


def test_a_letter_is_written_and_withdrawn_by_the_own_account(town, client):
    client.force_login(town.users["pho"])
    said = {
        "posting": town.postings["pho"].pk, "ground": "resignation.limited-ability",
        "text": "Sức khỏe không bảo đảm.", "wished": "01/01/2027",
    }  # fmt: skip
    assert client.post(reverse("exit-letter-new"), said).status_code == 302
    letter = Letter.objects.get()
    assert (letter.person, letter.wished) == (town.people["pho"], date(2027, 1, 1))
    again = client.post(reverse("exit-letter-new"), said)
    assert again.status_code == 422
    assert "đang được xem xét" in again.content.decode()
    gone = client.post(
        reverse("exit-letter-withdraw", args=[letter.pk]), {"version": letter.version}
    )
    assert gone.status_code == 302
    letter.refresh_from_db()
    assert letter.state == "withdrawn"


def test_an_official_without_a_leadership_post_cannot_write_a_letter(town, client):
    client.force_login(town.users["cv"])
    assert client.get(reverse("exit-letter-new")).status_code == 404


def test_a_finding_is_recorded_in_the_browser_and_a_wrong_one_is_refused(town, client):
    client.force_login(town.users["lan"])
    url = reverse("exit-state", args=[town.people["pho"].number])
    said = {
        "about": "party_low_votes", "says": "Kết quả", "figure": "70", "of": "100",
        "number": "01-BB", "paper_day": "20/11/2026", "body": "Hội nghị",
    }  # fmt: skip
    assert client.post(url, {**said, "of": ""}).status_code == 422
    assert client.post(url, {**said, "figure": "170"}).status_code == 422
    assert client.post(url, said).status_code == 302
    assert Statement.objects.get().recorded_by == town.users["lan"]


def test_a_suspension_that_nobody_vouches_for_is_refused(town, client):
    client.force_login(town.users["lan"])
    url = reverse("exit-suspend", args=[town.people["pho"].number])
    said = {
        "ground": "suspension.civil-servant", "reason": "Xác minh", "first": "23/11/2026",
        "last": "11/12/2026", "number": "02-QĐ", "paper_day": "20/11/2026", "body": "Sở",
    }  # fmt: skip
    refused = client.post(url, said)
    assert refused.status_code == 422
    assert not Suspension.objects.exists()
    assert client.post(url, {**said, "confirmed_length": "on"}).status_code == 302
    assert Suspension.objects.get().limit is None


def test_a_page_of_a_unit_costs_few_queries(found, client, django_assert_max_num_queries):
    town, proposal, *_ = found
    client.force_login(town.users["lan"])
    for name, *args in (
        ("exit-unit", "T1"), ("exit-proposal", proposal.pk), ("exit-proposals", "T1"),
        ("exit-retirements", "T1"), ("exit-person", town.people["pho"].number),
    ):  # fmt: skip
        with django_assert_max_num_queries(40):
            client.get(reverse(name, args=args))


def test_a_finding_that_conditions_ask_is_recorded_yes_or_no(town, client, soup):
    number = town.people["pho"].number
    answer = open_(client, town, "lan", "exit-state", number, about="fault_needs_remedy")
    assert soup(answer).select_one("option[selected]")["value"] == "fault_needs_remedy"
    sent = client.post(
        reverse("exit-state", args=[number]),
        {"about": "fault_needs_remedy", "says": "Đã khắc phục xong", "word": "no",
         "number": "5-TB/UBKT", "paper_day": "20/11/2026", "body": "Ủy ban Kiểm tra"},
    )  # fmt: skip
    assert sent.status_code == 302
    assert Statement.objects.get().word is False
    page = soup(client.get(sent.url)).get_text(" ", strip=True)
    assert "Có khuyết điểm phải kiểm điểm, khắc phục mà chưa xong : không" in page
