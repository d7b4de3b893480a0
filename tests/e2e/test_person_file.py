"""A person's file: found, read by its tabs, added to, corrected, and read as it was known."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from ngangtam.foundation.kernel.text import plain

REASON = "Bằng tốt nghiệp ghi năm khác"


@pytest.fixture
def somebody(visit):
    """Somebody of the demo: (the visit of Lan on the list, the name, the number)."""
    lan = visit("lan")
    lan.go("/people/?gender=female&level=commune")
    first = lan.page.locator("#person-table tbody tr").first
    name = first.get_by_role("link").first.inner_text()
    number = re.search(r"CB\d+", first.inner_text())
    assert number is not None
    return lan, name, number[0]


def _file(somebody, tab="overview"):
    lan, _name, number = somebody
    lan.go(f"/people/{number}/?tab={tab}")
    return lan, f"/people/{number}/"


def test_somebody_is_found_by_name_without_accents(somebody):
    lan, name, number = somebody
    lan.go("/people/")

    lan.page.get_by_role("searchbox").first.fill(plain(name))
    lan.page.get_by_role("searchbox").first.press("Enter")
    rows = lan.page.locator("#person-table tbody tr")
    expect(rows.filter(has_text=number)).to_have_count(1)
    lan.page.get_by_role("link", name=name).filter(visible=True).first.click()

    expect(lan.page.locator("h1")).to_have_text(name)


def test_a_file_number_finds_one_file(somebody):
    lan, name, number = somebody

    lan.go(f"/people/?q={number}")

    expect(lan.page.locator("#person-table tbody tr")).to_have_count(1)
    assert name in lan.text("#person-table")


def test_every_part_of_a_file_opens_from_its_tab(somebody):
    lan, _base = _file(somebody)
    tabs = lan.page.locator("nav.tabs a")
    addresses = [one.get_attribute("href") for one in tabs.all()]

    assert len(addresses) == 10
    for address in addresses:
        assert lan.go(address).status == 200
        assert lan.page.locator("[aria-current=page][href*='tab=']").count() == 1


def test_the_timeline_tells_a_career_with_its_sources(somebody):
    lan, _base = _file(somebody, "timeline")
    years = [int(text) for text in re.findall(r"(?m)^(\d{4})$", lan.page.inner_text("main"))]

    assert len(years) >= 2
    assert years == sorted(years, reverse=True)
    assert "Hồ sơ gốc" in lan.text()


def test_a_record_is_added_corrected_and_the_first_wording_stays(somebody):
    lan, base = _file(somebody)
    words = f"Lớp bồi dưỡng {uuid4().hex[:6]}"
    _add_a_class(lan, base, words, "2019")
    row = _row(lan, words)
    assert "15/QĐ-TU" in row.inner_text()

    with lan.page.expect_navigation():
        row.get_by_role("link", name=re.compile("^Sửa")).click()
    lan.page.get_by_label("Từ ngày").fill("2020")
    lan.page.get_by_label("Lý do").fill(REASON)
    lan.press("Lưu")

    rows = lan.page.locator("tr").filter(has_text=words)
    expect(rows).to_have_count(2)
    struck = rows.filter(has=lan.page.locator("s"))
    expect(struck).to_have_count(1)
    assert "2019" in struck.inner_text()
    assert REASON in struck.inner_text()


def test_what_was_done_to_a_file_is_told_with_who_and_why(somebody):
    lan, base = _file(somebody)
    _add_a_class(lan, base, "Lớp ghi nhầm hồ sơ", "2021")
    with lan.page.expect_navigation():
        _row(lan, "Lớp ghi nhầm hồ sơ").get_by_role("link", name=re.compile("^Hủy")).click()
    lan.page.get_by_label("Lý do").fill("Của người khác")
    lan.press("Hủy")

    lan.go(f"{base}?tab=history")

    first = lan.page.locator("tbody tr").first.inner_text()
    assert "Của người khác" in first
    assert "lan" in first.lower()


def test_who_knew_what_when(somebody):
    lan, base = _file(somebody)
    _add_a_class(lan, base, "Lớp của hôm nay", "2018")

    lan.go(f"{base}?tab=training&on=31/12/2020")
    assert "Lớp của hôm nay" in lan.text()
    lan.go(f"{base}?tab=training&known=01/01/2026")

    assert "Lớp của hôm nay" not in lan.text()
    assert "chưa được mở" in lan.text()


def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(somebody):
    lan, base = _file(somebody)
    lan.go(f"{base}records/add/training/")
    lan.page.get_by_label("Nguyên văn").fill("Lớp không có căn cứ")
    lan.page.get_by_label("Từ ngày").fill("31/02/2020")

    lan.page.locator("main").get_by_role("button", name="Lưu").click()
    expect(lan.page.locator("[aria-invalid=true]").first).to_be_visible()

    assert lan.page.get_by_label("Nguyên văn").input_value() == "Lớp không có căn cứ"
    lan.complaints[:] = [text for text in lan.complaints if "422" not in text]


def _add_a_class(lan, base, words, year):
    lan.go(f"{base}records/add/training/")
    lan.page.get_by_label("Nguyên văn").fill(words)
    lan.page.get_by_label("Từ ngày").fill(year)
    lan.page.get_by_label("Số quyết định").fill("15/QĐ-TU")
    lan.page.get_by_label("Ngày quyết định").fill("05/01/2018")
    lan.page.get_by_label("Cơ quan ban hành").fill("Tỉnh ủy Sơn Giang")
    lan.press("Lưu")


def _row(lan, words):
    return lan.page.locator("tr").filter(has_text=words).filter(
        has_not=lan.page.locator("s")
    ).first  # fmt: skip


def test_from_the_list_to_a_tab_of_a_file_by_keyboard_alone(somebody):
    lan, name, number = somebody
    lan.go("/people/")
    keyboard = lan.page.keyboard

    _tab_until(lan, "document.activeElement.type === 'search'")
    keyboard.type(number)
    keyboard.press("Enter")
    expect(lan.page.locator("#person-table tbody tr")).to_have_count(1)
    _tab_until(lan, f"document.activeElement.pathname === '/people/{number}/'")
    keyboard.press("Enter")
    expect(lan.page.locator("h1")).to_have_text(name)
    _tab_until(lan, "(document.activeElement.search || '').includes('tab=timeline')")
    keyboard.press("Enter")

    lan.page.wait_for_url(re.compile("tab=timeline"))


def _tab_until(lan, there):
    for _ in range(60):
        lan.page.keyboard.press("Tab")
        if lan.page.evaluate(there):
            return
    pytest.fail(f"sixty times Tab did not reach: {there}")


def test_a_double_click_records_once(somebody):
    lan, base = _file(somebody)
    award = f"Bằng khen {uuid4().hex[:8]}"
    lan.go(f"{base}records/add/award/")
    lan.page.fill("[name=raw]", award)
    lan.page.fill("[name=first_day]", "05/03/2024")
    lan.page.fill("[name=source_name]", "Sổ khen thưởng")

    # The second press breaks off the navigation of the first: wait for the address alone.
    lan.page.locator("#change-form [type=submit]").dblclick(no_wait_after=True)
    expect(lan.page).to_have_url(re.compile(r"/people/CB\d+/(\?.*)?$"), timeout=60_000)
    lan.go(f"{base}?tab=merit")

    expect(lan.page.locator("main tr").filter(has_text=award)).to_have_count(1)
