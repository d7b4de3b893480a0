"""Targets and indicators as spreadsheets: values, states, citations; no cell is ever a formula."""

from collections.abc import Sequence
from io import BytesIO

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.law.engine.model import IndicatorSet, Target
from ngangtam.oversight.standards.exports import cited
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.standards.values import goal_words
from ngangtam.oversight.targets.figures import Figure
from ngangtam.oversight.targets.listings import OUTCOMES
from ngangtam.oversight.targets.queries import Child, Group, Row

Cell = str | float | int | None


def _workbook(
    title: str, place: Place, heads: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> bytes:
    """Return one sheet: a title line, the unit and day, the heads, the rows."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        where = f"{place.unit.name} – {formats.day(place.day)}"
        sheet.write_string(1, 0, where)
        for column, head in enumerate(heads):
            sheet.write_string(3, column, head, bold)
        for at, row in enumerate(rows, start=4):
            for column, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(at, column, cell, wrap)
                elif cell:
                    sheet.write_string(at, column, cell, wrap)
        sheet.freeze_panes(4, 1)
        sheet.set_column(0, 0, 50)
        sheet.set_column(1, len(heads), 18)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(3)
    return out.getvalue()


def _row(row: Row) -> list[Cell]:
    measure = row.measure
    state = str(OUTCOMES[row.outcome])
    if measure is None:
        return [None, None, None, None, state, None, None]
    known = None if row.asleep else measure.value
    return [known, measure.low, measure.high, measure.total, state, row.gap, row.unknown]


def _measure_heads() -> list[str]:
    return [_("Value"), _("At least"), _("At most"), _("Counted"), _("State"), _("Gap"),
            _("Unknown")]  # fmt: skip


def targets(place: Place, found: Sequence[Group]) -> HttpResponse:
    """Return every target of the place."""
    heads = [_("Target"), _("Resolution"), _("Must be"), *_measure_heads(), _("By"), _("Rests on")]
    rows: list[list[Cell]] = [
        [said(row.target.label), row.target.resolution, goal_words(row.target), *_row(row),
         formats.day(row.target.deadline) if row.target.deadline else _("every year"),
         cited(row.target.cites)]
        for group in found
        for row in group.rows
    ]  # fmt: skip
    body = _workbook(_("Targets"), place, heads, rows)
    return download(body, f"targets-{place.unit.code}-{place.day:%Y%m%d}.xlsx")


def units(place: Place, target: Target, found: Sequence[Child]) -> HttpResponse:
    """Return one target in every unit below the place."""
    heads = [_("Unit"), _("Code"), _("People"), *_measure_heads()]
    rows = [[one.name, one.code, one.people, *_row(one.row)] for one in found]
    title = f"{said(target.label)} ({goal_words(target)}; {cited(target.cites)})"
    body = _workbook(title, place, heads, rows)
    return download(body, f"{target.id}-{place.unit.code}-{place.day:%Y%m%d}.xlsx")


def indicators(place: Place, definitions: IndicatorSet, found: Sequence[Figure]) -> HttpResponse:
    """Return the indicators of a set; a band is a line of its own."""
    heads = [_("Indicator"), _("Definition"), _("Reference day"), _("Count"), _("Out of"), "%",
             _("Mean"), _("Unknown")]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in found:
        name, day = said(one.indicator.label), formats.day(one.reference_day)
        start: list[Cell] = [name, one.indicator.definition, day]
        if one.hidden:
            rows.append([*start, str(OUTCOMES["hidden"])])
            continue
        if not one.known:
            rows.append([*start, str(OUTCOMES["unknown"]), one.total, None, None, one.unknown])
            continue
        rows.append([*start, one.count, one.total, one.percent, one.value, one.unknown])
        rows += [
            [f"– {band.label}", "", day, band.count, one.total, band.percent] for band in one.bands
        ]
    body = _workbook(said(definitions.label), place, heads, rows)
    return download(body, f"indicators-{place.unit.code}-{place.day:%Y%m%d}.xlsx")
