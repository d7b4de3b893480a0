"""Make the Word template of the minutes of counting, `stages/ballots/sheets/minutes.docx`.

Run it after a change: `python tools/word_minutes.py`. What it writes is committed.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TARGET = Path(__file__).resolve().parents[1] / "src/ngangtam/stages/ballots/sheets/minutes.docx"
DAY = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
CENTER = WD_ALIGN_PARAGRAPH.CENTER

ITEMS = {
    "1. Thời gian, địa điểm": [
        "– Mở bỏ phiếu: {{ opened }}", "– Kết thúc bỏ phiếu: {{ closed }}",
        "– Địa điểm: {{ place }}",
    ],
    "2. Tổ kiểm phiếu": [
        "{%p for one in tellers %}", "– {{ one.name }}, {{ one.role }}", "{%p endfor %}",
    ],
    "3. Người dự và phiếu": [
        "– Hình thức: {{ kind }} ({{ rule }})",
        "– Số người được lấy phiếu: {{ names }}; số cần lấy: {{ seats }}",
        "– Số được triệu tập: {{ convened }}",
        "– Số có mặt: {{ present }} ({{ present_share }} so với số được triệu tập); cần ít nhất:"
        " {{ quorum }}",
        "– Hòm phiếu: {{ box }}", "– Số phiếu phát ra: {{ issued }}",
        "– Số phiếu thu vào: {{ returned }}",
        "– Số phiếu hợp lệ: {{ valid }} ({{ valid_share }} so với số phiếu thu vào)",
        "– Số phiếu không hợp lệ: {{ invalid }} ({{ invalid_share }} so với số phiếu thu vào)",
        "{%p for one in reasons %}", "   + {{ one.why }}: {{ one.papers }}", "{%p endfor %}",
    ],
}  # fmt: skip
COLUMNS = [
    ("TT", "place", 10), ("Họ và tên, nội dung", "name", 50), ("Số phiếu", "votes", 40),
    ("Tỷ lệ", "share", 28), ("Kết quả", "standing", 37),
]  # fmt: skip


def build(path: Path) -> None:
    """Write the template."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(2)
    _head(document)
    for title, lines in ITEMS.items():
        document.add_paragraph().add_run(title).bold = True
        for line in lines:
            document.add_paragraph(line)
    document.add_paragraph().add_run("4. Kết quả").bold = True
    _table(document)
    for line in ("{%p for one in conclusion %}", "{{ one }}", "{%p endfor %}"):
        document.add_paragraph(line)
    title = "5. Sự việc, khiếu nại trong khi bỏ phiếu và kiểm phiếu"
    document.add_paragraph().add_run(title).bold = True
    document.add_paragraph("{{ incidents }}")
    document.add_paragraph("Biên bản hoàn thành lúc {{ counted }}, lập thành …… bản.")
    _signing(document)
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = DAY
    document.save(path)


def _center(cell: Any, *lines: tuple[str, bool]) -> None:
    for at, (text, bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        paragraph.alignment = CENTER
        paragraph.add_run(text).bold = bold


def _head(document: Any) -> None:
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    left.width, right.width = Mm(65), Mm(100)
    _center(left, ("{{ unit|upper }}", True))
    _center(right, ("{{ national }}", True), ("{{ motto }}", True))
    for text, size in (("BIÊN BẢN KIỂM PHIẾU", 15), ("{{ about }}", 13)):
        paragraph = document.add_paragraph()
        paragraph.alignment = CENTER
        run = paragraph.add_run(text)
        run.bold, run.font.size = True, Pt(size)


def _table(document: Any) -> None:
    table = document.add_table(rows=4, cols=len(COLUMNS))
    table.style = "Table Grid"
    for at, (title, name, width) in enumerate(COLUMNS):
        _center(table.rows[0].cells[at], (title, True))
        table.rows[2].cells[at].text = f"{{{{ row.{name} }}}}"
        for row in table.rows:
            row.cells[at].width = Mm(width)
    table.rows[1].cells[0].text = "{%tr for row in rows %}"
    table.rows[3].cells[0].text = "{%tr endfor %}"


def _signing(document: Any) -> None:
    cells = document.add_table(rows=1, cols=3).rows[0].cells
    says = ("(Ký, ghi rõ họ tên)", False)
    room = ("", False)
    _center(cells[0], ("NGƯỜI CHỨNG KIẾN", True), says)
    _center(cells[1], ("THƯ KÝ", True), says, room, room, room, ("{{ clerk }}", True))
    _center(cells[2], ("TM. TỔ KIỂM PHIẾU", True), says, room, room, room, ("{{ head }}", True))


if __name__ == "__main__":
    build(TARGET)
