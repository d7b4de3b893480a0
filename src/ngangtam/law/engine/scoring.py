"""Scores and levels for a whole frame: one row a sheet, one row a product line, no loop.

Exactness: what is summed over the lines becomes whole numbers of 1e-9 first, so that a sum does
not depend on the order of the lines. What is reckoned from sums is rounded to 9 decimals before
anything is compared with it: 90 reached through fractions is 90, and 89.99 is below.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Any, Final

import narwhals as nw
import polars as pl

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.expr import Compiled
from ngangtam.law.engine.model import Rule
from ngangtam.law.engine.scheme_reader import ITEMS, VALUES
from ngangtam.law.engine.schemes import AUTHORITY, LEVELS, Formula, Limit, Scheme
from ngangtam.law.engine.score_input import (
    GENERAL,
    RESULTS,
    SHEET,
    prepare_products,
    prepare_sheets,
)
from ngangtam.law.engine.values import LawError
from ngangtam.law.engine.vocabulary import Vocabulary

DECIMALS: Final = 9
_GRAIN: Final = 10**DECIMALS
_HAS: Final = "_has_lines"
_WHEN: Final = "_when"
LEVEL_TYPE: Final = pl.Enum(LEVELS)


class UnknownScheme(LawError):  # noqa: N818  # reads as what it is
    """No file of the rulebook gives this scheme."""


class NotInForce(LawError):  # noqa: N818  # reads as what it is
    """The scheme does not speak on that day."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """A scheme on one day."""

    scheme: Scheme
    on: date
    book: Rulebook

    def compiled(self, rule: Rule, vocabulary: Vocabulary | None = None) -> Compiled:
        """Return a rule of the scheme bound to the day."""
        return self.book.bound(rule, self.on, vocabulary or self.scheme.vocabulary)

    def score(self, sheets: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
        """Return the inputs, sums, items, values, conditions and the level of every sheet."""
        rows = prepare_sheets(self.scheme, sheets, self.book, self.most())
        if self.scheme.sums:
            lines = prepare_products(products, rows, self.book)
            rows = self._summed(rows, lines)
        for formula in (*self.scheme.shares, *self.scheme.items, *self.scheme.values):
            rows = self._reckoned(rows, formula)
        rows = self._judged(self.totalled(self._closed(rows)))
        return self._levelled(rows) if self.scheme.levels else _without_levels(rows)

    def totalled(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows with `total` and its bounds as they are judged by.

        Here, as the scheme reckoned them; for a scheme whose total comes from elsewhere, such as
        the mean of months, a kind of scorer that says so.
        """
        return rows

    def most(self) -> dict[str, float]:
        """Return the points of the two groups of criteria on the day, by measure."""
        found: dict[str, float] = {}
        for node in self.scheme.criteria:
            points = self.compiled(node.points).one({}) if node.points else None
            name = {"general": GENERAL, "results": RESULTS}.get(node.id)
            if name and isinstance(points, int | float):
                found[name] = float(points)
        return found

    def is_set(self, limit: Limit) -> bool:
        """Whether a limit applies on the day."""
        return not limit.setting or self.book.lookup(limit.setting, self.on).value is True

    # -- numbers -------------------------------------------------------------------------------

    def _summed(self, rows: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
        """Join the sums of the lines; a sum with an unknown part is unknown, an empty one is 0."""
        sums = self.scheme.sums
        found = _with(
            lines.lazy(), {one.id: self.compiled(one.rule, self.scheme.lines) for one in sums}
        )
        grains = [(pl.col(one.id).cast(pl.Float64) * _GRAIN).round().cast(pl.Int64) for one in sums]
        whole = [
            pl.when(pl.col(one.id).null_count() == 0)
            .then(pl.col(one.id).sum().cast(pl.Float64) / _GRAIN)
            .alias(one.id)
            for one in sums
        ]
        totals = found.select(SHEET, pl.lit(value=True).alias(_HAS), *grains)
        joined = rows.lazy().join(
            totals.group_by(SHEET, _HAS).agg(whole), on=SHEET, how="left", maintain_order="left"
        )
        empty = pl.col(_HAS).is_null()
        filled = [pl.when(empty).then(0.0).otherwise(pl.col(one.id)).alias(one.id) for one in sums]
        return joined.with_columns(filled).drop(_HAS).collect()

    def _reckoned(self, rows: pl.DataFrame, formula: Formula) -> pl.DataFrame:
        given = {formula.id: self.compiled(formula.rule)}
        if formula.when is not None:
            given[_WHEN] = self.compiled(formula.when)
        rows = _with(rows, given)
        found = pl.col(formula.id).cast(pl.Float64).round(DECIMALS)
        if formula.when is None:
            return rows.with_columns(found)
        return rows.with_columns(pl.when(_WHEN).then(found).alias(formula.id)).drop(_WHEN)

    def _closed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Fill what the scheme does not say; an exact figure is where both bounds meet."""
        given = {one.id for one in (*self.scheme.items, *self.scheme.values)}
        unknown = pl.lit(None, dtype=pl.Float64)
        rows = rows.with_columns(unknown.alias(item) for item in ITEMS if item not in given)
        for name in ("task_percent", "total"):
            low, high = f"{name}_low", f"{name}_high"
            if name in given:
                found = [pl.col(name).alias(one) for one in (low, high) if one not in given]
            elif low in given:
                found = [pl.when(pl.col(low) == pl.col(high)).then(pl.col(low)).alias(name)]
            else:
                found = [unknown.alias(one) for one in (name, low, high)]
            rows = rows.with_columns(found)
        return rows

    # -- conditions and levels -----------------------------------------------------------------

    def _judged(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add one Int8 column a condition; those not confirmed are null throughout."""
        asked = self.scheme.conditions()
        live = {outcome(one.id): self.compiled(one.rule) for one in asked if self.scheme.is_on(one)}
        rows = _with(rows, live).with_columns(pl.col(*live).cast(pl.Int8)) if live else rows
        off = [outcome(one.id) for one in asked if outcome(one.id) not in live]
        return rows.with_columns(pl.lit(None, dtype=pl.Int8).alias(ident) for ident in off)

    def _levelled(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add the limits, `level` and whether the authority has to decide.

        Points and requirements give a level at both bounds of the total; a ground takes it down to
        failing, a limit lowers it, a bar takes it away. The level is known where both bounds agree.
        Where the points alone would have given more, the authority decides.
        """
        scheme, ends = self.scheme, {"low": "total_low", "high": "total_high"}
        ground = _any_not_met(one.id for one in scheme.grounds)
        bar = _any_not_met(one.id for one in scheme.bars)
        failed = pl.lit(0, dtype=pl.Int8)
        reached = {end: self._reached(total, asking=True) for end, total in ends.items()}
        more = [self._reached(total, asking=False) > reached[end] for end, total in ends.items()]
        decides = pl.any_horizontal(more).and_(~ground, ~bar).cast(pl.Int8)
        rows = rows.with_columns(
            *(
                pl.when(ground).then(failed).otherwise(one).alias(end)
                for end, one in reached.items()
            ),
            decides.alias(outcome(AUTHORITY)),
        )
        for limit in scheme.limits:
            rows = self._limited(rows, limit)
        level = pl.when(~bar & (pl.col("low") == pl.col("high"))).then(pl.col("low"))
        named = level.cast(pl.UInt8).cat.to(LEVEL_TYPE).alias("level")
        return rows.with_columns(named).drop(*ends)

    def _limited(self, rows: pl.DataFrame, limit: Limit) -> pl.DataFrame:
        """Lower both bounds of the level to a limit, and say whether it was passed."""
        if not self.is_set(limit):
            return rows.with_columns(pl.lit(None, dtype=pl.Int8).alias(outcome(limit.id)))
        rows = _with(rows, {_WHEN: self.compiled(limit.when)})
        asked, highest = pl.col(_WHEN), pl.col(limit.level).cast(pl.Int8)
        within = pl.when(pl.col("high") <= highest).then(1).when(pl.col("low") > highest).then(0)
        held = pl.when(asked).then(within).when(~asked).then(1).cast(pl.Int8)
        lowered = [
            pl.when(asked & (pl.col(end) > highest)).then(highest).otherwise(pl.col(end)).alias(end)
            for end in ("low", "high")
        ]
        return rows.with_columns(held.alias(outcome(limit.id)), *lowered).drop(_WHEN)

    def _reached(self, total: str, *, asking: bool) -> pl.Expr:
        """Return the position of the highest level reached with the points of a column.

        Shape: `asking` for the requirements too; an unknown one is not met. Unknown without points;
            where the scheme asks for none, also when no level is reached.
        """
        levels = self.scheme.levels
        scored = any(level.points is not None for level in levels)
        found: Any = pl.lit(0 if scored else None, dtype=pl.Int8)
        for level in reversed(levels):
            needed = [pl.lit(value=True)]
            if level.points is not None:
                least = self.compiled(level.points).one({})
                needed.append(pl.col(total) >= least)  # a threshold that is not set: null, not met
            if asking:
                needed += [pl.col(outcome(one)) == 1 for one in level.requires]
            met = reduce(and_, needed).fill_null(value=False)
            position = pl.lit(LEVELS.index(level.code), dtype=pl.Int8)
            found = pl.when(met).then(position).otherwise(found)
        return pl.when(pl.col(total).is_not_null()).then(found) if scored else found


def outcome(ident: str) -> str:
    """Return the column of a condition while it stands beside measures of the same name."""
    return f"is {ident}"


def _with(rows: Any, given: Mapping[str, Compiled]) -> Any:  # a data frame or a lazy one
    """Add the columns of compiled expressions."""
    wrapped: Any = nw.from_native(rows)
    names = wrapped.collect_schema().names()
    return wrapped.with_columns(**{name: one.nw(names) for name, one in given.items()}).to_native()


def _any_not_met(idents: Iterable[str]) -> pl.Expr:
    """Return whether one of the conditions is known not to hold."""
    found = [(pl.col(outcome(ident)) == 0).fill_null(value=False) for ident in idents]
    return pl.any_horizontal(found) if found else pl.lit(value=False)


def _without_levels(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.lit(None, dtype=LEVEL_TYPE).alias("level"))


def score_frame(
    scheme: Scheme | str,
    sheets: pl.DataFrame,
    products: pl.DataFrame,
    *,
    on: date,
    rulebook: Rulebook,
    trial: bool = False,
) -> pl.DataFrame:
    """Return one row a sheet, in the order of `sheets`.

    Shape: `sheets` has `sheet` (any id, each once) and the measures of `scoring.yaml` as columns;
        `products` has `sheet` and the six measures of a line. A column that is not there is
        unknown. Codes are words or positions. The result: sheet, a, b, c, d, dd, e, task_percent,
        total, their bounds (`total_low`, `total_high`, …), level (an Enum in the order of the
        catalogue `rating`), then one Int8 column a condition (1 met, 0 not met, null unknown).
        `trial` scores on a day on which the scheme is not in force.
    Units: percentages and points 0–100; quantities in standard products.
    Errors: UnknownScheme; NotInForce; BadInput for values outside their bounds.
    """
    found = scheme_of(scheme, rulebook)
    if not trial and on not in found.in_force:
        raise NotInForce(not_in_force(found, on))
    scored = Scorer(found, on, rulebook).score(sheets, products)
    told = [pl.col(outcome(ident)).alias(ident) for ident in found.condition_ids()]
    return scored.select(SHEET, *ITEMS, *VALUES, "level", *told)


def scheme_of(scheme: Scheme | str, rulebook: Rulebook) -> Scheme:
    """Return a scheme by its id.

    Errors: UnknownScheme, naming those that exist.
    """
    if isinstance(scheme, Scheme):
        return scheme
    found = rulebook.schemes.get(scheme)
    if found is None:
        known = ", ".join(rulebook.schemes)
        raise UnknownScheme(
            f"không có cách đánh giá {scheme!r} / no scheme {scheme!r}; có / known: {known}"
        )
    return found


def not_in_force(scheme: Scheme, on: date) -> str:
    """Return the sentence that says when a scheme is in force."""
    first, until = scheme.in_force.from_, scheme.in_force.until
    end = f"{until:%d/%m/%Y}" if until else "…"
    return (
        f"'{scheme.id}' không có hiệu lực ngày {on:%d/%m/%Y} / is not in force on {on}: "
        f"[{first:%d/%m/%Y}, {end})"
    )
