"""Every procedure of the rulebook, walked in the browser from where it starts to its decision.

Each walk makes its own post and its own people. Procedures that wait for confirmation are tried
out with invented ones, and so say that they wrote nothing.
"""

import re
import time
from datetime import date, timedelta

import pytest
from sending import day, sends
from staffing import OFFICE, fill, here, new_person, new_post, seat, send
from walking import Walk

from ngangtam.law.engine import rulebook
from wholly import walked

# Walked by the tests of the rooms in which they start.
ELSEWHERE = {
    "civil_servant.examination": "test_exam",
    "civil_servant.dismissal": "test_exits", "civil_servant.resignation": "test_exits",
    "civil_servant.retirement": "test_exits", "party.removal": "test_exits",
    "party.planning-review": "test_plan", "party.committee": "test_committee",
}  # fmt: skip
APPOINTED = (
    "civil_servant.appointment-onsite", "civil_servant.appointment-outside",
    "public_employee.appointment-onsite", "public_employee.appointment-outside",
)  # fmt: skip
TRIED = (
    "party.appointment", "party.nomination", "party.planning",
    "party.suspension",
)  # fmt: skip
# Procedure → what an authority found, and how the page of the person names it.
FOUND = {
    "party.dismissal": ("dismissal.degradation", "Suy thoái"),
    "party.resignation": ("resignation.limited-ability", "Năng lực hạn chế"),
}
LISTS = ("party.confidence", "elected.confidence")
ALONE = ("civil_servant.secondment", "civil_servant.reappointment", "civil_servant.suspension")


@pytest.fixture
def walk(visit):
    return Walk(visit)


def over(screen) -> bool:
    """Whether the page says that the case is done."""
    return "Vụ việc đã xong" in screen.text()


def test_no_procedure_of_the_rulebook_is_left_out():
    walked = {*ELSEWHERE, *APPOINTED, *TRIED, *FOUND, *LISTS, *ALONE}
    assert walked == {
        ident for ident, one in rulebook().procedures.items() if one.on(date.today()) is not None
    }


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


@pytest.mark.parametrize("ident", walked(APPOINTED, []))
def test_somebody_is_appointed_and_the_file_says_so(walk, ident):
    case, number, _name, title = _opened_on_a_post(walk, ident)
    assert title not in walk.at("lan", f"/people/{number}/").text()
    assert over(walk.carry(case))
    assert title in walk.at("lan", f"/people/{number}/").text()
    assert "còn trống 0" not in walk.at("lan", f"/appointment/?posts=all&q={title}").text()


@pytest.mark.whole
def test_somebody_is_seconded_for_some_months(walk):
    person = _seated(walk)[:2]
    case, number, name, title = _opened_on_a_post(
        walk, "civil_servant.secondment", person, months="12"
    )
    assert over(walk.carry(case))
    assert name in walk.at("lan", f"/appointment/limited/?q={name}").text()
    assert title in walk.at("lan", f"/people/{number}/").text()


@pytest.mark.whole
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


def _proposal(walk, number, words):
    """Have the unit looked at; return the address of the proposal that it makes."""
    walk.at("lan", f"/exits/units/{OFFICE}/").press("Rà soát ngay")
    for _turn in range(120):
        office = walk.at("lan", f"/exits/people/{number}/")
        row = office.page.locator("tr", has=office.page.get_by_text(re.compile(words)))
        links = row.locator("a[href^='/exits/proposals/']")
        if links.count():
            return str(links.first.get_attribute("href"))
        time.sleep(0.5)
    raise AssertionError(f"no proposal came up: {office.text()}")


def _opened_on_a_finding(walk, number, ident, about, words, **told):
    """Record what an authority found, have it looked at, open the case that it proposes."""
    sends(walk, f"/exits/people/{number}/finding/", {
        "about": about, "says": "Theo kết luận của cấp có thẩm quyền", "number": f"5-KL/{number}",
        "paper_day": day(), "body": "Ủy ban Kiểm tra Tỉnh ủy (hư cấu)",
    })  # fmt: skip
    office = walk.at("lan", f"{_proposal(walk, number, words)}open/")
    walk.fill(office, {"procedure": ident, "why": "Theo kết luận của cấp có thẩm quyền", **told})
    walk.submit(office)
    return here(office)


@pytest.mark.parametrize("ident", walked(FOUND, []))
def test_what_was_found_ends_a_post_by_the_procedure_that_is_chosen(walk, ident):
    number, _name, title = _seated(walk)
    case = _opened_on_a_finding(walk, number, ident, *FOUND[ident])
    assert over(walk.carry(case))
    assert title in walk.at("lan", f"/exits/people/{number}/").text()
    file = walk.at("lan", f"/people/{number}/").text()
    assert "Không giữ chức vụ nào vào ngày này" in file


@pytest.mark.whole
def test_a_civil_servant_is_suspended_and_keeps_the_post(walk):
    number, name, title = _seated(walk)
    case = _opened_on_a_finding(
        walk, number, "civil_servant.suspension", "suspension.civil-servant", "Nghị định 170",
        days="10", confirmed_length=True,
    )  # fmt: skip
    walk.carry(case, until="outcome")
    assert name in walk.at("lan", f"/exits/units/{OFFICE}/").text()
    assert "đang có hiệu lực" in walk.at("lan", f"/exits/people/{number}/").text()
    assert over(walk.carry(case))
    assert title in walk.at("lan", f"/people/{number}/").text()


@pytest.mark.parametrize("ident", walked(LISTS, LISTS[:1]))
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


@pytest.mark.parametrize("ident", walked(TRIED, ["party.nomination"]))
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
