"""Rosters as offices really keep them: every person is found, nothing is lost in silence."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made_rosters import HEADER, PEOPLE, changed
from ngangtam.records.intake.drafts import Drafting
from ngangtam.records.intake.people import people_of

ROWS = [HEADER, *PEOPLE]
NAMES = [row[1] for row in PEOPLE]


def people(roster):
    return [said for block in people_of(roster) for said in block]


def names(roster):
    return [said.name for said in people(roster)]


def by_name(roster):
    return {said.name: said for said in people(roster)}


def kinds(report):
    return [row["kind"] for entry in report["files"] for row in entry["rows_skipped"]]


def accounted(report, rows, *, blanks=0):
    """Every row and every non-empty cell of the people's rows has its verdict."""
    totals = report["totals"]
    assert totals["rows_read"] == totals["rows_accepted"] + totals["rows_rejected"]
    filled = sum(1 for row in rows for cell in row if cell)
    assert sum(totals["cells"].values()) == filled - blanks


def test_a_plain_sheet(sheet, read):
    roster, report = read(sheet(ROWS))

    assert names(roster) == NAMES
    lan = people(roster)[0]
    assert (lan.birth.day, lan.gender) == (date(1980, 3, 12), "female")
    assert lan.day("party_day").day == date(2005, 2, 3)
    assert people(roster)[3].birth.precision == "year"
    accounted(report, PEOPLE)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
def test_text_files_of_every_making(text_file, read, delimiter, encoding):
    import unicodedata

    rows = ROWS
    if encoding == "cp1258":
        # The code page writes most tones as marks of their own.
        rows = [[_cp1258(cell) for cell in row] for row in ROWS]
    roster, report = read(text_file(rows, delimiter=delimiter, encoding=encoding))

    assert names(roster) == [unicodedata.normalize("NFC", name) for name in NAMES]
    accounted(report, PEOPLE)


def _cp1258(text):
    import unicodedata

    made = ""
    for char in text:
        try:
            char.encode("cp1258")
            made += char
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tone = next((mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
            made += unicodedata.normalize("NFC", parts.replace(tone, "")) + tone
    return made


TCVN = [
    ["STT", "Hä vµ tªn", "Ngµy sinh", "Giíi tÝnh", "D©n téc"],
    ["1", "TrÇn ThÞ Lan", "12/3/1980", "N÷", "Kinh"],
    ["2", "Lª V¨n Minh", "05/11/1975", "Nam", "Tµy"],
    ["3", "Ph¹m ThÞ Hoa", "30/8/1990", "N÷", "M­êng"],
]


def test_sheets_typed_in_an_old_font_are_turned_into_unicode(sheet, read):
    roster, report = read(sheet(TCVN))

    assert names(roster) == ["Trần Thị Lan", "Lê Văn Minh", "Phạm Thị Hoa"]
    assert by_name(roster)["Phạm Thị Hoa"].gender == "female"
    assert any("TCVN3" in problem["reason"] for problem in report["files"][0]["problems"])
    assert report["totals"]["cells"]["normalised"] >= 3


def test_text_files_in_an_old_encoding_are_turned_into_unicode(text_file, read):
    roster, _report = read(text_file(TCVN, encoding="latin-1"))

    assert names(roster) == ["Trần Thị Lan", "Lê Văn Minh", "Phạm Thị Hoa"]


def test_letters_lost_on_the_way_are_refused_with_the_reason(text_file, read):
    path = text_file([[cell.encode().decode("latin-1") for cell in row] for row in ROWS * 4])
    _roster, report = read(path)

    assert "UTF-8" in report["files"][0]["error"]
    assert report["totals"]["rows_accepted"] == 0


def test_the_header_may_stand_far_down(sheet, read):
    rows = [
        ["TỈNH ỦY SÔNG THANH"],
        ["BAN TỔ CHỨC"],
        [],
        ["", "", "DANH SÁCH CÁN BỘ"],
        ["", "", "(Tính đến ngày 01/7/2025)"],
        [],
        HEADER,
        *PEOPLE,
    ]
    roster, report = read(sheet(rows))

    assert names(roster) == NAMES
    assert kinds(report) == ["above"] * 4


def test_two_header_rows_with_groups(sheet, read):
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "", "Trình độ", "", "", "Ghi chú"],
        ["", "", "Nam", "Nữ", "Văn hóa", "Chuyên môn", "LLCT", ""],
        ["1", "Trần Thị Lan", "", "12/3/1980", "12/12", "Đại học luật", "Cao cấp", "x"],
        ["2", "Lê Văn Minh", "05/11/1975", "", "10/10", "Thạc sĩ kinh tế", "Trung cấp", ""],
    ]
    roster, report = read(sheet(rows))

    lan, minh = people(roster)
    assert (lan.gender, minh.gender) == ("female", "male")
    assert (lan.birth.day, minh.birth.day) == (date(1980, 3, 12), date(1975, 11, 5))
    assert (lan.values["political_theory"], minh.values["general_education"]) == (
        "advanced", "upper_secondary",
    )  # fmt: skip
    accounted(report, rows[2:])


