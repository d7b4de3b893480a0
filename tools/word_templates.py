"""Make the Word templates of the forms about a person from `records/papers/forms/*.yaml`.

Run it after a change of a form: `python tools/word_templates.py`. What it writes is committed, so
that nobody needs to run it to use the forms; `--check` says whether the files are up to date.
"""

import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

PAPERS = Path(__file__).resolve().parents[1] / "src" / "ngangtam" / "records" / "papers"
WIDTH = 165
DAY = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def build(form: dict[str, Any], path: Path) -> None:
    """Write the template of one form."""
    document = Document()
    _sheet(document, form)
    seen: dict[str, int] = {}
    _head(document, form, seen)
    for block in form["blocks"]:
        _block(document, block, form, seen)
    _signing(document, form["signing"])
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = DAY
    document.save(path)


def _sheet(document: Any, form: dict[str, Any]) -> None:
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(2)
    style.paragraph_format.space_before = Pt(0)
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(header, "PAGE")


def _field(paragraph: Any, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def _head(document: Any, form: dict[str, Any], seen: dict[str, int]) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    left.width, right.width = Mm(34), Mm(WIDTH - 34)
    _borders(left)
    left.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    left.paragraphs[0].add_run("{{ photo }}").font.size = Pt(10)
    paragraph = right.paragraphs[0]
    if form["mark"]:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(form["mark"])
        run.italic, run.font.size = True, Pt(form["size"] - 1)
    for line in form["head"]:
        _line(right.add_paragraph(), line, form, seen, width=WIDTH - 38)
    title = right.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = Pt(8)
    run = title.add_run(form["title"])
    run.bold, run.font.size = True, Pt(16)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _line(
    paragraph: Any, slots: list[dict[str, Any]], form: dict[str, Any], seen: dict[str, int],
    width: float = WIDTH,
) -> None:  # fmt: skip
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    paragraph.paragraph_format.left_indent = Mm(4)
    paragraph.paragraph_format.first_line_indent = Mm(-4)
    for at, slot in enumerate(slots):
        seen[slot["say"]] = seen.get(slot["say"], 0) + 1
        number = seen[slot["say"]]
        key = slot["say"] if number == 1 else f"{slot['say']}_{number}"
        before = "    " if at else ""
        label = paragraph.add_run(f"{before}{slot['label']}{'' if slot.get('bare') else ':'} ")
        label.font.size = Pt(form["size"])
        run = paragraph.add_run(_told(key))
        run.bold, run.font.size = bool(slot.get("strong")), Pt(form["size"])


def _block(
    document: Any, block: dict[str, Any], form: dict[str, Any], seen: dict[str, int]
) -> None:
    if "line" in block:
        _line(document.add_paragraph(), block["line"], form, seen)
    elif "line_if" in block:
        name = block["line_if"][0]["say"]
        _command(document, f"p if {name}.strip()")
        _line(document.add_paragraph(), block["line_if"], form, seen)
        _command(document, "p endif")
    elif "note" in block:
        _small(document, block["note"], form)
    elif "note_if" in block:
        _command(document, f"p if {block['note_if']}")
        _small(document, _told(block["note_if"]), form)
        _command(document, "p endif")
    elif "heading" in block or "subheading" in block:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(8 if "heading" in block else 4)
        paragraph.paragraph_format.keep_with_next = True
        if "heading" in block:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(block.get("heading") or block["subheading"])
        run.bold, run.font.size = True, Pt(form["size"])
    elif "text" in block:
        document.add_paragraph().add_run(block["text"]).font.size = Pt(form["size"])
    elif "table" in block:
        _table(document, block, form)
    elif "across" in block:
        _across(document, block, form)
    else:
        for _ in range(block["blank"]):
            stops = document.add_paragraph("\t").paragraph_format.tab_stops
            stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _command(document: Any, text: str) -> None:
    document.add_paragraph(_commanded(text))


def _commanded(text: str) -> str:
    return "{%" + text + " %}"


def _told(name: str) -> str:
    return "{{ " + name + " }}"


def _small(document: Any, text: str, form: dict[str, Any]) -> None:
    run = document.add_paragraph().add_run(text)
    run.italic, run.font.size = True, Pt(form["size"] - 2)


def _table(document: Any, block: dict[str, Any], form: dict[str, Any]) -> None:
    columns = block["columns"]
    grouped = any("over" in column for column in columns)
    table = _grid(document, [WIDTH * column["width"] / 100 for column in columns])
    heads = [table.add_row() for _ in range(2 if grouped else 1)]
    for row in heads:
        _repeat(row)
    for at, column in enumerate(columns):
        if grouped and "over" not in column:
            cell = heads[0].cells[at].merge(heads[1].cells[at])
            _write(cell, column["label"], form, bold=True, middle=True)
        else:
            _write(heads[-1].cells[at], column["label"], form, bold=True, middle=True)
    if grouped:
        over = [at for at, column in enumerate(columns) if "over" in column]
        cell = heads[0].cells[over[0]].merge(heads[0].cells[over[-1]])
        _write(cell, columns[over[0]]["over"], form, bold=True, middle=True)
    cells = [(_told(f"row.{column['say']}"), bool(column.get("middle"))) for column in columns]
    _loop(table, f"{block['table']}_rows", form, cells)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _across(document: Any, block: dict[str, Any], form: dict[str, Any]) -> None:
    wide = block["blank_columns"]
    table = _grid(document, [26, *[(WIDTH - 26) / wide] * wide])
    cells = [(_told("row.label"), False), *[(_told(f"row.c{at}"), True) for at in range(wide)]]
    _loop(table, f"{block['across']}_rows", form, cells)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _grid(document: Any, widths: list[float]) -> Any:
    table = document.add_table(rows=0, cols=len(widths))
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _loop(table: Any, rows: str, form: dict[str, Any], cells: list[tuple[str, bool]]) -> None:
    """Three rows of which the middle one is printed as often as there are rows."""
    table.add_row().cells[0].text = _commanded(f"tr for row in {rows}")
    row = table.add_row()
    for cell, (text, middle) in zip(row.cells, cells, strict=True):
        _write(cell, text, form, middle=middle)
    table.add_row().cells[0].text = _commanded("tr endfor")


def _write(
    cell: Any, text: str, form: dict[str, Any], *, bold: bool = False, middle: bool = False
) -> None:
    paragraph = cell.paragraphs[0]
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(form["size"] - 1)


def _repeat(row: Any) -> None:
    """Print the row again at the top of every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _borders(cell: Any) -> None:
    borders = OxmlElement("w:tcBorders")
    for side in ("top", "left", "bottom", "right"):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    cell._tc.get_or_add_tcPr().append(borders)


def _signing(document: Any, signing: dict[str, Any]) -> None:
    table = document.add_table(rows=1, cols=2)
    for cell, block, day in zip(
        table.rows[0].cells, (signing["left"], signing["right"]), (False, True), strict=True
    ):
        if block is None:
            continue
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        text = "……………, ngày …… tháng …… năm ………" if day else ""
        paragraph.add_run(text).italic = True
        title = cell.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.add_run(block["title"]).bold = True
        for line in block["says"]:
            small = cell.add_paragraph()
            small.alignment = WD_ALIGN_PARAGRAPH.CENTER
            small.add_run(line).italic = True


def _content(path: Path) -> dict[str, bytes]:
    """What a document holds, without the times of the archive."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def main() -> int:
    """Write the templates, or check that they are what the forms say."""
    stale = []
    for source in sorted((PAPERS / "forms").glob("*.yaml")):
        form = yaml.safe_load(source.read_text(encoding="utf-8"))
        target = PAPERS / "sheets" / f"{form['id']}.docx"
        if "--check" not in sys.argv:
            build(form, target)
            continue
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / target.name
            build(form, fresh)
            if not target.exists() or _content(fresh) != _content(target):
                stale.append(target.name)
    for name in stale:
        print(f"{name} is not what its form says; run tools/word_templates.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
