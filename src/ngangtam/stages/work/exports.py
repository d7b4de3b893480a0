"""Tasks and plans as files for a spreadsheet; nothing in a cell can become a formula."""

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.records.personnel.exports import harmless
from ngangtam.stages.work.queries import Line
from ngangtam.stages.work.queries_plan import Branch
from ngangtam.stages.work.reading import EXAMPLE, TITLES

MOST_ROWS: Final = 20_000
Cell = object


def headings() -> list[str]:
    return [
        _("File number"), _("Full name"), _("Unit"), _("Task"), _("Comes from"), _("Product code"),
        _("Product"), _("Counted in"), _("Quantity"), _("Conversion coefficient"),
        _("Standard products"), _("Month"), _("Deadline"), _("State"), _("Done, as reported"),
        _("Done on"), _("Done, confirmed"), _("Major faults"), _("Delays"),
        _("Above requirement"), _("Objective cause"), _("Evidence"),
    ]  # fmt: skip


def rows(lines: Sequence[Line]) -> Iterator[list[Cell]]:
    """Yield one row a task; what nobody said stays empty."""
    for line in lines:
        task, person, product = line.task, line.task.person, line.task.product
        confirmed = task.state == "confirmed"
        yield [
            person.number if person else "", person.full_name if person else "", task.unit.name,
            task.title, task.origin, product.code if product else "",
            product.name if product else "", product.measure if product else "", task.quantity,
            task.coefficient, task.standard, f"{task.month:%m/%Y}", formats.day(task.due),
            str(line.state.words), task.reported_quantity,
            formats.day(task.done_on) if task.done_on else "", task.confirmed_quantity,
            task.quality_failures if confirmed else task.reported_failures,
            task.delays if confirmed else task.reported_delays,
            _("yes") if (task.exceeds if confirmed else task.reported_exceeds) else "",
            task.get_cause_state_display() if task.cause_state else "", line.proofs,
        ]  # fmt: skip


def response(lines: Sequence[Line], *, name: str, style: str) -> HttpResponse:
    """Return the list as a download. Shape: `style` is xlsx or csv."""
    return _answer([headings(), *rows(lines)], name=name, style=style, sheet=_("Tasks"))


def plan_response(branches: Sequence[Branch], *, name: str) -> HttpResponse:
    """Return a plan as a workbook: one row a line of the tree, its depth by the number."""
    table: list[list[Cell]] = [[
        _("No."), _("Task"), _("Comes from"), _("Unit"), _("Person"), _("Product"), _("Quantity"),
        _("Given out"), _("Left over"), _("Deadline"), _("State"), _("Confirmed, %"),
        _("What is not clear"),
    ]]  # fmt: skip
    for at, root in enumerate(branches, start=1):
        table += _numbered(root, str(at))
    return _answer(table, name=name, style="xlsx", sheet=_("Plan"))


def _numbered(branch: Branch, number: str) -> Iterator[list[Cell]]:
    task = branch.task
    yield [
        number, task.title, task.origin, task.unit.name,
        task.person.full_name if task.person else "", task.product.name if task.product else "",
        task.quantity, branch.given, branch.remainder, formats.day(task.due),
        str(branch.state.words) if branch.state else "", round(branch.percent),
        "; ".join(str(mark.gap) for mark in branch.gaps),
    ]  # fmt: skip
    for at, child in enumerate(branch.children, start=1):
        yield from _numbered(child, f"{number}.{at}")


def template_response() -> HttpResponse:
    """Return a sheet with the headings that the import reads, and one line that shows how."""
    return _answer([[str(one) for one in TITLES], list(EXAMPLE)], name="mau-giao-viec",
                   style="xlsx", sheet=_("Tasks"))  # fmt: skip


def _answer(table: Sequence[Sequence[Cell]], *, name: str, style: str, sheet: str) -> HttpResponse:
    body = _csv(table) if style == "csv" else _xlsx(table, sheet)
    return download(body, f"{name}.{style}")


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def _csv(table: Sequence[Sequence[Cell]]) -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    for row in table:
        writer.writerow([cell if _is_number(cell) else harmless(cell) for cell in row])
    # Excel takes a file for UTF-8 only when it begins with the mark.
    return out.getvalue().encode("utf-8-sig")


# A cell may hold anything that a row of a list holds.
def _xlsx(table: Sequence[Sequence[Any]], name: str) -> bytes:
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        sheet = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for line, row in enumerate(table):
            for column, cell in enumerate(row):
                if not line:
                    sheet.write_string(line, column, str(cell), bold)
                elif _is_number(cell):
                    sheet.write_number(line, column, cell)
                else:
                    sheet.write_string(line, column, harmless(cell))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(table) - 1, 1), len(table[0]) - 1)
        sheet.set_column(0, len(table[0]) - 1, 16)
        sheet.set_column(1, 1, 36)
        sheet.set_column(3, 3, 36)
    return out.getvalue()
