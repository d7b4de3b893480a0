"""A filled form for those who run the machine: everything is shown."""

from datetime import date
from typing import Any

from ngangtam.foundation.access.roles import Permission
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.statistics import exports, queries
from ngangtam.oversight.statistics.model import Form
from ngangtam.oversight.statistics.queries import Sheet
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.queries.reach import Reach


def sheet_of_everybody(form: Form, unit: Unit, day: date) -> Sheet | None:
    """Return the form with nothing held back; None when the unit did not exist on the day."""
    everything = Reach({permission: (str(unit.path),) for permission in Permission})
    return queries.sheet_for(Place(unit, day, everything), form)


def as_json(sheet: Sheet) -> dict[str, Any]:
    """Return the form as plain data."""
    return {
        "form": sheet.form.id, "number": sheet.form.number, "title": sheet.form.title,
        "unit": sheet.place.unit.code, "day": sheet.place.day.isoformat(),
        "counted": sheet.form.counted,
        "cells": [
            {"row": row.id, "column": one.column.id, "count": one.cell.count,
             "unknown": one.cell.unknown, **({"why": one.cell.why} if one.cell.why else {})}
            for row, cells in sheet.lines for one in cells
        ],
        "broken": list(exports.broken(sheet)),
    }  # fmt: skip


def as_rows(sheet: Sheet) -> tuple[list[str], list[list[object]]]:
    """Return (heads, rows) for the terminal."""
    columns = [f"{line.over}: {line.label}" if line.over else line.label
               for line in sheet.form.columns]  # fmt: skip
    rows: list[list[object]] = []
    for row, cells in sheet.lines:
        figures = [f"{one.text} (+{one.cell.unknown})" if one.cell.unknown else one.text
                   for one in cells]  # fmt: skip
        rows.append([row.label, *(figures or [""] * len(columns))])
    return [sheet.form.head, *columns], rows
