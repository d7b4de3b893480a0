"""The gallery in a real browser: accessible at desk and phone width, and alive."""

from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from screens import AXE

pytestmark = pytest.mark.e2e

PROJECT = Path(__file__).resolve().parents[2]
BUILT = PROJECT / "src/ngangtam/foundation/ui/static/ui/app.css"
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        """Say nothing: the suite's output is for failures."""


@pytest.fixture(scope="module")
def site():
    """The room served alone: no database, no session in one, the real security policy."""
    skipped = ("whitenoise", "foundation.access")
    middleware = [one for one in settings.MIDDLEWARE if not any(word in one for word in skipped)]
    with override_settings(
        MIDDLEWARE=middleware,
        ROOT_URLCONF="ui.gallery_routes",
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    ):
        application = StaticFilesHandler(WSGIHandler())
        server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def chromium(browser):
    if not AXE.exists() or not BUILT.exists():
        pytest.skip("the assets are not built; run `make setup`")
    return browser


@pytest.fixture
def visit(chromium, site):
    """Open a page of the gallery; whatever the console complains about fails the test."""
    complaints = []
    contexts = []

    def go(path, size="desk", theme="light", *, scripts=True):
        context = chromium.new_context(
            viewport=SIZES[size], locale="vi-VN", java_script_enabled=scripts
        )
        context.add_cookies([{"name": "nt_theme", "value": theme, "url": site}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site + path)
        return page

    yield go
    for context in contexts:
        context.close()
    # A refused form answers 422 by design, and the browser notes it.
    assert not [said for said in complaints if "status of 422" not in said]


def violations(page):
    found = page.evaluate(AXE.read_text() + "; axe.run().then((all) => all.violations)")
    return [
        f"{one['id']}: {one['help']} ({node['html'][:120]})"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_gallery_is_accessible(visit, size, theme):
    page = visit("/ui/?bad&toast", size, theme)

    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_menus_and_dialogs_are_accessible_when_open(visit):
    page = visit("/ui/", "phone")
    page.click(".menu-open")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.click(".top summary.tool")
    assert violations(page) == []
    page.click("button[value=dark]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.keyboard.press("Escape")
    page.click("[data-nt-dialog]")
    assert violations(page) == []


def test_filters_apply_themselves_and_stay_in_the_address(visit):
    page = visit("/ui/")
    with page.expect_response("**gender=f*"):
        page.select_option("select[name=gender]", "f")
    page.wait_for_selector(".chip")
    with page.expect_response("**q=lan*"):
        page.type("input[name=q]", "lan")
    page.wait_for_selector(".chip >> nth=1")

    assert page.url.endswith("/ui/?q=lan&gender=f")
    assert page.evaluate("document.activeElement.name") == "q"


def test_a_refused_form_puts_the_eye_on_its_errors(visit):
    page = visit("/ui/form")
    page.fill("[name=born]", "31/2/2020")
    with page.expect_response("**/ui/form"):
        page.click("#sample-form [type=submit]")
    page.wait_for_selector("[data-nt-errors]:focus")

    assert violations(page) == []


def test_the_pages_work_without_a_script(visit):
    page = visit("/ui/", "phone", scripts=False)
    page.click(".menu-open")
    assert page.is_visible(".side-nav")
    page.click(".side-close")
    page.click("[data-nt-dialog]")
    page.click("form#confirm [type=submit]")

    assert page.url.endswith("/ui/")


def test_a_drawing_lights_its_way_and_leads_nowhere_outside(visit):
    page = visit("/ui/")
    page.wait_for_selector("figure.drawing.is-drawn svg")

    lit = "figure.drawing [data-element-id={}].lit-{}"
    assert page.locator(lit.format("ask", "done")).count() == 1
    assert page.locator(lit.format("meet", "now")).count() == 1
    assert page.locator("figure.drawing .djs-connection.lit-path").count() == 4
    assert page.locator(".lit-sign.is-done").count() == 2
    assert page.locator("figure.drawing svg[aria-hidden=true]").count() >= 1


def test_a_drawing_prints_as_a_list(visit):
    page = visit("/ui/")
    page.wait_for_selector("figure.drawing.is-drawn svg")
    page.emulate_media(media="print")

    assert not page.is_visible(".drawing-scroll")
    assert page.locator(".drawing-steps li").first.bounding_box()["width"] > 100


def test_a_drawing_is_a_list_without_a_script(visit):
    page = visit("/ui/", scripts=False)

    assert not page.is_visible(".drawing-scroll")
    assert page.locator(".drawing-steps li").count() == 4
