"""Plans, balances and lists as files: Excel, and Word for lists that are signed."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.records.personnel.exports import harmless
from ngangtam.stages.planning.balance import Balance
from ngangtam.stages.planning.models import Plan, PlanList
from ngangtam.stages.planning.rows import HEADINGS, rows_of


def plan_response(plan: Plan, today: date) -> HttpResponse:
    rows = rows_of(plan, level="", today=today)
    return download(
        _xlsx([list(HEADINGS), *rows], _("Succession plan")), f"quy-hoach-{plan.pk}.xlsx"
    )


def list_response(sent: PlanList, style: str) -> HttpResponse:
    """Return a list that was sent, with its digest, for Word or Excel."""
    name = f"danh-sach-quy-hoach-{sent.pk}"
    if style == "docx":
        return download(_docx(sent), f"{name}.docx")
    table = [list(HEADINGS), *sent.rows, [f"SHA-256: {sent.digest}"]]
    return download(_xlsx(table, _("List")), f"{name}.xlsx")


def balance_response(found: Balance, *, sealed: frozenset[str]) -> HttpResponse:
    head = [
        _("Title"), _("Unit"), _("Seats"), _("Vacant"), _("Held by"), _("Months to retirement"),
        _("Months to the end of the term"), _("Ready now"), _("Ready in 2 years"),
        _("Ready in 5 years"), _("Not ready, or not known"), _("What is lacking"), _("Warnings"),
    ]  # fmt: skip
    rows: list[list[object]] = [
        [
            one.title, one.unit_name, one.seats, one.vacant,
            "; ".join(held.name for held in one.incumbents),
            "; ".join(_months(held.months_to_retirement) for held in one.incumbents),
            "; ".join(_months(held.months_to_term_end) for held in one.incumbents),
            *("; ".join(who.name for who in group)
              for group in (one.ready_now, one.ready_two, one.ready_five, one.not_ready)),
            "; ".join(
                f"{who.name}: " + ", ".join(
                    lack.label["vi"] for lack in who.lacks if lack.part not in sealed
                )
                for who in one.candidates if who.lacks
            ),
            "; ".join(str(flag_label(flag)) for flag in one.flags),
        ]
        for one in found.titles
    ]  # fmt: skip
    return download(_xlsx([head, *rows], _("Balance")),
                   f"can-doi-quy-hoach-{found.unit}.xlsx")  # fmt: skip


def flag_label(flag: str) -> str:
    return {
        "nobody": _("nobody planned"), "single": _("one person alone"),
        "shared": _("one person for several titles"),
        "gap": _("the holder leaves before anybody is ready"),
    }[flag]  # fmt: skip


def _months(value: int | None) -> str:
    return _("not known") if value is None else str(value)


def workbook(table: Sequence[Sequence[Any]], *, sheet: str, name: str) -> HttpResponse:
    """Return a table as an Excel file; its first row is the head."""
    return download(_xlsx(table, sheet), f"{name}.xlsx")


def _xlsx(table: Sequence[Sequence[Any]], name: str) -> bytes:
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        sheet = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for line, row in enumerate(table):
            for column, cell in enumerate(row):
                if not line:
                    sheet.write_string(line, column, str(cell), bold)
                elif isinstance(cell, int) and not isinstance(cell, bool):
                    sheet.write_number(line, column, cell)
                else:
                    sheet.write_string(line, column, harmless("" if cell is None else cell))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(table) - 1, 1), len(table[0]) - 1)
        sheet.set_column(0, len(table[0]) - 1, 22)
    return out.getvalue()


def _docx(sent: PlanList) -> bytes:
    """Return the list as an editable document: who sends, to whom, one row an entry."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(15))
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(10)
    document.add_paragraph(sent.plan.unit.name.upper())
    document.add_heading(sent.name, level=1)
    document.add_paragraph(
        f"Kính gửi: {sent.to_unit.name}. Danh sách tại ngày {formats.day(sent.day)}, "
        f"{len(sent.rows)} dòng."
    )
    table = document.add_table(rows=1, cols=len(HEADINGS) + 1)
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, ("STT", *HEADINGS), strict=True):
        cell.text = text
    for number, row in enumerate(sent.rows, start=1):
        cells = table.add_row().cells
        # A list is kept as it was sent: an older one may have fewer columns than today's.
        for cell, text in zip(cells, (str(number), *row), strict=False):
            cell.text = str(text)
    document.add_paragraph(f"Mã kiểm tra (SHA-256): {sent.digest}")
    document.core_properties.author = ""
    document.core_properties.title = sent.name[:255]
    out = BytesIO()
    document.save(out)
    return out.getvalue()
