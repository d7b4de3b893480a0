"""A vote in the pages, as the web role, from preparing to counting again."""

import io
import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from ngangtam.foundation.audit.models import Event, Once
from ngangtam.stages.ballots.models import Poll, Receipt, Roll


@pytest.fixture
def clients(standing_hall):
    found = {}
    for user in (standing_hall.lan, *standing_hall.voters, *standing_hall.tellers):
        found[user.username] = Client()
        found[user.username].force_login(user)
    return found


def fields(response):
    """Return the hidden fields of the last form on a page."""
    form = response.content.decode()
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def go(client, name, poll, **data):
    return client.post(reverse(f"ballot-{name}", args=[poll.pk]), data)


def take_seat(client, poll):
    drawn = go(client, "seat", poll)
    page = drawn.content.decode()
    words = re.findall(r"<li>\s*<code>(\w+)</code>", page)
    numbers = [int(one) for one in re.findall(r"số (\d+)<span", page)] or [
        int(one) for one in re.findall(r"number (\d+)", page)
    ]
    given = fields(drawn)
    assert len(words) == 20
    answers = {
        name: words[number - 1]
        for name, number in zip(("first", "second", "third"), numbers, strict=True)
    }
    taken = go(client, "seat", poll, lock=given["lock"], proof=given["proof"], **answers)
    assert taken.status_code == 302
    return " ".join(words)


def cast(client, poll, **marks):
    looked = go(client, "vote", poll, **marks)
    given = fields(looked)
    return go(client, "vote", poll, sealed=given["sealed"], proof=given["proof"])


def code_in(response):
    return re.search(r'ballot-code">([A-Z2-7-]+)<', response.content.decode())[1]


def test_a_vote_walks_through_its_pages(standing_hall, clients):
    hall, lan = standing_hall, clients["lan"]
    made = lan.post(reverse("ballot-prepare", args=["T1.NV"]), {
        "title": "Lấy ý kiến bổ nhiệm", "rules": "counting.outside_opinion",
        "options": "Phạm Thị Ứng", "write_ins": 0, "seats": 1, "max_choices": 1,
        "voters": [one.pk for one in hall.voters], "tellers": [one.pk for one in hall.tellers],
        "needed": 2, "announced": "on",
    })  # fmt: skip
    assert made.status_code == 302, made.content.decode()
    poll = Poll.objects.get()
    board = reverse("ballot-detail", args=[poll.pk])

    refused = go(lan, "open", poll)
    assert refused.context["form"].non_field_errors()
    words = {one.username: take_seat(clients[one.username], poll) for one in hall.tellers}
    go(lan, "presence", poll, everybody="yes")
    assert go(lan, "open", poll).status_code == 302

    voter = clients["cu-tri-0"]
    assert "Phạm Thị Ứng" in voter.get(reverse("ballot-vote", args=[poll.pk])).content.decode()
    assert "1" in voter.get(reverse("ballot-mine")).content.decode()
    first = code_in(cast(voter, poll, m_1="yes"))
    for at in range(1, 6):
        cast(clients[f"cu-tri-{at}"], poll, m_1="yes" if at < 5 else "no")
    assert go(lan, "close", poll).status_code == 302
    assert lan.get(board).status_code == 200

    found = go(voter, "receipts", poll, code=first.lower())
    assert "answer" in found.context
    assert found.context["answer"] == "found"
    go(clients["kiem-phieu-0"], "words", poll, words=words["kiem-phieu-0"])
    go(clients["kiem-phieu-2"], "words", poll, words=words["kiem-phieu-2"])
    poll.refresh_from_db()
    assert poll.state == "counted"

    shown = voter.get(reverse("ballot-papers", args=[poll.pk]))
    assert shown.context["recount"].sound
    data = json.loads(lan.get(reverse("ballot-papers-file", args=[poll.pk, "json"])).content)
    assert data["result"]["votes"] == {"1": {"yes": 5, "no": 1}}
    for style, magic in (("pdf", b"%PDF"), ("docx", b"PK")):
        paper = lan.post(reverse("ballot-minutes", args=[poll.pk, style]))
        assert paper.content.startswith(magic)
    for path in (board, reverse("ballot-list"), reverse("ballot-roll", args=[poll.pk]),
                 reverse("ballot-receipts", args=[poll.pk])):  # fmt: skip
        assert lan.get(path).status_code == 200


@pytest.fixture
def voting(standing_hall, clients):
    standing_hall.ready(announced=False)
    return standing_hall


