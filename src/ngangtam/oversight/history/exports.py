"""The journal as a file for a spreadsheet; nothing in a cell can become a formula."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.oversight.history.queries import Shown, particulars
from ngangtam.records.personnel.exports import harmless

_WIDTHS: Final = (10, 18, 28, 18, 34, 20, 34, 60, 40)


def headings() -> list[str]:
    return [
        _("Event"), _("When"), _("By whom"), _("Account"), _("What"), _("Kind of subject"),
        _("About"), _("Particulars"), _("Citations"),
    ]  # fmt: skip


def rows(events: Sequence[Shown], viewer: Viewer) -> Iterator[list[object]]:
    for one in events:
        line = one.line
        told = "; ".join(f"{name}: {value}" for _key, name, value in particulars(line, viewer)
                         if value)  # fmt: skip
        yield [line.pk, formats.moment(line.at), one.who, line.actor, one.label,
               one.subject_label, one.subject, told, ", ".join(map(str, line.cites))]  # fmt: skip


def response(events: Sequence[Shown], viewer: Viewer, *, today: date) -> HttpResponse:
    """Return the events as a download."""
    return download(_xlsx(events, viewer), f"nhat-ky-{today:%Y%m%d}.xlsx")


def _xlsx(events: Sequence[Shown], viewer: Viewer) -> bytes:
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        sheet = book.add_worksheet(_("Journal")[:31])
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, headings(), bold)
        sheet.freeze_panes(1, 2)
        for at, width in enumerate(_WIDTHS):
            sheet.set_column(at, at, width)
        for number, row in enumerate(rows(events, viewer), start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                else:
                    sheet.write_string(number, column, harmless(cell)[:32_000])
        sheet.autofilter(0, 0, max(len(events), 1), len(headings()) - 1)
    return out.getvalue()
