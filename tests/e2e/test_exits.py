"""Five ways out of a post, from what was found to what the file shows after the decision."""

import re
import time

import pytest
from sending import day, leader, refused, sends
from walking import Walk


@pytest.fixture
def walk(visit):
    return Walk(visit)


def paper(number: str) -> dict[str, str]:
    return {"number": number, "paper_day": day(), "body": "Ủy ban Kiểm tra Tỉnh ủy (hư cấu)"}


def found(walk, number: str, ground: str, *, says: str = "Theo kết luận số 5 (hư cấu)") -> None:
    """Record what an authority found of somebody."""
    told = {"about": ground, "says": says, **paper(f"{ground[-12:]}-{time.time_ns() % 10**8}")}
    screen = sends(walk, f"/exits/people/{number}/finding/", told)
    assert f"/exits/people/{number}/" in screen.page.url


_SETTLED = re.compile("đã mở vụ việc|đã gác lại|không còn căn cứ")


def proposed(walk, unit: str, number: str, ground: str) -> str:
    """Order a look; return the address of the proposal that it makes."""
    office = walk.at("lan", f"/exits/units/{unit}/")
    office.press("Rà soát ngay")
    for _turn in range(60):
        office.go(f"/exits/people/{number}/")
        rows = office.page.locator("tr", has_text=re.compile(ground), has_not_text=_SETTLED)
        links = rows.locator("a[href^='/exits/proposals/']")
        if links.count():
            return links.first.get_attribute("href")
        time.sleep(0.5)
    raise AssertionError(f"no proposal came up: {office.text()}")


def opened(walk, path: str, **told: str) -> str:
    """Open a case on a page that has everything filled in; return its address."""
    office = sends(walk, path, told)
    assert "/cases/" in office.page.url, office.text()
    return office.page.url.removeprefix(office.url)


def test_a_removal_goes_from_a_finding_to_a_vacant_post(walk):
    unit, number = leader(walk, "Giám đốc", "SG.UB.STP", "SG.UB.SYT", "SG.UB.SGD")
    assert "không thuộc căn cứ nào" in walk.at("lan", f"/exits/people/{number}/").text()
    found(walk, number, "removal.distant-from-people")
    proposal = proposed(walk, unit, number, "Quan liêu")

    page = walk.at("lan", proposal).text()
    assert "chờ xem xét" in page
    assert "Một tòa soạn: 10 ngày làm việc." in page
    assert "là tổng số hay cộng thêm chưa rõ" in page
    case = opened(walk, f"{proposal}open/")
    walk.carry(case)

    file = walk.at("lan", f"/people/{number}/").text()
    assert "Giám đốc" not in file
    after = walk.at("lan", f"/exits/people/{number}/").text()
    assert "Chức vụ đã thôi theo quyết định" in after
    assert "thôi giữ chức vụ" in after
    seats = walk.at("lan", f"/units/{unit}/").text()
    assert "Giám đốc Công chức · Người đứng đầu 1 0 1" in seats


def test_a_dismissal_that_is_due_lets_nothing_take_its_place(walk):
    unit, number = leader(walk, "Phó Giám đốc", "SG.UB.SDT", "SG.UB.STC")
    found(walk, number, "removal.distant-from-people")
    found(walk, number, "dismissal.degradation")
    removal = proposed(walk, unit, number, "Quan liêu")
    dismissal = proposed(walk, unit, number, "Suy thoái")

    assert (
        "Phải xem xét miễn nhiệm" in walk.at("lan", removal).text()
        or "miễn nhiệm" in walk.at("lan", removal).text()
    )
    barred = refused(sends(walk, f"{removal}open/", {}))
    assert "không được thay cho miễn nhiệm" in barred or "không thay" in barred

    case = opened(walk, f"{dismissal}open/", procedure="civil_servant.dismissal")
    walk.carry(case)
    after = walk.at("lan", f"/exits/people/{number}/").text()
    assert "miễn nhiệm" in after
    assert "Thôi hưởng phụ cấp chức vụ ngay" in after


def _withdraws_what_waits(walk, who: str) -> str:
    """Withdraw the letter that waits, if there is one; return its address."""
    screen = walk.at(who, "/exits/mine/")
    rows = screen.page.locator("tr", has_text=re.compile("đã gửi|đang xem xét"))
    if not rows.count():
        return ""
    address = rows.first.locator("a").get_attribute("href")
    walk.at(who, address).press("Rút đơn")
    return address


@pytest.mark.whole
def test_a_letter_is_written_withdrawn_and_answered(walk):
    _unit, number = leader(walk, "Giám đốc", "SG.UB.SNV")
    found(walk, number, "resignation.refused-under-inspection")
    letter = {"ground": "resignation.voluntary", "text": "Tôi xin từ chức vì lý do cá nhân."}
    _withdraws_what_waits(walk, "giamdoc")
    screen = sends(walk, "/exits/mine/letters/new/", letter, who="giamdoc")
    address = screen.page.url.removeprefix(screen.url)
    # An inspection is not told to the writer; who takes the letter up reads it, and is refused.
    assert "Không cho từ chức" not in screen.text()
    assert "Không cho từ chức khi" in walk.at("lan", address).text()
    barred = sends(walk, f"{address}open/", {"procedure": "civil_servant.resignation"})
    assert "Không cho từ chức khi" in refused(barred)
    _withdraws_what_waits(walk, "giamdoc")
    while (strikes := walk.at("lan", f"/exits/people/{number}/").page.locator(
        "a[href*='/strike/']"
    )).count():  # fmt: skip
        sends(walk, strikes.first.get_attribute("href"), {"reason": "Đã kết thúc thanh tra"})

    screen = sends(walk, "/exits/mine/letters/new/", letter, who="giamdoc")
    assert "đã gửi" in screen.text()
    assert "Thời hạn tính từ ngày gửi đơn" in screen.text()
    assert "chờ xác nhận" in screen.text()
    again = refused(sends(walk, "/exits/mine/letters/new/", letter, who="giamdoc"))
    assert "đang được xem xét" in again
    address = _withdraws_what_waits(walk, "giamdoc")
    assert "đã rút" in walk.at("lan", address).text()

    screen = sends(walk, "/exits/mine/letters/new/", letter, who="giamdoc")
    address = screen.page.url.removeprefix(screen.url)
    case = opened(walk, f"{address}open/", procedure="civil_servant.resignation")
    assert "đang xem xét" in walk.at("giamdoc", address).text()
    walk.carry(case, answers={
        "decide": {"result": "refused", "reason": "Chưa bố trí được người thay"},
    })  # fmt: skip
    answered = walk.at("giamdoc", address).text()
    assert "không chấp nhận" in answered
    assert "Giám đốc" in walk.at("lan", "/units/SG.UB.SNV/").text()


