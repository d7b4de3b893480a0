"""An official reads the own file, says what is wrong; two officers put it right."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from screens import PHONE

from made_files import PDF

MARK = "đang chờ"


@pytest.fixture
def paper(tmp_path) -> Path:
    file = tmp_path / "Giấy khai sinh.pdf"
    file.write_bytes(PDF)
    return file


def _asked(visit, paper, size=None):
    """The official asks for another day of birth, with the paper; returns the request's address."""
    official = visit("canbo", size) if size else visit("canbo")
    official.go("/my-file/")
    born = official.page.locator("#own-identity tr").filter(has_text="Ngày sinh").first
    before = re.search(r"\d{2}/\d{2}/\d{4}", born.inner_text())
    assert before is not None
    year = int(before[0][-4:])
    after = before[0][:-4] + str(year - 1 if year % 2 else year + 1)
    with official.page.expect_navigation():
        born.get_by_role("link", name="Báo sai").click()
    official.page.fill("[name=text]", "Năm sinh ghi sai so với giấy khai sinh.")
    official.page.fill("[name=birth]", after)
    official.page.set_input_files("[name=proof]", str(paper))
    official.press("Gửi đề nghị")
    assert "Đề nghị số" in official.text()
    return official, official.page.url.removeprefix(official.url), before[0], after


@pytest.mark.parametrize("size", [None, PHONE])
def test_a_day_of_birth_passes_through_two_officers(visit, paper, size):
    official, address, before, after = _asked(visit, paper, size)
    with official.page.expect_download() as downloading:
        official.page.get_by_role("link", name=paper.name).click()
    assert downloading.value.suggested_filename == paper.name

    lan = visit("lan")
    lan.go("/requests/")
    assert "Ngày sinh" in lan.text("#request-table")
    lan.go(address)
    lan.follow("Chấp nhận")
    assert lan.page.input_value("[name=birth]") == after
    lan.press("Chấp nhận và ghi")
    official.go("/my-file/")
    assert MARK in official.text("#own-identity")
    assert before in official.text("#own-identity")

    lan.follow("Xem nội dung đang chờ")
    expect(lan.page.get_by_role("button", name="Xác nhận việc sửa")).to_have_count(0)
    second = visit("khanh")
    second.go(lan.page.url.removeprefix(lan.url))
    second.press("Xác nhận việc sửa")

    official.go("/my-file/")
    now = official.text("#own-identity")
    assert MARK not in now
    assert re.search(r"đã sửa \d+ lần", now)
    official.go(address)
    assert "đã chấp nhận" in official.text().lower()


def test_a_request_is_refused_with_words_or_withdrawn(visit, paper):
    official, address, _before, _after = _asked(visit, paper)
    lan = visit("lan")
    lan.go(address)
    lan.page.fill("[name=answer]", "Giấy không rõ.")
    lan.press("Từ chối đề nghị")
    official.go(address)
    assert "Giấy không rõ." in official.text()

    official, _address, _before, _after = _asked(visit, paper)
    official.press("Rút đề nghị")
    expect(official.page.get_by_role("button", name="Rút đề nghị")).to_have_count(0)


def test_a_page_that_calls_itself_a_picture_is_refused(visit, tmp_path):
    bad = tmp_path / "anh.png"
    bad.write_bytes(b"<html><script>alert(1)</script></html>")
    official = visit("canbo")
    official.go("/my-file/ask/?about=other")
    official.page.fill("[name=text]", "Thiếu bằng khen.")
    official.page.set_input_files("[name=proof]", str(bad))
    official.press("Gửi đề nghị")
    official.complaints[:] = [text for text in official.complaints if "422" not in text]

    assert "anh.png" in official.text()
    assert "Đề nghị số" not in official.text()


@pytest.mark.parametrize("username", ["minh", "canboxa", "hoa"])
def test_nobody_else_meets_the_request_or_its_proof(visit, paper, username):
    official, address, _before, _after = _asked(visit, paper)
    proof = official.page.get_by_role("link", name=paper.name).get_attribute("href")
    official.press("Rút đề nghị")

    other = visit(username)
    assert other.meets_nothing(address)
    assert other.meets_nothing(proof)
    if username == "minh":
        assert other.meets_nothing("/my-file/")


def test_an_account_is_linked_by_two(visit):
    lan = visit("lan")
    lan.go("/people/CB0000009/account/")
    lan.page.fill("[name=username]", "uyvien")
    lan.page.fill("[name=reason]", "Giao tận tay, đã xem căn cước.")
    lan.press("Đề xuất gắn tài khoản")
    member = visit("uyvien")
    assert member.meets_nothing("/my-file/")

    head = visit("truongban")
    head.go("/account-links/?state=waiting")
    head.page.locator("#link-table tbody").get_by_role("link").first.click()
    head.press("Xác nhận gắn tài khoản")
    member.go("/my-file/")
    assert "CB0000009" in member.text()

    head.go("/people/CB0000009/account/")
    head.page.fill("[name=reason]", "Thử xong.")
    head.press("Kết thúc gắn tài khoản")
    assert member.meets_nothing("/my-file/")


PAGES = [
    *(f"/my-file/?tab={tab}" for tab in (
        "identity", "work", "training", "party", "merit", "private", "requests", "looked")),
    "/my-file/ask/?about=identity:birth", "/my-file/ask/?about=missing:education",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_the_own_pages_are_accessible(faults, path):
    assert faults("canbo", path) == []


OFFICER = ["/requests/?state=every", "/proposals/?state=every", "/account-links/",
           "/people/CB0000009/account/", "/people/CB0000009/identity/propose/",
           "/people/CB0000009/records/propose/education/"]  # fmt: skip


@pytest.mark.parametrize("path", OFFICER)
def test_the_pages_of_officers_are_accessible(axe, path):
    assert axe(path) == []
