"""The list of cases as a workbook; no cell is ever a formula."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.stages.procedure import words
from ngangtam.stages.procedure.models import Case


def cases_response(cases: Sequence[Case], day: date) -> HttpResponse:
    """Return these cases as a download that nobody keeps."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("Personnel cases"))
        heads = [
            _("No."), _("Number"), _("Matter"), _("Procedure"), _("Stage"), _("Unit"),
            _("Opened"), _("Next deadline"), _("State"), _("Decision"),
        ]  # fmt: skip
        sheet.write_row(0, 0, heads, bold)
        for at, one in enumerate(cases, start=1):
            sheet.write_number(at, 0, at)
            for column, cell in enumerate(_cells(one, day), start=1):
                sheet.write_string(at, column, cell)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(cases), 1), len(heads) - 1)
        sheet.set_column(2, 3, 40)
        sheet.set_column(4, 9, 20)
    return download(out.getvalue(), f"vu-viec-{day.isoformat()}.xlsx")


def _cells(one: Case, day: date) -> list[str]:
    late = words.deadline(one.due, day)
    due = f"{formats.day(one.due)} ({late.words})" if one.due and late else ""
    return [
        one.number, one.title, said(one.label), str(words.STAGES.get(one.stage, one.stage)),
        one.unit.name, formats.day(one.opened_on), due, str(one.get_state_display()),
        str(one.decision or ""),
    ]  # fmt: skip
