"""A competitive examination in the browser: announced, marked by each juror alone, ranked with a
tie told apart, published by the authority, and followed by a case. The scheme is the province's
own and invented.
"""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from screens import PHONE
from sending import refused
from staffing import here, new_person, new_post

BEGIN = "Khóa danh sách và bắt đầu thi"
CHAIR, COUNCIL = "uyvien", ("uyvien", "khanh", "thamdinh")
# By the order of names. 82 + 2 · 71 = 72 + 2 · 76: equal, the defence tells them apart.
WRITTEN = ((80, 70, 40), (84, 72, 44), (82, 74, 42))
DEFENCE = ((70, 75), (72, 77), (71, 76))


@pytest.fixture
def lan(visit):
    return visit("lan", scripts=False)


@pytest.fixture
def exam(lan):
    """An examination that takes entries, with its council and three candidates by name."""
    title, href = new_post(lan)
    post = re.search(r"/posts/(\d+)/", href)[1]
    lan.go(f"/appointment/exams/announce/?post={post}")
    lan.page.fill("[name=title]", f"Thi tuyển {title}")
    lan.page.fill("[name=entries_until]", f"{date.today() + timedelta(days=5):%d/%m/%Y}")
    with lan.page.expect_navigation():
        lan.page.locator("main form[method=post] button").last.click()
    people = [new_person(lan, name) for name in ("Bùi Văn", "Cao Thị", "Đỗ Văn")]
    return lan, _address(lan, f"Thi tuyển {title}"), sorted(people, key=lambda one: one[1]), title


def _address(lan, title) -> str:
    lan.go("/appointment/exams/")
    lan.follow(title)
    return here(lan)


def press(screen, words) -> None:
    with screen.page.expect_navigation():
        screen.page.get_by_role("button", name=words, exact=True).click()


def enter(lan, address, people, council=COUNCIL) -> None:
    for name in council:
        lan.go(address)
        lan.page.fill("[name=username]", name)
        if name == CHAIR:
            lan.page.check("[name=chair]")
        press(lan, "Cử giám khảo")
    for number, _name in people:
        lan.go(address)
        lan.page.fill("[name=number]", number)
        press(lan, "Thêm thí sinh")


def close_round(chair, address) -> None:
    chair.go(address)
    press(chair, "Khóa vòng thi")


def mark(screen, address, marks) -> None:
    screen.go(address)
    screen.follow("Chấm điểm của bạn")
    cells = screen.page.locator("main [name^=mark_]")
    expect(cells).to_have_count(len(marks))
    for at, one in enumerate(marks):
        cells.nth(at).fill(str(one))
    with screen.page.expect_navigation():
        screen.page.locator("main form[method=post] button").first.click()


def test_from_the_announcement_to_the_order_and_to_the_case(visit, exam):
    lan, address, people, title = exam
    enter(lan, address, people, council=COUNCIL[1:])
    lan.go(address)
    assert "Hội đồng chưa có chủ tịch" in lan.text()
    press(lan, BEGIN)
    assert "Quy chế yêu cầu hội đồng 3 người, có chủ tịch" in refused(lan)
    enter(lan, address, [], council=(CHAIR,))
    lan.go(address)
    press(lan, BEGIN)

    jurors = {name: visit(name, size=PHONE, scripts=False) for name in COUNCIL}
    mark(jurors["khanh"], address, WRITTEN[1])
    khanh = jurors["khanh"]
    assert "Bạn đã gửi điểm" in khanh.text()
    assert khanh.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert khanh.meets_nothing(f"{address}marks/"), "marks are given once"
    jurors["thamdinh"].go(address)
    assert "84" not in jurors["thamdinh"].text(), "nobody sees another's marks before the close"
    for name, marks in zip(COUNCIL, WRITTEN, strict=True):
        if name != "khanh":
            mark(jurors[name], address, marks)
    close_round(jurors[CHAIR], address)
    assert "không đạt" in jurors[CHAIR].text(), "who fails the written round is out"
    for name, marks in zip(COUNCIL, DEFENCE, strict=True):
        mark(jurors[name], address, marks)
    close_round(jurors[CHAIR], address)

    decider = visit("truongban", scripts=False)
    decider.go(address)
    press(decider, "Công bố kết quả")
    rows = decider.page.locator("main table tbody tr")
    first = " ".join(rows.first.inner_text().split())
    assert people[1][1] in first, "equal totals: the better defence goes first"
    assert "224" in first
    assert "được đề nghị bổ nhiệm" in first
    assert people[0][1] in rows.nth(1).inner_text()

    lan.go(address)
    lan.follow("Mở hồ sơ bổ nhiệm")
    assert people[1][1] in lan.text(), "the case begins with who was proposed"
    with lan.page.expect_navigation():
        lan.page.locator("[name=open]").click()
    case = here(lan)
    assert case.startswith("/cases/"), lan.text()
    assert title in lan.text()
    lan.go(address)
    assert case.rstrip("/").rpartition("/")[2] in lan.text(), "the examination leads to its case"
