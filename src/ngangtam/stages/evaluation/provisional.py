"""The scores of many sheets so far, in one pass of the engine."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.schemes import Scheme
from ngangtam.law.engine.score_input import SHEET, measures_of
from ngangtam.law.engine.scoring import score_frame
from ngangtam.stages.evaluation.criteria import ORGANISING, UNITING, Frame
from ngangtam.stages.evaluation.models import Sheet
from ngangtam.stages.evaluation.regulations import key_of, points_by_unit
from ngangtam.stages.evaluation.standing import disciplines, points_of

_FLAGS: Final = (
    "leader", "head", "shortcomings_fixed", "degradation_concluded", "in_corruption_or_waste",
)  # fmt: skip


def provisional(  # noqa: PLR0917 - what a score rests on, as `score_frame` takes it
    scheme: Scheme, sheets: Sequence[Sheet], lines: pl.DataFrame,
    frames: Mapping[tuple[str, bool], Frame], book: Rulebook, day: date,
) -> Iterator[tuple[int, float | None, tuple[float, float] | None, str]]:  # fmt: skip
    """Yield (sheet, total, between what it lies, class) by the figures known now; work counts as
    it was reported.

    Shape: `lines` as work gives them; `frames` by scheme and whether somebody leads. What depends
        on others (the unit's result) is unknown until the cycle is closed.
    """
    names = set(measures_of(scheme, book))
    rows = [_row(sheet, frames[scheme.id, sheet.leader], names) for sheet in sheets]
    by_unit = points_by_unit(sheets, day)
    for sheet, row in zip(sheets, rows, strict=True):
        set_points = by_unit.get(key_of(sheet), {})
        row |= {f"points_{key}": float(value) for key, value in set_points.items()}
    if "discipline" in names and sheets:
        cycle = sheets[0].cycle
        people = [sheet.person_id for sheet in sheets if sheet.person_id is not None]
        imposed = disciplines(people, cycle.first, cycle.until)
        for sheet, row in zip(sheets, rows, strict=True):
            row["discipline"] = imposed.get(sheet.person_id or 0, "none")
    present = {name for row in rows for name in row}
    schema: dict[str, Any] = {SHEET: pl.Int64}
    schema |= {name: pl.Boolean for name in _FLAGS if name in present}
    words = {*_FLAGS, SHEET, "discipline"}
    schema |= {name: pl.Float64 for name in sorted(present) if name not in words}
    schema |= {name: pl.String for name in ("discipline",) if name in present}
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    whose = pl.DataFrame(
        {"person_id": [sheet.person_id for sheet in sheets], SHEET: [one.pk for one in sheets]},
        schema={"person_id": pl.Int64, SHEET: pl.Int64},
    )
    products = lines.join(whose, on="person_id", how="inner").select(
        SHEET, "assigned", pl.col("reported").alias("completed"), "quality_failures", "delays",
        "objective_cause", "exceeds",
    )  # fmt: skip
    scored = score_frame(scheme, frame, products, on=day, rulebook=book)
    names_told = (SHEET, "total", "total_low", "total_high", "level")
    for pk, total, low, high, level in scored.select(names_told).iter_rows():
        bounds = None if low is None or high is None else (low, high)
        yield pk, total, bounds, str(level or "")


def _row(sheet: Sheet, frame: Frame, names: set[str]) -> dict[str, Any]:
    _whence, points = points_of(sheet)
    row: dict[str, Any] = {
        "leader": sheet.leader, "head": sheet.head,
        "general_points": frame.total_of(points),
        "shortcomings_fixed": sheet.shortcomings_fixed,
        "degradation_concluded": sheet.degradation_concluded,
        "in_corruption_or_waste": sheet.unit_in_corruption_or_waste,
        ORGANISING: points.get(ORGANISING), UNITING: points.get(UNITING),
        **{f"points_{key}": value for key, value in points.items()},
    }  # fmt: skip
    known = {name: row[name] for name in row if name in names}
    for name, value in known.items():
        if name not in _FLAGS and value is not None:
            known[name] = float(value)
    return {SHEET: sheet.pk, **known}
