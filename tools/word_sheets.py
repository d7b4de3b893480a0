"""Make the Word templates of the room of evaluation: the sheet, and the table of a unit.

Run it after a change: `python tools/word_sheets.py`. What it writes is committed; `--check` says
whether the files are up to date.
"""

import sys
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

SHEETS = Path(__file__).resolve().parents[1] / "src/ngangtam/stages/evaluation/sheets"
DAY = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
CENTER = WD_ALIGN_PARAGRAPH.CENTER
# Heads with their widths in mm, and what stands in a row; a width of the whole text is 165.
Columns = Sequence[tuple[str, float, str]]
POINTS: Columns = (
    ("TT", 12, "no"), ("Nội dung đánh giá", 78, "label"), ("Điểm tối đa", 22, "most"),
    ("Tự chấm", 22, "own"), ("Cấp có thẩm quyền chấm", 31, "given"),
)  # fmt: skip
WORKS: Columns = (
    ("TT", 12, "no"), ("Công việc, sản phẩm", 63, "title"), ("Thời hạn", 25, "due"),
    ("Giao", 18, "assigned"), ("Hoàn thành", 20, "done"), ("Ghi chú", 27, "remarks"),
)  # fmt: skip
CHECKS: Columns = (
    ("Điều kiện ngoài điểm", 70, "label"), ("Đánh giá", 25, "outcome"), ("Lý do", 70, "reason"),
)  # fmt: skip
TEAM: Columns = (
    ("TT", 11, "no"), ("Họ và tên", 46, "name"), ("Chức vụ, vị trí", 42, "post"),
    ("Số việc", 15, "tasks"), ("Đã báo cáo", 17, "done"), ("Tự chấm", 18, "own"),
    ("Cấp có thẩm quyền chấm", 25, "given"), ("Tổng điểm", 22, "total"),
    ("Mức xếp loại", 34, "level"), ("Ghi chú", 22, "state"),
)  # fmt: skip


def _document(*, flipped: bool = False) -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if flipped:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(2)
    style.paragraph_format.space_before = Pt(0)
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = DAY
    return document


def _say(paragraph: Any, text: str, *, bold: bool = False, italic: bool = False,
         size: float | None = None, center: bool = False) -> None:  # fmt: skip
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    if center:
        paragraph.alignment = CENTER


def _head(document: Any, width: float) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    left.width, right.width = Mm(width * 0.42), Mm(width * 0.58)
    _say(left.paragraphs[0], "{{ body }}", size=12, center=True)
    _say(left.add_paragraph(), "{{ unit }}", bold=True, size=12, center=True)
    _say(right.paragraphs[0], "{{ motto[0] }}", bold=True, size=12, center=True)
    _say(right.add_paragraph(), "{{ motto[1] }}", bold=True, size=13, center=True)
    title = document.add_paragraph()
    title.paragraph_format.space_before = Pt(12)
    _say(title, "{{ title }}", bold=True, size=15, center=True)
    _say(document.add_paragraph(), "{{ period }}", italic=True, center=True)


def _lines(document: Any, name: str) -> None:
    document.add_paragraph("{%p for one in " + name + " %}")
    paragraph = document.add_paragraph()
    _say(paragraph, "{{ one.label }}: ")
    _say(paragraph, "{{ one.value }}", bold=True)
    document.add_paragraph("{%p endfor %}")


def _table(document: Any, columns: Columns, name: str, heading: str = "") -> None:
    document.add_paragraph("{%p if " + name + " %}")
    if heading:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(8)
        paragraph.paragraph_format.keep_with_next = True
        _say(paragraph, heading, bold=True)
    table = document.add_table(rows=4, cols=len(columns))
    table.style, table.autofit = "Table Grid", False
    for row in table.rows:
        for cell, (_head_text, width, _key) in zip(row.cells, columns, strict=True):
            cell.width = Mm(width)
    head, begin, row, end = table.rows
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(mark)
    for at, (text, _width, key) in enumerate(columns):
        _say(head.cells[at].paragraphs[0], text, bold=True, size=11, center=True)
        paragraph = row.cells[at].paragraphs[0]
        strong = "{% if one.strong %}{{ one." + key + " }}{% endif %}"
        plain = "{% if not one.strong %}{{ one." + key + " }}{% endif %}"
        wide = key in {"label", "title", "reason", "remarks", "name", "post", "level", "state"}
        _say(paragraph, strong, bold=True, size=11)
        _say(paragraph, plain, size=11, center=not wide)
    begin.cells[0].paragraphs[0].add_run("{%tr for one in " + name + " %}")
    end.cells[0].paragraphs[0].add_run("{%tr endfor %}")
    document.add_paragraph("{%p endif %}")


def _signing(document: Any) -> None:
    document.add_paragraph()
    table = document.add_table(rows=1, cols=2)
    for cell, side in zip(table.rows[0].cells, ("left", "right"), strict=True):
        day = "……………, ngày …… tháng …… năm ………" if side == "right" else ""
        _say(cell.paragraphs[0], day, italic=True, center=True)
        _say(cell.add_paragraph(), "{{ signing." + side + ".title }}", bold=True, center=True)
        _say(cell.add_paragraph(), "(Ký, ghi rõ họ tên)", italic=True, center=True)
        for _line in range(3):
            cell.add_paragraph()
        name = "{{ signing." + side + ".name }}"
        _say(cell.add_paragraph(), name, bold=True, center=True)


def sheet() -> Any:
    document = _document()
    _head(document, 165)
    _lines(document, "facts")
    _table(document, POINTS, "points", "1. Điểm đánh giá")
    _table(document, WORKS, "works", "2. Công việc, sản phẩm trong kỳ (quy về sản phẩm chuẩn)")
    _table(document, CHECKS, "checks", "3. Điều kiện ngoài điểm")
    _lines(document, "told")
    document.add_paragraph("{%p for one in notes %}")
    _say(document.add_paragraph(), "{{ one }}", italic=True, size=11)
    document.add_paragraph("{%p endfor %}")
    _signing(document)
    return document


def team() -> Any:
    document = _document(flipped=True)
    _head(document, 252)
    _lines(document, "facts")
    _table(document, TEAM, "rows")
    document.add_paragraph("{%p for one in notes %}")
    _say(document.add_paragraph(), "{{ one }}", italic=True, size=11)
    document.add_paragraph("{%p endfor %}")
    _signing(document)
    return document


def _content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def main() -> int:
    """Write the templates, or check that they are what is written here."""
    stale = []
    for name, build in (("sheet", sheet), ("team", team)):
        target = SHEETS / f"{name}.docx"
        if "--check" not in sys.argv:
            build().save(target)
            continue
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / target.name
            build().save(fresh)
            if not target.exists() or _content(fresh) != _content(target):
                stale.append(target.name)
    for name in stale:
        print(f"{name} is not up to date; run tools/word_sheets.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
