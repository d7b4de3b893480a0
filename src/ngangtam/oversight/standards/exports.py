"""Who meets a standard, as a spreadsheet; nothing in a cell can become a formula."""

from collections.abc import Sequence
from io import BytesIO

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import language, said
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.downloads import SAFE
from ngangtam.law.citing.citations import citation
from ngangtam.law.engine.model import Standard
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.standards.standing import PersonRow


def cited(pinpoints: Sequence[str]) -> str:
    """Return citations as one cell."""
    found = [citation(one, language()) for one in pinpoints]
    return "; ".join(f"{one.number}, {one.pin}" if one.pin else one.number for one in found)


def standing_sheet(standard: Standard, place: Place, rows: Sequence[PersonRow]) -> bytes:
    """Return the list as a workbook: people on one sheet, criteria and citations on another."""
    import xlsxwriter

    out = BytesIO()
    words = {1: _("met"), 0: _("not met"), -1: _("unknown")}
    with xlsxwriter.Workbook(out, SAFE) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        people = book.add_worksheet(_("People"))
        title = f"{said(standard.label)} – {place.unit.name} – {formats.day(place.day)}"
        people.write_string(0, 0, title, bold)
        shown = [one for one, _code in rows[0].marks] if rows else []
        heads = [_("No."), _("File number"), _("Full name"), _("Present post"), _("Unit"),
                 _("Overall"), *(said(one.label) for one in shown)]  # fmt: skip
        people.write_row(2, 0, heads, bold)
        for at, row in enumerate((row for row in rows if row.person), start=1):
            person = row.person
            assert person is not None
            unit = person.home_unit.name if person.home_unit else ""
            cells = [str(at), person.number, person.full_name, person.headline, unit,
                     words[row.outcome], *(words[code] for _one, code in row.marks)]  # fmt: skip
            for column, cell in enumerate(cells):
                people.write_string(2 + at, column, cell)
        people.freeze_panes(3, 3)
        people.set_column(2, 4, 28)
        people.set_column(5, 5 + len(shown), 14)
        criteria = book.add_worksheet(_("Criteria"))
        criteria.write_row(0, 0, [_("Criterion"), _("Expression"), _("Rests on")], bold)
        for at, one in enumerate(standard.criteria, start=1):
            for column, cell in enumerate((said(one.label), one.rule.text, cited(one.cites))):
                criteria.write_string(at, column, cell)
        criteria.set_column(0, 2, 45)
    return out.getvalue()
