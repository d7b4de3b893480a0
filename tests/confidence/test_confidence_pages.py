"""Rounds in the browser: opening, both lists, the timetable, results, and what follows them."""

import pytest

from ngangtam.stages.confidence import actions
from ngangtam.stages.confidence.models import Result, Round

DAY = "06/12/2028"


@pytest.fixture(autouse=True)
def _that_day(monkeypatch):
    """Pages ask for today; the town lives in the third year of its term."""
    from datetime import date

    for module in ("views.rounds", "views.acts"):
        monkeypatch.setattr(f"ngangtam.stages.confidence.{module}.today", lambda: date(2028, 10, 2))


def opened(client, town, **more):
    client.force_login(town.lan)
    given = {
        "regime": "elected", "title": "Lấy phiếu giữa nhiệm kỳ", "day": DAY, "session": DAY,
        "term": "2026", "share_of": "ballots", **more,
    }  # fmt: skip
    return client.post("/confidence/units/T1/open/", given)


def test_a_round_is_opened_and_says_what_is_next(town, client, soup):
    sent = opened(client, town)
    one = Round.objects.get()

    assert sent.status_code == 302
    assert sent.url == f"/confidence/{one.pk}/"
    page = soup(client.get(sent.url)).text
    assert "rồi xác định thành phần ghi phiếu" in page
    assert "Lý Thị Phó" in page
    assert "Giữ chức danh từ ngày 01/03/2028." in page
    assert "06/11/2028" in page
    assert "Lấy phiếu giữa nhiệm kỳ" in soup(client.get("/confidence/?q=giữa")).text
    assert "Lấy phiếu giữa nhiệm kỳ" not in soup(client.get("/confidence/?q=khác")).select_one(
        "#round-table"
    ).text.replace("giữa", "")


def test_another_body_is_one_click_away(town, client, soup):
    client.force_login(town.lan)
    page = soup(client.get("/confidence/units/T1/open/"))

    assert page.select_one('a[href="/confidence/units/T1.NV/open/"]').text == "Sở Nội vụ"


def test_a_wrong_form_says_so_in_words(town, client, soup):
    sent = opened(client, town, regime="party", session="", term="")

    assert sent.status_code == 422
    assert "Hãy ghi văn bản tổ chức đợt lấy phiếu" in soup(sent).text


def test_a_round_from_its_lists_to_the_prepared_vote(town, client, soup):
    opened(client, town)
    one = Round.objects.get()
    page = soup(client.get(f"/confidence/{one.pk}/convene/"))
    assert "đại biểu Hội đồng nhân dân (6)" in page.text

    version = page.select_one('input[name="version"]')["value"]
    done = client.post(
        f"/confidence/{one.pk}/convene/", {"circles": "deputies", "numbers": "", "version": version}
    )
    assert done.status_code == 302
    stale = client.post(f"/confidence/{one.pk}/fix/", {"version": version})
    assert stale.status_code == 422
    assert "người khác thay đổi" in soup(stale).text
    one.refresh_from_db()
    assert client.post(f"/confidence/{one.pk}/fix/", {"version": one.version}).status_code == 302
    assert "Đại Biểu A" in soup(client.get(f"/confidence/{one.pk}/voters/")).text

    page = soup(client.get(f"/confidence/{one.pk}/vote/"))
    tellers = [box["value"] for box in page.select('input[name="tellers"]')]
    assert len(tellers) == 6
    done = client.post(
        f"/confidence/{one.pk}/vote/", {"on_paper": "no", "tellers": tellers[:2], "needed": "2"}
    )
    assert done.status_code == 302
    page = soup(client.get(f"/confidence/{one.pk}/"))
    assert "việc tiếp theo làm ở trang bỏ phiếu" in page.text
    assert page.select_one('a[href^="/ballots/"]') is not None