def test_two_header_rows_that_are_merged(sheet, read):
    merges = [
        (0, 0, 1, 0, "STT"), (0, 1, 1, 1, "Họ và tên"), (0, 2, 0, 3, "Năm sinh"),
        (0, 4, 0, 6, "Trình độ lý luận chính trị"),
    ]  # fmt: skip
    rows = [
        ["", "", "", "", "", "", ""],
        ["", "", "Nam", "Nữ", "Sơ cấp", "Trung cấp", "Cao cấp"],
        ["1", "Trần Thị Lan", "", "1980", "", "", "x"],
        ["2", "Lê Văn Minh", "1975", "", "", "X", ""],
    ]
    roster, _report = read(sheet(rows, merges=merges))

    lan, minh = people(roster)
    assert (lan.values["political_theory"], minh.values["political_theory"]) == (
        "advanced", "intermediate",
    )  # fmt: skip
    assert (lan.gender, lan.birth.precision) == ("female", "year")


def test_groups_above_the_names(sheet, read):
    merges = [(0, 0, 0, 3, "Thông tin cá nhân"), (0, 4, 0, 5, "Trình độ")]
    rows = [
        [],
        ["TT", "Họ tên", "Ngày, tháng, năm sinh", "Nam/Nữ", "Chuyên môn", "Chính trị"],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
        ["1", "Trần Thị Lan", "12/3/1980", "Nữ", "Đại học luật", "Cao cấp"],
    ]
    roster, report = read(sheet(rows, merges=merges))

    lan = people(roster)[0]
    assert (lan.gender, lan.text("professional")) == ("female", "Đại học luật")
    assert lan.values["political_theory"] == "advanced"
    assert kinds(report) == []


def test_names_in_two_columns(sheet, read):
    for header in (
        ["STT", "Họ và tên đệm", "Tên", "Năm sinh"],
        ["STT", "Họ", "Tên", "Năm sinh"],
        ["STT", "Họ và tên", "", "Năm sinh"],
    ):
        rows = [header, ["1", "Trần Thị", "Lan", "1980"], ["2", "Lê Văn", "Minh", "1975"]]
        roster, report = read(sheet(rows))

        assert names(roster) == ["Trần Thị Lan", "Lê Văn Minh"], header
        accounted(report, rows[1:])


def test_names_under_one_merged_heading(sheet, read):
    rows = [
        ["STT", "", "", "Năm sinh"],
        ["1", "Trần Thị", "Lan", "1980"],
        ["2", "Lê", "Minh", "1975"],
    ]
    roster, _report = read(sheet(rows, merges=[(0, 1, 0, 2, "Họ và tên")]))

    assert names(roster) == ["Trần Thị Lan", "Lê Minh"]


def test_birth_in_three_columns(sheet, read):
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "", ""],
        ["", "", "Ngày", "Tháng", "Năm"],
        ["1", "Trần Thị Lan", 12, 3, 1980],
        ["2", "Lê Văn Minh", None, 11, 1975],
        ["3", "Phạm Thị Hoa", None, None, 1990],
    ]
    roster, _report = read(sheet(rows))

    births = [(said.birth.day, said.birth.precision) for said in people(roster)]
    assert births == [
        (date(1980, 3, 12), "day"), (date(1975, 11, 1), "month"), (date(1990, 1, 1), "year"),
    ]  # fmt: skip


