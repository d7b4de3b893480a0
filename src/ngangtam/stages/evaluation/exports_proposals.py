"""The proposals of one agency as a workbook; no cell is ever a formula."""

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.stages.evaluation.queries_proposals import Candidate, Proposals
from ngangtam.stages.evaluation.shown import cap_words, class_label, group_label


def excel(found: Proposals) -> HttpResponse:
    """Return the proposals as a download that nobody keeps."""
    name = f"de-xuat-{found.body.code}-{found.cycle.code}-{found.scheme.id}.xlsx"
    return download(workbook(found), name)


def workbook(found: Proposals) -> bytes:
    """Return people on one sheet, the caps on another."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        _people(book.add_worksheet(_("Proposals")), found, bold)
        _caps(book.add_worksheet(_("Caps")), found, bold)
    return out.getvalue()


# xlsxwriter is untyped.
def _people(page: Any, found: Proposals, bold: Any) -> None:
    page.write_string(0, 0, f"{found.body.name} – {found.cycle.label}"
                            f" – {said(found.scheme.label)}", bold)  # fmt: skip
    heads = [_("No."), _("File number"), _("Full name"), _("Post"), _("Unit"), _("Group"), "a", "b",
             "c", "d", "đ", "e", _("General points"), _("Task result"), _("Total"),
             _("By score and conditions"), _("Caps"), _("Proposed class"), _("Decided class"),
             _("Conditions not met"), _("Unknown conditions")]  # fmt: skip
    page.write_row(2, 0, heads, bold)
    for at, one in enumerate(found.people, start=1):
        for column, cell in enumerate(_cells(at, one)):
            if isinstance(cell, int | float):
                page.write_number(2 + at, column, cell)
            elif cell:
                page.write_string(2 + at, column, cell)
    page.freeze_panes(3, 3)
    page.set_column(2, 4, 26)
    page.set_column(15, 20, 24)


def _cells(at: int, one: Candidate) -> list[str | float | None]:
    sheet, result = one.sheet, one.result
    who = sheet.person
    numbers: list[str | float | None] = [
        None if result is None else getattr(result, name) for name in ("a", "b", "c", "d", "dd",
                                                                      "e")
    ]  # fmt: skip
    general = None if sheet.general_points is None else float(sheet.general_points)
    return [
        float(at), who.number if who else "", who.full_name if who else sheet.unit.name,
        sheet.post.title if sheet.post else "", sheet.unit.name, group_label(sheet.group), *numbers,
        general, result.task_percent if result else None, result.total if result else None,
        one.level, cap_words(one.outcome, one.by), one.proposed,
        class_label(one.rating.level) if one.rating else "",
        "; ".join(said(cap.label) for cap in one.fell),
        "; ".join(said(cap.label) for cap in one.unknown),
    ]  # fmt: skip


def _caps(page: Any, found: Proposals, bold: Any) -> None:
    heads = [_("Inside"), _("Group"), _("Rated"), _("Good"), _("Excellent"), "%", _("Base"),
             _("Cap"), _("Stay"), _("Exceed")]  # fmt: skip
    page.write_row(0, 0, heads, bold)
    for at, one in enumerate(found.caps, start=1):
        page.write_string(at, 0, _("agency") if one.within == "body" else _("group"))
        page.write_string(at, 1, group_label(one.group))
        cells = (one.rated, one.good, one.excellent, one.percent, one.base, one.cap, one.allowed,
                 one.over_by)  # fmt: skip
        for column, cell in enumerate(cells, start=2):
            if cell is not None:
                page.write_number(at, column, cell)
    page.set_column(1, 1, 30)
