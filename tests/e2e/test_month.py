"""A month of an official, from the task that is given to the petition against the class."""

import re
from datetime import date, timedelta

from playwright.sync_api import expect

UNIT, ROOM = "SG.UB.SNV", "SG.UB.SNV.1"
TODAY = date.today()
MONTH = f"{TODAY:%Y-%m}"
LAST = (TODAY.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
CYCLE = f"/evaluation/cycles/SG/{MONTH}/"


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
    expect(office.page.locator("main")).to_contain_text("Xã Giang Nam", timeout=90_000)

    # The head gives work, the official does it and says so, the head confirms.
    head.go(f"/assignments/units/{ROOM}/assign/")
    head.page.fill("[name=title]", "Rà soát hồ sơ của tháng")
    head.page.fill("[name=quantity]", "2")
    head.page.fill("[name=due]", f"{LAST:%d/%m/%Y}")
    head.page.get_by_label(re.compile(name)).check()
    head.press("Giao việc")
    official.go(f"/assignments/?month={MONTH}")
    official.press("Xong hôm nay, đủ như được giao")
    assert "đã báo cáo" in official.text()
    head.go(f"/assignments/units/{ROOM}/?month={MONTH}&state=reported")
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
    expect(office.page.locator("main")).to_contain_text("đã đóng", timeout=120_000)
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
    official.follow(f"Tháng {TODAY.month}/{TODAY.year}")
    official.follow("Kiến nghị")
    official.page.fill("[name=text]", "Việc được giao vượt yêu cầu nhưng chưa được ghi nhận.")
    official.press("Gửi kiến nghị")
    address = official.page.url
    answering = visit("uyvien")
    answering.page.goto(address)
    answering.page.fill("[name=keep-answer]", "Không có minh chứng vượt yêu cầu.")
    answering.press("Trả lời: giữ nguyên")
    official.page.goto(address)
    assert "Không có minh chứng vượt yêu cầu." in official.text()