def test_gender_in_two_columns_of_marks(sheet, read):
    rows = [
        ["STT", "Họ và tên", "Giới tính", "", "Đảng viên"],
        ["", "", "Nam", "Nữ", ""],
        ["1", "Trần Thị Lan", "", "x", "x"],
        ["2", "Lê Văn Minh", "X", "", ""],
    ]
    roster, _report = read(sheet(rows))

    assert [said.gender for said in people(roster)] == ["female", "male"]
    assert people(roster)[0].values["party_member"] is True


def test_both_genders_marked_is_in_doubt_and_neither_is_taken(sheet, read):
    rows = [
        ["STT", "Họ và tên", "Giới tính", ""],
        ["", "", "Nam", "Nữ"],
        ["1", "Trần Thị Lan", "", "x"],
        ["2", "Lê Văn Minh", "x", "x"],
        ["3", "Phạm Thị Hoa", "", "x"],
    ]
    roster, report = read(sheet(rows))

    assert [said.gender for said in people(roster)] == ["female", "", "female"]
    assert report["totals"]["cells"]["uncertain"] == 2
    doubts = report["files"][0]["problems"]
    assert {(problem["raw"], problem["verdict"]) for problem in doubts} == {("x", "uncertain")}
    assert len({problem["row"] for problem in doubts}) == 1


def test_a_cross_instead_of_the_party_day_is_a_member_since_nobody_knows_when(sheet, read):
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "Ngày vào Đảng"],
        ["1", "Trần Thị Lan", "12/3/1980", "x"],
        ["2", "Lê Văn Minh", "1/1/1975", "03/02/2005"],
        ["3", "Phạm Thị Hoa", "2/2/1982", ""],
    ]
    roster, report = read(sheet(rows))
    drafting = Drafting(date(2026, 1, 1))

    drafts = [
        [(one.code, one.precision) for one in drafting.of(said) if one.kind == "party"]
        for said in people(roster)
    ]
    assert drafts == [[("member", "none")], [("member", "day")], [("none", "none")]]
    assert report["totals"]["cells"]["refused"] == 0


def test_real_dates_serials_and_text_in_one_column(sheet, read):
    rows = [HEADER, *[list(row) for row in PEOPLE]]
    rows[1][2] = date(1980, 3, 12)
    rows[2][2] = 27703
    rows[3][2] = "  30 / 8 / 1990 "
    roster, report = read(sheet(rows))

    assert [said.birth.day for said in people(roster)] == [
        date(1980, 3, 12), date(1975, 11, 5), date(1990, 8, 30), date(1988, 1, 1),
    ]  # fmt: skip
    assert report["totals"]["cells"]["uncertain"] == 0


def test_month_first_is_seen_in_the_column_and_flagged(sheet, read):
    rows = [
        ["Họ và tên", "Ngày sinh"],
        ["Trần Thị Lan", "10/20/1959"],
        ["Lê Văn Minh", "08/10/1959"],
        ["Phạm Thị Hoa", "04/30/1984"],
    ]
    roster, report = read(sheet(rows))

    assert [said.birth.day for said in people(roster)] == [
        date(1959, 10, 20), date(1959, 8, 10), date(1984, 4, 30),
    ]  # fmt: skip
    assert report["totals"]["cells"] == {"taken": 3, "normalised": 2, "uncertain": 1, "refused": 0}


def test_dates_that_a_spreadsheet_turned_round_are_doubted(sheet, read):
    rows = [
        ["Họ và tên", "Ngày sinh"],
        ["Trần Thị Lan", "21/09/1996"],
        ["Lê Văn Minh", date(1989, 8, 4)],
        ["Phạm Thị Hoa", date(1990, 3, 2)],
        ["Hoàng Đức Anh", "30/12/1985"],
    ]
    _roster, report = read(sheet(rows))

    assert report["totals"]["cells"]["uncertain"] == 2


