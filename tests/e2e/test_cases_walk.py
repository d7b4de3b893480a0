"""Procedures of the rulebook, walked in the browser from where they start to their decision.

Each walk makes its own post and its own people. Procedures that wait for confirmation are tried
out with invented ones, and so say that they wrote nothing.
"""

from datetime import date, timedelta

import pytest
from staffing import OFFICE, fill, here, new_person, new_post, seat, send
from walking import Walk

APPOINTED = ("civil_servant.appointment-onsite",)
TRIED = ("civil_servant.examination", "party.appointment")
LISTS = ("party.confidence", "elected.confidence")


@pytest.fixture
def walk(visit):
    return Walk(visit)


def over(screen) -> bool:
    """Whether the page says that the case is done."""
    return "Vụ việc đã xong" in screen.text()


def _seated(walk, since="01/03/2024"):
    """Return somebody new who holds a new post: file number, name, title."""
    office = walk.screen("lan")
    title, _href = new_post(office)
    number, name = new_person(office)
    seat(office, number, title, since)
    return number, name, title


def _opened_on_a_post(walk, ident, person=None, **told):
    """Choose a vacant post, the procedure and a person, look at the conditions, open the case."""
    office = walk.screen("lan")
    title, href = new_post(office, regime=ident.partition(".")[0])
    number, name = person or new_person(office)
    office.go(f"{href}?procedure={ident}&others={number}")
    fill(office.page.locator("main form[method=post]").last, told)
    with office.page.expect_navigation():
        office.page.locator("[name=open]").click()
    return here(office), number, name, title


@pytest.mark.parametrize("ident", APPOINTED)
def test_somebody_is_appointed_and_the_file_says_so(walk, ident):
    case, number, _name, title = _opened_on_a_post(walk, ident)
    assert title not in walk.at("lan", f"/people/{number}/").text()
    assert over(walk.carry(case))
    assert title in walk.at("lan", f"/people/{number}/").text()
    assert "còn trống 0" not in walk.at("lan", f"/appointment/?posts=all&q={title}").text()


def test_somebody_is_seconded_for_some_months(walk):
    person = _seated(walk)[:2]
    case, number, name, title = _opened_on_a_post(
        walk, "civil_servant.secondment", person, months="12"
    )
    assert over(walk.carry(case))
    assert name in walk.at("lan", f"/appointment/limited/?q={name}").text()
    assert title in walk.at("lan", f"/people/{number}/").text()


def test_a_term_that_ends_is_renewed(walk):
    number, name, title = _seated(walk)
    office = walk.at("lan", f"/appointment/terms/?when=unknown&q={name}")
    office.page.locator("main a[href*='/terms/postings/']").first.click()
    send(office, {
        "first": "01/03/2024", "until": f"{date.today() + timedelta(days=40):%d/%m/%Y}",
        "basis": "Quyết định 12/QĐ-UBND (hư cấu)",
    })  # fmt: skip
    office.go(f"/appointment/terms/?when=quarter&q={name}")
    office.page.locator("main [name=posting]").first.check()
    with office.page.expect_navigation():
        office.page.locator("main [formaction$='/terms/open/'], main [name=open]").first.click()
    office.go(f"/cases/?q={name}")
    case = str(office.page.locator("main tbody a[href^='/cases/']").first.get_attribute("href"))
    assert over(walk.carry(case))
    file = walk.at("lan", f"/people/{number}/").text()
    assert title in file


@pytest.mark.parametrize("ident", LISTS)
def test_a_list_is_voted_on_and_each_name_has_its_figures(walk, ident):
    people = [new_person(walk.screen("lan")) for _turn in range(2)]
    office = walk.at("lan", f"/cases/open/{ident}/")
    walk.fill(office, {"unit": OFFICE, "people": "\n".join(number for number, _name in people)})
    walk.submit(office)
    # The party's text leaves open of what shares are taken.
    answers = {"vote": {"share_of": "convened"}} if ident.startswith("party") else {}
    office = walk.carry(here(office), answers=answers)
    assert over(office)
    for _number, name in people:
        assert name in office.text()


@pytest.mark.parametrize("ident", TRIED)
def test_what_waits_for_confirmation_is_tried_out_and_writes_nothing(walk, ident):
    decisions = walk.at("lan", "/decisions/").text()
    office = walk.at("lan", "/cases/open/")
    office.page.locator(f"main a[href='/cases/try/{ident}/']").click()
    walk.fill(office, {"people": "Nhân sự giả định A"})
    walk.submit(office)
    office = walk.carry(here(office))
    assert over(office)
    assert "Mô phỏng" in office.text()
    assert walk.at("lan", "/decisions/").text() == decisions
