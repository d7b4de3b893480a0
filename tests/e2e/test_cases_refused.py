"""What a case refuses in the browser, in which words, and how it goes on from there."""

import re
from contextlib import contextmanager

import pytest
from sending import refused
from staffing import OFFICE, TODAY, here, new_person, new_post, send
from walking import DECIDER, Walk

ONSITE = "civil_servant.appointment-onsite"
OUTSIDE = "civil_servant.appointment-outside"
LIST = "party.confidence"


@pytest.fixture
def walk(visit):
    return Walk(visit)


def appointment(walk, ident=ONSITE, who="lan", **person):
    """Open a case to fill a new post with somebody new; return its address and the name."""
    office = walk.screen(who)
    _title, href = new_post(office)
    number, name = new_person(office, **person)
    office.go(f"{href}?procedure={ident}&others={number}")
    with office.page.expect_navigation():
        office.page.locator("[name=open]").click()
    return here(office), name


@contextmanager
def granted(walk, who, role):
    """Let somebody hold a role besides for a while: given by one, confirmed by another."""
    giver = walk.at("quantri", f"/grants/give/?who={who}")
    account = giver.page.locator("[name=user] option", has_text=re.compile(rf"· {who}$"))
    send(giver, {
        "user": account.get_attribute("value"), "unit": "SG", "role": role, "first_day": TODAY,
        "last_day": TODAY, "reason": "Làm thay trong ngày (hư cấu)",
    })  # fmt: skip
    grant = re.search(r"/grants/(\d+)/", giver.page.url)
    assert grant, giver.text()
    by_another(walk, grant[0], "confirm")
    try:
        yield
    finally:
        by_another(walk, grant[0], "end", "Hết việc (hư cấu)")


def by_another(walk, grant, act, reason=""):
    """Let the head confirm a role that somebody gave, or end it."""
    head = walk.at(DECIDER, grant)
    form = head.page.locator(f"form[action$='/{act}/']")
    if reason:
        form.locator("[name=reason]").fill(reason)
    with head.page.expect_navigation():
        form.locator("button").last.click()


def tried(walk, ident, people="Nhân sự giả định A"):
    """Open a simulation, in which one person does everything."""
    office = walk.at("lan", f"/cases/try/{ident}/")
    walk.fill(office, {"people": people})
    walk.submit(office)
    return here(office)


def listed(walk):
    """Open a case about a list of one; its first step asks for a document."""
    office = walk.screen("lan")
    number, name = new_person(office)
    office.go(f"/cases/open/{LIST}/")
    walk.fill(office, {"unit": OFFICE, "people": number})
    walk.submit(office)
    return here(office), name


def act(walk, case, step, name, who="lan"):
    """Open the form of an act that the page offers at a step; return the screen."""
    screen = walk.at(who, case)
    with screen.page.expect_navigation():
        screen.page.locator(f"#step-{step} a[href$='/{name}/']").first.click()
    return screen


def sent(walk, screen, told=None):
    walk.fill(screen, told or {})
    walk.submit(screen)
    return refused(screen)


def test_a_condition_not_met_stops_the_case_until_an_authority_allows_it_by_name(walk):
    case, name = appointment(walk)
    walk.carry(case, until="gates")
    form = act(walk, case, "gates", "rule-open")
    walk.fill(form, {})
    age = form.page.locator("fieldset", has_text="Đủ tuổi công tác")
    age.locator("[value=no]").check()
    walk.submit(form)
    standing = walk.at("lan", case).page.locator("#step-gates tr[data-stands]")
    assert standing.count() == 1
    assert "08-KL/TW" in standing.inner_text()  # what it rests on
    said = sent(walk, act(walk, case, "gates", "complete"))
    assert "Đủ tuổi công tác" in said
    assert name in said
    # Not by the officer: an authority that decides allows it, with a reason and a document.
    office = walk.at("lan", case)
    assert not office.page.locator("#step-gates a[href$='/special/']").count()
    walk.take(case, "gates", {
        "authority": "Ban Thường vụ Tỉnh ủy (hư cấu)", "document": "77-TB/TU (hư cấu)",
        "reason": "Đơn vị mới sắp xếp, chưa kiện toàn quy hoạch", "leave": ("rule", "rule-open"),
    })  # fmt: skip
    assert "s1_leadership" in walk.waiting(walk.at("lan", case))
    listed_ = walk.at("thanhtra", f"/cases/specials/?q={name}").text()
    assert "77-TB/TU (hư cấu)" in listed_
    assert "Đơn vị mới sắp xếp" in listed_


