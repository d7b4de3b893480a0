"""Filling forms and finding people, for tests that walk through rooms in the browser."""

import re
from datetime import date, timedelta


def day(ahead: int = 0) -> str:
    return f"{date.today() + timedelta(days=ahead):%d/%m/%Y}"


def leader(walk, title: str, *units: str) -> tuple[str, str]:
    """Return (unit, file number) of the first who still holds a title in one of the units."""
    for unit in units:
        office = walk.at("lan", f"/units/{unit}/")
        row = office.page.locator("main tr", has_text=re.compile(rf"^\s*{title}")).first
        holders = row.locator("a[href^='/people/']")
        if holders.count():
            href = holders.first.get_attribute("href")
            return unit, href.removeprefix("/people/").strip("/")
    raise AssertionError(f"nobody is {title} in {units}")


def sends(walk, path: str, told: dict, *, who: str = "lan"):
    """Fill the last form of a page and send it; return the screen, wherever it stands then."""
    screen = walk.at(who, path)
    form = screen.page.locator("main form[method=post]").last
    for name, value in told.items():
        field = form.locator(f"[name={name}]")
        kind = field.first.evaluate("one => one.type")
        if kind in ("radio", "checkbox") and isinstance(value, str):
            form.locator(f"[name={name}][value='{value}']").check()
        elif kind == "checkbox":
            field.set_checked(value)
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(value)
    walk.submit(screen)
    return screen


def refused(screen) -> str:
    """Return what a form refuses; the browser notes the answer 422 and nothing else."""
    screen.complaints[:] = [text for text in screen.complaints if "422" not in text]
    return screen.text()