def test_totals_headings_and_signatures_are_no_people(sheet, read):
    rows = [
        HEADER,
        ["I", "Văn phòng", "", "", "", "", ""],
        *PEOPLE[:2],
        ["", "Cộng: 2 người", "", "", "", "", ""],
        [],
        ["II", "Phòng Tổ chức cán bộ", "", "", "", "", ""],
        *PEOPLE[2:],
        ["", "Tổng cộng", "4", "", "", "", ""],
        ["Ấn định danh sách có 4 người./."],
        ["", "", "", "", "Sông Thanh, ngày 01 tháng 7 năm 2025"],
        ["", "NGƯỜI LẬP", "", "", "", "THỦ TRƯỞNG ĐƠN VỊ", ""],
        ["", "(Ký, ghi rõ họ tên)", "", "", "", "", ""],
        ["", "Đỗ Thị Mai", "", "", "", "Vũ Quốc Hùng", ""],
    ]
    roster, report = read(sheet(rows))

    assert names(roster) == NAMES
    assert kinds(report) == [
        "title", "total", "title", "total", "footer", "footer", "footer", "footer", "footer",
    ]  # fmt: skip
    assert report["totals"]["rows_rejected"] == 0


def test_the_header_printed_again_on_every_page(sheet, read):
    rows = [HEADER, *PEOPLE[:2], HEADER, ["1", "2", "3", "4", "5", "6", "7"], *PEOPLE[2:]]
    roster, report = read(sheet(rows))

    assert names(roster) == NAMES
    assert kinds(report) == ["header", "numbering"]


def test_merged_cells_among_people_are_filled_down(sheet, read):
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Đơn vị"],
        ["1", "Trần Thị Lan", "1980", ""],
        ["2", "Lê Văn Minh", "1975", ""],
        ["3", "Phạm Thị Hoa", "1990", "Thanh tra"],
    ]
    roster, _report = read(sheet(rows, merges=[(1, 3, 2, 3, "Văn phòng")]))

    assert [said.text("workplace") for said in people(roster)] == [
        "Văn phòng", "Văn phòng", "Thanh tra",
    ]  # fmt: skip


def test_two_lines_for_one_person_are_joined(sheet, read):
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Chuyên môn"],
        ["", "", "", "Đại học luật"],
        ["", "", "", "Thạc sĩ kinh tế"],
        ["2", "Lê Văn Minh", "1975", "Cao đẳng"],
    ]
    merges = [(1, 0, 2, 0, "1"), (1, 1, 2, 1, "Trần Thị Lan"), (1, 2, 2, 2, "1980")]
    roster, _report = read(sheet(rows, merges=merges))

    assert names(roster) == ["Trần Thị Lan", "Lê Văn Minh"]
    assert people(roster)[0].text("professional") == "Đại học luật; Thạc sĩ kinh tế"


def test_two_tables_side_by_side(sheet, read):
    left = [
        ["STT", "Họ và tên", "Năm sinh"],
        ["1", "Trần Thị Lan", "1980"],
        ["2", "Lê Văn Minh", "1975"],
    ]
    right = [["STT", "Họ và tên", "Năm sinh"], ["3", "Phạm Thị Hoa", "1990"], ["", "", ""]]
    rows = [[*a, "", *b] for a, b in zip(left, right, strict=True)]
    roster, report = read(sheet(rows))

    assert sorted(names(roster)) == sorted(["Trần Thị Lan", "Lê Văn Minh", "Phạm Thị Hoa"])
    assert report["totals"]["rows_read"] == 3
    accounted(report, [*left[1:], *right[1:]])


def test_a_table_that_goes_on_without_its_header(document, read):
    path = document(
        (
            ["UBBC Tỉnh/Thành phố: Tỉnh Sông Thanh", "Đơn vị bầu cử Số 2: Gồm các xã"],
            [HEADER, *PEOPLE[:2]],
        ),
        ("", PEOPLE[2:]),
    )
    roster, report = read(path)

    assert names(roster) == NAMES
    assert {said.text("province") for said in people(roster)} == {"Tỉnh Sông Thanh"}
    assert people(roster)[0].text("constituency") == "2"
    assert report["totals"]["tables"] == 2


def test_merged_headers_in_a_document(document, read):
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "Trình độ học vấn", None, None],
        ["", "", "", "Giáo dục phổ thông", "Chuyên môn, nghiệp vụ", "Học hàm, học vị"],
        ["1", "Trần Thị Lan", "12/3/1980\xa0\xa0", "12/12", "Đại học luật", "Tha\u0323c si\u0303"],
    ]
    roster, report = read(document(("", rows), down=[(0, 1, 0), (0, 1, 1), (0, 1, 2)]))

    lan = people(roster)[0]
    assert (lan.values["degree"], lan.birth.day) == ("master", date(1980, 3, 12))
    accounted(report, rows[2:])


