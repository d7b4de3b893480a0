"""Form 2C made by us, read again by intake, gives back the same facts.

What the form can carry is compared; it asks nothing of ratings, plans, declarations and
conclusions, and gives no day for "none" and for general education.
"""

from datetime import date

import pytest

from ngangtam.records import facts
from ngangtam.records.intake import commands
from ngangtam.records.intake.drafts import Drafting
from ngangtam.records.intake.people import people_of
from ngangtam.records.intake.readers import curriculum
from ngangtam.records.intake.roster import read_roster
from ngangtam.records.papers import words
from ngangtam.records.papers.printing import print_paper
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.models import Person, Posting, Record

TODAY = date(2026, 6, 1)
KINDS = ("education", "general_education", "theory", "state_management", "language", "it",
         "training", "rank", "service", "party", "union", "army", "award", "discipline", "family",
         "health", "work")  # fmt: skip
# Facts of the snapshot that form 2C carries.
FACTS = ("gender", "ethnicity", "religion", "birth_day", "birth_precision", "degree",
         "general_education", "theory", "theory_exact", "state_management", "language_level",
         "it_level", "party_member", "party_day", "party_official_day", "rank_code", "rank_since",
         "service_since", "post_since", "discipline")  # fmt: skip


@pytest.fixture
def form_of(told, tmp_path):
    """The Word form of a person, on disk."""
    from datetime import UTC, datetime

    def make(viewer, person):
        path = tmp_path / f"{person.number}.docx"
        made = print_paper(told(viewer, person), form_id="2c", style="docx",
                           at=datetime(2026, 6, 1, tzinfo=UTC))  # fmt: skip
        path.write_bytes(made.content)
        return path

    return make


def test_a_full_life_comes_back(lan, official, form_of):
    said, drafts = _read(form_of(lan, official))

    assert said.name == official.full_name
    assert said.other_names == official.other_names
    assert (said.birth.day, said.birth.precision) == (date(1978, 10, 1), "month")
    assert (said.gender, said.text("ethnicity"), said.personal_number) == (
        "male", "nung", "001078000123")  # fmt: skip
    assert said.raws["home_place"] == official.hometown_raw
    assert said.text("birth_place") == official.birthplace_raw
    assert (said.text("position"), said.text("workplace")) == (
        "Phó Giám đốc Sở Nội vụ", "Sở Nội vụ")  # fmt: skip
    assert said.day("post_since").day == date(2019, 3, 1)
    assert _of_drafts(drafts) == _of_file(official)


def test_the_demo_comes_back(lan, demo_people, form_of):
    for person in demo_people:
        _said, drafts = _read(form_of(lan, person))

        assert _of_drafts(drafts) == _of_file(person), person.number


def test_the_same_facts_stand_in_the_snapshot(lan, official, form_of, lan_department):
    before = _facts(official)
    path = form_of(lan, official)
    # Nobody to be found again: the form opens a file of its own.
    Person.objects.filter(pk=official.pk).update(voided_at="2026-05-01T00:00Z")
    Posting.objects.filter(person=official).update(voided_at="2026-05-01T00:00Z")

    result = commands.import_roster(
        [path], unit_code=lan_department.code, unit_name=None, post_title="Cán bộ", day=TODAY
    )

    assert not result.refused, result.report
    again = Person.objects.exclude(pk=official.pk).get(full_name=official.full_name)
    assert _facts(again) == before
    assert again.personal_number == official.personal_number
    assert _of_file(again) == _of_file(official)


def test_an_unknown_life_stays_unknown(lan, bare, form_of):
    said, drafts = _read(form_of(lan, bare))

    assert said.name == "Lê Thị Trống"
    # An empty day of admission is no statement: a form has room for "not yet".
    assert [draft for draft in drafts if draft.kind != "party"] == []
    assert said.birth is None


