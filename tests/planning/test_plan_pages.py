"""Plans in the browser's eyes: every page opens for whom it should, and acts once."""

from datetime import date, timedelta
from functools import lru_cache
from io import BytesIO

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from conftest import _user
from ngangtam.foundation.kernel.days import today
from ngangtam.records import facts
from ngangtam.stages.planning import actions, actions_review
from ngangtam.stages.planning.actions import Document
from ngangtam.stages.planning.models import Plan, PlanEntry, PlanList
from planning_people import link, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(plan, titles, people, propose, keeper, approver):
    entry = propose(titles["deputy"], people["chief1"])
    actions.submit(plan_id=plan.pk, version=None, by=keeper)
    actions.approve(
        plan_id=plan.pk, version=None, by=approver, today=date(2026, 3, 20),
        document=Document("12-QĐ/TU", date(2026, 3, 20), "Ban Thường vụ Tỉnh ủy"),
    )  # fmt: skip
    entry.refresh_from_db()
    return entry


def text(answer):
    return answer.content.decode()


def sheet(answer):
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return book.get_sheet_by_index(0).to_python()


def test_from_nothing_to_an_approved_plan(
    department, posts, people, keeper, approver, client, soup
):
    client.force_login(keeper)
    opened = client.post("/plans/open/", {
        "unit": "T1.NV", "term": "2027–2032", "first": "01/01/2027", "until": "01/01/2032",
        "counted_on": "01/01/2027",
    })  # fmt: skip
    plan = Plan.objects.get()
    assert opened.url == f"/plans/{plan.pk}/"
    page = soup(client.get(f"/plans/{plan.pk}/titles/"))
    named = {box["value"] for box in page.select('input[name="post"]')}
    assert str(posts["deputy"].pk) in named
    assert str(posts["official"].pk) not in named
    client.post(f"/plans/{plan.pk}/titles/", {"post": [posts["deputy"].pk]})
    title = plan.titles.get()
    found = soup(client.get(f"/plans/titles/{title.pk}/candidates/?q=Nguyễn+Trưởng"))
    assert found.select_one(f'a[href$="/{people["chief1"].number}/"]')
    address = f"/plans/titles/{title.pk}/candidates/{people['chief1'].number}/"
    look = soup(client.get(address))
    assert "377-QĐ/TW" in look.text
    assert client.post(address, {"reason": "Có năng lực"}).status_code == 422
    assert not PlanEntry.objects.exists()
    assert client.post(address, {"reason": "Có năng lực", "judgement": "Đã xem"}).status_code == 302
    assert people["chief1"].full_name in text(client.get(f"/plans/{plan.pk}/"))
    assert client.post(f"/plans/{plan.pk}/submit/", {}).status_code == 302
    assert client.get(f"/plans/{plan.pk}/approve/").status_code == 404
    client.force_login(approver)
    sent = client.post(f"/plans/{plan.pk}/approve/", {
        "number": "15-QĐ/TU", "day": f"{today():%d/%m/%Y}", "body": "Ban Thường vụ Tỉnh ủy",
    })  # fmt: skip
    assert sent.status_code == 302
    assert PlanEntry.objects.get().state == "in"


def test_a_form_sent_twice_acts_once(plan, titles, people, keeper, client):
    client.force_login(keeper)
    address = f"/plans/titles/{titles['deputy'].pk}/candidates/{people['chief1'].number}/"
    said = {"reason": "x", "judgement": "x", "_once": "a" * 32}

    assert client.post(address, said).status_code == 302
    assert client.post(address, said).status_code == 302
    assert PlanEntry.objects.count() == 1


def test_a_refused_person_has_no_form(titles, people, keeper, client, soup):
    client.force_login(keeper)
    page = soup(client.get(
        f"/plans/titles/{titles['deputy'].pk}/candidates/{people['director'].number}/"
    ))  # fmt: skip

    assert not page.select('textarea[name="reason"]')