def test_deleted_text_and_text_boxes_are_not_read_twice(document, read):
    path = changed(
        document(("", ROWS)),
        "word/document.xml",
        lambda xml: xml.replace(
            "Trần Thị Lan".encode(),
            (
                "Trần Thị Lan</w:t></w:r><w:del><w:r><w:delText>CŨ</w:delText></w:r></w:del>"
                "<w:r><w:t>"
            ).encode(),
            1,
        ),
    )
    roster, _report = read(path)

    assert names(roster) == NAMES


def test_several_files_are_one_roster(sheet, document, text_file, read):
    roster, report = read(
        sheet([HEADER, PEOPLE[0]]),
        document(("", [HEADER, PEOPLE[1]])),
        text_file([HEADER, *PEOPLE[2:]]),
    )

    assert names(roster) == NAMES
    assert [entry["rows_read"] for entry in report["files"]] == [1, 1, 2]


def test_one_bad_file_is_named_and_the_others_still_judged(sheet, tmp_path, read):
    bad = tmp_path / "b.docx"
    bad.write_bytes(b"nothing")
    roster, report = read(sheet(ROWS), bad)

    assert [bool(entry.get("error")) for entry in report["files"]] == [False, True]
    assert len(roster.errors) == 1


def test_other_sheets_are_reported_and_left(sheet, read):
    path = sheet(sheets={
        "Danh sách": ROWS,
        "Danh mục": [["STT", "Tên phân loại"], ["1", "Biên chế"], ["2", "Hợp đồng"]],
        "Trống": [],
    })  # fmt: skip
    roster, report = read(path)

    assert names(roster) == NAMES
    assert [problem["raw"] for problem in report["files"][0]["problems"]] == ["Danh mục", "Trống"]
    assert report["totals"]["tables"] == 3


def test_formulas_that_nobody_worked_out_are_refused_cell_by_cell(sheet, read):
    rows = [[*HEADER, "Hệ số lương"], *[[*row, ""] for row in PEOPLE]]
    path = sheet(rows, formulas=[(1, 7, "=2.34+0.33", "2.67"), (2, 7, "=B9*2", "")])
    path = changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v></v>", b""))
    roster, report = read(path)

    assert people(roster)[0].values["coefficient"] == 2.67
    lost = [problem for problem in report["files"][0]["problems"] if problem["raw"] == "=B9*2"]
    assert [(problem["row"], problem["verdict"]) for problem in lost] == [(3, "refused")]
    assert report["totals"]["cells"]["refused"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|'/C calc'!A0",
        "+cmd|'/C calc'!A0",
        "-2+3+cmd|'/C calc'!A0",
    ],
)
def test_text_that_would_run_is_refused_and_kept_as_text(sheet, read, text):
    rows = [HEADER, *[list(row) for row in PEOPLE]]
    rows[1][5] = text
    rows[2][1] = text
    roster, report = read(sheet(rows))

    assert names(roster) == [NAMES[0], *NAMES[2:]]
    assert people(roster)[0].text("position") == ""
    refused = [p for p in report["files"][0]["problems"] if p["verdict"] == "refused"]
    assert [problem["raw"] for problem in refused if problem["column"]] == [text, text]
    assert report["totals"]["rows_rejected"] == 1


def test_rows_without_a_name_are_rejected_with_their_text(sheet, read):
    rows = [HEADER, PEOPLE[0], ["2", "", "05/11/1975", "Nam", "Tày", "Chuyên viên", ""]]
    _roster, report = read(sheet(rows))

    assert report["totals"]["rows_rejected"] == 1
    assert "Tày" in report["files"][0]["problems"][0]["raw"]


def test_a_roster_of_codes_takes_the_code_as_the_name(sheet, read):
    rows = [
        ["Mã", "Ngày sinh", "Giới tính"],
        ["UCV-001", "12/3/1980", "Nữ"],
        ["UCV-002", "1975", "Nam"],
    ]
    roster, report = read(sheet(rows))

    assert names(roster) == ["UCV-001", "UCV-002"]
    assert any("code" in p["reason"].lower() or "mã" in p["reason"].lower()
               for p in report["files"][0]["problems"])  # fmt: skip


