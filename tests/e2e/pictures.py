"""Take the pictures of the documents anew: python tests/e2e/pictures.py URL HOME."""

import json
import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from screens import CHROMIUM, FLAGS
from test_bring_roster import ROSTER

TO = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SIZE = {"width": 1280, "height": 800}
PLACES = {
    "targets": "/targets/?unit=SG",
    "file": "/people/CB0000871/?tab=timeline",
    "law": "/law/parameters/appointment.discipline_window_months.warning/",
}


def main(url: str, home: str) -> None:
    accounts = json.loads((Path(home) / "demo" / "accounts.json").read_text())
    password = next(row["password"] for row in accounts if row["username"] == "lan")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport=SIZE, locale="vi-VN").new_page()
        page.goto(f"{url}/sign-in/")
        page.fill("#id_username", "lan")
        page.fill("#id_password", password)
        with page.expect_navigation():
            page.press("#id_password", "Enter")
        for name, path in PLACES.items():
            page.goto(url + path)
            if name == "targets":
                # The figures, not the form above them.
                page.locator(".stats").evaluate("row => scrollTo(0, row.offsetTop - 70)")
            _take(page, name)
        _case(page, url)
        _roster(page, url)
        browser.close()


def _case(page: Page, url: str) -> None:
    """A case on its way, with the path that it came on the drawing."""
    page.goto(f"{url}/cases/?q=Phó Giám đốc")
    page.locator("main tbody a").first.click()
    page.locator("main .djs-container svg").wait_for()
    page.locator("main .djs-container").evaluate("box => scrollTo(0, box.offsetTop - 60)")
    _take(page, "case")


def _roster(page: Page, url: str) -> None:
    page.goto(f"{url}/intake/")
    roster = {"name": "danh-sach.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()}
    page.set_input_files("input[type=file]", [roster])
    page.fill("input[name=unit]", "SG.UB.SNV")
    page.fill("input[name=post_title]", "Chuyên viên")
    page.fill("input[name=day]", "01/03/2026")
    page.locator("#upload-form [type=submit]").click()
    page.wait_for_url(re.compile(r"/intake/rosters/\d+/"))
    page.locator("#batch-summary").wait_for(timeout=60_000)
    _take(page, "intake")
    page.locator(".page-header a[href$='/discard/']").click()
    page.locator("#ask [type=submit]").click()
    page.wait_for_load_state()


def _take(page: Page, name: str) -> None:
    TO.mkdir(exist_ok=True)
    page.screenshot(path=TO / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main(*sys.argv[1:3])