def test_two_clicks_drop_one_paper_and_show_one_receipt(voting, clients):
    voter, poll = clients["cu-tri-1"], voting.poll
    given = fields(go(voter, "vote", poll, m_1="yes"))
    sent = {"sealed": given["sealed"], "proof": given["proof"]}

    codes = {code_in(go(voter, "vote", poll, **sent)) for _click in range(2)}

    assert len(codes) == 1
    for other in ("cu-tri-2", "cu-tri-3"):
        cast(clients[other], poll, m_1="yes")
    voting.close()
    assert Receipt.objects.count() == 3


@pytest.mark.parametrize("kind", ["yes_no", "choose", "nomination"])
def test_no_page_of_the_booth_is_longer_for_one_paper_than_for_another(
    standing_hall, clients, kind
):
    """The log of a proxy holds address, time and length of every answer."""
    rules = {"yes_no": "counting.yes_no", "choose": "counting.deputies",
             "nomination": "counting.onsite_nomination"}  # fmt: skip
    papers = [{"m_1": "yes"}, {"m_1": "no"}, {"m_1": "no", "m_2": "yes"}, {}]
    if kind != "yes_no":
        papers = [{}, {"m_1": "on"}, {f"m_{at}": "on" for at in range(1, 6)}]
    if kind == "nomination":
        papers += [{"w_0": "ợ" * 60, "w_1": "&" * 60}, {"m_1": "on", "w_0": "Lê An"}]
    standing_hall.ready(("Lê <An>", "Lê & Bình", "C", "D" * 150, "Lê Em"), kind=kind,
                        rules=rules[kind], seats=2, max_choices=2,
                        write_ins=2 if kind == "nomination" else 0)  # fmt: skip
    voter, poll = clients["cu-tri-0"], standing_hall.poll

    looked = {len(go(voter, "vote", poll, **marks).content) for marks in papers}
    changed = {len(go(voter, "vote", poll, change="yes", **marks).content) for marks in papers}

    assert len(looked) == len(changed) == 1


def test_a_second_browser_with_another_paper_is_refused(voting, clients, client):
    poll = voting.poll
    client.force_login(voting.voters[1])
    given = fields(go(client, "vote", poll, m_1="no"))
    cast(clients["cu-tri-1"], poll, m_1="yes")

    again = go(client, "vote", poll, sealed=given["sealed"], proof=given["proof"])

    assert again.status_code == 422
    assert "ballot-code" not in again.content.decode()


def test_casting_leaves_no_mark_of_its_form_and_no_event(voting, clients):
    before = Event.objects.count()
    voter = clients["cu-tri-2"]
    looked = go(voter, "vote", voting.poll, m_1="yes", _once="x" * 22)
    given = fields(looked)
    go(voter, "vote", voting.poll, sealed=given["sealed"], proof=given["proof"], _once="y" * 22)

    assert not Once.objects.filter(viewer_id=voting.voters[2].pk).exists()
    assert Event.objects.count() == before
    assert not Roll.objects.filter(voted=True).exists()


def test_the_page_warns_of_a_blank_paper_and_of_too_many_names(standing_hall, clients):
    hall = standing_hall
    hall.ready(("Lê An", "Lê Bình", "Lê Chi"), kind="choose", rules="counting.deputies", seats=2,
               max_choices=2)  # fmt: skip
    blank = go(clients["cu-tri-0"], "vote", hall.poll)
    many = go(clients["cu-tri-0"], "vote", hall.poll, m_1="on", m_2="on", m_3="on")

    assert blank.context["warning"]
    assert "3" in many.context["warning"]
    assert code_in(cast(clients["cu-tri-0"], hall.poll, m_1="on", m_2="on", m_3="on"))


def test_who_is_elsewhere_meets_nothing_of_the_vote(voting, client, clients):
    from conftest import _user

    client.force_login(_user("ngoai", "Người Ngoài"))
    for name in ("detail", "vote", "receipts", "papers", "seat", "words", "presence", "open",
                 "roll", "annul"):  # fmt: skip
        assert client.get(reverse(f"ballot-{name}", args=[voting.poll.pk])).status_code == 404
    # A voter reads neither the board nor the roll, and runs nothing.
    for name in ("detail", "roll", "open", "annul", "words", "papers"):
        answer = clients["cu-tri-0"].get(reverse(f"ballot-{name}", args=[voting.poll.pk]))
        assert answer.status_code == 404, name


