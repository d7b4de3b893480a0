"""Lists of roles as files for a spreadsheet; nothing in a cell can become a formula."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.doors.grants.queries import Line
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.records.personnel.exports import harmless

MOST_ROWS: Final = 20_000


def headings() -> list[str]:
    return [
        _("Account"), _("Full name"), _("Position"), _("Role"), _("Unit"), _("First day"),
        _("Last day"), _("State"), _("Reason"), _("Given by"), _("Given at"), _("Confirmed by"),
        _("Confirmed at"), _("Last reviewed at"), _("Last reviewed by"),
    ]  # fmt: skip


def rows(lines: Sequence[Line]) -> Iterator[list[str]]:
    for line in lines:
        grant = line.grant
        until = grant.valid.upper
        yield [harmless(cell) for cell in (
            grant.user.username, grant.user.full_name, grant.user.position, line.role.label,
            grant.unit_label, formats.day(grant.valid.lower),
            formats.day(until - timedelta(days=1)) if until else "", line.state_label,
            grant.reason, grant.given_by or "", _at(grant.given_at), grant.confirmed_by or "",
            _at(grant.confirmed_at), _at(grant.kept_at), grant.kept_by or "",
        )]  # fmt: skip


def _at(moment: object) -> str:
    return formats.moment(moment) if moment else ""  # type: ignore[arg-type]  # a datetime


def response(lines: Sequence[Line], *, style: str, today: date) -> HttpResponse:
    """Return the list as a download. Shape: `style` is xlsx or csv."""
    body = _csv(lines) if style == "csv" else _xlsx(lines)
    return download(body, f"vai-tro-{today:%Y%m%d}.{style}")


def _csv(lines: Sequence[Line]) -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(headings())
    writer.writerows(rows(lines))
    # Excel takes a file for UTF-8 only when it begins with the mark.
    return out.getvalue().encode("utf-8-sig")


def _xlsx(lines: Sequence[Line]) -> bytes:
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        sheet = book.add_worksheet(_("Roles held")[:31])
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, headings(), bold)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(headings()) - 1, 20)
        for at, row in enumerate(rows(lines), start=1):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    return out.getvalue()
