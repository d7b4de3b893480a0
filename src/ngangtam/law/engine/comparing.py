"""What would change, for whom, if another scheme (or other numbers) applied to the same data."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.schemes import Scheme
from ngangtam.law.engine.score_input import SHEET
from ngangtam.law.engine.scoring import scheme_of, score_frame

DIRECTIONS: Final = pl.Enum(("up", "down", "same", "open"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two scores of the same sheets.

    Shape: `counts` has one row a pair of levels (`before`, `after`, `sheets`), unknown as null;
        `moved` has the sheets whose level changes: sheet, before, after, total_before,
        total_after, direction (up, down; open where either is unknown).
    """

    counts: pl.DataFrame
    moved: pl.DataFrame


def compare(
    before: Scheme | str,
    after: Scheme | str,
    sheets: pl.DataFrame,
    products: pl.DataFrame,
    *,
    on: date,
    rulebook: Rulebook,
    supposed: Rulebook | None = None,
) -> Comparison:
    """Score the same sheets twice and tell what changes.

    Shape: frames as for `score_frame`. A scheme that is not in force on the day is read as of its
        first day (one not begun) or its last (one ended). `supposed` is the rulebook for `after`,
        such as `rulebook.supposing({…})`.
    Errors: those of `score_frame`, save that any day will do.
    """
    book = supposed or rulebook
    first = _scored(before, sheets, products, on, rulebook)
    second = _scored(after, sheets, products, on, book)
    pairs = first.rename({"level": "before", "total": "total_before"}).join(
        second.rename({"level": "after", "total": "total_after"}), on=SHEET, maintain_order="left"
    )
    low, high = pl.col("before").to_physical(), pl.col("after").to_physical()
    direction = (
        pl.when(high > low)
        .then(pl.lit("up"))
        .when(high < low)
        .then(pl.lit("down"))
        .when(high == low)
        .then(pl.lit("same"))
        .otherwise(pl.lit("open"))
    )
    pairs = pairs.with_columns(direction.cast(DIRECTIONS).alias("direction"))
    counts = pairs.group_by("before", "after").agg(pl.len().alias("sheets")).sort("before", "after")
    differs = pl.col("before").ne_missing(pl.col("after"))
    return Comparison(counts=counts, moved=pairs.filter(differs))


def _scored(
    scheme: Scheme | str, sheets: pl.DataFrame, products: pl.DataFrame, on: date, book: Rulebook
) -> pl.DataFrame:
    found = scheme_of(scheme, book)
    day = _day(found, on)
    scored = score_frame(found, sheets, products, on=day, rulebook=book)
    return scored.select(SHEET, "level", "total")


def _day(scheme: Scheme, on: date) -> date:
    if on in scheme.in_force:
        return on
    until = scheme.in_force.until
    if until is not None and on >= until:
        return date.fromordinal(until.toordinal() - 1)
    return scheme.in_force.from_
