"""Make the Word templates of the room of cases: the list of contents, and a draft document.

Run it after a change: `python tools/word_cases.py`. What it writes is committed.
"""

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

SHEETS = Path(__file__).resolve().parents[1] / "src/ngangtam/stages/procedure/sheets"
DAY = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
CENTER = WD_ALIGN_PARAGRAPH.CENTER
Columns = Sequence[tuple[str, float, str]]
STEPS: Columns = (
    ("Bước", 55, "label"), ("Người làm", 35, "who"), ("Ngày", 25, "day"), ("Kết quả", 50, "result"),
)  # fmt: skip
ENTRIES: Columns = (
    ("TT", 12, "no"), ("Tài liệu", 70, "label"), ("Số, ký hiệu", 33, "number"),
    ("Ngày", 22, "day"), ("Ghi chú", 28, "note"),
)  # fmt: skip


def _say(paragraph: Any, text: str, *, bold: bool = False, center: bool = False) -> None:
    paragraph.add_run(text).bold = bold
    if center:
        paragraph.alignment = CENTER


def _document() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = DAY
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    _say(left.paragraphs[0], "{{ unit }}", bold=True, center=True)
    _say(right.paragraphs[0], "{{ national }}", bold=True, center=True)
    _say(right.add_paragraph(), "{{ motto }}", bold=True, center=True)
    _say(document.add_paragraph(), "{{ trial }}", bold=True, center=True)
    _say(document.add_paragraph(), "{{ title }}", bold=True, center=True)
    _say(document.add_paragraph(), "{{ about }}", bold=True, center=True)
    return document


def _people(document: Any) -> None:
    document.add_paragraph("{%p for one in people %}")
    document.add_paragraph("– {{ one.name }}, {{ one.post }} ({{ one.state }})")
    document.add_paragraph("{%p endfor %}")


def _table(document: Any, columns: Columns, name: str) -> None:
    table = document.add_table(rows=4, cols=len(columns))
    table.style = "Table Grid"
    for at, (head, width, key) in enumerate(columns):
        for row in table.rows:
            row.cells[at].width = Mm(width)
        _say(table.rows[0].cells[at].paragraphs[0], head, bold=True, center=True)
        table.rows[2].cells[at].paragraphs[0].add_run("{{ one." + key + " }}")
    table.rows[1].cells[0].paragraphs[0].add_run("{%tr for one in " + name + " %}")
    table.rows[3].cells[0].paragraphs[0].add_run("{%tr endfor %}")


def contents() -> Any:
    document = _document()
    document.add_paragraph("Số vụ việc: {{ number }}. Quy trình: {{ procedure }}.")
    _say(document.add_paragraph(), "1. Nhân sự", bold=True)
    _people(document)
    _say(document.add_paragraph(), "2. Các bước đã làm", bold=True)
    _table(document, STEPS, "steps")
    _say(document.add_paragraph(), "3. Tài liệu", bold=True)
    _table(document, ENTRIES, "entries")
    document.add_paragraph("Lập ngày {{ day }}.")
    return document


def document() -> Any:
    made = _document()
    made.add_paragraph("Số: ……………")
    made.add_paragraph("Căn cứ:")
    made.add_paragraph("{%p for one in basis %}")
    made.add_paragraph("– {{ one }};")
    made.add_paragraph("{%p endfor %}")
    made.add_paragraph("{{ unit }} trình cấp có thẩm quyền xem xét về nhân sự:")
    _people(made)
    made.add_paragraph("Nội dung: ………………………………………………………………………………………………")
    made.add_paragraph("Vụ việc số {{ number }}, quy trình: {{ procedure }}.")
    _say(made.add_paragraph(), "NGƯỜI KÝ", bold=True, center=True)
    return made


def main() -> None:
    """Write both templates, the same bytes each time."""
    for name, made in (("contents", contents()), ("document", document())):
        raw = BytesIO()
        made.save(raw)
        out = BytesIO()
        with (
            zipfile.ZipFile(raw) as before,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
        ):
            for entry in sorted(before.namelist()):
                after.writestr(
                    zipfile.ZipInfo(entry, (2026, 1, 1, 0, 0, 0)),
                    before.read(entry),
                    zipfile.ZIP_DEFLATED,
                )
        SHEETS.mkdir(exist_ok=True)
        (SHEETS / f"{name}.docx").write_bytes(out.getvalue())


if __name__ == "__main__":
    main()
