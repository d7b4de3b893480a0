"""A month of an official, from the task that is given to the petition against the class."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

UNIT, ROOM = "SG.UB.SNV", "SG.UB.SNV.1"
TODAY = date.today()
MONTH = f"{TODAY:%Y-%m}"
LAST = (TODAY.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
BEFORE = TODAY.replace(day=1) - timedelta(days=1)
EARLIER = BEFORE.replace(day=1) - timedelta(days=1)
CYCLE = f"/evaluation/cycles/SG/{MONTH}/"

PAGES = [
    ("canbo", "/evaluation/me/"), ("canbo", f"/work/?month={BEFORE:%Y-%m}"),
    ("canbo", "/work/propose/"), ("canbo", "/evaluation/classes/"), ("canbo", "/surveys/mine/"),
    ("truongphong", "/evaluation/me/"), ("truongphong", "/evaluation/team/"),
    ("truongphong", f"/evaluation/units/{ROOM}/{BEFORE:%Y-%m}/"),
    ("truongphong", f"/evaluation/units/{ROOM}/{BEFORE:%Y-%m}/print/"),
    ("truongphong", f"/work/units/{ROOM}/?month={BEFORE:%Y-%m}"),
    ("truongphong", f"/work/units/{ROOM}/assign/"), ("truongphong", f"/work/units/{ROOM}/plan/"),
    ("truongphong", f"/work/units/{ROOM}/plan/add/"),
    ("truongphong", f"/work/units/{ROOM}/products/"),
    ("truongphong", f"/work/units/{ROOM}/products/add/"),
    ("truongphong", f"/work/units/{ROOM}/import/"),
    ("lan", "/evaluation/cycles/"), ("lan", "/evaluation/cycles/open/"),
    ("lan", f"/evaluation/cycles/{UNIT}/{BEFORE:%Y-%m}/"),
    ("lan", f"/evaluation/cycles/{UNIT}/{BEFORE:%Y-%m}/late/"),
    ("lan", f"/evaluation/cycles/{UNIT}/{BEFORE:%Y-%m}/acts/lock/"),
    ("lan", f"/evaluation/cycles/{UNIT}/{EARLIER:%Y-%m}/proposals/"),
    ("lan", f"/evaluation/cycles/{UNIT}/{EARLIER:%Y-%m}/proposals/{UNIT}/civil_servant/"),
    ("lan", f"/evaluation/bodies/{UNIT}/{EARLIER:%Y-%m}/"),
    ("lan", f"/evaluation/bodies/{UNIT}/{EARLIER:%Y-%m}/calibration/"),
    ("lan", f"/evaluation/bodies/{UNIT}/{EARLIER:%Y-%m}/try/"),
    ("lan", "/evaluation/petitions/"), ("lan", "/surveys/"),
    ("lan", f"/surveys/units/{UNIT}/open/"),
    ("lan", "/law/schemes/"), ("lan", "/law/schemes/civil_servant/"),
    ("truongban", f"/evaluation/cycles/{UNIT}/{EARLIER:%Y-%m}/proposals/decide/"),
]  # fmt: skip


@pytest.mark.parametrize(("username", "path"), PAGES)
def test_every_page_fits_both_screens_and_nothing_is_wrong_for_a_screen_reader(
    faults, username, path
):
    assert faults(username, path) == []


@pytest.mark.parametrize(
    "path",
    [
        f"/evaluation/units/{ROOM}/{BEFORE:%Y-%m}/", f"/work/units/{ROOM}/",
        f"/evaluation/cycles/{UNIT}/{EARLIER:%Y-%m}/proposals/", "/evaluation/cycles/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("username", ["minh", "hoa", "canboxa"])
def test_nobody_from_elsewhere_meets_the_months_of_a_unit(visit, username, path):
    other = visit(username)
    if username == "hoa" and path == "/evaluation/cycles/":
        other.go(path)
        assert "Sở Nội vụ" not in other.text()
    else:
        assert other.meets_nothing(path)


def test_a_month_from_the_task_to_the_petition(visit):
    office, head, official = visit("lan"), visit("truongphong"), visit("canbo")
    official.go("/my-file/")
    name = official.page.inner_text("h1")

    # The office opens the month; the worker makes the sheets.
    office.go("/evaluation/cycles/open/")
    office.page.select_option("[name=unit]", "SG")
    office.page.select_option("[name=code]", MONTH)
    office.press("Mở kỳ")
    office.go(CYCLE)
    expect(office.page.locator("main")).to_contain_text(
        "Phòng Công chức, viên chức", timeout=90_000
    )

    # The head gives work, the official does it and says so, the head confirms.
    head.go(f"/work/units/{ROOM}/assign/")
    head.page.fill("[name=title]", "Rà soát hồ sơ của tháng")
    head.page.fill("[name=quantity]", "2")
    head.page.fill("[name=due]", f"{LAST:%d/%m/%Y}")
    head.page.get_by_label(re.compile(name)).check()
    head.press("Giao việc")
    official.go(f"/work/?month={MONTH}")
    official.press("Xong hôm nay, đủ như được giao")
    assert "đã báo cáo" in official.text()
    head.go(f"/work/units/{ROOM}/?month={MONTH}&state=reported")
    head.page.locator("tr", has_text="Rà soát hồ sơ của tháng").locator("[type=checkbox]").check()
    head.press("Xác nhận mục đã chọn theo báo cáo")

    # Own points, the head's, and what it comes to.
    official.go("/evaluation/me/")
    official.page.fill("[name=p_general]", "27")
    official.press("Gửi")
    assert "đã tự chấm" in official.text()
    head.go(f"/evaluation/units/{ROOM}/{MONTH}/")
    head.follow(name)
    head.page.fill("[name=p_general]", "26")
    head.press("Xác nhận")
    assert "96" in head.text()

    # Reckoned, decided by who may, told, published.
    office.go(f"{CYCLE}acts/close/")
    office.press("Chốt")
    office.go(CYCLE)
    expect(office.page.locator("main")).to_contain_text("đã chốt", timeout=120_000)
    deciding = visit("truongban")
    deciding.go(f"{CYCLE}proposals/decide/")
    deciding.page.fill("[name=number]", "12/QĐ-SNV")
    deciding.page.fill("[name=day]", f"{TODAY:%d/%m/%Y}")
    deciding.page.fill("[name=body]", "Sở Nội vụ")
    deciding.press("Quyết định")
    office.go(f"/evaluation/bodies/{UNIT}/{MONTH}/")
    office.press("Thông báo")
    office.press("Công khai")

    # The official reads the class, petitions, and somebody who did not decide it answers.
    official.go("/evaluation/classes/")
    official.follow("Hoàn thành")
    official.follow("Kiến nghị")
    official.page.fill("[name=text]", "Việc được giao vượt yêu cầu nhưng chưa được ghi nhận.")
    official.press("Gửi kiến nghị")
    address = official.page.url
    answering = visit("uyvien")
    answering.page.goto(address)
    answering.page.fill("[name=answer]", "Không có minh chứng vượt yêu cầu.")
    answering.press("Giữ nguyên")
    official.page.goto(address)
    assert "Không có minh chứng vượt yêu cầu." in official.text()
