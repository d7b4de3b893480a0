"""The report of a roster as a file: JSON as the command line writes it, or a workbook."""

import json
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.records.intake import shown
from ngangtam.records.intake.cells.cell import Verdict
from ngangtam.records.intake.headers.rows import RowKind
from ngangtam.records.intake.models import Batch, Row
from ngangtam.records.intake.queries import Layout, Shape
from ngangtam.records.intake.report import MOST_PROBLEMS
from ngangtam.records.intake.wording import say
from ngangtam.records.personnel.exports import harmless


def response(batch: Batch, shapes: Sequence[Shape], *, style: str) -> HttpResponse:
    """Return the report as a download. Shape: `style` is json or xlsx."""
    body = _json(batch, shapes) if style == "json" else _workbook(batch, shapes)
    return download(body, f"bao-cao-nhap-{batch.pk}.{style}")


def _doubts(batch: Batch, shapes: Sequence[Shape]) -> Iterator[tuple[Row, shown.CellLine | None]]:
    """Yield every doubtful or refused cell with its row, and every row that is not a person's."""
    layout = Layout(shapes)
    rows = Row.objects.filter(batch=batch).exclude(kind=RowKind.PERSON, worst__lt=2)
    for row in rows.order_by("id")[:MOST_PROBLEMS].iterator(chunk_size=2000):
        if row.kind != RowKind.PERSON:
            yield row, None
        if row.kind > RowKind.NAMELESS:
            continue
        for cell in shown.cells_of(row, layout.of(row)):
            if cell.verdict >= Verdict.UNCERTAIN:
                yield row, cell


def _json(batch: Batch, shapes: Sequence[Shape]) -> bytes:
    files: list[dict[str, Any]] = [
        {**entry, "problems": [], "rows_skipped": []} for entry in batch.report.get("files", ())
    ]
    for row, cell in _doubts(batch, shapes):
        place = {"table": row.table, "row": row.number}
        if cell is not None:
            files[row.file]["problems"].append({
                **place, "column": cell.label, "raw": cell.raw, "verdict": cell.word,
                "reason": cell.reason,
            })  # fmt: skip
        elif row.kind == RowKind.NAMELESS:
            files[row.file]["problems"].append({
                **place, "column": None, "raw": _text(row), "verdict": Verdict.REFUSED.word,
                "reason": say(row.reason),
            })  # fmt: skip
        else:
            files[row.file]["rows_skipped"].append(
                {**place, "kind": RowKind(row.kind).name.lower(), "raw": _text(row),
                 "reason": say(row.reason)}
            )  # fmt: skip
    whole = {"files": files, "totals": batch.report.get("totals", {})}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _text(row: Row) -> str:
    return " | ".join(str(cell[0]) for cell in row.cells if cell)


def _workbook(batch: Batch, shapes: Sequence[Shape]) -> bytes:
    """Three sheets: counts of each file, doubtful cells, rows that did not become a person."""
    import xlsxwriter

    out = BytesIO()
    names = [str(entry["name"]) for entry in batch.files]
    words = {"taken": _("taken"), "normalised": _("normalised"), "uncertain": _("uncertain"),
             "refused": _("refused")}  # fmt: skip
    with xlsxwriter.Workbook(out, SAFE) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        _fill(book.add_worksheet(_("Files")), bold, _file_rows(batch))
        cells: list[list[object]] = [[_("File"), _("Table"), _("Row"), _("Name"), _("Column"),
                                      _("As written"), _("Verdict"), _("Reason")]]  # fmt: skip
        rows: list[list[object]] = [[_("File"), _("Table"), _("Row"), _("Outcome"),
                                     _("As written"), _("Reason")]]  # fmt: skip
        for row, cell in _doubts(batch, shapes):
            place: list[object] = [names[row.file], row.table, row.number]
            if cell is not None:
                cells.append([*place, row.name, cell.label, cell.raw,
                              words[cell.word], cell.reason])  # fmt: skip
            else:
                rows.append([*place, row.get_outcome_display(), _text(row),
                             say(row.reason)])  # fmt: skip
        _fill(book.add_worksheet(_("Cells to look at")[:31]), bold, cells)
        _fill(book.add_worksheet(_("Rows not accepted")[:31]), bold, rows)
        _fill(book.add_worksheet(_("Columns")), bold, _column_rows(batch, shapes))
    return out.getvalue()


def _file_rows(batch: Batch) -> list[list[object]]:
    found: list[list[object]] = [[
        _("File"), _("Tables"), _("Rows read"), _("Accepted"), _("Rejected"),
        _("Cells taken"), _("Cells normalised"), _("Cells uncertain"), _("Cells refused"),
    ]]  # fmt: skip
    for entry in batch.report.get("files", ()):
        cells = entry["cells"]
        found.append([
            entry["file"], entry["tables"], entry["rows_read"], entry["rows_accepted"],
            entry["rows_rejected"], cells["taken"], cells["normalised"], cells["uncertain"],
            cells["refused"],
        ])  # fmt: skip
    return found


def _column_rows(batch: Batch, shapes: Sequence[Shape]) -> list[list[object]]:
    found: list[list[object]] = [[_("Table form"), _("Column"), _("Understood as"), _("How")]]
    for shape in shapes:
        for column in shape.mapping.columns:
            found.append([
                shape.number + 1, column.label,
                shown.meaning(column.field, column.part) or _("kept with the row, no field"),
                str(shown.WHY.get(column.why, column.why)) if column.field else "",
            ])  # fmt: skip
    return found


def _fill(sheet: Any, bold: Any, rows: Sequence[Sequence[object]]) -> None:
    """Write rows under a bold header; text that a spreadsheet would run gets an apostrophe."""
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, column, cell)
            elif line:
                sheet.write_string(line, column, harmless(cell))
            else:
                sheet.write_string(line, column, str(cell), bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(rows[0]) - 1, 20)