def test_somebody_is_left_out_and_something_noted_as_done(town, client, soup):
    opened(client, town)
    one = Round.objects.get()
    row = one.subjects.get(person=town.people["pho"])

    missing = client.post(f"/confidence/people/{row.pk}/leave-out/", {"why": "leaving"})
    assert missing.status_code == 422
    client.post(
        f"/confidence/people/{row.pk}/leave-out/",
        {"why": "leaving", "note": "Thông báo 15-TB/TU", "version": one.version},
    )
    due = one.dues.get(code="front")
    client.post(f"/confidence/dues/{due.pk}/", {"done_on": "02/10/2028", "note": "BC 7"})

    page = soup(client.get(f"/confidence/{one.pk}/")).text
    assert "Thông báo 15-TB/TU" in page
    assert "BC 7" in page


@pytest.mark.parametrize("who", ["hoa", "minh"])
def test_nobody_else_meets_a_round(town, client, who):
    one = town.fixed()
    row = one.subjects.first()
    client.force_login(getattr(town, who))

    for address in (
        f"/confidence/{one.pk}/", f"/confidence/{one.pk}/voters/", f"/confidence/{one.pk}/fix/",
        f"/confidence/people/{row.pk}/leave-out/", f"/confidence/dues/{one.dues.first().pk}/",
        "/confidence/units/T1/open/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"reason": "x"}).status_code in {404, 405}, address


def test_a_head_reads_and_does_not_prepare(town, client, soup):
    one = town.fixed()
    client.force_login(town.truong)

    page = soup(client.get(f"/confidence/{one.pk}/"))
    assert page.select_one(f'a[href="/confidence/{one.pk}/vote/"]') is None
    assert client.get(f"/confidence/{one.pk}/vote/").status_code == 404


def test_results_are_shown_followed_and_released(standing_town, client, soup):
    town = standing_town
    one = town.counted(town.fixed(), town.papers)
    vice, board = (Result.objects.get(person=town.people[key]) for key in ("pho", "ban"))
    client.force_login(town.lan)

    page = soup(client.get(f"/confidence/{one.pk}/")).text
    assert "80,00" in page
    assert "2 kết quả tín nhiệm thấp" in page
    assert "Cơ quan, người đã giới thiệu trình miễn nhiệm" in page
    assert "Lý Thị Phó" in soup(client.get("/confidence/low/")).text
    assert client.get(f"/confidence/results/{vice.pk}/aside/").status_code == 404
    none = soup(client.get(f"/confidence/results/{vice.pk}/case/"))
    assert "Hãy mở vụ việc trước" in none.text
    assert none.select_one('#act a[href="/exits/"]') is not None
    town.case_about("pho")
    client.post(f"/confidence/results/{vice.pk}/case/", {"case_number": "2028-000001"})
    client.force_login(town.truong)
    refused = client.post(f"/confidence/results/{board.pk}/aside/", {"reason": " "})
    assert refused.status_code == 422
    client.post(f"/confidence/results/{board.pk}/aside/", {"reason": "Đã nghỉ từ 01/12"})
    page = soup(client.get(f"/confidence/{one.pk}/")).text
    assert "2028-000001" in page
    assert "Đã nghỉ từ 01/12" in page

    client.force_login(town.users["pho"])
    assert client.get(f"/confidence/{one.pk}/").status_code == 404
    assert "Chưa có kết quả" in soup(client.get("/confidence/mine/")).text
    actions.release(round_id=one.pk, document="", by=town.lan)
    assert "80,00" in soup(client.get("/confidence/mine/")).text
    client.force_login(town.users["db-0"])
    assert "80,00" not in soup(client.get("/confidence/mine/")).text


def test_a_page_asks_a_bounded_number_of_queries(town, client, django_assert_max_num_queries):
    one = town.fixed()
    client.force_login(town.lan)
    client.get(f"/confidence/{one.pk}/")

    for address in (f"/confidence/{one.pk}/", "/confidence/", f"/confidence/{one.pk}/voters/"):
        with django_assert_max_num_queries(40):
            assert client.get(address).status_code == 200
