"""What holds on every page: signing in, language, theme, the way around, nothing broken."""

import re

import pytest
from screens import DESK, PHONE

PAGES = [
    "/", "/people/", "/units/", "/decisions/", "/areas/", "/targets/", "/law/",
    "/law/standards/", "/intake/",
]  # fmt: skip


def test_a_stranger_is_asked_to_sign_in(visit):
    stranger = visit(None)

    stranger.go("/people/")

    assert "/sign-in/" in stranger.page.url
    assert stranger.page.locator("html").get_attribute("lang") == "vi"


def test_the_wrong_password_says_so_and_keeps_the_name(visit, instance):
    stranger = visit(None)
    stranger.go("/sign-in/")
    stranger.page.fill("#id_username", "lan")
    stranger.page.fill("#id_password", "sai mật khẩu")

    stranger.page.press("#id_password", "Enter")
    stranger.page.wait_for_load_state()

    assert stranger.page.locator("#id_username").input_value() == "lan"
    assert stranger.page.locator("[role=alert]").count() >= 1
    stranger.complaints.clear()


def test_somebody_without_a_grant_is_told_what_to_do(visit):
    minh = visit("minh")

    minh.go("/")

    assert "Lê Văn Minh" in minh.page.inner_text("main")
    assert minh.page.locator("a[href='/intake/']").count() == 0


def test_the_start_page_leads_to_everything(visit):
    lan = visit("lan")

    lan.go("/")

    text = lan.page.inner_text("main")
    # The province, or the whole system once another test has brought in a unit beside it.
    assert "Tỉnh Sơn Giang" in text or "Toàn hệ thống" in text
    assert re.search(r"1\.[45]\d\d", text)


def test_english_by_switch(visit):
    lan = visit("lan")
    lan.go("/")

    lan.page.evaluate(
        "() => [...document.querySelectorAll('form')].find(f => f.action.endsWith('/language/'))"
        ".querySelector('[value=en]').click()"
    )
    lan.page.wait_for_load_state()

    assert lan.page.locator("html").get_attribute("lang") == "en"
    assert "Hello" in lan.page.inner_text("main")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_is_wider_than_its_screen(visit, path, size):
    lan = visit("lan", size=size)

    answer = lan.go(path)

    assert answer.status == 200
    width = lan.page.evaluate("document.documentElement.scrollWidth")
    assert width <= size["width"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_reads_without_scripts(visit, path):
    lan = visit("lan", scripts=False)

    assert lan.go(path).status == 200
    assert lan.page.locator("h1").count() == 1


@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_axe_finds(axe, path):
    assert axe(path) == []


def test_the_keyboard_reaches_the_content_first(visit):
    lan = visit("lan")
    lan.go("/people/")

    lan.page.keyboard.press("Tab")
    lan.page.keyboard.press("Enter")

    assert lan.page.evaluate("location.hash") == "#main"
