"""A filled form as Excel and as PDF, in the layout of the form; no cell is ever a formula."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.http import HttpResponse

from ngangtam.foundation.papers import pdf
from ngangtam.foundation.papers.layouts import layout
from ngangtam.foundation.papers.shelves import Shelf
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.oversight.statistics.model import Line
from ngangtam.oversight.statistics.queries import Sheet, Shown

SHELF: Final = Shelf("statistics", Path(__file__).parent / "sheets")
LEGEND: Final = "“…”: không đếm được hoặc chưa rõ; “*”: nhóm nhỏ, không hiển thị theo quyền."
NOBODY: Final = "“-”: không có."
UNKNOWN: Final = "Chưa rõ"


def file_name(sheet: Sheet, style: str) -> str:
    return f"bieu-{sheet.form.id}-{sheet.place.unit.code}-{sheet.place.day:%Y%m%d}.{style}"


def heads(columns: Sequence[Line]) -> list[tuple[str, int, bool]]:
    """Return the upper line of heads as (text, columns it covers, whether one stands below)."""
    found: list[tuple[str, int, bool]] = []
    for line in columns:
        if line.over and found and found[-1][2] and found[-1][0] == line.over:
            found[-1] = (line.over, found[-1][1] + 1, True)
        else:
            found.append((line.over or line.label, 1, bool(line.over)))
    return found


def numbers(columns: Sequence[Line]) -> list[str]:
    """Return the line of column numbers, with the sums that the form prints there."""
    return [line.says or str(line.number or at) for at, line in enumerate(columns, start=2)]


def figure(cell: Shown) -> str:
    """Return a figure as it is printed; nothing to count is a dash."""
    return "-" if cell.text == "0" else cell.text


def year_title(sheet: Sheet) -> str:
    return f"{sheet.form.title} NĂM {sheet.place.day.year}"


def notes(sheet: Sheet) -> list[str]:
    """Return what stands below the table: definitions, missing figures, sums that do not hold."""
    form = sheet.form
    place = sheet.place
    counted = f"Số liệu của {place.unit.name} và cấp dưới, chốt ngày {place.day:%d/%m/%Y}."
    return [
        counted, *form.notes, f"{LEGEND[:-1]}; {NOBODY}", *(f"…: {why}." for why in sheet.reasons),
        *(f"Sai công thức: {text}." for text in broken(sheet)),
    ]  # fmt: skip


def broken(sheet: Sheet) -> Iterator[str]:
    """Say for each sum that does not hold which it is, where, and the two numbers."""
    form = sheet.form
    for one in sheet.table.broken:
        rows = one.formula.axis == "rows"
        lines, across = (form.row, form.column) if rows else (form.column, form.row)
        parts = " + ".join(_named(lines(part)) for part in one.formula.parts)
        sign = {"whole": "=", "within": "≤", "at_least": "≥"}[one.formula.rule]
        yield (f"{_named(across(one.at))}: {parts} {sign} {_named(lines(one.formula.of))} "
               f"({one.parts} và {one.whole})")  # fmt: skip


def _named(line: Line) -> str:
    return f"{line.over}: {line.label}" if line.over else line.label.lstrip("*- ")


def workbook(sheet: Sheet) -> bytes:
    """Return the form as a workbook: the form itself, and who is unknown on a second sheet."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        _form_sheet(book, sheet)
        _unknown_sheet(book, sheet)
    return out.getvalue()


