"""The own month, a sheet, the unit's month: what each shows, to whom, and what it answers."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse

from ngangtam.foundation.kernel.days import today
from ngangtam.records.personnel.models import Person
from ngangtam.stages.evaluation import actions_sheets as actions
from ngangtam.stages.evaluation.actions_sheets import OwnScores, Scores
from ngangtam.stages.evaluation.models import Cycle, Result, Sheet
from ngangtam.stages.work.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_task(lan_department):
    def make(person, title, **given):
        unit = given.pop("unit", lan_department)
        given = {"quantity": Decimal(5), "coefficient": Decimal(2), **given}
        return Task.objects.create(
            unit=unit, path=unit.path, title=title, person=person, month=date(2026, 3, 1),
            due=date(2026, 3, 20), **given,
        )  # fmt: skip

    return make


@pytest.fixture
def tasks(make_task, binh_person):
    done = {"state": "confirmed", "confirmed_quantity": Decimal(5), "done_on": date(2026, 3, 19)}
    return [
        make_task(binh_person, "Tham mưu quyết định", **done),
        make_task(binh_person, "Rà soát văn bản", **{**done, "delays": 1}),
        make_task(binh_person, "Báo cáo quý", state="reported", reported_quantity=Decimal(3)),
        make_task(binh_person, "Tập huấn cơ sở"),
    ]


def report(sheet, by, points=None):
    sheet.refresh_from_db()
    own = OwnScores(points or {"general": 27})
    return actions.report(sheet_id=sheet.pk, version=sheet.version, own=own, by=by)


def test_the_own_month_says_the_score_and_why(sheet, tasks, binh, client, soup):
    report(sheet, binh)
    client.force_login(binh)

    page = soup(client.get(reverse("my-month")))

    # Of 40 standard products 26 done as reported: 65 %; one delay takes a quarter of 10 from c:
    # 23,5 of 40. (65 + 65 + 58,75) / 3 of 70 points, and 27.
    assert "71,04" in page.select_one(".score").text
    bars = {
        bar.select_one("strong").text.split("\n")[0].strip(): bar
        for bar in page.select(".bars > li")
    }
    quantity = next(bar for name, bar in bars.items() if "số lượng" in name or "Quantity" in name)
    assert "65" in quantity.text
    assert [
        line.select_one("span").text.split(" – ")[0].strip()
        for line in quantity.select(".losses li")
    ] == ["Tập huấn cơ sở", "Báo cáo quý"]
    progress = next(bar for name, bar in bars.items() if "tiến độ" in name or "Progress" in name)
    assert "Rà soát văn bản" in progress.text
    assert page.select_one("#own-points form")
    assert page.select(".needs > li")


def test_the_own_month_takes_the_own_points(sheet, tasks, binh, client, soup):
    client.force_login(binh)
    url = reverse("sheet-report", args=[sheet.pk])

    wrong = client.post(url, {"version": 1, "p_general": "31"})
    assert wrong.status_code == 422
    assert client.post(url, {"version": 1, "p_general": "28,5"}).status_code == 302
    stale = client.post(url, {"version": 1, "p_general": "20"})

    assert stale.status_code == 422
    assert soup(stale).select_one(".errorlist, .invalid-feedback, [role=alert]")
    sheet.refresh_from_db()
    assert sheet.own_points == {"general": 28.5}


def test_without_a_sheet_the_page_says_so(binh, client):
    client.force_login(binh)
    assert client.get(reverse("my-month")).status_code == 200


def test_without_an_own_file_there_is_no_own_month(lan, client):
    client.force_login(lan)
    assert client.get(reverse("my-month")).status_code == 404


def test_earlier_months_are_listed(sheet, make_cycle, make_sheet, binh_person, lan_department,
                                   binh, client, soup):  # fmt: skip
    before = make_cycle("2026-02", date(2026, 2, 1), date(2026, 3, 1), state="closed", run=1)
    old = make_sheet(binh_person, lan_department, cycle=before)
    Result.objects.create(cycle=before, sheet=old, run=1, total=81.5, level="good")
    client.force_login(binh)

    page = soup(client.get(reverse("my-month")))
    earlier = client.get(reverse("my-month") + f"?sheet={old.pk}")

    assert "81,5" in page.text
    assert earlier.status_code == 200


def test_somebody_elses_sheet_is_404(sheet, head_sheet, binh, minh, hoa, trung, client):
    for user, expected in ((binh, 200), (trung, 200), (minh, 404), (hoa, 404)):
        client.force_login(user)
        assert client.get(reverse("sheet-detail", args=[sheet.pk])).status_code == expected
        if expected == 404:
            for act in ("report", "confirm", "return", "reopen", "exempt", "rate", "particulars"):
                url = reverse(f"sheet-{act}", args=[sheet.pk])
                assert client.post(url, {"version": 1, "p_general": 3}).status_code == 404
    client.force_login(binh)
    assert client.get(reverse("sheet-detail", args=[head_sheet.pk])).status_code == 404
    assert client.get(reverse("my-month") + f"?sheet={head_sheet.pk}").status_code == 404
    assert client.get(reverse("sheet-detail", args=[999999])).status_code == 404


def test_the_head_confirms_on_the_sheet(sheet, tasks, binh, trung, client, soup):
    report(sheet, binh)
    client.force_login(trung)
    page = soup(client.get(reverse("sheet-detail", args=[sheet.pk])))
    assert page.select_one("#confirm input[name=p_general]")["value"] in {"27", "27.0"}

    answer = client.post(
        reverse("sheet-confirm", args=[sheet.pk]),
        {"version": 2, "p_general": "25", "shortcomings_fixed": "yes", "remark": "Tốt"},
    )

    assert answer.status_code == 302
    sheet.refresh_from_db()
    assert (sheet.state, sheet.general_points, sheet.shortcomings_fixed) == ("confirmed", 25, True)
    shown = soup(client.get(reverse("sheet-detail", args=[sheet.pk])))
    assert not shown.select("#confirm")
    assert shown.select(".timeline .moment")


def test_a_person_confirms_nothing_of_the_own(sheet, binh, client, soup):
    report(sheet, binh)
    client.force_login(binh)
    page = soup(client.get(reverse("sheet-detail", args=[sheet.pk])))

    assert not page.select("#confirm")
    for act in ("confirm", "return", "exempt", "particulars"):
        url = reverse(f"sheet-{act}", args=[sheet.pk])
        data = {"version": 2, "p_general": 30, "return-version": 2, "return-reason": "x",
                "exempt-version": 2, "exempt-reason": "x"}  # fmt: skip
        assert client.post(url, data).status_code == 403, act
    sheet.refresh_from_db()
    assert sheet.state == "reported"


def test_returning_and_reopening_by_page(sheet, binh, trung, client):
    report(sheet, binh)
    client.force_login(trung)
    back = {"return-version": 2, "return-reason": "Thiếu minh chứng"}
    assert client.post(reverse("sheet-return", args=[sheet.pk]), back).status_code == 302
    report(sheet, binh)
    sheet.refresh_from_db()
    client.post(reverse("sheet-confirm", args=[sheet.pk]), {"version": 4, "p_general": 25})
    again = {"reopen-version": 5, "reopen-reason": "Bổ sung"}
    assert client.post(reverse("sheet-reopen", args=[sheet.pk]), again).status_code == 302

    sheet.refresh_from_db()
    assert sheet.state == "reported"


def test_the_office_by_page(sheet, lan, client):
    client.force_login(lan)
    out = {"exempt-version": 1, "exempt-reason": "Nghỉ thai sản"}
    assert client.post(reverse("sheet-exempt", args=[sheet.pk]), out).status_code == 302
    assert client.post(reverse("sheet-rate", args=[sheet.pk]), {"version": 2}).status_code == 302
    data = {"version": 3, "months_worked": "5.5", "group": "một cửa", "outstanding": "yes"}
    assert client.post(reverse("sheet-particulars", args=[sheet.pk]), data).status_code == 302

    sheet.refresh_from_db()
    assert (sheet.state, sheet.months_worked, sheet.outstanding) == ("open", Decimal("5.5"), True)


# --- the unit's month -----------------------------------------------------------------------


def team(unit, cycle, query=""):
    return reverse("team-month", args=[unit.code, cycle.code]) + query


@pytest.fixture
def crowd(make_sheet, make_person, make_task, lan_department):
    """Four people, all with the same points and every task done and confirmed."""
    sheets = []
    for name in ("An", "Bắc", "Cúc", "Dung"):
        person = make_person(f"Trần Văn {name}", lan_department)
        make_task(person, f"Việc của {name}", state="confirmed", confirmed_quantity=Decimal(5))
        sheets.append(make_sheet(person, lan_department))
    Sheet.objects.update(state="reported", own_points={"general": 29}, own_at="2026-03-30T08:00Z")
    return sheets


def test_the_units_month_shows_everybody_and_what_is_unusual(
    crowd, cycle, lan_department, trung, client, soup
):
    client.force_login(trung)

    page = soup(client.get(team(lan_department, cycle)))

    names = [row.select_one("th a").text for row in page.select("#team-table tbody tr")]
    assert names == ["Trần Văn An", "Trần Văn Bắc", "Trần Văn Cúc", "Trần Văn Dung"]
    notices = " ".join(one.text for one in page.select("#team-table .notice"))
    assert "29" in notices
    assert "4" in notices
    assert "99" in page.select_one("#team-table tbody tr").text


def test_several_are_confirmed_by_page(crowd, cycle, lan_department, trung, client):
    client.force_login(trung)
    url = reverse("team-confirm", args=[lan_department.code, cycle.code])

    client.post(url, {"sheet": [f"{crowd[0].pk}:1", f"{crowd[1].pk}:9"]})
    assert list(Sheet.objects.order_by("pk").values_list("state", flat=True)) == [
        "confirmed", "reported", "reported", "reported",
    ]  # fmt: skip
    client.post(url, {"all": "yes", "shown": "2020-01-01T00:00:00+07:00"})
    assert Sheet.objects.filter(state="confirmed").count() == 1
    client.post(url, {"all": "yes", "shown": "2026-11-30T00:00:00+07:00"})
    assert Sheet.objects.filter(state="confirmed", general_points=29).count() == 4


def test_signs_filters_sort_and_pages(crowd, cycle, lan_department, make_sheet, an_person, trung,
                                      client, soup):  # fmt: skip
    make_sheet(an_person, lan_department)
    low = crowd[2]
    actions.confirm(sheet_id=low.pk, version=1, scores=Scores({"general": 20}), by=trung)
    client.force_login(trung)

    def names(query):
        page = soup(client.get(team(lan_department, cycle, query)))
        return [row.select_one("th a").text for row in page.select("#team-table tbody tr")]

    assert names("?sign=far") == ["Trần Văn Cúc"]
    assert names("?sign=no_tasks") == ["Lê Thị An"]
    assert names("?state=confirmed") == ["Trần Văn Cúc"]
    assert names("?q=bac") == ["Trần Văn Bắc"]
    assert names("?sort=total")[0] == "Trần Văn Cúc"
    assert len(names("?sort=-own&size=25")) == 5
    assert len(names("?deep=yes")) == 5


def test_the_part_is_cut_from_the_page(crowd, cycle, lan_department, trung, client, soup):
    client.force_login(trung)
    url = team(lan_department, cycle)

    def table(response):
        found = soup(response).select_one("#team-table")
        for hidden in found.select("input[type=hidden]"):
            hidden.decompose()
        return found.prettify()

    assert table(client.get(url)) == table(client.get(url, headers={"HX-Request": "true"}))


def test_more_people_cost_no_more_queries(
    crowd, cycle, lan_department, make_sheet, make_person, trung, client,
    django_assert_max_num_queries,
):  # fmt: skip
    for number in range(20):
        make_sheet(make_person(f"Người {number}", lan_department), lan_department)
    client.force_login(trung)

    with django_assert_max_num_queries(40):
        client.get(team(lan_department, cycle))


def test_the_heads_of_units_below_stand_with_the_unit_above(
    head_sheet, sheet, unit_sheet, cycle, lan_province, thanh, client, soup
):
    client.force_login(thanh)
    page = soup(client.get(team(lan_province, cycle)))

    assert {row.select_one("th a").text for row in page.select("#team-table tbody tr")} == {
        "Đỗ Quang Trung", "Sở Nội vụ",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["team-month", "team-print", "team-export"])
def test_a_units_month_is_for_who_reads_it(
    name, crowd, cycle, lan_department, trung, lan, minh, hoa, binh, client
):
    url = reverse(name, args=[lan_department.code, cycle.code])
    for user, expected in ((trung, 200), (lan, 200), (minh, 404), (hoa, 404), (binh, 404)):
        client.force_login(user)
        assert client.get(url).status_code == expected, user
    client.force_login(trung)
    assert client.get(reverse(name, args=[lan_department.code, "2030-01"])).status_code == 404


def test_the_workbook_holds_no_formula(crowd, cycle, lan_department, trung, client):
    from python_calamine import CalamineWorkbook

    Person.objects.filter(pk=crowd[0].person_id).update(full_name="=1+1")
    client.force_login(trung)
    answer = client.get(reverse("team-export", args=[lan_department.code, cycle.code]))

    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sorted(row[1] for row in rows[3:]) == [
        "=1+1", "Trần Văn Bắc", "Trần Văn Cúc", "Trần Văn Dung",
    ]  # fmt: skip


def test_the_list_of_units_leads_on(crowd, cycle, trung, minh, lan_department, client):
    client.force_login(trung)
    assert client.get(reverse("team-list")).url == team(lan_department, cycle)
    client.force_login(minh)
    assert client.get(reverse("team-list")).status_code == 404


def test_a_locked_cycle_offers_nothing(crowd, cycle, lan_department, trung, binh, client, soup):
    Cycle.objects.filter(pk=cycle.pk).update(
        state="locked", lock_reason="Chốt số liệu", report_by=today() - timedelta(days=1)
    )
    client.force_login(trung)
    page = soup(client.get(team(lan_department, cycle)))

    assert "Chốt số liệu" in page.text
    assert not page.select("input[type=checkbox][name=sheet]")