def test_the_real_blank_form_is_known_and_says_nothing(shared_data):
    path = shared_data / "forms" / "docx" / "Mau-ly-lich-2C-TCTW-98.docx"

    told = curriculum.understand(path)

    assert curriculum.is_form(path)
    assert set(told.items) <= {"number", "height", "weight"}
    roster = read_roster([(path, path.name)], TODAY)
    assert roster.people == 0


def test_the_real_form_filled_by_hand_is_read(shared_data, tmp_path):
    """Other people's forms: dots left standing beside the answers, lines that were merged."""
    from docx import Document

    document = Document(shared_data / "forms" / "docx" / "Mau-ly-lich-2C-TCTW-98.docx")
    answers = {
        "1) Họ và tên khai sinh": "\t1) Họ và tên khai sinh: LÊ THỊ HOA ……… Nam, nữ: ..Nữ.....",
        "4) Sinh ngày": "4) Sinh ngày: ..05.. tháng ..03.. năm ..1976.. 5) Nơi sinh: An Hòa..",
        "6) Quê quán": "6) Quê quán (xã, phường): An Hòa…… (huyện, quận): Yên Bình "
        "(tỉnh, TP): Hà Tây..",
        "8) Dân tộc": "8) Dân tộc: (Kinh, Tày, Mông, Ê đê...): Mường…… 9) Tôn giáo: Không",
        "14) Ngày vào Đảng": "14) Ngày vào Đảng Cộng sản Việt Nam: 19 / 5 / 2001 "
        "\tNgày chính thức: 19 / 5 / 2002",
        "- Lý luận chính trị": "- Lý luận chính trị: ……Cao cấp…… - Ngoại ngữ: Anh B",
        "22) Khen thưởng": "22) Khen thưởng: Bằng khen UBND tỉnh năm 2015; "
        "Huân chương Lao động hạng Ba 2019",
    }  # fmt: skip
    for paragraph in document.paragraphs:
        for begins, answer in answers.items():
            if paragraph.text.strip().startswith(begins):
                paragraph.text = answer
    training, work, family = document.tables[0], document.tables[1], document.tables[2]
    for cell, text in zip(
        training.rows[1].cells,
        ("Đại học Luật Hà Nội", "Luật", "9/1994-7/1998", "Chính quy", "Cử nhân"),
        strict=True,
    ):
        cell.text = text
    for cell, text in zip(
        work.rows[1].cells,
        ("Từ tháng 9/1998 đến tháng 8/2005", "Chuyên viên Sở Tư pháp"),
        strict=True,
    ):
        cell.text = text
    row = work.add_row()
    row.cells[0].text, row.cells[1].text = "9/2005 đến nay", "Trưởng phòng\nSở Tư pháp"
    for cell, text in zip(
        family.rows[1].cells, ("Bố\nMẹ", "Lê Văn A\nTrần Thị B", "1945\n1950", ""), strict=True
    ):
        cell.text = text
    path = tmp_path / "hoa.docx"
    document.save(path)

    said, drafts = _read(path)

    assert (said.name, said.gender, said.text("ethnicity")) == ("Lê Thị Hoa", "female", "muong")
    assert said.birth.day == date(1976, 3, 5)
    assert said.raws["home_place"] == "An Hòa, Yên Bình, Hà Tây"
    found = {(draft.kind, draft.code, draft.first_day, draft.precision) for draft in drafts}
    assert {
        ("education", "university", date(1998, 7, 1), "month"),
        ("party", "member", date(2001, 5, 19), "day"),
        ("work", "", date(1998, 9, 1), "month"),
        ("award", "", date(2015, 1, 1), "year"), ("award", "", date(2019, 1, 1), "year"),
        ("family", "father", date(1945, 1, 1), "year"),
        ("family", "mother", date(1950, 1, 1), "year"),
    } <= found  # fmt: skip
    ended = next(draft for draft in drafts if draft.kind == "work")
    assert ended.until == date(2005, 9, 1)
    assert (said.text("position"), said.day("post_since").day) == (
        "Trưởng phòng", date(2005, 9, 1))  # fmt: skip


