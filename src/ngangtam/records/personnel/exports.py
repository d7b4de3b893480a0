"""Lists of people as files for a spreadsheet; nothing in a cell can become a formula."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.days import full_age
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.models import Person

MOST_ROWS: Final = 20_000
# What a spreadsheet takes as the beginning of a formula or of a field of its own.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def harmless(value: object) -> str:
    """Return the text of a cell; one that a spreadsheet would run gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def headings() -> list[str]:
    return [
        _("No."), _("File number"), _("Full name"), _("Date of birth"), _("Age"), _("Gender"),
        _("Present post"), _("Unit"), _("Level"), _("Leadership post"), _("Party member"),
        _("Degree"),
    ]  # fmt: skip


def rows(people: Sequence[Person], today: date) -> Iterator[list[object]]:
    """Yield one row a person; days and numbers stay text and numbers, unknown stays empty."""
    gender = {"male": _("Man"), "female": _("Woman")}
    known = {True: _("yes"), False: _("no"), None: ""}
    for at, person in enumerate(people, start=1):
        born = person.birth_day
        yield [
            at, person.number, person.full_name, person.birth_raw or (born and formats.day(born)),
            full_age(born, today) if born else None, gender.get(person.gender, ""),
            person.post_said, person.home_unit.name if person.home_unit else "",
            label("level", person.level), known[person.leadership], known[person.party],
            label("degree", person.degree),
        ]  # fmt: skip


def response(people: Sequence[Person], *, style: str, today: date) -> HttpResponse:
    """Return the list as a download. Shape: `style` is xlsx or csv."""
    name = f"can-bo-{today:%Y%m%d}.{style}"
    body = _csv(people, today) if style == "csv" else _xlsx(people, today)
    return download(body, name)


def _csv(people: Sequence[Person], today: date) -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(headings())
    for row in rows(people, today):
        writer.writerow([cell if isinstance(cell, int) else harmless(cell) for cell in row])
    # Excel takes a file for UTF-8 only when it begins with the mark.
    return out.getvalue().encode("utf-8-sig")


def _xlsx(people: Sequence[Person], today: date) -> bytes:
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        sheet = book.add_worksheet(_("People")[:31])
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, headings(), bold)
        sheet.freeze_panes(1, 3)
        for at, width in enumerate((6, 12, 28, 13, 6, 8, 36, 40, 12, 10, 10, 16)):
            sheet.set_column(at, at, width)
        for line, row in enumerate(rows(people, today), start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(line, column, cell)
                else:
                    sheet.write_string(line, column, harmless(cell))
        sheet.autofilter(0, 0, max(len(people), 1), len(headings()) - 1)
    return out.getvalue()
