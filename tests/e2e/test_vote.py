"""Secret votes as those meet them who prepare, vote, count, and count again what was published."""

import json
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from screens import PHONE

UNIT = "SG.UB.SNV"
PREPARE = f"/ballots/prepare/{UNIT}/"
TELLERS = ("khanh", "thamdinh", "truongban")
VOTERS = (*TELLERS, "uyvien", "canbo")
MAIN = "main .btn-primary"


def send(page, button=MAIN):
    with page.expect_navigation():
        page.locator(button).first.click()


def refused(visitor):
    """Take note that the server refused a form, which the browser writes down as an error."""
    told = [text for text in visitor.complaints if "422" in text]
    visitor.complaints[:] = [text for text in visitor.complaints if "422" not in text]
    assert told
    return visitor.text()


def prepare(lan, title, rules, options, **more):
    """Fill in the page of a new vote and send it; return the address of the vote."""
    lan.go(PREPARE)
    page = lan.page
    page.fill("[name=title]", title)
    page.select_option("[name=rules]", rules)
    page.fill("[name=options]", "\n".join(options))
    given = {"more_tellers": "\n".join(TELLERS), **more}
    for name, value in given.items():
        if value is True:
            page.check(f"[name={name}]")
        else:
            page.fill(f"[name={name}]", str(value))
    send(page)
    return re.sub(r"^.*?(/ballots/\d+/).*$", r"\1", page.url)


def take_seat(teller, vote):
    """Write the twenty words down and prove three of them; return what stands on the sheet."""
    teller.go(f"{vote}seat/")
    send(teller.page)
    words = [one.strip() for one in teller.page.locator(".ballot-words code").all_inner_texts()]
    for name in ("first", "second", "third"):
        asked = teller.page.locator(f"label[for=id_{name}]").inner_text()
        teller.page.fill(f"[name={name}]", words[int(re.search(r"\d+", asked)[0]) - 1])
    send(teller.page)
    return words


def seal(voter, vote, *names):
    """Mark a paper and look at it again; it does not lie in the box yet."""
    voter.go(f"{vote}vote/")
    for name in names:
        voter.page.get_by_label(name, exact=True).check()
    send(voter.page)


def drop(voter):
    """Drop the paper; return the code of the receipt."""
    send(voter.page)
    return voter.page.inner_text(".ballot-code")


def cast(voter, vote, *names):
    seal(voter, vote, *names)
    return drop(voter)


def open_for(lan, vote, *, absent=()):
    lan.go(f"{vote}presence/")
    for box in lan.page.locator("[name=present]").all():
        box.check()
    for name in absent:
        lan.page.get_by_label(name).uncheck()
    send(lan.page)
    lan.go(f"{vote}open/")
    send(lan.page)


def enter_words(teller, vote, words):
    teller.go(f"{vote}words/")
    teller.page.fill("[name=words]", words)
    send(teller.page)


def close_box(lan, vote):
    """Close the box as a hand does it: the button, then the answer to the question."""
    lan.go(vote)
    lan.page.locator("main").get_by_role("link", name="Đóng hòm phiếu").click()
    send(lan.page, "dialog[open] .btn-primary")


def minutes(lan, vote, words):
    lan.go(vote)
    with lan.page.expect_download() as coming:
        lan.page.locator("main").get_by_role("button", name=words).click()
    return Path(coming.value.path()).read_bytes()


@pytest.fixture
def hall(visit):
    """Everybody of a vote, each with a browser of the own."""
    return {name: visit(name) for name in ("lan", *VOTERS)}


