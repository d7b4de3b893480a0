"""The pages of assigned work, as the people who use them meet them."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from ngangtam.stages.work import actions_own, actions_plan, actions_products
from ngangtam.stages.work.actions_own import Report
from ngangtam.stages.work.models import Draft, Evidence, Product, Task

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    """The pages open on the twentieth of March."""
    from ngangtam.stages.work import forms
    from ngangtam.stages.work.views import acts, imports, own, plan, products, tasks, units

    for module in (acts, imports, own, plan, products, tasks, units, forms):
        if hasattr(module, "today"):
            monkeypatch.setattr(module, "today", lambda: DAY)


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def report(task, by, **given):
    given = {"quantity": Decimal(4), "done_on": date(2026, 3, 18), **given}
    return actions_own.report(report=Report(task.pk, **given), by=by, today=DAY)


# --- the own month ---------------------------------------------------------------------------


def test_the_own_month_says_what_presses(task, binh, as_, soup):
    page = soup(as_(binh).get("/assignments/"))
    card = page.select_one(f"#task-{task.pk}")
    assert "Báo cáo tháng" in card.text
    assert card.select_one(".tone-red") is not None  # five days overdue, in words and colour
    assert page.select_one(f'form[action="/assignments/tasks/{task.pk}/done/"]') is not None


def test_one_tap_reports_what_was_given(task, binh, as_):
    answer = as_(binh).post(
        f"/assignments/tasks/{task.pk}/done/",
        {"version": task.version, "next": "/assignments/?month=2026-03"},
    )
    assert answer.url == "/assignments/?month=2026-03"
    task.refresh_from_db()
    assert (task.state, task.reported_quantity, task.reported_delays) == ("reported", 4, 1)


def test_an_older_page_reports_nothing(task, binh, giang, as_):
    from ngangtam.stages.work import actions_change

    actions_change.change(task_id=task.pk, quantity=Decimal(6), reason="x", version=None, by=giang)
    as_(binh).post(f"/assignments/tasks/{task.pk}/done/", {"version": task.version})
    task.refresh_from_db()
    assert task.state == "assigned"


def test_a_report_otherwise_goes_through_the_form(task, binh, as_, soup):
    address = f"/assignments/tasks/{task.pk}/report/"
    page = soup(as_(binh).get(address))
    assert page.select_one("input[name=quantity]")["value"] == "4"
    sent = {"quantity": "2,5", "done_on": "", "version": task.version, "note": "Đang làm"}
    assert as_(binh).post(address, sent).status_code == 302
    task.refresh_from_db()
    assert (task.reported_quantity, task.done_on) == (Decimal("2.5"), None)
    wrong = as_(binh).post(address, {**sent, "quantity": "nhiều"})
    assert wrong.status_code == 422


def test_evidence_comes_and_goes_and_is_read_by_the_head_alone(
    task, binh, giang, an, hoa, minh, as_
):
    from made_files import PDF

    as_(binh).post(
        f"/assignments/tasks/{task.pk}/attach/",
        {"proof": SimpleUploadedFile("báo cáo.pdf", PDF), "reference": "1/BC"},
    )
    kept = Evidence.objects.get(file__isnull=False)
    address = f"/assignments/files/{kept.file.token}/"
    assert as_(giang).get(address)["Content-Disposition"].startswith("attachment")
    for stranger in (an, hoa, minh):
        assert as_(stranger).get(address).status_code == 404
    as_(binh).post(f"/assignments/evidence/{kept.pk}/remove/")
    assert as_(giang).get(address).status_code == 404


def test_an_empty_month_says_what_comes(binh, as_, soup):
    assert "empty" in str(soup(as_(binh).get("/assignments/?month=2026-05")).select(".empty"))


def test_somebody_without_a_file_has_no_month(minh, as_):
    assert as_(minh).get("/assignments/").status_code == 404
    assert as_(minh).get("/assignments/units/").status_code == 404


def test_a_proposal_is_sent_and_accepted(binh, giang, as_, product):
    as_(binh).post("/assignments/propose/", {
        "title": "Sáng kiến", "quantity": "1", "due": "31/03/2026", "product": str(product.pk),
    })  # fmt: skip
    task = Task.objects.get(title="Sáng kiến")
    assert as_(binh).get(f"/assignments/tasks/{task.pk}/accept/").status_code == 404
    as_(giang).post(f"/assignments/tasks/{task.pk}/accept/", {"version": task.version})
    task.refresh_from_db()
    assert task.state == "assigned"


# --- one task --------------------------------------------------------------------------------


def test_a_task_tells_its_history_to_who_may_read_it(task, binh, giang, hoa, as_, soup):
    report(task, binh)
    as_(giang).post(f"/assignments/tasks/{task.pk}/confirm/", {
        "quantity": "3", "failures": "0", "delays": "", "version": 2,
    })  # fmt: skip
    for reader in (giang, binh):
        answer = as_(reader).get(f"/assignments/tasks/{task.pk}/")
        assert answer.status_code == 200
        lines = soup(answer).select("#timeline .moment, .timeline li")
        assert len(lines) >= 3, soup(answer).select_one(".panel:last-child")
    assert as_(hoa).get(f"/assignments/tasks/{task.pk}/").status_code == 404


@pytest.mark.parametrize("act", ["confirm", "return", "change", "cancel", "hand-over", "share",
                                 "repeat"])  # fmt: skip
def test_every_act_of_the_head_has_a_page(act, task, other, binh, giang, as_):
    report(task, binh)
    assert as_(giang).get(f"/assignments/tasks/{task.pk}/{act}/").status_code == 200
    assert as_(binh).get(f"/assignments/tasks/{task.pk}/{act}/").status_code == 404


@pytest.mark.parametrize("act", ["report", "claim", "attach", "take-back"])
def test_every_act_of_the_person_has_a_page(act, task, an, binh, as_):
    report(task, binh)
    assert as_(binh).get(f"/assignments/tasks/{task.pk}/{act}/").status_code == 200
    assert as_(an).get(f"/assignments/tasks/{task.pk}/{act}/").status_code == 404


def test_the_head_acts_through_the_pages(task, other, binh, giang, as_):
    go = as_(giang)
    go.post(f"/assignments/tasks/{task.pk}/change/", {
        "title": "Báo cáo quý", "quantity": "5", "due": "25/03/2026", "reason": "Mở rộng",
    })  # fmt: skip
    go.post(
        f"/assignments/tasks/{task.pk}/share/", {"to": other.pk, "quantity": "2", "reason": "Bớt"}
    )
    go.post(
        f"/assignments/tasks/{task.pk}/hand-over/", {"to": other.pk, "kept": "1", "reason": "Nghỉ"}
    )
    go.post(f"/assignments/tasks/{task.pk}/repeat/", {"until": "2026-04"})
    go.post(f"/assignments/tasks/{task.pk}/cancel/", {"reason": "Thôi"})
    task.refresh_from_db()
    assert (task.title, task.quantity, task.state) == ("Báo cáo quý", 1, "cancelled")
    assert Task.objects.filter(person=other).count() == 2
    go.post(f"/assignments/tasks/{task.pk}/restore/")
    task.refresh_from_db()
    assert task.state == "assigned"


def test_a_cause_goes_its_way_through_the_pages(task, binh, giang, as_):
    as_(binh).post(f"/assignments/tasks/{task.pk}/claim/", {"cause": "Mưa lũ"})
    assert as_(binh).get(f"/assignments/tasks/{task.pk}/judge/").status_code == 404
    wrong = as_(giang).post(f"/assignments/tasks/{task.pk}/judge/", {"verdict": "no", "reason": ""})
    assert wrong.status_code == 422
    as_(giang).post(f"/assignments/tasks/{task.pk}/judge/", {"verdict": "yes"})
    task.refresh_from_db()
    assert task.cause_state == "confirmed"
    assert as_(binh).get(f"/assignments/tasks/{task.pk}/").status_code == 200


# --- a unit's month --------------------------------------------------------------------------


def test_the_head_sees_filters_and_confirms_many(task, work, binh, giang, lan_department, as_,
                                                 soup):  # fmt: skip
    second = actions_plan.assign(unit_id=lan_department.pk, work=work(title="Hai"), by=giang)
    report(task, binh)
    go, base = as_(giang), f"/assignments/units/{lan_department.code}/"
    assert go.get("/assignments/units/").url == base
    page = soup(go.get(base))
    boxes = page.select("tbody input[name=task]")
    assert [box["value"] for box in boxes] == [f"{task.pk}:2"]
    for query, names in {
        "look=late": {"Báo cáo tháng", "Hai"}, "look=silent": {"Hai"},
        "look=unconfirmed": {"Báo cáo tháng"}, "look=no_evidence": {"Báo cáo tháng"},
        "q=binh": {"Báo cáo tháng", "Hai"}, "q=hai": {"Hai"}, "state=reported": {"Báo cáo tháng"},
        "look=cause": set(), "sort=-due": {"Báo cáo tháng", "Hai"},
    }.items():  # fmt: skip
        rows = soup(go.get(f"{base}?{query}")).select("tbody th[scope=row] a")
        assert {row.text for row in rows} == names, query
    go.post(f"{base}confirm/", {"task": [f"{task.pk}:2"], "next": base})
    task.refresh_from_db()
    second.refresh_from_db()
    assert (task.state, second.state) == ("confirmed", "assigned")
    assert go.post(f"{base}confirm/", {}).status_code == 302


def test_work_is_given_to_many_in_one_form(person, other, product, giang, lan_department, as_):
    address = f"/assignments/units/{lan_department.code}/assign/"
    assert as_(giang).get(address).status_code == 200
    sent = {"title": "Trực tiếp dân", "quantity": "3", "due": "31/03/2026",
            "product": str(product.pk), "people": [person.pk, other.pk], "how": "each",
            "until": "2026-04", "month": "2026-03"}  # fmt: skip
    as_(giang).post(address, sent)
    assert Task.objects.filter(title="Trực tiếp dân", person__isnull=False).count() == 4
    as_(giang).post(address, {**sent, "title": "Chung", "how": "shared", "until": ""})
    shares = Task.objects.filter(title="Chung", person__isnull=False)
    assert sorted(shares.values_list("quantity", flat=True)) == [Decimal("1.5")] * 2
    assert as_(giang).post(address, {**sent, "people": []}).status_code == 422


def test_files_and_paper_of_the_month(task, giang, lan_department, as_):
    base = f"/assignments/units/{lan_department.code}/"
    book = CalamineWorkbook.from_filelike(BytesIO(as_(giang).get(f"{base}tasks.xlsx").content))
    assert book.get_sheet_by_index(0).to_python()[1][3] == "Báo cáo tháng"
    assert "Báo cáo tháng" in as_(giang).get(f"{base}tasks.csv").content.decode("utf-8-sig")
    assert "Báo cáo tháng" in as_(giang).get(f"{base}print/").content.decode()
    Task.objects.filter(pk=task.pk).update(title="=1+1")
    assert "'=1+1" in as_(giang).get(f"{base}tasks.csv").content.decode("utf-8-sig")


# --- the plan --------------------------------------------------------------------------------


def test_the_plan_shows_what_is_not_clear_and_what_is_left(
    plan_task, person, giang, binh, lan_department, as_, soup
):
    base = f"/assignments/units/{lan_department.code}/plan/"
    page = soup(as_(giang).get(base))
    assert page.select("tbody .tone-red")
    as_(giang).post(f"/assignments/tasks/{plan_task.pk}/break-down/", {
        "person": person.pk, "title": "Phần 1", "product": plan_task.product_id, "quantity": "10",
        "due": "25/03/2026", "version": plan_task.version,
    })  # fmt: skip
    page = soup(as_(giang).get(base))
    assert len(page.select("tbody tr")) == 2
    assert not page.select("tbody .tone-red")
    assert as_(giang).get(f"{base}?look=unclear").status_code == 200
    assert as_(giang).get(f"{base}print/").status_code == 200
    assert as_(giang).get(f"/assignments/units/{lan_department.code}/plan.xlsx").status_code == 200
    # The people of the unit read the plan, not the work of others.
    mine = soup(as_(binh).get(base))
    assert "Rà soát hồ sơ" in mine.text


def test_a_task_enters_the_plan_by_a_form(giang, lan_department, as_, an):
    base = f"/assignments/units/{lan_department.code}/plan/add/"
    assert as_(an).get(base).status_code == 404
    answer = as_(giang).post(base, {
        "title": "Đề án", "quantity": "1", "due": "30/06/2026", "origin": "NQ 5",
    })  # fmt: skip
    task = Task.objects.get(title="Đề án")
    assert answer.url == f"/assignments/tasks/{task.pk}/"
    assert task.state == "planned"


# --- the catalogue ---------------------------------------------------------------------------


def test_the_catalogue_is_kept_through_pages(giang, binh, minh, lan_department, product, as_):
    base = f"/assignments/units/{lan_department.code}/products/"
    sent = {"code": "VB", "name": "Văn bản", "measure": "văn bản", "coefficient": "0,75",
            "first_day": "01/01/2026"}  # fmt: skip
    as_(giang).post(f"{base}add/", sent)
    made = Product.objects.get(code="VB")
    assert made.coefficient == Decimal("0.75")
    assert as_(giang).post(f"{base}add/", sent).status_code == 422
    as_(giang).post(f"/assignments/products/{made.pk}/change/",
                    {**sent, "coefficient": "0.8", "reason": "Sửa"})  # fmt: skip
    made = Product.objects.standing().get(code="VB")
    assert made.coefficient == Decimal("0.8")
    as_(giang).post(f"/assignments/products/{made.pk}/end/", {"until": "01/07/2026"})
    made.refresh_from_db()
    assert made.valid.upper == date(2026, 7, 1)
    assert as_(binh).get(base).status_code == 200
    assert as_(binh).get(f"/assignments/products/{made.pk}/change/").status_code == 404
    assert as_(minh).get(base).status_code == 404
    # That of the province is used here and kept there.
    assert as_(giang).get(f"/assignments/products/{product.pk}/change/").status_code == 404


# --- import ----------------------------------------------------------------------------------


def sheet(*rows):
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Số hiệu", "Họ và tên", "Nhiệm vụ", "Mã sản phẩm", "Số lượng",
                              "Thời hạn", "Tháng", "Nguồn"])  # fmt: skip
        for at, row in enumerate(rows, start=1):
            page.write_row(at, 0, row)
    return SimpleUploadedFile("giao việc.xlsx", out.getvalue())


def test_a_list_is_judged_row_by_row_and_brought_in_once(
    person, product, giang, lan_department, as_, soup
):
    base = f"/assignments/units/{lan_department.code}/import/"
    go = as_(giang)
    rows = [
        ["", "Nguyễn Thị Bình", "Báo cáo A", "BC", 2, "20/03/2026", "", "KH 1"],
        ["", "Nguyen Thi Binh", "Báo cáo A", "BC", 2, "20/03/2026", "", ""],
        ["", "Không Ai Biết", "Báo cáo B", "", 1, "20/03/2026", "", ""],
        ["", "", "Việc của đơn vị", "", 1, "30/03/2026", "04/2026", "NQ 2"],
        [person.number, "", "Báo cáo C", "XX", 1, "hôm nào", "", ""],
    ]
    draft = Draft.objects.get(pk=go.post(base, {"file": sheet(*rows)}).url.split("/")[-2])
    assert [row["verdict"] for row in draft.rows] == ["new", "already", "refused", "new", "refused"]
    assert not Task.objects.exists()
    page = go.get(draft.get_absolute_url())
    assert page.status_code == 200
    assert go.get(f"{draft.get_absolute_url()}?show=refused").status_code == 200

    for _twice in range(2):
        go.post(f"/assignments/imports/{draft.pk}/commit/")
    mine, units = Task.objects.order_by("pk")
    assert (mine.person, mine.quantity, mine.product, mine.origin) == (person, 2, product, "KH 1")
    assert (units.person, units.state, units.month) == (None, "planned", date(2026, 4, 1))

    again = go.post(base, {"file": sheet(*rows)})  # other bytes, the same rows
    if again.status_code == 302:
        twice = Draft.objects.get(pk=again.url.split("/")[-2])
        assert [row["verdict"] for row in twice.rows].count("new") == 0
        go.post(f"/assignments/imports/{twice.pk}/discard/")
    assert Task.objects.count() == 2


def test_a_file_that_is_none_is_refused_in_words(giang, lan_department, as_):
    base = f"/assignments/units/{lan_department.code}/import/"
    for name, data in (("a.xlsx", b"rubbish"), ("b.csv", b"a,b\n1,2\n"), ("c.csv", b"")):
        answer = as_(giang).post(base, {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422, name
    assert as_(giang).get("/assignments/import/template.xlsx").status_code == 200


def test_the_template_is_read_back(giang, lan_department, person, product, as_):
    data = as_(giang).get("/assignments/import/template.xlsx").content
    answer = as_(giang).post(
        f"/assignments/units/{lan_department.code}/import/",
        {"file": SimpleUploadedFile("m.xlsx", data)},
    )
    draft = Draft.objects.get(pk=answer.url.split("/")[-2])
    assert draft.rows[0]["title"] == "Báo cáo cải cách hành chính tháng 3"


def test_a_list_is_nobody_elses(giang, pho, lan_department, as_):
    answer = as_(giang).post(
        f"/assignments/units/{lan_department.code}/import/",
        {"file": sheet(["", "", "Việc", "", 1, "20/03/2026", "", ""])},
    )
    assert as_(pho).get(answer.url).status_code == 404


def test_a_list_with_a_bad_row_is_written_whole_or_not_at_all(
    person, product, giang, chair, lan_department, as_
):
    rows = [["", "Nguyễn Thị Bình", f"Việc {at}", "BC", 1, "20/03/2026", "", ""] for at in (1, 2)]
    answer = as_(giang).post(
        f"/assignments/units/{lan_department.code}/import/", {"file": sheet(*rows)}
    )
    actions_products.end_product(
        product_id=product.pk, until=date(2026, 2, 1), reason="x", by=chair
    )
    as_(giang).post(f"{answer.url}commit/")
    assert not Task.objects.exists()
