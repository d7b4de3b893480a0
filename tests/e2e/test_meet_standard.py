"""Who meets a standard: counted, listed, and one person with reasons and citations."""

import re

from playwright.sync_api import expect

STANDARD = "/law/standards/appointment.department-director/"


def _number(text):
    return int(text.strip().replace(".", ""))


def _tiles(lan):
    """The numbers of the tiles: checked, met, not met, unknown."""
    values = lan.page.locator("#standing .stat-value").all_inner_texts()
    return [_number(text) for text in values[:4]]


def test_everybody_is_counted_once(visit):
    lan = visit("lan")
    lan.go(f"{STANDARD}?unit=SG")

    checked, met, not_met, unknown = _tiles(lan)

    assert checked == met + not_met + unknown
    assert checked > 0


def test_the_list_narrows_to_an_outcome(visit):
    lan = visit("lan")
    lan.go(f"{STANDARD}?unit=SG")
    _checked, _met, not_met, _unknown = _tiles(lan)

    lan.page.get_by_label("Kết quả", exact=True).select_option(label="không đạt")

    expect(lan.page.locator("#people .count").first).to_have_text(f"{not_met:,}".replace(",", "."))


def test_one_person_with_reason_and_citation(visit):
    lan = visit("lan")
    lan.go(f"{STANDARD}?unit=SG")

    lan.page.locator("#people tbody tr a").first.click()
    lan.page.wait_for_url(re.compile("department-director/CB"))

    rows = lan.page.locator("main tbody tr")
    assert rows.count() >= 12
    for row in rows.all():
        assert row.locator(".cite").count() >= 1
    assert "Dữ kiện" in lan.text()
    assert any(words in lan.text() for words in ("phải", "cần"))


def test_a_person_against_every_standard(visit):
    lan = visit("lan")
    lan.go("/people/CB0000001/")

    lan.follow("Tiêu chuẩn")

    assert "/law/people/CB0000001/" in lan.page.url
    assert lan.page.locator("tbody tr").count() >= 12


def test_a_standard_to_confirm_judges_nobody(visit):
    lan = visit("lan")
    lan.go("/law/standards/?status=to_confirm")

    lan.page.locator("#standard-table tbody tr a").first.click()
    lan.page.wait_for_load_state()

    assert "Chưa áp dụng" in lan.text()
    assert _tiles(lan)[1] == 0