def test_a_secret_vote_from_preparing_it_to_counting_it_again(hall, tmp_path):
    lan = hall["lan"]
    vote = prepare(
        lan, "Bầu hai trong ba người", "counting.deputies", ["Lê An", "Lê Bình", "Lê Chi"],
        seats=2, max_choices=2, more_voters="\n".join(VOTERS),
    )  # fmt: skip
    assert "Kiểm phiếu viên chưa nhận nhiệm vụ: Ngô Văn Khánh" in lan.text()
    sheets = {name: take_seat(hall[name], vote) for name in TELLERS[:2]}
    assert len(set(map(tuple, sheets.values()))) == 2
    # The key is made when the last teller is seated; before that nobody opens the voting.
    lan.go(f"{vote}open/")
    send(lan.page)
    assert "Còn kiểm phiếu viên chưa nhận nhiệm vụ: Hoàng Văn Trường" in refused(lan)
    sheets["truongban"] = take_seat(hall["truongban"], vote)
    open_for(lan, vote)
    assert "Đã có 0 trên 5 người có mặt bỏ phiếu" in lan.text()

    # Too many names: the screen says so, the voter may change it, and it can be cast all the same.
    canbo = hall["canbo"]
    canbo.go("/ballots/mine/")
    assert "Bầu hai trong ba người" in canbo.text()
    seal(canbo, vote, "Lê An", "Lê Bình", "Lê Chi")
    assert "Đã chọn 3 tên, tối đa được 2" in canbo.text()
    canbo.press("Sửa")
    assert canbo.page.locator("main [type=checkbox]:checked").count() == 3
    send(canbo.page)
    receipts = [drop(canbo)]
    canbo.go(vote + "vote/")
    assert "đã bỏ phiếu" in canbo.text()
    # One paper would name its voter: whoever sees the number rise cannot close the box on it.
    close_box(lan, vote)
    assert "Trong hòm chỉ có 1 phiếu" in refused(lan)
    both = ("Lê An", "Lê Bình")
    papers = {"khanh": both, "thamdinh": both[:1], "truongban": both, "uyvien": both[1:]}
    receipts += [cast(hall[name], vote, *names) for name, names in papers.items()]
    assert len(set(receipts)) == 5
    lan.go(f"{vote}roll/")
    assert "Đã bỏ phiếu" not in lan.text("thead")
    close_box(lan, vote)

    for name, code in zip(("canbo", *papers), receipts, strict=True):
        hall[name].go(f"{vote}receipts/")
        hall[name].page.fill("[name=code]", code.lower())
        send(hall[name].page)
        assert "Phiếu của bạn có trong hòm lúc đóng" in hall[name].text()
    khanh, truongban = hall["khanh"], hall["truongban"]
    enter_words(khanh, vote, " ".join([*sheets["khanh"][1:], sheets["khanh"][0]]))
    assert "Các từ này không khớp nhau" in refused(khanh)
    enter_words(khanh, vote, " ".join(sheets["truongban"]))
    assert refused(khanh)
    # One of two is not enough, however often.
    for _turn in range(2):
        enter_words(khanh, vote, " ".join(sheets["khanh"]))
        assert "đã có 1 trên 2 người cần thiết" in khanh.text()
    assert khanh.meets_nothing(f"{vote}papers/")
    enter_words(truongban, vote, " ".join(word[:4] for word in sheets["truongban"]))
    assert "đã kiểm phiếu" in truongban.text()

    lan.go(vote)
    assert "Lê An 3 đạt đa số" in lan.text()
    assert "chọn quá số được phép 1" in lan.text()
    word = Document(BytesIO(minutes(lan, vote, "Biên bản Word")))
    text = "\n".join(one.text for one in word.paragraphs)
    assert "Số phiếu hợp lệ: 4" in text
    assert "Số phiếu không hợp lệ: 1" in text
    assert minutes(lan, vote, "Biên bản PDF").startswith(b"%PDF")
    lan.go(f"{vote}papers/")
    assert "Vừa kiểm lại: kết quả giống nhau" in lan.text()
    with lan.page.expect_download() as coming:
        lan.page.locator("main").get_by_role("link", name="JSON").click()
    file = tmp_path / "phieu.json"
    coming.value.save_as(file)
    assert counted_again(file) == (0, ["1", "2"])
    forged = json.loads(file.read_text())
    forged["papers"][0]["marks"] = {"3": "chosen"}
    file.write_text(json.dumps(forged))
    status, _elected = counted_again(file)
    assert status == 1


