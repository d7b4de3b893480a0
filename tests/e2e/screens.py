"""The browser, the two screens that every page is looked at on, and who looks for those who do
not see."""

import re
import shutil
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NO_BROWSER = "Chromium is not installed; as root, `make test` installs it"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def people_in_post(start: str) -> str:
    """Return how many people hold a post, as the text of Lan's start page says it.

    Walks appoint and dismiss people of the province, so that the number of the first day is old.
    """
    found = re.search(r"Cán bộ đang giữ chức vụ (1\.5\d\d)\b", start)
    assert found, start
    return found[1]
