"""Form 2C as Word and PDF, item by item; what is unknown stays dotted, what is hidden says so."""

import re
from datetime import date

import pytest

from ngangtam.records.papers.printing import FORMS, form
from ngangtam.records.papers.words import HIDDEN

ITEMS = (
    "1) Họ và tên khai sinh: Nguyễn Văn Bình", "Nam, nữ: Nam", "2) Các tên gọi khác: Năm Bình",
    "3) Cấp ủy hiện tại: Ủy viên Ban Chấp hành Đảng bộ tỉnh", "tháng 10", "năm 1978",
    "5) Nơi sinh: Bệnh viện Sông Mây", "6) Quê quán (xã, phường): Xã Thanh Bình",
    "(huyện, quận): huyện Sông Mây", "(tỉnh, TP): tỉnh Sông Thanh", "9) Tôn giáo: Không",
    "12) Ngày được tuyển dụng: 10/2001", "Vào cơ quan nào, ở đâu: Sở Tư pháp",
    "13) Ngày vào cơ quan hiện đang công tác: 01/01/2005",
    "14) Ngày vào Đảng Cộng sản Việt Nam: 03/02/2003", "Ngày chính thức: 03/02/2004",
    "xã hội: Đoàn TNCS Hồ Chí Minh (26/03/1993)", "16) Ngày nhập ngũ: 09/1996",
    "Ngày xuất ngũ: 09/1998", "Giáo dục phổ thông: 12/12",
    "Học hàm, học vị cao nhất: Thạc sĩ, 2009, Quản lý nhà nước", "- Lý luận chính trị: Cao cấp",
    "- Ngoại ngữ: Tiếng Anh bậc 3 (B1)",
    "18) Công tác chính đang làm: Phó Giám đốc Sở Nội vụ, Sở Nội",
    "19) Ngạch công chức: Chuyên viên chính", "Bậc lương: 4", "hệ số: 5,42", "từ tháng: 03/2019",
    "- Bằng khen của Chủ tịch UBND tỉnh (Chủ tịch UBND tỉnh; 02/09/2015)",
    "- Huân chương Lao động hạng Ba (2020)",
    "Khiển trách (Chính quyền; 10/04/2010 – 09/04/2011; lý do: Chậm giải quyết hồ sơ)",
    "24) Tình trạng sức khỏe: Tốt", "Cao: 1,68", "Nhóm máu: O", "001078000123",
)  # fmt: skip
DOTTED = ("Ngày tham gia cách mạng", "10) Thành phần gia đình xuất thân", "Cấp ủy kiêm", "đ/thoại",
          "20) Danh hiệu được phong (năm nào)")  # fmt: skip


@pytest.mark.django_db
def test_every_item_is_filled_in_word(lan, official, told, word):
    document = word(told(lan, official))

    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert [item for item in ITEMS if item not in text] == []
    for label in DOTTED:
        assert re.search(rf"{re.escape(label)}:? *(?:\t|…)", text), label


@pytest.mark.django_db
def test_every_item_is_filled_in_pdf(lan, official, told, pdf_text):
    text = pdf_text(told(lan, official))

    assert [item for item in ITEMS if item not in text] == []
    for label in DOTTED:
        assert re.search(rf"{re.escape(label)}: ?\.", text), label


