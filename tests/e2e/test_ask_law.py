"""Asking the law: search, a value on two days, what is off, the place and how sure we are."""

from playwright.sync_api import expect

OFF = "appointment.discipline_window_months.other"


def test_a_search_without_accents_finds_targets_and_parameters(visit):
    lan = visit("lan")
    lan.go("/law/")

    lan.page.get_by_role("searchbox").first.fill("nu cap uy")
    lan.page.get_by_role("searchbox").first.press("Enter")

    expect(lan.page.get_by_role("link", name="Nữ cấp ủy viên các cấp")).to_be_visible()


def test_a_parameter_has_another_value_on_another_day(visit):
    lan = visit("lan")
    lan.go("/law/parameters/appointment.discipline_window_months.warning/?on=2025-01-01")
    assert lan.page.locator(".big-value").inner_text() == "30 tháng"

    lan.page.get_by_label("Ngày").fill("01/01/2026")
    lan.page.get_by_label("Ngày").press("Enter")

    expect(lan.page.locator(".big-value")).to_have_text("36 tháng")


def test_a_value_to_confirm_is_visibly_off(visit):
    lan = visit("lan")
    lan.go(f"/law/parameters/{OFF}/")

    text = lan.text()

    assert "Chưa áp dụng: chờ cấp có thẩm quyền xác nhận" in text
    assert lan.page.locator(".big-value").inner_text().strip() == "Chưa áp dụng"
    assert "Cần xác nhận" in text
    lan.page.get_by_text("Cách cơ quan có thẩm quyền bật lên").click()
    expect(lan.page.locator("pre")).to_be_visible()


def test_place_and_confidence_are_two_clicks_from_the_law(visit):
    lan = visit("lan")
    lan.go("/law/")

    lan.page.locator("main").get_by_role("link", name="Tham số").first.click()
    lan.page.get_by_role("link", name="Thời gian chờ bổ nhiệm cao hơn sau khi bị cách chức").click()

    cited = lan.page.locator(".cite").first
    expect(cited).to_contain_text("377-QĐ/TW")
    expect(cited).to_contain_text("đã đối chiếu đến")
    assert any(words in lan.text() for words in ("Đã đọc văn bản", "Trích", "Theo báo"))


def test_a_text_shows_its_outline_and_what_rests_on_it(visit):
    lan = visit("lan")
    lan.go("/law/instruments/170-2025-nd-cp/")

    assert "170/2025/NĐ-CP" in lan.text()
    for room in ("parameters", "standards"):
        assert lan.page.locator(f"main a[href*='/law/{room}/']").count() >= 1


def test_the_register_of_conflicts_and_the_check_of_the_rules(visit):
    lan = visit("lan")

    for path in ("/law/conflicts/", "/law/check/", "/law/facts/", "/law/indicators/"):
        assert lan.go(path).status == 200
        assert lan.page.locator("h1").count() == 1