def test_a_period_that_ends_before_it_begins_is_not_guessed(tmp_path):
    from ngangtam.records.intake.dated import _work

    draft = _work(("9/2015 – 8/2010", "Chuyên viên"), TODAY)

    assert (draft.precision, draft.until) == ("none", None)
    assert "9/2015 – 8/2010" in draft.raw


def _read(path):
    assert curriculum.is_form(path)
    roster = read_roster([(path, path.name)], TODAY)
    assert not roster.errors, roster.errors[0].error
    [said] = [one for block in people_of(roster) for one in block]
    return said, list(Drafting(TODAY).of(said))


def _facts(person):
    frame = facts.on(TODAY).frame
    row = frame.filter(frame["person_id"] == person.pk)
    return {name: row[name][0] for name in FACTS}


def _of_drafts(drafts):
    return {
        _key(one.kind, one.code, one.raw, one.first_day, one.precision, one.until, one.detail)
        for one in drafts
        if one.kind in KINDS
    }


def _of_file(person):
    """The records of a file; former and further posts are earlier work to whoever reads a form."""
    rows = Record.objects.filter(person=person, kind__in=KINDS, voided_at=None)
    found = {
        _key(row.kind, row.code, row.raw, row.valid.lower, row.precision, row.valid.upper,
             row.detail)
        for row in rows
    }  # fmt: skip
    for row in Posting.objects.filter(person=person).select_related("post__unit"):
        if row.main and row.valid.upper is None:
            continue
        detail = {"title": words.title_of(row), "unit": words.unit_of(row)}
        found.add(_key("work", "", "", row.valid.lower, "day", row.valid.upper, detail))
    return found


def _key(kind, code, raw, first, precision, until, detail):
    """What of a record the form has room for."""
    detail = {name: value for name, value in detail.items() if value not in (None, "")}
    for name in ("international", "person", "allowance"):
        detail.pop(name, None)
    if code == "none" or kind in {"general_education", "health"}:
        first, precision = None, "none"
    if code == "none":
        detail = {}
    if kind == "family":
        raw = raw or label("family_relation", code)
        first = date(int(detail["born"]), 1, 1)
    if kind in {"party", "service", "work"} or (kind == "army" and "rank" in detail):
        raw = ""
    if precision == "month":
        first = first.replace(day=1)
    elif precision == "year":
        first = date(first.year, 1, 1)
    if kind not in {"discipline", "work", "army"}:
        until = None
    return kind, code, raw, first, precision, until, tuple(sorted(detail.items()))


def test_a_form_is_checked_seen_committed_and_undone_like_a_roster(
    lan, official, form_of, lan_department, client
):
    from django.urls import reverse

    from ngangtam.records.intake import actions
    from ngangtam.records.intake.models import Batch

    path = form_of(lan, official)
    Person.objects.filter(pk=official.pk).update(voided_at="2026-05-01T00:00Z")
    Posting.objects.filter(person=official).update(voided_at="2026-05-01T00:00Z")
    batch = actions.open_batch(
        files=[(path, path.name)], unit=lan_department, post_title="Cán bộ", posts="one",
        day=TODAY, by=lan,
    )  # fmt: skip
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == Batch.State.CHECKED
    assert (batch.rows_read, batch.rows_accepted) == (1, 1)

    client.force_login(lan)
    page = client.get(reverse("batch-detail", args=[batch.pk]))
    assert page.status_code == 200
    assert path.name in page.content.decode()

    actions.commit(batch_id=batch.pk, by=lan, today=TODAY)
    again = Person.objects.get(full_name=official.full_name, voided_at=None)
    assert _of_file(again) == _of_file(official)
    assert again.headline == "Phó Giám đốc Sở Nội vụ"

    actions.undo(batch_id=batch.pk, reason="Nhập nhầm", by=lan, today=TODAY)
    again.refresh_from_db()
    assert again.voided_at is not None
    assert not Record.objects.filter(person=again, voided_at=None).exists()