@pytest.mark.django_db
def test_the_five_tables_hold_the_records_the_oldest_first(lan, official, told, word):
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in word(told(lan, official)).tables
    ]

    training = next(rows for rows in tables if rows[0][0] == "Tên trường")
    assert training[1] == ["Đại học Sông Thanh", "Luật", "07/2001", "Chính quy",
                           "Đại học chuyên ngành luật"]  # fmt: skip
    assert training[-1][-1] == "Chứng chỉ đối tượng 3 (Giỏi)"
    work = next(rows for rows in tables if rows[0][0].startswith("Từ tháng"))
    assert [row[0] for row in work[1:]] == [
        "10/2001 – 12/2004", "01/01/2005 – 28/02/2019", "01/03/2019 – nay", "15/10/2020 – nay",
    ]  # fmt: skip
    assert work[1][1] == "Chuyên viên\nSở Tư pháp – Phòng Hộ tịch"
    own, in_law = (rows for rows in tables if rows[0][0] == "Quan hệ")
    assert own[1] == ["Bố đẻ", "Nguyễn Văn Cha", "1945", "Nông dân, xã Thanh Bình"]
    assert in_law[1][:3] == ["Mẹ vợ", "Trần Thị Nhạc", "1950"]
    pay = next(rows for rows in tables if rows[0][0] == "Tháng/năm")
    assert [row[:3] for row in pay] == [
        ["Tháng/năm", "01/2005", "03/2019"],
        ["Ngạch/bậc", "Chuyên viên/3", "Chuyên viên chính/4"], ["Hệ số lương", "3,00", "5,42"],
    ]  # fmt: skip


@pytest.mark.django_db
def test_nothing_is_invented_for_somebody_unknown(lan, bare, told, word):
    paper = told(lan, bare)

    filled = {name for name, value in paper.say.items() if value}
    assert filled <= {"name", "name_capitals", "number", "body", "body_parent", "body_province",
                      "body_managing"}  # fmt: skip
    assert not any(paper.tables.values())
    document = word(paper)
    training = next(t for t in document.tables if t.rows[0].cells[0].text == "Tên trường")
    assert {cell.text for row in training.rows[1:] for cell in row.cells} == {""}


@pytest.mark.django_db
def test_a_day_in_the_past_shows_what_was_true_then(lan, official, told):
    paper = told(lan, official, on=date(2008, 5, 1))

    assert paper.say["main_post"] == "Trưởng phòng"
    assert paper.say["rank"] == "Chuyên viên"
    assert paper.say["degree"].startswith("Đại học")
    assert paper.say["disciplines"] == ""


@pytest.mark.django_db
@pytest.mark.parametrize("form_id", FORMS)
def test_what_may_not_be_seen_says_so(lan, official, told, word, pdf_text, form_id):
    paper = told(lan, official, parts=())

    assert {paper.say[name] for name in ("ethnicity", "religion", "personal_number", "health",
                                         "foreign")} == {HIDDEN}  # fmt: skip
    text = pdf_text(paper, form_id)
    assert HIDDEN in text
    document = word(paper, form_id)
    words = "\n".join(
        [p.text for p in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    for secret in ("Nùng", "001078000123", "Nguyễn Văn Cha", "Trần Thị Nhạc"):
        assert secret not in text
        assert secret not in words
    if "family" in form(form_id).tables:
        family = next(t for t in document.tables if "uan hệ" in t.rows[0].cells[0].text)
        assert family.rows[1].cells[0].text == HIDDEN


@pytest.mark.django_db
def test_a_discipline_known_to_be_none_says_none(lan, bare, told, source):
    from ngangtam.records.personnel import steps

    steps.add_record(person=bare, kind="discipline", code="none", first_day=date(2025, 1, 1),
                     source=source)  # fmt: skip

    assert told(lan, bare).say["disciplines"] == "Không"


def test_the_forms_ask_every_item_of_the_law():
    labels = {
        name: " ".join(slot["label"] for line in _lines(name) for slot in line)
        + " ".join(block.get("heading", "") for block in form(name).parts["blocks"])
        for name in FORMS
    }

    for number in range(1, 32):
        assert re.search(rf"(?<!\d){number}\)", labels["2c"]), number
    for number in range(1, 39):
        assert re.search(rf"(?<!\d){number}\)", labels["tt06"]), number
    assert len(form("2c").tables) == 5


def _lines(name):
    from ngangtam.records.papers.printing import lines_of

    return lines_of(form(name).parts)
