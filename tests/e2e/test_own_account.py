"""An account from its opening to its locked screen, by those who do it, with a real passkey."""

from contextlib import contextmanager

import pytest
from screens import AXE, DESK, PHONE

OWN = "song-dai-bien-rong"
SITE = "http://localhost"


@contextmanager
def _browser(browser, *, key=False):
    """A fresh browser; with `key` a device that has a fingerprint reader."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda one: complaints.append(one.text) if "Content Security" in one.text else None,
    )
    if key:
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }  # fmt: skip
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()
    assert complaints == []


def violations(page, address):
    """What axe finds there on both screens."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; run `make setup`")
    assert page.goto(address).status == 200
    page.add_script_tag(path=str(AXE))
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        found += [
            f"{address} {size['width']}: {one['id']}: {one['help']} ({node['html'][:160]})"
            for one in page.evaluate("async () => (await axe.run()).violations")
            for node in one["nodes"]
        ]
    return found


@pytest.fixture
def site(instance):
    """Keys know the name localhost, not an address made of numbers."""
    return instance.url.replace("http://127.0.0.1", SITE)


def _sign_in(page, site, username, password):
    page.goto(f"{site}/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    with page.expect_navigation():
        page.press("#id_password", "Enter")


@pytest.fixture
def opened(browser, instance, site, request):
    """The administrator opens an account and hands its password over."""
    name = f"thu.{abs(hash(request.node.name)) % 100_000}"
    with _browser(browser) as page:
        _sign_in(page, site, "quantri", instance.passwords["quantri"])
        page.goto(f"{site}/accounts/add/")
        page.fill("#id_username", name)
        page.fill("#id_full_name", "Nguyễn Thử Nghiệm")
        with page.expect_navigation():
            page.click("main form [type=submit]")
        return name, page.locator("code.secret").nth(1).inner_text()


def _choose_password(page, given):
    page.fill("#id_old", given)
    page.fill("#id_new", OWN)
    page.fill("#id_again", OWN)
    with page.expect_navigation():
        page.click("main form [type=submit]")


def test_from_a_handed_over_password_to_a_passkey_and_a_locked_screen(browser, site, opened):
    name, given = opened
    with _browser(browser, key=True) as page:
        _sign_in(page, site, name, given)
        assert page.url.endswith("/account/password/")
        _choose_password(page, given)
        page.goto(f"{site}/account/passkeys/add/")
        page.fill("#id_name", "Máy bàn")
        with page.expect_navigation():
            page.click("main form [type=submit]")
        assert page.locator("ol.codes code").count() == 10

        # With the key alone.
        page.context.clear_cookies()
        page.goto(f"{site}/sign-in/")
        with page.expect_navigation(url=f"{site}/"):
            page.click("form[data-nt-passkey] [type=submit]")
        # As a second step.
        page.context.clear_cookies()
        _sign_in(page, site, name, OWN)
        assert page.url.endswith("/sign-in/code/")
        with page.expect_navigation(url=f"{site}/"):
            page.click("form[data-nt-passkey] [type=submit]")
        # At the locked screen.
        page.goto(f"{site}/account/")
        with page.expect_navigation():
            page.click("main form[action='/sign-in/lock/'] [type=submit]")
        with page.expect_navigation(url=f"{site}/"):
            page.click("form[data-nt-passkey] [type=submit]")


def test_what_is_typed_stays_under_the_lock(browser, site, opened):
    name, given = opened
    with _browser(browser) as page:
        page.clock.install()
        _sign_in(page, site, name, given)
        _choose_password(page, given)
        page.goto(f"{site}/account/password/")
        page.fill("#id_new", "dang viet do")
        # The clock of the page runs ahead; the server is told to lock by another window.
        token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
        answer = page.request.post(
            f"{site}/sign-in/lock/", headers={"X-CSRFToken": token}, max_redirects=0
        )
        assert answer.status == 302
        page.clock.fast_forward("16:00")
        cover = page.locator("dialog.lock-cover")
        cover.wait_for()
        assert not page.locator("#main").is_visible()

        cover.locator("input[type=password]").fill("sai-mat-khau-roi")
        cover.locator("button.btn-primary").click()
        cover.locator(".field-wrong").wait_for()
        cover.locator("input[type=password]").fill(OWN)
        cover.locator("button.btn-primary").click()

        cover.wait_for(state="detached")
        assert page.input_value("#id_new") == "dang viet do"


@pytest.mark.parametrize(
    "path",
    ["/account/", "/account/password/", "/account/app/add/", "/account/passkeys/add/",
     "/account/secure/"],
)  # fmt: skip
def test_nothing_is_wrong_on_ones_own_pages(axe, path):
    assert axe(path) == []


def test_nothing_is_wrong_at_the_gate_and_for_administrators(browser, instance, site, opened):
    name, _given = opened
    context = browser.new_context(bypass_csp=True, locale="vi-VN")
    page = context.new_page()
    found = violations(page, f"{site}/sign-in/")
    _sign_in(page, site, "quantri", instance.passwords["quantri"])
    for path in ("/accounts/", "/accounts/add/", f"/accounts/{name}/", "/accounts/quantri/"):
        found += violations(page, site + path)
    page.goto(f"{site}/account/")
    with page.expect_navigation():
        page.click("main form[action='/sign-in/lock/'] [type=submit]")
    found += violations(page, f"{site}/sign-in/locked/")
    context.close()

    assert found == []