def test_columns_without_a_field_are_kept_and_listed(sheet, read):
    rows = [[*HEADER, "Cỡ áo"], *[[*row, "L"] for row in PEOPLE]]
    _roster, report = read(sheet(rows))

    columns = report["files"][0]["columns"][0]["columns"]
    assert [c["label"] for c in columns if not c["field"]] == ["Cỡ áo"]
    accounted(report, rows[1:])


def test_nobody_reads_a_family_table_as_a_roster(document, read):
    family = [["Mối quan hệ", "Họ và tên", "Năm sinh"], ["Bố đẻ", "Trần Văn Cha", "1950"]]
    roster, report = read(document(("", ROWS), ("", family)))

    assert names(roster) == NAMES
    assert report["totals"]["tables"] == 2


def test_ranks_capitals_and_remarks_around_names(sheet, read):
    rows = [
        ["Họ và tên", "Năm sinh"],
        ["TRẦN THỊ LAN", "1980"],
        ["TS. Lê Văn Minh", "1975"],
        ["Đồng chí Phạm Thị Hoa (Hoa Mai)", "1990"],
        ["Thượng tá Hoàng Đức Anh", "1988"],
        ["nguyễn văn  an", "1970"],
        ["H'Hen Niê", "1992"],
        ["Anh Thơ", "1991"],
    ]
    roster, _report = read(sheet(rows))

    assert names(roster) == [
        "Trần Thị Lan", "Lê Văn Minh", "Phạm Thị Hoa", "Hoàng Đức Anh", "Nguyễn Văn An",
        "H'Hen Niê", "Anh Thơ",
    ]  # fmt: skip
    assert people(roster)[2].other_names == "Hoa Mai"


def test_blank_party_days_mean_no_member_where_the_column_is_used(sheet, read):
    from ngangtam.records.intake.cells.cell import ABSENT

    rows = [HEADER, *[list(row) for row in PEOPLE]]
    rows[1][6] = "\xa0\xa0 "
    rows[3][6] = "Đóng"
    roster, _report = read(sheet(rows))

    assert [said.values["party_day"] is ABSENT for said in people(roster)] == [
        True, True, True, False,
    ]  # fmt: skip


def test_exact_copies_of_a_row_are_rejected_once_asked(sheet, read, db):
    from ngangtam.records.intake.identity import reject_copies
    from ngangtam.records.intake.report import report_of

    roster, _report = read(sheet([HEADER, *PEOPLE, ["5", *PEOPLE[0][1:]]]))
    reject_copies(roster)

    assert names(roster) == NAMES
    assert report_of(roster)["totals"]["rows_rejected"] == 1


def test_a_corrected_mapping_is_taken_as_it_is(sheet, read):
    from dataclasses import replace

    from ngangtam.records.intake.roster import shape_of

    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Chuyên môn", "Ngày vào Đảng"],
        ["", "", "", "Đại học luật", "03/02/2005"],
        ["", "", "", "Thạc sĩ kinh tế", ""],
        ["2", "Lê Văn Minh", "1975", "Cao đẳng", ""],
    ]
    merges = [(1, 0, 2, 0, "1"), (1, 1, 2, 1, "Trần Thị Lan"), (1, 2, 2, 2, "1980")]
    path = sheet(rows, merges=merges)
    first, _report = read(path)
    table = next(first.tables()).table
    assert table.mapping.blank_means_no == ("party_day",)

    mapping = replace(table.mapping, blank_means_no=())
    roster, _report = read(path, corrected={shape_of(table): mapping})

    assert names(roster) == ["Trần Thị Lan", "Lê Văn Minh"]
    assert people(roster)[0].text("professional") == "Đại học luật; Thạc sĩ kinh tế"
    assert "party_day" not in people(roster)[1].values