def test_a_hold_placed_midway_stops_everybody_until_it_is_lifted(walk):
    case, _name = listed(walk)
    form = act(walk, case, "list", "complete")
    walk.fill(form, {})
    inspector = walk.at("thanhtra", case)
    inspector.follow("Tạm dừng")
    inspector.page.fill("[name=reason]", "Đang xác minh đơn tố cáo")
    walk.submit(inspector)
    # The form that was open before comes too late, and says so.
    walk.submit(form)
    text = form.page.inner_text("body")
    assert "đang tạm dừng" in text
    assert "Đang xác minh đơn tố cáo" in form.text()
    assert not form.page.locator("#step-list a[href$='/complete/']").count()
    inspector.go("/cases/holds/?q=" + case.split("/")[2])
    inspector.page.locator("main a[href$='/lift/']").first.click()
    inspector.page.fill("[name=reason]", "Đơn không có cơ sở")
    walk.submit(inspector)
    walk.take(case, "list")
    assert "list" not in walk.waiting(walk.at("lan", case))


def test_a_form_sent_twice_acts_once_and_an_older_one_is_refused(walk, visit):
    case, _name = listed(walk)
    first = act(walk, case, "list", "complete")
    walk.fill(first, {})
    second = visit("lan", scripts=False)
    second.page.goto(first.page.url)
    walk.fill(second, {})
    older = walk.at("khanh", case)
    older.follow("Rút vụ việc")
    walk.submit(first)
    walk.submit(second)
    assert "đã được hoàn thành" in second.page.inner_text("body")
    assert walk.at("lan", case).text().count("Hoàn thành bước của vụ việc") == 1
    older.page.fill("[name=reason]", "Thôi không làm nữa")
    walk.submit(older)
    assert "đã được người khác thay đổi" in refused(older)
    assert walk.waiting(walk.at("lan", case))


def test_a_meeting_without_its_quorum_comes_to_nothing(walk):
    case, _name = appointment(walk)
    walk.carry(case, until="s1_leadership")
    said = sent(walk, act(walk, case, "s1_leadership", "complete"), {
        "convened": "24", "present": "15", "minutes": "Hội nghị",
    })  # fmt: skip
    assert "15" in said
    assert "2/3" in said
    # Two thirds exactly are enough.
    walk.take(case, "s1_leadership", {"convened": "24", "present": "16"})
    assert "s2_expanded" in walk.waiting(walk.at("lan", case))


@pytest.mark.whole
def test_exactly_half_waits_for_the_head_who_decides_with_a_reason(walk):
    case, _name = appointment(walk, ident=OUTSIDE)
    walk.carry(case, until="s2_vote")
    poll = here(walk.prepare(case, "s2_vote"))
    # Shares are of those convened: twelve of twenty-four are exactly half.
    walk.count(poll, {"votes": [12]})
    said = walk.section("lan", case, "s2_vote")
    assert "một nửa" in said
    head = act(walk, case, "s2_vote", "half", who="truongban")
    sent(walk, head, {"passed": "yes", "reason": "Nhất trí với phương án của tập thể"})
    office = walk.at("lan", case)
    assert "s2_vote" not in walk.waiting(office)
    assert "Nhất trí với phương án của tập thể" in office.text()


@pytest.mark.whole
def test_half_of_those_convened_is_not_enough_where_the_rule_asks_for_more(walk):
    case, _name = appointment(walk)
    walk.carry(case, until="s2_expanded")
    walk.count(here(walk.prepare(case, "s2_expanded")), {"votes": [12]})
    office = walk.at("lan", case)
    assert not walk.waiting(office)
    assert "Vụ việc kết thúc" in office.text() or "không được" in office.text()


def test_a_deadline_that_passed_is_shown_and_silence_is_no_consent(walk):
    # The only one in the province: on a page nobody can ask for an opinion until yesterday.
    office = walk.at("lan", "/cases/?show=overdue")
    case = office.page.locator("main tbody a[href^='/cases/']").first.get_attribute("href")
    told = walk.at("lan", case).text()
    assert "quá hạn" in told
    assert "hết hạn không trả lời" in told
    said = sent(walk, act(walk, case, "s0_answer", "complete"))
    assert "im lặng không phải là đồng ý" in said


def test_who_put_a_case_forward_does_not_appraise_it_with_both_roles(walk):
    with granted(walk, "lan", "appraiser"):
        case, _name = appointment(walk, OUTSIDE, who="lan")
        office = walk.carry(case, until="s3_appraise", hands=("lan", "khanh", DECIDER, "uyvien"))

        told = walk.section("lan", case, "s3_appraise")
        assert "người khác phải thẩm định" in told
        step = office.page.locator("#step-s3_appraise")
        assert step.locator("a[href$='/complete/']").count() == 0
        other = walk.at("thamdinh", case).page.locator("#step-s3_appraise a[href$='/complete/']")
        href = other.first.get_attribute("href")
        assert walk.at("lan", href).page.locator("main form[method=post]").count() == 0

        walk.take(case, "s3_appraise", {}, hands=("thamdinh",))
        assert "s3_appraise" not in walk.waiting(walk.at("lan", case))
