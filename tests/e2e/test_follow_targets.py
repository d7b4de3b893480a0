"""Targets of a unit on a day: the gap in people, unknowns, rows, chart, Excel."""

import re

from playwright.sync_api import expect
from python_calamine import CalamineWorkbook
from screens import PHONE, people_in_post

YOUNG = "/targets/s0.province-leaders-under-40/"
ABROAD = "/targets/s0.province-leaders-international/"


def test_the_gap_is_told_in_people(visit):
    lan = visit("lan")

    lan.go("/targets/?unit=SG")

    assert re.search(r"thiếu \d+ người nữa", lan.text())
    row = lan.page.locator("tr").filter(has_text="Lãnh đạo, quản lý cấp tỉnh dưới 40 tuổi").first
    value, goal = row.locator("td").nth(1).inner_text(), row.locator("td").nth(0).inner_text()
    assert "%" in value
    assert "15" in goal


def test_what_nobody_recorded_is_unknown_and_never_nought(visit):
    lan = visit("lan")
    lan.go("/targets/?unit=SG")

    row = lan.page.locator("tr").filter(has_text="được chuẩn hóa về lý luận").first

    assert row.locator("td").nth(1).inner_text().startswith("chưa rõ")
    assert "0" not in row.locator("td").nth(1).inner_text()
    assert re.search(r"\d+ người thiếu", row.inner_text())


def test_another_unit_and_another_day(visit):
    lan = visit("lan")
    lan.go("/targets/?unit=SG")

    lan.page.get_by_label("Đơn vị khác").fill("so noi vu")
    lan.page.get_by_label("Ngày", exact=True).fill("31/12/2025")
    lan.press("Xem")
    lan.page.get_by_role("list", name="Đơn vị tìm thấy").get_by_role("link").first.click()
    lan.page.wait_for_load_state()

    assert "Sở Nội vụ" in lan.text(".page-header")
    assert "31/12/2025" in lan.text(".page-header")


def test_from_a_target_to_the_rows_behind_it(visit):
    lan = visit("lan")
    lan.go(f"{YOUNG}?unit=SG")
    met = int(re.search(r"(\d+) trên", lan.text(".big-value"))[1])

    lan.follow("Người đạt")

    expect(lan.page.locator("#target-people tbody tr")).to_have_count(met)
    lan.page.locator("#target-people tbody a").first.click()
    lan.page.wait_for_url(re.compile("/people/CB"))


def test_the_unknown_part_lists_who_lacks_the_fact(visit):
    lan = visit("lan")
    lan.go(f"{ABROAD}?unit=SG")
    unknown = int(re.search(r"(\d+) người thiếu", lan.text())[1])

    lan.follow("Chưa rõ: thiếu dữ kiện")

    assert f"trong {unknown}" in lan.text()


def test_units_side_by_side_in_a_chart_with_its_numbers(visit):
    lan = visit("lan")
    lan.go(f"{YOUNG}?unit=SG")

    chart = lan.page.locator("figure svg[role=img]").first
    expect(chart).to_be_visible()
    lan.page.locator("figure details summary").first.click()

    expect(lan.page.locator("figure table").first).to_be_visible()


def test_the_last_years_of_a_target(visit):
    lan = visit("lan")
    lan.go(f"{YOUNG}?unit=SG")

    lan.follow("Các năm gần đây")

    assert lan.page.locator("tbody tr").count() == 5
    assert lan.page.locator("figure svg").count() == 1


def test_the_excel_file_says_what_the_page_says(visit):
    lan = visit("lan")
    lan.go("/targets/?unit=SG")

    with lan.page.expect_download() as download:
        lan.page.get_by_role("link", name="Xuất Excel").click()

    book = CalamineWorkbook.from_path(download.value.path())
    text = "\n".join(str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row)
    assert "Lãnh đạo, quản lý cấp tỉnh dưới 40 tuổi" in text
    assert "Tỉnh Sơn Giang" in text


def test_indicators_name_their_definition_and_day(visit):
    lan = visit("lan")

    lan.go("/")
    held = people_in_post(lan.text())
    lan.go("/targets/indicators/?unit=SG")

    text = lan.text()
    assert held in text
    assert "Tuổi" in text or "tuổi" in text
    assert lan.page.locator("figure svg").count() >= 1


def test_a_target_on_a_phone_from_the_list_to_the_rows(visit):
    lan = visit("lan", size=PHONE)
    lan.go("/targets/?unit=SG")

    lan.follow("Lãnh đạo, quản lý cấp tỉnh dưới 40 tuổi")
    assert lan.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    lan.follow("Người đạt")

    assert lan.page.locator("#target-people tbody tr").count() >= 1
    assert lan.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