def test_the_lists_of_another_year(document, read):
    """The same people's house, another year: other columns in another order, titles apart."""
    rows = [
        ["TT", "Họ và tên", "Ngày tháng năm sinh", None, "Dân tộc", "Quê quán", "Trình độ", None,
         None, None, "Nghề nghiệp, chức vụ, nơi công tác", "Ngày vào Đảng CSVN", "ĐBQH khóa"],
        ["", "", "Nam", "Nữ", "", "", "Phổ thông", "Chuyên môn", "Học hàm, học vị", "LLCT", "",
         "", ""],
        [f"({number})" for number in range(1, 14)],
        ["1", "Ông TRẦN VĂN AN", "02/9/1960", "", "Kinh", "Xã A, huyện B, tỉnh C", "10/10",
         "ĐH Luật", "PGS, TS", "Cử nhân", "Bí thư Tỉnh ủy", "Chính thức: 3/2/1985", "XII, XIII"],
        ["2", "Bà LÒ THỊ MAI (Lò Thị Hoa)", "", "1985", "Khơ - me", "-", "12/12",
         "Cao đẳng sư phạm", "", "Đang học TC", "Giáo viên", "Không", "Không"],
    ]  # fmt: skip
    roster, report = read(document(("", rows)))

    an, mai = people(roster)
    assert (an.name, an.gender, an.birth.day) == ("Trần Văn An", "male", date(1960, 9, 2))
    assert (an.values["degree"], an.values["na_terms"]) == ("doctor", (12, 13))
    assert an.day("party_day").day == date(1985, 2, 3)
    assert (mai.name, mai.other_names, mai.gender) == ("Lò Thị Mai", "Lò Thị Hoa", "female")
    assert (mai.birth.precision, mai.values["ethnicity"]) == ("year", "khmer")
    assert report["totals"]["cells"]["refused"] == 0
    accounted(report, [[cell or "" for cell in row] for row in rows[3:]])


def test_academic_titles_in_a_column_of_their_own(sheet, read):
    from ngangtam.records.intake.drafts import Drafting

    rows = [
        ["Họ và tên", "Năm sinh", "Học vị", "Học hàm", "Chuyên môn"],
        ["Trần Thị Lan", "1970", "Tiến sĩ", "Phó Giáo sư", "Luật"],
        ["Lê Văn Minh", "1975", "", "", "Thạc sĩ kinh tế"],
    ]
    roster, _report = read(sheet(rows))

    lan, minh = (list(Drafting(date(2025, 7, 1)).of(said)) for said in people(roster))
    assert [(draft.kind, draft.code) for draft in lan] == [
        ("education", "doctor"), ("academic_title", "associate_professor"),
    ]  # fmt: skip
    assert [(draft.kind, draft.code, draft.raw) for draft in minh] == [
        ("education", "master", "Thạc sĩ kinh tế")
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    order=st.permutations(range(len(HEADER))),
    above=st.integers(0, 8),
    blanks=st.lists(st.integers(0, 4), max_size=3),
    again=st.booleans(),
    numbering=st.booleans(),
    total=st.booleans(),
    kind=st.sampled_from(["sheet", "document", "text"]),
    shout=st.booleans(),
)
def test_whatever_the_order_and_the_trimmings(
    sheet, document, text_file, read, order, above, blanks, again, numbering, total, kind, shout
):
    def arranged(row):
        return [row[at] for at in order]

    header = [cell.upper() if shout else cell for cell in HEADER]
    body = [arranged(row) for row in PEOPLE]
    for at in blanks:
        body.insert(at, [""] * len(order))
    if again:
        body.insert(2, arranged(header))
    if numbering:
        body.insert(0, [f"({at})" for at in range(1, len(order) + 1)])
    if total:
        body.append(arranged(["", "Tổng số: 4", "", "", "", "", ""]))
    rows = [["", "Phụ lục kèm theo", *[""] * (len(order) - 2)]] * above + [arranged(header), *body]
    make = {"sheet": sheet, "document": lambda rows: document(("", rows)), "text": text_file}[kind]

    roster, report = read(make(rows))

    assert sorted(names(roster)) == sorted(NAMES)
    assert by_name(roster)["Trần Thị Lan"].birth.day == date(1980, 3, 12)
    assert by_name(roster)["Lê Văn Minh"].gender == "male"
    assert by_name(roster)["Hoàng Đức Anh"].text("position") == "Phó Trưởng phòng"
    accounted(report, PEOPLE)