def test_who_reads_and_who_does_not(approved, plan, keeper, approver, minh, hoa, client):
    pages = ["", "print/", "titles/", "review/", "send/", "outlook/"]
    for user, sees in ((keeper, True), (minh, False), (hoa, False)):
        client.force_login(user)
        for part in pages:
            status = client.get(f"/plans/{plan.pk}/{part}").status_code
            assert (status == 200) is sees, (user, part)
        assert (client.get(f"/plans/{plan.pk}.xlsx").status_code == 200) is sees
        assert (client.get(f"/plans/entries/{approved.pk}/").status_code == 200) is sees
    client.force_login(approver)
    assert client.get(f"/plans/{plan.pk}/").status_code == 200
    assert client.get(f"/plans/{plan.pk}/titles/").status_code == 404


def test_the_official_sees_the_own_place_after_approval_alone(
    plan, titles, people, propose, approved, client
):
    waiting = propose(titles["director"], people["chief2"])
    client.force_login(link(_user("an", "Nguyễn An"), people["chief1"]))
    mine = text(client.get("/plans/mine/"))
    assert "Phó Giám đốc Sở" in mine
    own = client.get(f"/plans/entries/{approved.pk}/")
    assert own.status_code == 200
    assert "Đã xem xét" not in text(own), "what was judged is not the official's to read"
    assert client.get(f"/plans/{plan.pk}/").status_code == 404
    client.force_login(link(_user("hai", "Nguyễn Hai"), people["chief2"]))
    assert "Giám đốc Sở" not in text(client.get("/plans/mine/"))
    assert client.get(f"/plans/entries/{waiting.pk}/").status_code == 404


def test_the_political_conclusion_needs_its_own_permission(
    plan, titles, people, propose, lan_province, client, soup
):
    entry = propose(titles["deputy"], people["chief1"])
    client.force_login(_user("truong", "Trần Trưởng", "unit_head", lan_province))
    page = soup(client.get(f"/plans/entries/{entry.pk}/"))
    row = next(one for one in page.select("tr") if "tiêu chuẩn chính trị" in one.text)

    assert "quyền riêng" in row.text or "own permission" in row.text


def test_taking_out_shows_the_effect_first(approved, plan, keeper, client, soup):
    client.force_login(keeper)
    page = soup(client.get(f"/plans/entries/{approved.pk}/out/"))
    assert "1/1" in page.text
    assert client.post(f"/plans/entries/{approved.pk}/out/", {"reason": ""}).status_code == 422
    client.post(f"/plans/entries/{approved.pk}/out/", {"reason": "Xin rút"})
    approved.refresh_from_db()
    assert approved.state == "leaving"
    client.post(f"/plans/entries/{approved.pk}/stay/")
    approved.refresh_from_db()
    assert approved.state == "in"


def test_the_review_page_judges_line_by_line(approved, plan, keeper, client):
    client.force_login(keeper)
    client.post(f"/plans/{plan.pk}/review/open/")
    line = plan.reviews.get().lines.get()
    assert client.get(f"/plans/{plan.pk}/review/").status_code == 200
    client.post(f"/plans/{plan.pk}/review/close/")
    assert plan.reviews.get().closed_at is None
    client.post(f"/plans/reviews/lines/{line.pk}/", {"outcome": "stays", "reason": "Tiếp tục"})
    client.post(f"/plans/{plan.pk}/review/close/")
    assert plan.reviews.get().closed_at is not None


def test_a_list_goes_up_as_word_and_excel(approved, plan, keeper, approver, client):
    client.force_login(keeper)
    sent = client.post(f"/plans/{plan.pk}/send/", {"to": "T1", "name": "Danh sách", "level": ""})
    row = PlanList.objects.get()
    assert sent.url == f"/plans/lists/{row.pk}/"
    lines = sheet(client.get(f"/plans/lists/{row.pk}.xlsx"))
    assert "Nguyễn Trưởng A" in {cell for line in lines for cell in line}
    assert client.get(f"/plans/lists/{row.pk}.docx").content[:2] == b"PK"
    assert client.post(f"/plans/lists/{row.pk}/seen/").status_code == 403
    client.force_login(approver)
    client.post(f"/plans/lists/{row.pk}/seen/")
    row.refresh_from_db()
    assert row.seen_by == approver


