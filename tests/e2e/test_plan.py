"""A succession plan in the browser: first approval, a year later the review by a procedure.

Titles, candidates with the preview, the refusal of one too many, approval by another hand; then
somebody is taken out with a reason, another comes in, the case decides, and the list goes up.
"""

import re
import time
from datetime import date

import pytest
from screens import PHONE
from walking import Walk

# Whoever is planned for a title counts in every plan: each run takes the first unit with room.
UNITS = ("Sở Xây dựng (SG.UB.SXD)", "Sở Y tế (SG.UB.SYT)", "Sở Khoa học và Công nghệ (SG.UB.SKC)",
         "Sở Giáo dục và Đào tạo (SG.UB.SGD)", "Sở Tư pháp (SG.UB.STP)")  # fmt: skip
TITLE = "Phó Giám đốc"
TODAY = f"{date.today():%d/%m/%Y}"
REASON = "Nguồn tại chỗ, có năng lực nổi trội"
OUT = "Hai năm liền không hoàn thành nhiệm vụ"


@pytest.fixture
def walk(visit):
    return Walk(visit)


class Plan:
    """One plan in the hands of who keeps it and who approves it."""

    def __init__(self, walk, unit=UNITS[0]):
        self.walk, self.unit = walk, unit
        office = walk.at("lan", "/plans/open/")
        walk.fill(office, {"unit": unit, "term": f"2026–2031, lần {time.time_ns() % 10**9}"})
        walk.submit(office)
        self.path = office.page.url.removeprefix(office.url)
        self.add_title(TITLE)

    def at(self, who="lan", more=""):
        return self.walk.at(who, self.path + more)

    def send(self, who, more, **told):
        screen = self.at(who, more)
        self.walk.fill(screen, told)
        self.walk.submit(screen)
        return screen

    def add_title(self, words):
        office = self.at("lan", f"titles/?q={words}")
        row = office.page.locator("main tbody tr").filter(has_text=self.unit.split(" (")[0]).first
        row.locator("[name=post]").check()
        self.walk.submit(office)

    def candidates(self, words="", where="here"):
        """Return the addresses of those whom no rule refuses under the first title."""
        office = self.at()
        office.follow("Thêm người")
        office.go(f"{office.page.url.removeprefix(office.url)}?q={words}&where={where}")
        rows = office.page.locator("main tbody tr[data-nt-row]")
        found = []
        for at in range(rows.count()):
            said = rows.nth(at).inner_text()
            if "Không đạt" not in said and "đã có trong chức danh" not in said:
                found.append(str(rows.nth(at).locator("a").first.get_attribute("href")))
        return found

    def propose(self, address, reason=REASON):
        office = self.walk.at("lan", address)
        self.walk.fill(office, {"reason": reason, "judgement": "Tập thể lãnh đạo đã xem xét"})
        self.walk.submit(office)
        return office

    def states(self, who="lan"):
        """Return file number → state of everybody under the titles."""
        rows = self.at(who).page.locator("#plan-board tr[data-nt-row]")
        return {
            re.search(r"CB\d+", text).group(): text
            for text in (rows.nth(at).inner_text() for at in range(rows.count()))
        }


@pytest.fixture
def plan(walk):
    return Plan(walk)


@pytest.fixture
def plan_with_room(walk):
    """A plan of a unit with four at least whom no rule refuses."""
    for unit in UNITS:
        made = Plan(walk, unit)
        people = made.candidates()
        if len(people) >= 4:
            return made, people
    raise AssertionError("every unit of this instance is full")


def number_in(address):
    return re.search(r"CB\d+", address).group()


