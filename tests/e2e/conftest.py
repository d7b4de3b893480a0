"""A whole instance as a person would start it, and a browser in front of it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from screens import AXE, CHROMIUM, DESK, NO_BROWSER, PHONE

ROOT = Path(__file__).resolve().parents[2]
# A page that fails fails at once; only a busy machine makes one wait so long.
PATIENCE = 60_000
expect.set_options(timeout=20_000)
# What menus that fold and tables that become cards may break.
NARROW = [
    "aria-hidden-focus", "button-name", "definition-list", "label", "landmark-unique", "link-name",
    "list", "listitem", "region", "scrollable-region-focusable", "target-size",
]  # fmt: skip
# Seconds after which somebody signs in anew.
FRESH = 600.0


@dataclass(frozen=True)
class Instance:
    """A running instance: its address, its home and the passwords that it printed."""

    url: str
    home: Path
    passwords: dict[str, str]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def instance(request) -> Iterator[Instance]:
    """`ngangtam run --demo` in a home of its own; stopped as with Ctrl-C, and cleanly.

    While tests are written: NGANGTAM_E2E="http://127.0.0.1:8000 HOME" names one that runs.
    """
    if given := os.environ.get("NGANGTAM_E2E"):
        yield _given(given)
        return
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    home, port = request.getfixturevalue("demo_home")(), _free_port()
    environment = {
        key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"
    } | {"NGANGTAM_HOME": str(home)}
    command = [str(Path(sys.executable).parent / "ngangtam"), "run", "--demo", "--port", str(port)]
    with (home / "run.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process, home)
        yield _given(f"{url} {home}")
    finally:
        process.send_signal(signal.SIGINT)
        status = process.wait(60)
    assert status == 0, (home / "run.log").read_text()
    assert not (home / "database" / "postmaster.pid").exists()
    shutil.rmtree(home)


def _given(text: str) -> Instance:
    url, _, folder = text.partition(" ")
    accounts = json.loads((Path(folder) / "demo" / "accounts.json").read_text())
    return Instance(url, Path(folder), {row["username"]: row["password"] for row in accounts})


def _wait(url: str, process: subprocess.Popen, home: Path) -> None:
    end = time.monotonic() + 300
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the instance did not start:\n{(home / 'run.log').read_text()}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    pytest.fail("the instance did not answer in time")


class Visit:
    """One person at a screen: goes places, and never meets an error unseen."""

    def __init__(self, context, url: str):
        self.context, self.url = context, url
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type == "error" else None
            ),
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str):
        return self.page.goto(self.url + path)

    def meets_nothing(self, path: str) -> bool:
        """Whether the address answers as one that does not exist."""
        status = self.go(path).status
        self.complaints[:] = [text for text in self.complaints if "404" not in text]
        return status == 404

    def text(self, where: str = "main") -> str:
        """What is read there; every space is a plain one."""
        return " ".join(self.page.inner_text(where).split())

    def press(self, words: str, within: str = "main") -> None:
        """Press the button with these words and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("button", name=words).click()

    def follow(self, words: str, within: str = "main") -> None:
        """Follow the first link with these words."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=words).first.click()


@pytest.fixture(scope="session")
def signed_in(browser, instance):
    """Sign people in; every visit starts from a copy of what the browser then kept.

    A session that nobody uses ends by itself, so an old one is not relied on.
    """
    kept: dict[str, dict] = {}
    since: dict[str, float] = {}

    def state(username: str) -> dict:
        if time.monotonic() - since.get(username, -FRESH) >= FRESH:
            context = browser.new_context(locale="vi-VN")
            page = context.new_page()
            page.goto(f"{instance.url}/sign-in/")
            page.fill("#id_username", username)
            page.fill("#id_password", instance.passwords[username])
            with page.expect_navigation():
                page.press("#id_password", "Enter")
            assert "/sign-in/" not in page.url
            kept[username], since[username] = context.storage_state(), time.monotonic()
            context.close()
        return kept[username]

    return state


@pytest.fixture
def visit(browser, instance, signed_in):
    """Open a visit: visit("lan"), visit("lan", size=PHONE), visit(None) for a stranger."""
    visits: list[Visit] = []

    def start(username: str | None = "lan", size: dict = DESK, *, scripts: bool = True) -> Visit:
        context = browser.new_context(
            viewport=size, locale="vi-VN", java_script_enabled=scripts, accept_downloads=True,
            storage_state=signed_in(username) if username else None,
        )  # fmt: skip
        visits.append(Visit(context, instance.url))
        return visits[-1]

    yield start
    for one in visits:
        one.context.close()
    assert not [text for one in visits for text in one.complaints if "favicon" not in text]


def _violations(page, size: dict) -> list[str]:
    """Return what axe finds: everything at a desk, and on a phone what a narrow screen changes."""
    rules = {"runOnly": {"type": "rule", "values": NARROW}} if size == PHONE else {}
    found = page.evaluate("async rules => (await axe.run(document, rules)).violations", rules)
    return [
        f"{one['id']}: {one['help']} ({node['html'][:160]})"
        for one in found
        for node in one["nodes"]
    ]


@pytest.fixture(scope="session")
def axe(browser, instance, signed_in):
    """Check a page for accessibility on both screens; `act` may bring it to a state first.

    The content security policy is set aside for the checker.
    """
    if not AXE.exists():
        pytest.skip("axe-core is not installed; run `make setup`")
    context = browser.new_context(
        bypass_csp=True, locale="vi-VN", storage_state=signed_in("lan"), reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)

    def violations(path: str, act: Callable[[Any], object] = lambda _page: None) -> list[str]:
        page.set_viewport_size(DESK)
        answer = page.goto(instance.url + path)
        assert answer.status == 200, f"{path} answers {answer.status}"
        act(page)
        page.add_script_tag(path=str(AXE))
        found = []
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            found += [f"{path} {size['width']}: {one}" for one in _violations(page, size)]
        return found

    yield violations
    context.close()


@pytest.fixture(scope="session")
def faults(browser, instance, signed_in):
    """Look at a page as somebody, on both screens: what axe finds, and what is too wide."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; run `make setup`")

    def found(username: str, path: str) -> list[str]:
        context = browser.new_context(
            bypass_csp=True, locale="vi-VN", storage_state=signed_in(username),
            reduced_motion="reduce", viewport=DESK,
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        try:
            answer = page.goto(instance.url + path)
            assert answer.status == 200, f"{path} answers {answer.status}"
            page.add_script_tag(path=str(AXE))
            said = []
            for size in (DESK, PHONE):
                page.set_viewport_size(size)
                said += [f"{size['width']}: {one}" for one in _violations(page, size)]
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > size["width"]:
                    said.append(f"{size['width']}: {wide} wide")
            return said
        finally:
            context.close()

    return found
