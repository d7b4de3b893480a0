"""A file that cannot or must not be read is refused in one clear line, whatever its name says."""

import contextlib
import random
import zipfile

import pytest

from made_rosters import HEADER, PEOPLE, changed
from ngangtam.records.intake.readers import open_roster
from ngangtam.records.intake.readers.guard import Limits
from ngangtam.records.intake.wording import BadFile

ROWS = [HEADER, *PEOPLE]


def refusal(path, **limits):
    with pytest.raises(BadFile) as refused:
        list(open_roster(path, limits=Limits(**limits) if limits else Limits()))
    assert len(str(refused.value).splitlines()) == 1
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"not a zip at all", "not_office"),
        ("a.docx", b"%PDF-1.7 ...", "not_office"),
        ("a.xlsx", b"", "empty"),
        ("a.csv", b"", "empty"),
        ("a.csv", b" \r\n ,,, \r\n\t", "blank"),
        ("a.csv", b"\xef\xbb\xbf\r\n\r\n", "blank"),
        ("a.csv", b"\x00" * 5000, "blank"),
        ("a.csv", bytes(range(256)) * 40, "binary"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_office"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_office"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "encrypted"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "html"),
        ("a.xlsx", b"<!DOCTYPE html><html></html>", "html"),
        ("a.pdf", b"%PDF-1.7", "unknown_kind"),
        ("a", b"STT,Ho va ten", "unknown_kind"),
    ],
)
def test_what_is_no_roster_file_says_what_it_is(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)

    assert refusal(path) == code


def test_a_missing_file_is_missing(tmp_path):
    assert refusal(tmp_path / "nowhere.xlsx") == "missing"


def test_a_hundred_megabytes_of_nothing_are_refused_at_once(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(101 * 1024 * 1024)

    assert refusal(path) == "too_big"


def test_ninety_megabytes_of_blanks_are_blank(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b" \n" * (20 * 1024 * 1024))

    assert refusal(path) == "blank"


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx"])
def test_a_file_cut_short_is_damaged(sheet, document, name):
    path = sheet(ROWS) if name == "a.xlsx" else document(("", ROWS))
    whole = path.read_bytes()

    for share in (0.3, 0.6, 0.95):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert refusal(path) == "truncated"


def test_a_damaged_member_is_damaged(sheet):
    path = sheet(ROWS)
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    whole[at : at + 40] = bytes(40)
    path.write_bytes(bytes(whole))

    assert refusal(path) == "truncated"


def test_a_bomb_is_seen_before_it_unpacks(packed):
    path = packed({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * 60_000_000})

    assert refusal(path) == "bomb"


def test_many_small_members_add_up_to_a_bomb(packed):
    noise = random.Random(1).randbytes(1000)
    path = packed({"xl/workbook.xml": b"<x/>", **{f"xl/{at}.xml": noise for at in range(50)}})

    assert refusal(path, unpacked_bytes=40_000) == "bomb"


def test_a_member_that_lies_about_its_size_is_stopped(sheet):
    path = sheet(ROWS)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    small = (10).to_bytes(4, "little")
    path.write_bytes(whole.replace(size.to_bytes(4, "little"), small))

    assert refusal(path) == "truncated"


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x.xml", "a/../../b.xml", "..\\x.xml"])
def test_a_path_that_climbs_out_is_refused(packed, name):
    path = packed({"xl/workbook.xml": b"<x/>", name: b"x"})

    assert refusal(path) == "path_trick"


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_entities_in_a_sheet_are_refused(sheet, member):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    path = changed(sheet(ROWS), member, lambda xml: xml.replace(b"?>", b"?>" + bomb, 1))

    assert refusal(path) == "entity"


def test_entities_in_a_document_are_refused(document):
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    path = changed(
        document(("", ROWS)),
        "word/document.xml",
        lambda xml: xml.replace(b"?>", b"?>" + outside, 1),
    )

    assert refusal(path) == "entity"


def test_broken_xml_is_damaged(document):
    path = changed(document(("", ROWS)), "word/document.xml", lambda xml: xml[: len(xml) // 2])

    assert refusal(path) == "bad_xml"


def test_one_far_cell_does_not_fill_the_memory(sheet):
    path = changed(
        sheet(ROWS),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
    )

    assert refusal(path) == "too_many_columns"


def test_a_far_row_is_too_many_cells(sheet):
    path = changed(
        sheet(ROWS),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>", b'<row r="990000"><c r="Z990000"><v>1</v></c></row></sheetData>'
        ),
    )

    assert refusal(path) == "too_many_cells"


def test_a_row_that_hides_a_far_cell_is_seen(sheet):
    path = changed(
        sheet(ROWS),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>", b'<row r="9"><c r="A1048576"><v>1</v></c></row></sheetData>'
        ),
    )

    assert refusal(path) == "too_many_rows"


def test_limits_hold_for_text_files(text_file):
    assert refusal(text_file([["a"] * 300] * 3)) == "too_many_columns"
    assert refusal(text_file([["a", "b"]] * 9000), rows=5000) == "too_many_rows"
    assert refusal(text_file([["a", "b"]] * 900), cells=500) == "too_many_cells"
    assert refusal(text_file([["a", "b" * 5000]]), cell_characters=1000) == "cell_too_long"


def test_limits_hold_for_documents(document):
    assert refusal(document(("", ROWS)), cells=10) == "too_many_cells"
    assert refusal(document(("", ROWS), ("", ROWS)), tables=1) == "too_many_tables"
    assert refusal(document(("", ROWS)), columns=3) == "too_many_columns"


def test_a_document_without_tables_says_so(tmp_path):
    from docx import Document

    made = Document()
    made.add_paragraph("Danh sách cán bộ: Trần Thị Lan")
    made.save(tmp_path / "a.docx")

    assert refusal(tmp_path / "a.docx") == "no_tables"


def test_a_document_of_pictures_says_so(document):
    path = changed(
        document(("", ROWS)),
        "word/document.xml",
        lambda xml: (
            xml[: xml.index(b"<w:tbl>")]
            + b"<w:p><w:r><w:drawing/></w:r></w:p>"
            + xml[xml.index(b"</w:tbl>") + 8 :]
        ),
    )

    assert refusal(path) == "only_pictures"


def test_another_kind_under_this_name_is_named(sheet, document, tmp_path):
    wrong = tmp_path / "b.docx"
    wrong.write_bytes(sheet(ROWS).read_bytes())

    assert refusal(wrong) == "wrong_name"


def test_a_password_is_asked_to_be_taken_off(packed):
    path = packed({"EncryptedPackage": b"x", "EncryptionInfo": b"x"})

    assert refusal(path) == "encrypted"


@pytest.mark.parametrize("seed", range(30))
def test_rubbish_never_ends_in_anything_but_a_refusal(sheet, document, tmp_path, seed):
    draw = random.Random(seed)
    path = sheet(ROWS) if seed % 2 else document(("", ROWS))
    whole = bytearray(path.read_bytes())
    for _ in range(draw.randint(1, 40)):
        whole[draw.randrange(len(whole))] = draw.randrange(256)
    path.write_bytes(bytes(whole))

    with contextlib.suppress(BadFile):
        list(open_roster(path))
