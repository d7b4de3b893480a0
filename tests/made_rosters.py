"""Rosters made for one test each: sheets, documents and text files, as people really make them."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from docx import Document

from ngangtam.records.intake.report import report_of
from ngangtam.records.intake.roster import read_roster

DAY = date(2025, 7, 1)
HEADER = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Dân tộc", "Chức vụ", "Ngày vào Đảng"]
PEOPLE = [
    ["1", "Trần Thị Lan", "12/3/1980", "Nữ", "Kinh", "Trưởng phòng", "03/02/2005"],
    ["2", "Lê Văn Minh", "05/11/1975", "Nam", "Tày", "Chuyên viên", ""],
    ["3", "Phạm Thị Hoa", "30/8/1990", "Nữ", "Kinh", "Chuyên viên", "19/5/2015"],
    ["4", "Hoàng Đức Anh", "1988", "Nam", "Mường", "Phó Trưởng phòng", "01/7/2012"],
]


@pytest.fixture
def sheet(tmp_path):
    """Write an .xlsx. Shape: `sheets` maps a name to rows; `merges` are (r1, c1, r2, c2, text)."""

    def make(rows=None, *, name="a.xlsx", merges=(), sheets=None, formulas=()):
        path = tmp_path / name
        book = xlsxwriter.Workbook(path)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for title, lines in (sheets or {"Sheet1": rows}).items():
            page = book.add_worksheet(title)
            for at, line in enumerate(lines):
                for column, value in enumerate(line):
                    if isinstance(value, date):
                        page.write_datetime(at, column, value, day)
                    elif isinstance(value, str):
                        page.write_string(at, column, value)
                    elif value is not None:
                        page.write(at, column, value)
            for merge in merges:
                page.merge_range(*merge)
            for at, column, formula, value in formulas:
                page.write_formula(at, column, formula, value=value)
        book.close()
        return path

    return make


@pytest.fixture
def document(tmp_path):
    """Write a .docx of (text above, rows) pairs. A None cell joins the one left of it."""

    def make(*tables, name="a.docx", down=()):
        made = Document()
        for above, rows in tables:
            for line in above if isinstance(above, list) else [above]:
                made.add_paragraph(line)
            grid = made.add_table(rows=len(rows), cols=len(rows[0]))
            for at, row in enumerate(rows):
                start = 0
                for column, text in enumerate(row):
                    if text is None:
                        grid.cell(at, start).merge(grid.cell(at, column))
                    else:
                        start = column
                        grid.cell(at, column).text = text
            for first, last, column in down:
                text = grid.cell(first, column).text
                grid.cell(first, column).merge(grid.cell(last, column)).text = text
        path = tmp_path / name
        made.save(path)
        return path

    return make


@pytest.fixture
def text_file(tmp_path):
    def make(rows, *, name="a.csv", delimiter=",", encoding="utf-8"):
        lines = "\r\n".join(delimiter.join(row) for row in rows)
        path = tmp_path / name
        path.write_bytes(lines.encode(encoding))
        return path

    return make


@pytest.fixture
def packed(tmp_path):
    """Write a zip of given members."""

    def make(members, name="a.xlsx"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    return make


@pytest.fixture
def read():
    """Read files as one roster and return it with its report."""

    def go(*paths, day=DAY, **more):
        roster = read_roster([(path, path.name) for path in paths], day, **more)
        return roster, report_of(roster)

    return go


def changed(path, member, change):
    """Change the bytes of one member of a packed file in place."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[member] = change(members[member])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    path.write_bytes(buffer.getvalue())
    return path
