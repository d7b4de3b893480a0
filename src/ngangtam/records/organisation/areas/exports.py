"""Areas as files for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _


def headings() -> list[str]:
    return [
        _("Province code"), _("Province"), _("District code"), _("District"), _("Commune code"),
        _("Commune"), _("Kind"),
    ]  # fmt: skip


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV that office software opens with its accents: UTF-8 with a mark."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings())
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[str]], title: str) -> bytes:
    """Return a workbook of one sheet; codes stay text, so that 01 does not become 1."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "bg_color": "#E8EDF3"})
        for column, heading in enumerate(headings()):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, 26 if column % 2 else 14)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return out.getvalue()
