"""One cycle reckoned as a whole: scores, levels from the bottom of the tree up, conditions.

Plain frames in and out; nothing here reads or writes the database. Nobody's score depends on the
order of rows: leaders wait for those whom they lead, depth by depth, and everything else is by
the set.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.scheme_reader import ITEMS
from ngangtam.law.engine.schemes import Scheme
from ngangtam.law.engine.score_input import SHEET, measures_of
from ngangtam.law.engine.scoring import Scorer, outcome
from ngangtam.stages.evaluation.reckoning_reading import Inputs

NUMBERS: Final = (*ITEMS, "task_percent", "total")
# The parameter that says whether a year is the mean of its months, by regime; a regime that is
# not here is scored over the work of the whole year.
_AVERAGED: Final[Mapping[str, str]] = {
    "civil_servant": "evaluation.civil_servant.annual_average",
    "public_employee": "evaluation.public_employee.annual_average",
}
MEAN: Final = "mean"
# In this order within one depth of the tree: each is judged by those before it.
STAFF, COLLECTIVE, DEPUTY, HEAD = range(4)
_FAILED: Final = "failed"
_TYPES: Final = {SHEET: pl.Int64, **dict.fromkeys(NUMBERS, pl.Float64), "level": pl.String,
                 "conditions": pl.String, "barred": pl.Boolean}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Averaged(Scorer):
    """A scheme whose total is given: the mean of what was closed before, unknown where that is."""

    means: pl.DataFrame = field(default_factory=pl.DataFrame)

    def totalled(self, rows: pl.DataFrame) -> pl.DataFrame:
        rows = rows.join(self.means, on=SHEET, how="left", maintain_order="left")
        told = pl.col("average").round(9)
        bounds = ("total", "total_low", "total_high")
        return rows.with_columns(told.alias(name) for name in bounds).drop("average")


@dataclass(slots=True, eq=False)
class _Tree:
    """How many failed, and of how many it is not known, in every unit and below it.

    Shape: one entry a unit, by its number; `above` is the parent's number, -1 at the top.
    """

    number: pl.DataFrame
    depth: NDArray[np.int32]
    above: NDArray[np.int64]
    people: NDArray[np.int64]
    collectives: NDArray[np.int64]

    @classmethod
    def of(cls, units: pl.DataFrame) -> "_Tree":
        units = units.sort("depth", "unit")
        number = units.select("unit", at=pl.int_range(pl.len(), dtype=pl.Int64))
        above = units.select(unit="parent").join(
            number, on="unit", how="left", maintain_order="left"
        )
        count = units.height
        return cls(
            number, units["depth"].to_numpy(), above["at"].fill_null(-1).to_numpy(),
            np.zeros((2, count), np.int64), np.zeros((2, count), np.int64),
        )  # fmt: skip

    def add(self, tally: NDArray[np.int64], rows: pl.DataFrame) -> None:
        """Count rows with `at`, `level` and `barred`; who is not rated counts nowhere."""
        rated = rows.filter(~pl.col("barred"))
        for kind, which in enumerate((pl.col("level") == _FAILED, pl.col("level").is_null())):
            np.add.at(tally[kind], rated.filter(which)["at"].to_numpy(), 1)

    def pass_up(self, depth: int) -> None:
        """Let the units of a depth count in the units above them."""
        here = np.flatnonzero((self.depth == depth) & (self.above >= 0))
        for tally in (self.people, self.collectives):
            for counts in tally:
                np.add.at(counts, self.above[here], counts[here])

    def any_failed(self, tally: NDArray[np.int64], at: NDArray[np.int64]) -> pl.Series:
        """Return whether anybody failed there: null where it is not known of all."""
        failed, unknown = tally[0][at], tally[1][at]
        said = np.where(failed > 0, 1, np.where(unknown > 0, -1, 0))
        return pl.Series(said, dtype=pl.Int8).replace({-1: None}).cast(pl.Boolean)


@dataclass(slots=True, eq=False)
class Reckoning:
    """The scoring of one cycle. Shape: `on` is the last day of the period."""

    inputs: Inputs
    on: date
    yearly: bool
    book: Rulebook
    # Who failed, and of whom it is not known, among those who were scored already.
    _judged: list[pl.DataFrame] = field(default_factory=list)

    def scored(self) -> pl.DataFrame:
        """Return one row a sheet: numbers, level, conditions as JSON, whether it is barred."""
        tree = _Tree.of(self.inputs.units)
        rows = self._rows(tree)
        staff = rows.filter(rank=STAFF)
        found = [self._score(staff, self.inputs.lines)]
        beside = _beside(found[0], staff)
        tree.add(tree.people, beside)
        self._judged = [_persons(beside, staff)]
        leading = rows.filter(pl.col("rank") != STAFF)
        lines = self.inputs.lines.join(leading.select("person"), on="person", how="semi")
        for depth in sorted(set(tree.depth.tolist()), reverse=True):
            found += self._depth(leading.filter(depth=depth), lines, tree)
            tree.pass_up(depth)
        return pl.concat(found).sort(SHEET)

    def _rows(self, tree: _Tree) -> pl.DataFrame:
        """Return the sheets with their place in the tree and their turn in it."""
        rank = (
            pl.when(pl.col("person").is_null()).then(COLLECTIVE).when("head").then(HEAD)
            .when("leader").then(DEPUTY).otherwise(STAFF)
        )  # fmt: skip
        sheets = self.inputs.sheets.with_columns(rank=rank.cast(pl.Int8))
        if not self.yearly:  # the law speaks of the months worked in the year
            sheets = sheets.with_columns(months_worked=pl.lit(None, dtype=pl.Float64))
        places = tree.number.with_columns(depth=pl.Series(tree.depth, dtype=pl.Int32))
        codes = {one.code: one.position for one in self.book.catalogues["discipline"]}
        forms = self.inputs.discipline.with_columns(
            form=pl.col("discipline").replace_strict(codes, default=None, return_dtype=pl.Int16)
        )
        heaviest = forms.group_by("person").agg(discipline=pl.col("form").max())
        return sheets.join(places, on="unit", how="inner", maintain_order="left").join(
            heaviest, on="person", how="left", maintain_order="left"
        )

    def _depth(
        self, rows: pl.DataFrame, lines: pl.DataFrame, tree: _Tree
    ) -> Iterator[pl.DataFrame]:
        """Score collectives, deputies, heads of the units of one depth, in this order."""
        levels = pl.DataFrame(schema={"unit": pl.Int64, "scheme": pl.String, "level": pl.String})
        for rank in (COLLECTIVE, DEPUTY, HEAD):
            part = rows.filter(rank=rank)
            if part.is_empty():
                continue
            tally = tree.collectives if rank == COLLECTIVE else tree.people
            any_failed = tree.any_failed(tally, part["at"].to_numpy())
            part = part.with_columns(any_failed.alias("any_subordinate_failed"))
            if rank == DEPUTY:
                part = self._of_fields(part, tree)
            if rank == COLLECTIVE:
                part = self._members_disciplined(part, rows)
            else:
                part = self._with_unit_level(part, levels)
            scored = self._score(part, self.inputs.unit_lines if rank == COLLECTIVE else lines)
            beside = _beside(scored, part)
            tree.add(tally, beside)
            self._judged.append(_persons(beside, part))
            if rank == COLLECTIVE:
                levels = beside.select("unit", "scheme", "level")
            yield scored

    def _of_fields(self, part: pl.DataFrame, tree: _Tree) -> pl.DataFrame:
        """Say of deputies whether anybody failed in the field assigned to each.

        Where no field is recorded, that nobody failed in the whole unit settles it, and that
        somebody did does not.
        """
        leads = self.inputs.leads.join(part.select("person", "unit"), on=["person", "unit"],
                                       how="semi")  # fmt: skip
        whole = pl.col("any_subordinate_failed")
        if leads.is_empty():
            return part.with_columns(whole.replace({True: None}))
        units = leads.join(tree.number, left_on="led_unit", right_on="unit", how="inner")
        at = units["at"].to_numpy()
        of_units = units.select(
            "person", "unit", failed=pl.Series(tree.people[0][at] > 0),
            unknown=pl.Series(tree.people[1][at] > 0),
        )  # fmt: skip
        of_people = leads.join(
            pl.concat(self._judged), left_on="led_person", right_on="who", how="inner"
        ).select("person", "unit", "failed", "unknown")
        counted = pl.concat([of_units, of_people]).group_by("person", "unit").agg(
            pl.col("failed", "unknown").any()
        )  # fmt: skip
        named = leads.select("person", "unit", named=pl.lit(value=True)).unique()
        own = pl.when("failed").then(statement=True).when(~pl.col("unknown")).then(statement=False)
        rows = part.join(named, on=["person", "unit"], how="left", maintain_order="left").join(
            counted, on=["person", "unit"], how="left", maintain_order="left"
        )
        told = (
            # A field in which nobody is evaluated has nobody who failed.
            pl.when(pl.col("named") & pl.col("failed").is_null()).then(statement=False)
            .when("named").then(own).otherwise(whole.replace({True: None}))
        )  # fmt: skip
        return rows.with_columns(told.alias("any_subordinate_failed")).drop(
            "named", "failed", "unknown"
        )

    def _members_disciplined(self, part: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
        """Say whether somebody who leads the unit was disciplined in the period."""
        known = rows.filter(pl.col("person").is_not_null() & pl.col("discipline").is_not_null())
        hit = part["unit"].is_in(known["unit"].implode())
        return part.with_columns(hit.alias("subordinate_disciplined"))

    def _with_unit_level(self, part: pl.DataFrame, levels: pl.DataFrame) -> pl.DataFrame:
        """Put beside a leader the level of the unit: by the same regime, else by the Party's."""
        regimes = {ident: one.regime for ident, one in self.book.schemes.items()}
        worded = pl.col("scheme").replace_strict(regimes, default="", return_dtype=pl.String)
        of_units = levels.with_columns(regime=worded).sort("unit", "regime", "scheme")
        same = of_units.unique(["unit", "regime"], keep="first", maintain_order=True)
        any_one = of_units.unique("unit", keep="first", maintain_order=True)
        part = part.with_columns(regime=worded).join(
            same.select("unit", "regime", same_level="level"), on=["unit", "regime"],
            how="left", maintain_order="left",
        ).join(any_one.select("unit", any_level="level"), on="unit", how="left",
               maintain_order="left")  # fmt: skip
        found = pl.coalesce("same_level", "any_level").alias("unit_level")
        return part.with_columns(found).drop("same_level", "any_level", "regime")

    # -- one scheme ----------------------------------------------------------------------------

    def _score(self, rows: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
        parts = [pl.DataFrame(schema=_TYPES)]
        for (ident,), part in rows.partition_by("scheme", as_dict=True).items():
            scheme = self.book.schemes.get(str(ident))
            parts.append(_unknown(part) if scheme is None else self._by(scheme, part, lines))
        return pl.concat(parts)

    def _by(self, scheme: Scheme, part: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
        whose = "person" if "person" in lines.columns else "unit"
        own = lines.join(part.select(whose, SHEET), on=whose, how="inner").drop(whose)
        sheets = self._entered(scheme, part)
        scorer = self._scorer(scheme, part)
        return _told(scheme, scorer.score(sheets, own))

    def _entered(self, scheme: Scheme, part: pl.DataFrame) -> pl.DataFrame:
        """Return the measures of the scheme that a sheet gives: its columns, and its points."""
        measures = measures_of(scheme, self.book)
        points = pl.col("points")
        columns: list[Any] = [SHEET]
        for name, one in measures.items():
            if name in part.columns:
                columns.append(name)
            elif one.key.startswith(("points.", "item_points.")):
                key = one.key.partition(".")[2]
                found = points.str.json_path_match(f"$.{key}").cast(pl.Float64, strict=False)
                columns.append(found.alias(name))
        return part.select(columns)

    def _scorer(self, scheme: Scheme, part: pl.DataFrame) -> Scorer:
        """Return the scheme on the day; in a year, with the mean of the months where it says so."""
        parameter = _AVERAGED.get(scheme.regime) if self.yearly else None
        if parameter is None:
            return Scorer(scheme, self.on, self.book)
        means = part.select(SHEET, "person", "scheme").join(
            self.inputs.averages, on=["person", "scheme"], how="left", maintain_order="left"
        )
        said = self._value(parameter)
        mean = pl.col("average") if said == MEAN else pl.lit(None, dtype=pl.Float64)
        return _Averaged(
            scheme, self.on, self.book, means.select(SHEET, mean.alias("average"))
        )  # fmt: skip

    def _value(self, parameter: str) -> object:
        """Return what a parameter says on the day; None while it is not confirmed."""
        if parameter not in self.book.parameter_types:
            return None
        found = self.book.lookup(parameter, self.on)
        return found.value if found.state == "in_force" else None


def _told(scheme: Scheme, rows: pl.DataFrame) -> pl.DataFrame:
    """Return what is kept of a scored frame."""
    bars = [(pl.col(outcome(one.id)) == 0).fill_null(value=False) for one in scheme.bars]
    return rows.select(
        SHEET,
        *NUMBERS,
        pl.col("level").cast(pl.String),
        _as_json(scheme.condition_ids()).alias("conditions"),
        pl.any_horizontal(*bars, pl.lit(value=False)).alias("barred"),
    ).cast(_TYPES)  # type: ignore[arg-type]  # Polars types its own schema too narrowly


def _as_json(idents: tuple[str, ...]) -> pl.Expr:
    """Return conditions as the database writes them back: shorter names first, spaces after."""
    if not idents:
        return pl.lit("{}")
    named = sorted(idents, key=lambda ident: (len(ident), ident))
    packed = pl.struct(pl.col(outcome(ident)).alias(ident) for ident in named)
    text = packed.struct.json_encode()
    return text.str.replace_all(",", ", ", literal=True).str.replace_all(":", ": ", literal=True)


def _unknown(part: pl.DataFrame) -> pl.DataFrame:
    """Return sheets of a scheme that the rulebook no longer has: nothing is known."""
    blank = [pl.lit(None, dtype=pl.Float64).alias(name) for name in NUMBERS]
    return part.select(
        SHEET, *blank, pl.lit(None, dtype=pl.String).alias("level"),
        pl.lit("{}").alias("conditions"), pl.lit(value=False).alias("barred"),
    )  # fmt: skip


def _beside(scored: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return scored.select(SHEET, "level", "barred").join(
        rows.select(SHEET, "unit", "scheme", "at"), on=SHEET, how="inner"
    )


def _persons(beside: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return of each person who is rated whether the class is failing, or not known."""
    rated = beside.filter(~pl.col("barred")).join(
        rows.select(SHEET, who="person"), on=SHEET, how="inner"
    )
    return rated.filter(pl.col("who").is_not_null()).select(
        "who", failed=(pl.col("level") == _FAILED).fill_null(value=False),
        unknown=pl.col("level").is_null(),
    )  # fmt: skip
