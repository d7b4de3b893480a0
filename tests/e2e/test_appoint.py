"""From the vacancy to the posting in the file: what this room adds to the walk of a case.

Candidates side by side with what is lacking and where to record it, the term that the decision
sets, the day on which it takes effect, and what the pages of the unit and the person show then.
"""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from screens import PHONE
from sending import day, refused
from staffing import OFFICE, here, new_person, new_post, seat
from walking import Walk

ONSITE = "civil_servant.appointment-onsite"
MONTHS = 48


@pytest.fixture
def walk(visit):
    return Walk(visit)


def months_on(first: date, months: int) -> date:
    """Return the same day so many months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(first.day, last))


def test_candidates_side_by_side_then_one_in_the_post_for_the_term_that_was_set(walk):
    lan = walk.screen("lan")
    title, href = new_post(lan)
    people = [new_person(lan, name) for name in ("Hà Văn", "Lý Thị")]

    numbers = " ".join(number for number, _name in people)
    lan.go(f"{href}?procedure={ONSITE}&others={numbers}")
    table = lan.page.locator("main table").first
    heads = table.locator("thead").inner_text()
    assert all(name in heads for _number, name in people), "each has a column"
    row = table.locator("tr", has_text="Đáp ứng tiêu chuẩn chức danh")
    assert row.inner_text().count("Chưa rõ") == len(people), "newcomers hold no post yet"
    found = row.locator("a[href*='/law/standards/civil-servant.deputy-department-director/']")
    assert found.count() == len(people), "each leads to the standard, criterion by criterion"
    assert "29/2024/NĐ-CP" in row.inner_text()
    record = table.locator(f"a[href='/people/{people[0][0]}/records/add/political_conclusion/']")
    assert record.count() == 1, "what is missing can be recorded from here"
    lan.page.set_viewport_size(PHONE)
    assert lan.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    lan.page.fill("[name=months]", str(MONTHS))
    with lan.page.expect_navigation():
        lan.page.locator("[name=open]").click()
    case = here(lan)
    lan.go(f"{href}?procedure={ONSITE}&others={people[0][0]}")
    assert case.strip("/").rpartition("/")[2] in lan.text(), "a case for the post is pointed out"

    today = date.today()
    walk.carry(case, answers={"decide": {"effective_on": f"{today:%d/%m/%Y}"}})

    chosen, other = people
    assert title in walk.at("lan", f"/people/{chosen[0]}/").text()
    assert title not in walk.at("lan", f"/people/{other[0]}/").text()
    assert chosen[1] in walk.at("lan", f"/units/{OFFICE}/").text(), "the unit shows who holds it"
    vacant = walk.at("lan", f"/appointment/?q={title}")
    assert not vacant.page.locator("main a[href^='/appointment/posts/']").count()
    terms = walk.at("lan", f"/appointment/terms/?when=&q={chosen[1]}").text("main table")
    assert f"{months_on(today, MONTHS):%d/%m/%Y}" in terms, "48 months as the decision says, not 60"


@pytest.mark.whole
def test_a_probation_with_goals_is_concluded_by_the_authority_goal_by_goal(walk):
    lan = walk.screen("lan")
    title, href = new_post(lan)
    number, name = new_person(lan, "Vi Văn")
    lan.go(f"{href}?procedure={ONSITE}&others={number}")
    lan.page.fill("[name=probation_months]", "12")
    with lan.page.expect_navigation():
        lan.page.locator("[name=open]").click()
    assert "cần có thời hạn và ít nhất một mục tiêu" in refused(lan)
    lan.page.fill("[name=goals]", "Giải quyết 98% hồ sơ đúng hạn\nTrình đề án trước 30/6")
    with lan.page.expect_navigation():
        lan.page.locator("[name=open]").click()
    first = date.today() + timedelta(days=3)
    walk.carry(here(lan), answers={"decide": {"effective_on": f"{first:%d/%m/%Y}"}})
    assert name not in walk.at("lan", f"/units/{OFFICE}/").text(), "it takes effect in three days"

    lan = walk.at("lan", f"/appointment/limited/?q={name}")
    lan.follow(name, "main table")
    assert f"{first:%d/%m/%Y}" in lan.text(), "the probation begins with the effect"
    assert f"{months_on(first, 12):%d/%m/%Y}" in lan.text()
    assert "Trình đề án trước 30/6" in lan.text()
    assert not lan.page.locator("form[action$='/settle/']").count(), "the office concludes nothing"
    decider = walk.at("truongban", here(lan))
    form = decider.page.locator("form[action$='/settle/']")
    for goal in ("goal_0", "goal_1"):
        form.locator(f"[name={goal}][value=yes]").check()
    form.locator("[name=passed][value=yes]").check()
    form.locator("[name=answer]").fill("Hoàn thành các mục tiêu đã giao")
    with decider.page.expect_navigation():
        form.locator("button:not([type=button])").first.click()
    assert "Hoàn thành các mục tiêu đã giao" in decider.text()
    assert title in walk.at("lan", f"/people/{number}/").text(), "and no posting was changed"


@pytest.mark.whole
def test_who_is_told_in_time_and_reappointed_by_one_press(walk):
    lan = walk.screen("lan")
    title, _href = new_post(lan)
    number, name = new_person(lan, "Nông Thị")
    seat(lan, number, title, "01/03/2026")
    lan.go(f"/appointment/terms/?when=&q={name}")
    lan.page.locator("main a[href*='/terms/postings/']").first.click()
    form = lan.page.locator("main form[method=post]").last
    form.locator("[name=first]").fill("01/03/2026")
    form.locator("[name=until]").fill("01/03/2026")
    form.locator("[name=basis]").fill("Quyết định 12/QĐ-UBND (hư cấu)")
    with lan.page.expect_navigation():
        form.locator("button:not([type=button])").first.click()
    assert "Ngày hết thời hạn phải sau ngày bắt đầu" in refused(lan)
    lan.page.locator("[name=until]").fill(day(60))
    with lan.page.expect_navigation():
        lan.page.locator("main form[method=post] button:not([type=button])").last.click()

    lan.go(f"/appointment/terms/?when=half&q={name}")
    lan.page.locator("main [name=posting]").check()
    with lan.page.expect_navigation():
        lan.page.get_by_role("button", name="Ghi nhận đã thông báo").click()
    lan.go(f"/appointment/terms/?when=half&q={name}")
    assert "đã thông báo" in lan.text("main table")
    lan.page.locator("main [name=posting]").check()
    with lan.page.expect_navigation():
        lan.page.get_by_role("button", name="Mở hồ sơ bổ nhiệm lại").click()
    lan.go(f"/appointment/terms/?when=half&q={name}")
    assert lan.page.locator("main table a[href^='/cases/']").count() == 1


def test_officials_read_the_terms_of_their_own_posts(visit):
    head = visit("giamdoc", size=PHONE)
    head.go("/appointment/terms/mine/")
    assert "Giám đốc – Sở Nội vụ" in head.text()
    assert "Ngày cuối" in head.text()
    head.page.locator("main summary").first.click()
    assert "Hồ sơ gồm có" in head.text()
    assert head.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    official = visit("canbo")
    official.go("/appointment/terms/mine/")
    assert "Bạn không giữ chức vụ nào có thời hạn" in official.text()
    assert official.meets_nothing("/appointment/terms/"), "the office's list is not theirs"