def test_a_suspension_has_its_days_and_its_end_and_keeps_the_post(walk):
    _unit, number = leader(walk, "Phó Giám đốc", "SG.UB.SNN")
    path = f"/exits/people/{number}/suspend/"
    told = {"reason": "Để việc xác minh được khách quan", "first": day(), "last": day(10),
            **paper(f"90-{time.time_ns() % 10**8}")}  # fmt: skip
    unsaid = refused(sends(walk, path, told))
    assert "Chưa có văn bản" in unsaid
    screen = sends(walk, path, {**told, "confirmed_length": True})
    page = screen.text()
    address = screen.page.url.removeprefix(screen.url)
    assert "đang có hiệu lực" in page
    assert "Vẫn giữ chức vụ" in page
    assert "Tiền lương trong thời gian tạm đình chỉ" in page
    twice = refused(sends(walk, path, {**told, "confirmed_length": True}))
    assert "đang bị tạm đình chỉ" in twice

    late = refused(sends(walk, address, {
        "end-back": day(40), "end-reason": "Đã xác minh xong", "end-number": "91/QĐ",
        "end-paper_day": day(), "end-body": "Ban Thường vụ Tỉnh ủy",
    }))  # fmt: skip
    assert "nằm ngoài thời gian" in late
    sends(walk, address, {
        "end-back": day(1), "end-reason": "Đã xác minh xong", "end-number": "91/QĐ",
        "end-paper_day": day(), "end-body": "Ban Thường vụ Tỉnh ủy",
    })  # fmt: skip
    over = walk.at("lan", address).text()
    assert "Chức vụ được giữ nguyên" in over
    assert f"{day(1)}" in over
    assert "Phó Giám đốc" in walk.at("lan", f"/people/{number}/").text()


def test_a_retirement_is_told_its_day_and_ends_the_post_on_it(walk):
    office = walk.at("lan", "/exits/units/SG.MT/retirements/")
    assert "chờ xác nhận" in office.text()
    button = office.page.locator("a[href*='/retire/']").first
    path = button.get_attribute("href")
    number = path.split("/")[3]
    page = walk.at("lan", path).text()
    retires = re.search(r"Ngày nghỉ hưu: (\d\d/\d\d/\d{4})", page).group(1)
    assert "Trước ngày nghỉ hưu" in page
    assert "chờ xác nhận" in page
    case = opened(walk, path)
    walk.carry(case, answers={"decide": {"effective_on": retires}})
    after = walk.at("lan", f"/exits/people/{number}/").text()
    assert f"nghỉ hưu, {retires}" in after


@pytest.mark.whole
def test_nothing_is_opened_while_a_hold_stands(walk):
    unit, number = leader(walk, "Phó Giám đốc", "SG.UB.SCT", "SG.UB.SYT", "SG.UB.SXD")
    found(walk, number, "dismissal.degradation")
    proposal = proposed(walk, unit, number, "Suy thoái")
    name = walk.at("lan", proposal).page.inner_text("h1")
    told = {"number": number, "reason": "Đang xác minh"}
    sends(walk, "/cases/holds/add/", told, who="thanhtra")
    held = refused(sends(walk, f"{proposal}open/", {}))
    assert "tạm dừng" in held
    assert "chờ xem xét" in walk.at("lan", proposal).text()
    holds = walk.at("thanhtra", "/cases/holds/").page.locator("main tr", has_text=name)
    lift = holds.locator("a[href$='/lift/']").first.get_attribute("href")
    sends(walk, lift, {"reason": "Đã xác minh xong"}, who="thanhtra")
    case = opened(walk, f"{proposal}open/")
    sends(walk, f"{case}case/withdraw/", {"reason": "Kết thúc thử"})


def test_a_proposal_is_set_aside_with_a_reason_and_taken_up_again(walk):
    unit, number = leader(walk, "Phó Giám đốc", "SG.UB.SKC")
    found(walk, number, "removal.distant-from-people")
    proposal = proposed(walk, unit, number, "Quan liêu")
    assert walk.at("minh", proposal).text() != walk.at("lan", proposal).text()
    screen = sends(walk, proposal, {"reason": "Bất khả kháng do thiên tai"}, who="truongban")
    assert "không xem xét" in screen.text() or "Bất khả kháng" in screen.text()
    assert "Mở vụ việc" not in walk.at("lan", proposal).text()
    walk.at("truongban", proposal).press("Nêu lại")
    assert "Mở vụ việc" in walk.at("lan", proposal).text()