@pytest.mark.whole
def test_a_plan_from_its_first_name_to_the_review_a_year_later(plan_with_room, walk, visit):
    plan, (first, second, third, fourth, *_rest) = plan_with_room
    for one in (first, second, third):
        plan.propose(one)
    # The fourth is one too many: told before anything is written, with the rule and its citation.
    office = walk.at("lan", fourth)
    said = office.text()
    assert "nhiều nhất 3 người một chức danh" in said
    assert "377-QĐ/TW" in said
    assert not office.page.get_by_role("button", name="Đề xuất quy hoạch").count()
    assert "chức danh đã đủ người" in plan.at().text()

    plan.send("lan", "submit/")
    assert "Chờ phê duyệt" in plan.at("uyvien").text()
    plan.send("uyvien", "approve/", number="55-QĐ/TU", day=TODAY, body="Ban Thường vụ Tỉnh ủy")
    assert set(plan.states("uyvien")) == {number_in(one) for one in (first, second, third)}
    assert all("trong quy hoạch" in one for one in plan.states().values())

    # A year later everybody is gone through; who goes out needs a reason.
    office = plan.at("lan", "review/")
    office.press("Bắt đầu rà soát", within="body")
    out = number_in(first)
    _judge(plan, first, "leaves", "")
    assert "Còn 3 người chưa được nhận xét" in plan.at("lan", "review/").text(), (
        "no reason, no word"
    )
    _judge(plan, first, "leaves", OUT)
    for one in (second, third):
        _judge(plan, one, "stays", "Vẫn đủ tiêu chuẩn, điều kiện")
    plan.at("lan", "review/").press("Kết thúc rà soát")
    assert "đề xuất đưa ra" in plan.states()[out]

    # The place is free for another, in the same decision.
    plan.propose(fourth, "Bổ sung thay người đưa ra")
    office = plan.at("lan", "case/")
    walk.submit(office)
    case = office.page.url.removeprefix(office.url)
    assert "Quy hoạch đang làm theo thủ tục" in plan.at("uyvien").text()
    assert plan.at("lan", "submit/").page.locator("main form[method=post]").count() == 0

    walk.carry(case, until="decide")
    assert "đề xuất" in plan.states()[number_in(fourth)], "nothing before the decision"
    walk.carry(case)

    states = plan.states()
    assert "trong quy hoạch" in states[number_in(fourth)]
    assert out not in states
    gone = plan.at().text()
    assert OUT in gone
    assert "Đã ra khỏi quy hoạch" in gone

    # Up to the level above, which reads it and says so; paper and Excel.
    office = plan.send("lan", "send/")
    sent = office.page.url.removeprefix(office.url)
    assert number_in(fourth) in office.text()
    above = walk.at("uyvien", sent)
    above.press("Tôi đã xem danh sách này", within="body")
    assert "Nguyễn Thị Ủy" in walk.at("lan", sent).text()
    keeper = visit("lan")
    keeper.go(plan.path)
    with keeper.page.expect_download() as taken:
        keeper.page.get_by_role("link", name="Excel").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    keeper.go(plan.path + "print/")
    assert number_in(fourth) in keeper.text("body")
    assert keeper.page.locator("nav, form").count() == 0 or "In" in keeper.text("body")


def _judge(plan, candidate, outcome, reason):
    name = _name(plan, candidate)
    office = plan.at("lan", "review/")
    entry = office.page.locator("main tbody tr").filter(has_text=name).first
    if reason:
        entry.locator("[name=reason]").fill(reason)
    with office.page.expect_navigation():
        entry.locator(f"button[value={outcome}]").click()


_names: dict[str, str] = {}


def _name(plan, candidate):
    if candidate not in _names:
        heading = plan.walk.at("lan", candidate).page.locator("h1").inner_text()
        _names[candidate] = heading.strip()
    return _names[candidate]


def test_a_choice_shows_what_it_does_before_it_is_made(plan, walk, visit):
    first, *_rest = plan.candidates()
    keeper = visit("lan")
    keeper.go(first)

    said = keeper.text()
    assert "Lựa chọn này làm thay đổi cơ cấu quy hoạch" in said
    assert "Chỉ tiêu" in said
    before, after = keeper.page.locator("main tbody tr").filter(
        has_text="Số người trong quy hoạch"
    ).first.locator("td.num").all_inner_texts()  # fmt: skip
    assert (before.strip(), after.strip()) == ("0", "1")
    assert not plan.states(), "looking wrote nothing"


def test_the_balance_says_who_is_ready_and_where_nobody_is(visit):
    keeper = visit("lan")
    keeper.go("/plans/balance/?unit=SG.UB.SNV")
    said = keeper.text()
    assert "Sẵn sàng ngay" in said
    titles = int(keeper.page.locator(".stat").first.inner_text().split()[-1])

    keeper.page.locator(".stat").filter(has_text="Chưa quy hoạch ai").click()
    keeper.page.wait_for_url(re.compile("which=nobody"))
    rows = keeper.page.locator("main tbody tr").filter(has=keeper.page.locator("th"))
    assert 0 < rows.count() < titles
    assert all("chưa quy hoạch ai" in text for text in rows.all_inner_texts())
    keeper.page.set_viewport_size(PHONE)
    assert keeper.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_who_may_not_keep_plans_meets_nothing(visit, plan):
    assert visit("minh").meets_nothing(plan.path)
    assert visit("canbo").meets_nothing(plan.path + "case/")
    inspector = visit("thanhtra")
    inspector.go(plan.path)
    assert not inspector.page.get_by_role("link", name="Thêm người").count()
