"""Lists of this room as a workbook; no cell is ever a formula."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.stages.appointment.queries import Ending


def endings_response(lines: Sequence[Ending], day: date) -> HttpResponse:
    """Return the terms that end, as a download that nobody keeps."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("Terms that end"))
        heads = [
            _("No."), _("File number"), _("Full name"), _("Post"), _("Unit"),
            _("In the post since"), _("Term ends"), _("Where from"), _("Notice by"),
            _("Notice given on"), _("Case"),
        ]  # fmt: skip
        sheet.write_row(0, 0, heads, bold)
        for at, one in enumerate(lines, start=1):
            sheet.write_number(at, 0, at)
            for column, cell in enumerate(_cells(one), start=1):
                sheet.write_string(at, column, cell)
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, max(len(lines), 1), len(heads) - 1)
        sheet.set_column(2, 4, 28)
        sheet.set_column(5, 10, 16)
    return download(out.getvalue(), f"het-thoi-han-{day.isoformat()}.xlsx")


def _cells(one: Ending) -> list[str]:
    posting = one.posting
    noticed = one.term.noticed_on if one.term is not None else None
    return [
        posting.person.number, posting.person.full_name, posting.post.title,
        posting.post.unit.name, formats.day(posting.valid.lower), _day(one.until),
        _("by law") if one.by_law else str(one.term.decision or one.term.basis) if one.term else "",
        _day(one.notice_by), _day(noticed), one.case.number if one.case else "",
    ]  # fmt: skip


def _day(value: date | None) -> str:
    return formats.day(value) if value is not None else ""
