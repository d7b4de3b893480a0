"""Areas before and after 1 July 2025, the tree of units, posts and vacancies, the chart."""

import re

from playwright.sync_api import expect
from screens import PHONE, people_in_post


def test_provinces_before_and_after_the_reform(visit):
    lan = visit("lan")
    lan.go("/areas/")
    # The fictional province is one more, on both sides of the day.
    assert "trong 35" in lan.text()

    lan.follow("Đến ngày 30/6/2025")

    assert "trong 64" in lan.text()
    lan.follow("Tỉnh Vĩnh Phúc")
    lan.follow("Huyện Bình Xuyên")
    assert "Xã Trung Mỹ" in lan.text()


def test_what_a_commune_of_before_became(visit):
    lan = visit("lan")
    lan.go("/areas/")

    lan.page.get_by_role("searchbox").fill("xa trung my, binh xuyen, vinh phuc")
    lan.page.get_by_role("searchbox").press("Enter")
    lan.page.wait_for_url(re.compile("q="))
    lan.follow("Xã Trung Mỹ")

    assert "Xã Bình Tuyền" in lan.text()
    lan.follow("Xã Bình Tuyền")
    text = lan.text()
    assert "Tỉnh Phú Thọ" in lan.text("body")
    assert "Xã Trung Mỹ" in text


def test_the_tree_opens_branch_by_branch(visit):
    lan = visit("lan")
    lan.go("/units/")
    assert lan.page.get_by_role("link", name="Sở Nội vụ").count() == 0

    for branch in ("Tỉnh Sơn Giang", "Ủy ban nhân dân tỉnh Sơn Giang"):
        line = lan.page.locator("li").filter(
            has=lan.page.locator(":scope > a.node", has_text=branch)
        )
        line.last.locator("> details > summary").click()

    leaf = lan.page.get_by_role("link", name="Sở Nội vụ")
    expect(leaf).to_be_visible()
    leaf.click()
    expect(lan.page.locator("h1")).to_have_text("Sở Nội vụ")


def test_a_unit_shows_its_posts_holders_and_vacancies(visit):
    lan = visit("lan")
    lan.go("/units/SG.UB.SNV/")

    rows = lan.page.locator("table").first.locator("tbody tr")
    seats, held, free = (
        int(rows.first.locator("td.num").nth(index).inner_text()) for index in range(3)
    )

    assert seats == held + free
    assert "Giám đốc" in rows.first.inner_text()
    rows.first.get_by_role("link").last.click()
    lan.page.wait_for_url(re.compile("/people/CB"))


def test_a_unit_of_before_is_met_on_its_day(visit):
    lan = visit("lan")

    lan.go("/units/SG.H1/")

    assert "30/06/2025" in lan.text() or "01/07/2025" in lan.text()
    lan.go("/units/SG.H1/history/")
    assert "01/QĐ-HC" in lan.text()


def test_the_chart_of_the_organisation(visit):
    lan = visit("lan")
    lan.go("/")
    held = people_in_post(lan.text())
    lan.go("/units/SG/chart/")

    assert f"{held} người" in lan.text()
    lan.follow("Sở Nội vụ")

    assert "Sở Nội vụ" in lan.page.inner_text("h1, .eyebrow, .page-header")


def test_the_organisation_on_a_phone(visit):
    lan = visit("lan", size=PHONE)
    for path in ("/units/", "/units/SG.UB.SNV/", "/units/SG/chart/", "/areas/"):
        lan.go(path)
        assert lan.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_the_tree_works_without_scripts(visit):
    lan = visit("lan", scripts=False)
    lan.go("/units/")

    lan.page.get_by_role("link", name="Tỉnh Sơn Giang").click()
    lan.page.get_by_role("link", name="Ủy ban nhân dân tỉnh Sơn Giang").click()

    assert "Sở Nội vụ" in lan.text()
