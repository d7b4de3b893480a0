"""The list of retirements as a workbook; no cell is ever a formula."""

from collections.abc import Sequence
from io import BytesIO

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.exits.retiring import Retirement


def excel(unit: Unit, rows: Sequence[Retirement]) -> HttpResponse:
    """Return the list as a download that nobody keeps."""
    return download(workbook(unit, rows), f"nghi-huu-{unit.code}.xlsx")


def workbook(unit: Unit, rows: Sequence[Retirement]) -> bytes:
    """Return one line a person, soonest first."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        date_ = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        page = book.add_worksheet(_("Retirements"))
        page.write_string(0, 0, unit.name, bold)
        heads = [_("No."), _("File number"), _("Full name"), _("Date of birth"), _("Post"),
                 _("Unit"), _("Retirement day"), _("Posts that fall vacant"),
                 _("Notice by"), _("Decision by")]  # fmt: skip
        page.write_row(2, 0, heads, bold)
        for at, one in enumerate(rows, start=1):
            texts = (one.number, one.name, one.birth, one.headline, one.unit)
            page.write_number(2 + at, 0, at)
            for column, text in enumerate(texts, start=1):
                page.write_string(2 + at, column, text)
            page.write_datetime(2 + at, 6, one.day, date_)
            page.write_string(2 + at, 7, "; ".join(one.posts))
            for column, deadline in ((8, one.notice), (9, one.decision)):
                if deadline.due is not None:
                    page.write_datetime(2 + at, column, deadline.due, date_)
                else:
                    page.write_string(2 + at, column, _("to be confirmed"))
        page.freeze_panes(3, 3)
        page.set_column(2, 2, 26)
        page.set_column(4, 5, 28)
        page.set_column(6, 9, 18)
    return out.getvalue()