def test_figures_that_the_authority_sets_are_judged_against(
    approved, plan, approver, keeper, client
):
    client.force_login(keeper)
    assert client.get(f"/plans/{plan.pk}/figures/").status_code == 404
    client.force_login(approver)
    assert client.post(f"/plans/{plan.pk}/figures/", {"women_percent": "25"}).status_code == 422
    client.post(f"/plans/{plan.pk}/figures/", {"women_percent": "25", "basis": "Kế hoạch 5-KH/TU"})
    page = text(client.get(f"/plans/{plan.pk}/"))
    assert "Kế hoạch 5-KH/TU" in page


def test_the_balance_page_filters_prints_and_exports(approved, keeper, minh, client, soup):
    client.force_login(keeper)
    whole = soup(client.get("/plans/balance/?unit=T1.NV"))
    assert {"Giám đốc Sở", "Phó Giám đốc Sở", "Trưởng phòng"} <= {
        th.contents[0].strip() for th in whole.select("tbody th")
    }
    alone = soup(client.get("/plans/balance/?unit=T1.NV&which=single"))
    assert len(alone.select("tbody th")) == 1
    assert client.get("/plans/balance/print/?unit=T1.NV").status_code == 200
    assert len(sheet(client.get("/plans/balance.xlsx?unit=T1.NV"))) == 4
    client.force_login(minh)
    assert client.get("/plans/balance/").status_code == 404


def test_an_overdue_review_is_said(approved, plan, keeper, client):
    Plan.objects.filter(pk=plan.pk).update(approved_on=today() - timedelta(days=400))
    client.force_login(keeper)

    page = text(client.get(f"/plans/{plan.pk}/"))
    assert "rà soát" in page.lower() or "review is due" in page


def test_pages_stay_within_forty_queries(
    approved, plan, titles, people, propose, keeper, client, django_assert_max_num_queries,
    monkeypatch,
):  # fmt: skip
    """Facts are read apart from the page's queries, as they are where transactions end."""
    for key in ("chief2", "chief3"):
        propose(titles["deputy"], people[key])
    actions_review.open_review(plan_id=plan.pk, by=keeper, today=today())
    monkeypatch.setattr(facts, "on", lru_cache(facts.on))
    frame = facts.on(today()).frame
    monkeypatch.setattr(
        facts, "of", lambda some, _day: frame.filter(pl.col("person_id").is_in(list(some)))
    )
    client.force_login(keeper)
    for address in (
        "/plans/", f"/plans/{plan.pk}/", f"/plans/{plan.pk}/review/", "/plans/balance/?unit=T1",
        f"/plans/titles/{titles['director'].pk}/candidates/?q=nguyen",
        f"/plans/titles/{titles['director'].pk}/candidates/{people['chief4'].number}/",
        f"/plans/entries/{approved.pk}/", f"/plans/entries/{approved.pk}/out/",
        f"/plans/{plan.pk}/outlook/", f"/plans/{plan.pk}/titles/",
    ):  # fmt: skip
        with django_assert_max_num_queries(40):
            assert client.get(address).status_code == 200, address


def test_the_balance_gives_away_no_sealed_part(
    plan, titles, propose, approve, posts, source, lan_province, keeper, client
):
    """A head reads the plan and no conclusion on political standards."""
    person = make_person("Chưa Kết Luận", posts["deputy"], source, conclusion=False)
    propose(titles["director"], person)
    approve(plan)
    client.force_login(keeper)
    assert "kết luận" in text(client.get("/plans/balance/?unit=T1.NV")).lower()
    client.force_login(_user("truong", "Trần Trưởng", "unit_head", lan_province))
    page = text(client.get("/plans/balance/?unit=T1.NV"))
    assert "Chưa Kết Luận" in page
    assert "tiêu chuẩn chính trị" not in page
