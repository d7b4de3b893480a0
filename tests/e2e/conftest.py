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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from screens import DESK

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


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


def pytest_collection_modifyitems(items):
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def instance(tmp_path_factory) -> Iterator[Instance]:
    """`ngangtam run --demo` in a fresh home; stopped as with Ctrl-C, and cleanly."""
    home, port = tmp_path_factory.mktemp("instance"), _free_port()
    environment = {
        key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"
    } | {"NGANGTAM_HOME": str(home)}
    command = [str(Path(sys.executable).parent / "ngangtam"), "run", "--demo", "--port", str(port)]
    with (home / "run.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process, home)
        accounts = json.loads((home / "demo" / "accounts.json").read_text())
        yield Instance(url, home, {row["username"]: row["password"] for row in accounts})
    finally:
        process.send_signal(signal.SIGINT)
        status = process.wait(60)
    assert status == 0, (home / "run.log").read_text()
    assert not (home / "database" / "postmaster.pid").exists()


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


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; as root, `make test` installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One person at a screen: signs in, goes places, and never meets an error unseen."""

    def __init__(self, browser, instance: Instance, size: dict, *, scripts: bool = True):
        self.instance = instance
        self.context = browser.new_context(
            viewport=size, locale="vi-VN", java_script_enabled=scripts, accept_downloads=True
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type == "error" else None
            ),
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, username: str) -> "Visit":
        self.go("/sign-in/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", self.instance.passwords[username])
        self.page.click("form:has(input[name=username]) [type=submit]")
        self.page.wait_for_load_state()
        return self

    def go(self, path: str):
        return self.page.goto(self.instance.url + path)


@pytest.fixture
def visit(browser, instance):
    """Open a visit: visit("lan"), visit("lan", size=PHONE), visit(None) for a stranger."""
    visits: list[Visit] = []

    def start(username: str | None = "lan", size: dict = DESK, *, scripts: bool = True) -> Visit:
        one = Visit(browser, instance, size, scripts=scripts)
        visits.append(one)
        return one.sign_in(username) if username else one

    yield start
    for one in visits:
        one.context.close()
    assert not [text for one in visits for text in one.complaints if "favicon" not in text]


@pytest.fixture
def axe(browser, instance):
    """Check pages for accessibility; the content security policy is set aside for the checker."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; run `make setup`")
    context = browser.new_context(bypass_csp=True, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{instance.url}/sign-in/")
    page.fill("input[name=username]", "lan")
    page.fill("input[name=password]", instance.passwords["lan"])
    page.click("form:has(input[name=username]) [type=submit]")
    page.wait_for_load_state()

    def violations(path: str, size: dict) -> list[str]:
        page.set_viewport_size(size)
        page.goto(instance.url + path)
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("async () => (await axe.run()).violations")
        return [
            f"{path}: {one['id']}: {one['help']} ({node['html'][:160]})"
            for one in found
            for node in one["nodes"]
        ]

    yield violations
    context.close()