def test_a_result_that_is_not_announced_is_not_for_voters(standing_hall, clients):
    hall = standing_hall.counted([{"1": "yes"}] * 5, announced=False)
    papers = reverse("ballot-papers", args=[hall.poll.pk])

    assert clients["cu-tri-0"].get(papers).status_code == 404
    assert clients["kiem-phieu-2"].get(papers).status_code == 200
    receipts = clients["cu-tri-0"].get(reverse("ballot-receipts", args=[hall.poll.pk]))
    assert len(receipts.context["receipts"]) == 5


def test_minutes_say_what_the_vote_says(standing_hall, clients):
    from docx import Document

    hall = standing_hall.counted([{"1": "yes"}] * 4 + [{"1": "no"}, {}])
    paper = clients["lan"].post(reverse("ballot-minutes", args=[hall.poll.pk, "docx"]))
    document = Document(io.BytesIO(paper.content))
    text = "\n".join(one.text for one in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]

    assert "Số được triệu tập: 7" in text
    assert "Số phiếu thu vào: 6" in text
    assert "Số phiếu hợp lệ: 5" in text
    assert "Số phiếu không hợp lệ: 1" in text
    assert "Lê Thị Ứng Viên" in cells
    assert "Trần Thị Kiểm 0" in text


def test_tellers_of_a_paper_meeting_count_alone_and_agree(standing_hall, clients):
    hall = standing_hall
    hall.prepare(on_paper=True, voters=[], convened=10)
    hall.open(present=9)
    told = {"version": 0, "issued": 9, "returned": 9, "valid": 8, "v_1_yes": 6, "v_1_no": 2,
            **{f"i_{why}": 0 for why in ("not_issued", "too_many", "too_few", "other")},
            "i_blank": 1}  # fmt: skip
    page = clients["kiem-phieu-0"].get(reverse("ballot-figures", args=[hall.poll.pk]))
    assert page.status_code == 200
    wrong = go(clients["kiem-phieu-0"], "figures", hall.poll, **{**told, "valid": 9})
    assert wrong.status_code == 422
    assert go(clients["kiem-phieu-0"], "figures", hall.poll, **told).status_code == 302
    blind = clients["kiem-phieu-1"].get(reverse("ballot-figures", args=[hall.poll.pk]))
    assert blind.context["counts"] is None
    go(clients["kiem-phieu-1"], "figures", hall.poll, **{**told, "v_1_yes": 5, "v_1_no": 3})
    hall.poll.refresh_from_db()
    assert hall.poll.state == "open"
    differ = clients["kiem-phieu-1"].get(reverse("ballot-figures", args=[hall.poll.pk]))
    assert differ.context["counts"].differ
    assert len(differ.context["counts"].names) == 2
    go(clients["kiem-phieu-1"], "figures", hall.poll, **{**told, "version": 1})
    hall.poll.refresh_from_db()
    assert hall.poll.state == "counted"
    assert clients["lan"].get(hall.poll.get_absolute_url()).status_code == 200


def test_a_teller_is_offered_the_files_that_the_teller_may_read(standing_hall, clients):
    hall = standing_hall
    hall.prepare(on_paper=True, voters=[], convened=10, kind="nomination", write_ins=2,
                 rules="counting.onsite_nomination", max_choices=2)  # fmt: skip
    hall.open(present=9)
    known = hall.people["cu-tri-3"]
    asked = {"of": "n_0", "n_0": "nguyen van cu"}
    address = reverse("ballot-people")

    assert known.number in clients["lan"].get(address, asked).content.decode()
    # A seat as a teller opens no file; nor is a number taken of a file that one may not read.
    assert "option" not in clients["kiem-phieu-0"].get(address, asked).content.decode()
    assert clients["cu-tri-0"].get(address, asked).status_code == 404
    told = {"version": 0, "issued": 9, "returned": 9, "valid": 9, "v_1_chosen": 1,
            **{f"i_{why}": 0 for why in ("not_issued", "too_many", "too_few", "blank", "other")},
            "n_0": known.number, "c_0": 5}  # fmt: skip
    assert go(clients["kiem-phieu-0"], "figures", hall.poll, **told).status_code == 422
    more = go(clients["kiem-phieu-0"], "figures", hall.poll, **told, more="yes")
    assert "n_5" in more.content.decode()
    named = {**told, "n_0": "Đỗ Văn Mới"}
    assert go(clients["kiem-phieu-0"], "figures", hall.poll, **named).status_code == 302
