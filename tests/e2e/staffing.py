"""Posts and people of a test's own, made on the pages as the office makes them."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import count

OFFICE = "SG.UB.SCT"
TODAY = f"{date.today():%d/%m/%Y}"
_turn = count(1)
# Names that no other run has used on a kept instance.
_RUN = f"{date.today():%d%m}{id(_turn) % 10_000}"


def _own() -> str:
    return f"{_RUN}{next(_turn)}"


def send(screen, told: Mapping[str, object], button: str = "") -> None:
    """Fill the last form of a page with this and nothing else, and send it."""
    form = screen.page.locator("main form[method=post]").last
    fill(form, told)
    pressed = form.locator("button:not([type=button])").first
    with screen.page.expect_navigation():
        (form.get_by_role("button", name=button) if button else pressed).click()


def fill(form, told: Mapping[str, object]) -> None:
    """Enter these values into the fields of a form."""
    for name, value in told.items():
        field = form.locator(f"[name={name}]").first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(str(value))
        elif field.get_attribute("type") == "checkbox":
            field.check()
        elif field.get_attribute("type") == "radio":
            form.locator(f"[name={name}][value='{value}']").check()
        else:
            field.fill(str(value))


def here(screen) -> str:
    """Return the address at which a screen stands, without the server."""
    return str(screen.page.url).removeprefix(screen.url).partition("#")[0]


def new_post(
    office,
    kind: str = "deputy_department_director",
    unit: str = OFFICE,
    regime: str = "civil_servant",
) -> tuple[str, str]:
    """Add a leading post with one seat; return its title and the page on which it is filled."""
    title = f"Phó Giám đốc thử {_own()}"
    office.go(f"/units/{unit}/posts/add/")
    send(office, {
        "title": title, "title_kind": kind, "seats": 1, "level": "province",
        "regime": regime, "managed_by": "province_committee", "leadership": "on",
        "first_day": "01/01/2026", "source": "Đề án vị trí việc làm (hư cấu)",
    })  # fmt: skip
    office.go(f"/appointment/?posts=all&q={title}")
    found = office.page.locator("main a[href^='/appointment/posts/']").first
    return title, str(found.get_attribute("href"))


def new_person(
    office, name: str = "Đỗ Văn Thử", unit: str = OFFICE, born: str = "15/05/1984"
) -> tuple[str, str]:
    """Open a file in the unit; return its number and the name."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in _own()[-4:])
    full = f"{name} {letters.capitalize()}"
    office.go(f"/people/open/?unit={unit}")
    send(office, {
        "full_name": full, "birth": born, "gender": "male", "ethnicity": "kinh",
        "source_name": "Hồ sơ gốc (hư cấu)",
    })  # fmt: skip
    found = re.search(r"/people/(CB\d+)/", office.page.url)
    assert found, office.text()
    return found[1], full


def seat(office, number: str, title: str, since: str, unit: str = OFFICE) -> None:
    """Put somebody into a post of the unit by an older decision."""
    office.go(f"/people/{number}/postings/add/?unit={unit}")
    option = office.page.locator("main form[method=post] [name=seat] option", has_text=title).first
    send(office, {
        "seat": option.get_attribute("value"), "first_day": since,
        "source_name": "Quyết định cũ (hư cấu)",
    })  # fmt: skip