# xlsxwriter is untyped.
def _form_sheet(book: Any, sheet: Sheet) -> None:
    columns = sheet.form.columns
    last = len(columns)
    style = {"font_name": "Times New Roman", "text_wrap": True, "valign": "vcenter"}
    head = book.add_format({**style, "bold": True, "align": "center", "border": 1})
    plain = {at: book.add_format({**style, "border": 1, "bold": at}) for at in (False, True)}
    value = book.add_format({**style, "border": 1, "align": "center"})
    page = book.add_worksheet(sheet.form.number)
    title = book.add_format({**style, "bold": True, "align": "center", "font_size": 14})
    middle = book.add_format({**style, "align": "center"})
    page.merge_range(0, 0, 0, 1, sheet.place.unit.name.upper(), middle)
    page.merge_range(1, 0, 1, last, year_title(sheet), title)
    page.write_string(0, last, f"Biểu số {sheet.form.number}", middle)
    page.write_string(2, last, f"Đvt: {sheet.form.unit}", middle)
    page.merge_range(3, 0, 4, 0, sheet.form.head, head)
    at = 1
    for text, wide, below in heads(columns):
        if not below:
            page.merge_range(3, at, 4, at, text, head)
        elif wide > 1:
            page.merge_range(3, at, 3, at + wide - 1, text, head)
        else:
            page.write_string(3, at, text, head)
        at += wide
    for column, line in enumerate(columns, start=1):
        if line.over:
            page.write_string(4, column, line.label, head)
    for column, text in enumerate(["1", *numbers(columns)]):
        page.write_string(5, column, text, middle)
    line_at = 6
    for row, cells in sheet.lines:
        page.write_string(line_at, 0, row.label, plain[row.strong or row.heading])
        for column in range(1, last + 1):
            _figure(page, line_at, column, cells[column - 1] if cells else None, value)
        line_at += 1
    _below(page, line_at + 1, sheet, style, book)
    page.set_column(0, 0, 34)
    page.set_column(1, last, max(8, min(16, 140 // last)))
    page.freeze_panes(6, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(3, 5)


def _figure(page: Any, at: int, column: int, cell: Shown | None, value: Any) -> None:
    if cell is None:
        page.write_blank(at, column, None, value)
    elif cell.text.isdecimal():
        page.write_number(at, column, int(cell.text), value)
    else:
        page.write_string(at, column, cell.text, value)


def _below(page: Any, at: int, sheet: Sheet, style: Any, book: Any) -> None:
    last = len(sheet.form.columns)
    small = book.add_format({**style, "italic": True, "font_size": 9})
    for text in notes(sheet):
        page.merge_range(at, 0, at, last, text, small)
        at += 1
    signed = book.add_format({**style, "align": "center", "bold": True})
    page.merge_range(at + 1, 0, at + 1, 1, "NGƯỜI LẬP BIỂU", signed)
    page.merge_range(at + 1, max(2, last - 3), at + 1, last, "TRƯỞNG BAN", signed)


def _unknown_sheet(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(UNKNOWN)
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, text in enumerate(("Tiêu chí", "Cột", "Đếm được", "Chưa rõ", "Lý do")):
        page.write_string(0, column, text, bold)
    at = 1
    for row, cells in sheet.lines:
        for one in cells:
            if one.hidden or not (one.cell.unknown or one.cell.why):
                continue
            page.write_string(at, 0, row.label)
            page.write_string(at, 1, _named(one.column))
            if one.cell.count is not None:
                page.write_number(at, 2, one.cell.count)
                page.write_number(at, 3, one.cell.unknown)
            page.write_string(at, 4, one.cell.why or "Hồ sơ chưa đủ dữ kiện")
            at += 1
    page.set_column(0, 1, 40)
    page.set_column(4, 4, 70)
    page.freeze_panes(1, 0)


def excel(sheet: Sheet) -> HttpResponse:
    """Return the form as a download for a spreadsheet."""
    return download(workbook(sheet), file_name(sheet, "xlsx"))


def pdf_data(sheet: Sheet) -> dict[str, Any]:
    """Return what the PDF template reads."""
    columns = sheet.form.columns
    return {
        "title": year_title(sheet), "number": f"Biểu số {sheet.form.number}",
        "unit": f"Đvt: {sheet.form.unit}", "body": sheet.place.unit.name.upper(),
        "head": sheet.form.head, "columns": [line.label for line in columns],
        "heads": [{"text": text, "wide": wide, "below": below}
                  for text, wide, below in heads(columns)],
        "over": [bool(line.over) for line in columns],
        "numbers": ["1", *numbers(columns)],
        "rows": [
            {"label": row.label, "strong": row.strong or row.heading,
             "cells": [figure(one) for one in cells] or [""] * len(columns)}
            for row, cells in sheet.lines
        ],
        "notes": notes(sheet),
        "signing": {
            "left": {"title": "NGƯỜI LẬP BIỂU",
                     "says": ["(Ký, ghi rõ họ và tên; số điện thoại liên hệ)"]},
            "right": {"title": "TRƯỞNG BAN", "says": ["(Ký, đóng dấu, ghi rõ họ và tên)"]},
        },
        "day": f"………, ngày {sheet.place.day:%d} tháng {sheet.place.day:%m} "
               f"năm {sheet.place.day:%Y}",
    }  # fmt: skip


def printed(sheet: Sheet, *, at: datetime) -> bytes:
    """Return the form as PDF/A, the sheet lying on its side."""
    return pdf.render(SHELF, "table.typ", pdf_data(sheet), layout=layout("party"), at=at)


def paper(sheet: Sheet, *, at: datetime) -> HttpResponse:
    """Return the form as a download for printing and keeping."""
    return download(printed(sheet, at=at), file_name(sheet, "pdf"))