def counted_again(file):
    """Count a published file on the command line; return (status, who is elected)."""
    done = subprocess.run(
        [Path(sys.executable).parent / "ngangtam", "ballots", "recount", file, "--format", "json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)["outcome"]["elected"]


@pytest.fixture
def voting(hall):
    """An open vote on one person, and who stands elsewhere."""
    vote = prepare(
        hall["lan"], "Lấy ý kiến về một người", "counting.yes_no", ["Lê Thị Dung"],
        more_voters="\n".join(VOTERS[:4]),
    )  # fmt: skip
    for name in TELLERS:
        take_seat(hall[name], vote)
    open_for(hall["lan"], vote, absent=["Nguyễn Thị Ủy"])
    return vote


def test_who_is_not_called_or_has_voted_does_not_vote(hall, voting, visit):
    # Not on the roll, whatever the account may do elsewhere; and on it, but not present.
    for name in ("canbo", "lan"):
        assert hall[name].meets_nothing(f"{voting}vote/")
    assert visit("minh").meets_nothing(voting)
    hall["uyvien"].go(f"{voting}vote/")
    assert "chưa được ghi nhận có mặt" in hall["uyvien"].text()

    # A tab that is closed before the paper lies in the box has lost nothing.
    left = visit("khanh")
    seal(left, voting, "đồng ý")
    left.page.close()
    # A second tab with another paper comes too late; the first paper lies there once.
    other = visit("khanh")
    seal(other, voting, "không đồng ý")
    cast(hall["khanh"], voting, "đồng ý")
    send(other.page)
    assert "Phiếu này không được nhận" in refused(other)
    hall["khanh"].page.reload()
    hall["lan"].go(voting)
    assert "Đã có 1 trên 3 người có mặt bỏ phiếu" in hall["lan"].text()


def test_one_votes_on_a_phone_and_with_the_keyboard_alone(voting, visit):
    voter = visit("khanh", size=PHONE)
    page = voter.page

    def reach(what):
        for _key in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("what => document.activeElement.matches(what)", what):
                return
        pytest.fail(f"{what} is not reached with the keyboard")

    voter.go("/ballots/mine/")
    voter.go(f"{voting}vote/")
    reach("[name=m_1]")
    page.keyboard.press("ArrowDown")
    assert page.locator("[name=m_1]:checked").get_attribute("value")
    for _page in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        reach(".btn-primary")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert re.fullmatch(r"([A-Z2-7]{4}-){7}[A-Z2-7]{4}", page.inner_text(".ballot-code"))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def meeting(lan, title, rules, options, *, convened, present, **more):
    """A vote on paper at a meeting, opened; return its address."""
    vote = prepare(lan, title, rules, options, convened=convened, on_paper=True, **more)
    lan.go(f"{vote}open/")
    lan.page.fill("[name=present]", str(present))
    send(lan.page)
    return vote


def count(teller, vote, papers, votes, invalid=0, **more):
    teller.go(f"{vote}figures/")
    page = teller.page
    for name in ("issued", "returned"):
        page.fill(f"[name={name}]", str(papers))
    page.fill("[name=valid]", str(papers - invalid))
    page.fill("[name=i_blank]", str(invalid))
    for name, value in {**votes, **more}.items():
        page.fill(f"[name={name}]", str(value))
    send(page, "main .form-actions .btn-primary")


def both_count(hall, vote, papers, votes):
    for name in ("khanh", "thamdinh"):
        count(hall[name], vote, papers, votes)


def test_two_tellers_count_papers_with_names_that_nobody_printed(hall):
    lan, khanh, thamdinh = (hall[name] for name in ("lan", "khanh", "thamdinh"))
    lan.go("/people/?unit=" + UNIT)
    number = lan.page.locator("tbody th .sub").first.inner_text()
    name = lan.page.locator("tbody th a").first.inner_text()
    vote = meeting(
        lan, "Giới thiệu tại hội nghị", "counting.onsite_nomination", ["Lê An"], convened=10,
        present=9, write_ins=2, max_choices=2,
    )  # fmt: skip
    khanh.go(f"{vote}figures/")
    # Who may read the file is offered it while typing.
    khanh.page.locator("[name=n_0]").press_sequentially(name, delay=20)
    khanh.page.locator(f"#id_n_0-options option[value*='{number}']").wait_for(state="attached")
    count(khanh, vote, 9, {"v_1_chosen": 2}, invalid=1, n_0=number, c_0=6)
    assert "Đã lưu số liệu" in khanh.text()
    count(thamdinh, vote, 9, {"v_1_chosen": 9}, invalid=1, n_0=name, c_0=5)
    assert "Lê An: số phiếu nhiều hơn" in refused(thamdinh) or "Lê An" in thamdinh.text()
    count(thamdinh, vote, 9, {"v_1_chosen": 2}, invalid=1, n_0=name, c_0=5)
    assert f"{name} 6 5 lệch" in thamdinh.text()
    assert "Lê An 2 2" in thamdinh.text()
    count(thamdinh, vote, 9, {"v_1_chosen": 2}, invalid=1, c_0=6)
    assert f"{name} {number}" in lan_reads(lan, vote)
    assert "6 đạt đa số" in lan.text()


def lan_reads(lan, vote):
    lan.go(vote)
    return lan.text()


def test_a_missed_quorum_and_a_list_too_long_stop_a_vote_before_it_begins(hall):
    lan = hall["lan"]
    vote = prepare(lan, "Lấy ý kiến", "counting.outside_opinion", ["Lê An"], convened=9,
                   on_paper=True)  # fmt: skip
    lan.go(f"{vote}open/")
    lan.page.fill("[name=present]", "5")
    send(lan.page)
    assert "5 trên 9" in refused(lan)
    assert "đang chuẩn bị" in lan_reads(lan, vote)
    names = [f"Ứng viên {letter}" for letter in "ABCDEFGHIKLMNP"]
    prepare(lan, "Bầu cấp ủy", "counting.party_election", names, convened=9, on_paper=True,
            seats=10, max_choices=10)  # fmt: skip
    assert "số dư" in refused(lan)
    assert PREPARE in lan.page.url


def test_half_of_the_votes_is_for_the_head_to_decide(hall):
    vote = meeting(hall["lan"], "Lấy ý kiến", "counting.outside_opinion", ["Lê An"], convened=8,
                   present=8)  # fmt: skip
    both_count(hall, vote, 8, {"v_1_yes": 4, "v_1_no": 4})
    assert "Người đứng đầu quyết định" in lan_reads(hall["lan"], vote)
    assert "đúng một nửa" in hall["lan"].text()


def test_a_tie_seats_the_older_where_the_birth_is_known_and_is_else_voted_on_again(hall):
    lan = hall["lan"]
    lan.go("/people/?unit=" + UNIT)
    rows = lan.page.locator("tbody tr").all()[:2]
    people = sorted(
        ("".join(reversed(row.locator("td.num .sub").inner_text().split("/"))),
         row.locator("th .sub").inner_text(), row.locator("th a").inner_text())
        for row in rows
    )  # fmt: skip
    (_day, older, elder), (_later, younger, junior) = people
    vote = meeting(lan, "Bầu một người", "counting.deputies", [younger, older], convened=8,
                   present=8, max_choices=2)  # fmt: skip
    both_count(hall, vote, 8, {"v_1_chosen": 6, "v_2_chosen": 6})
    text = lan_reads(lan, vote)
    assert re.search(f"{elder} .*?6 đạt đa số", text)
    assert re.search(f"{junior} .*?6 không đạt .*?bằng phiếu", text)

    vote = meeting(lan, "Bầu một người", "counting.deputies", ["Lê An", "Lê Bình", "Lê Chi"],
                   convened=8, present=8, max_choices=2)  # fmt: skip
    both_count(hall, vote, 8, {"v_1_chosen": 6, "v_2_chosen": 6, "v_3_chosen": 1})
    assert "cấp có thẩm quyền quyết định" in lan_reads(lan, vote)
    lan.follow("Bỏ phiếu lại")
    kept = lan.page.locator("[name=keep]:checked")
    assert [kept.nth(at).get_attribute("value") for at in range(kept.count())] == ["1", "2"]
    lan.page.fill("[name=max_choices]", "1")
    send(lan.page)
    assert "Lê Chi" not in lan.text()
    assert "đang chuẩn bị" in lan.text()
