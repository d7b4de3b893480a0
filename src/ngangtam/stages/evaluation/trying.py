"""A scheme tried on the data of a cycle before anybody adopts it: what would change, for whom.

The same inputs are reckoned twice, leaders after those whom they lead, so that what changes for
staff changes what follows from it. Nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import polars as pl
from django.utils.translation import gettext as _

from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.law.engine.comparing import DIRECTIONS, Comparison
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.law.engine.schemes import LEVELS
from ngangtam.law.engine.score_input import SHEET
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.queries.reach import is_within
from ngangtam.stages.evaluation import reckoning_reading
from ngangtam.stages.evaluation.models import Class, Cycle, Sheet
from ngangtam.stages.evaluation.queries_cycles import reads
from ngangtam.stages.evaluation.reckoning import Reckoning

_OPEN: Final = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One sheet whose class would change."""

    sheet: int
    name: str
    unit: str
    before: str
    after: str
    total_before: float | None
    total_after: float | None
    direction: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a scheme would change. Shape: `counts` (before, after, sheets), "" for unknown; `names`
    whether `moves` may be named."""

    scheme: str
    sheets: int
    counts: list[tuple[str, str, int]]
    moves: list[Move]
    names: bool

    @property
    def changed(self) -> int:
        return sum(number for before, after, number in self.counts if before != after)

    def said(self) -> dict[str, Any]:
        """Return the trial as a program reads it."""
        return {
            "scheme": self.scheme, "sheets": self.sheets, "changed": self.changed,
            "counts": [
                {"before": before or None, "after": after or None, "sheets": number}
                for before, after, number in self.counts
            ],
            "moved": [
                {"sheet": one.sheet, "name": one.name, "unit": one.unit,
                 "before": one.before or None, "after": one.after or None,
                 "total_before": one.total_before, "total_after": one.total_after,
                 "direction": one.direction}
                for one in self.moves
            ] if self.names else [],
        }  # fmt: skip


def schemes_to_try(subject: str = "person") -> list[tuple[str, Mapping[str, str]]]:
    """Return (id, label) of the schemes that reckon points for a person."""
    return [
        (ident, one.label) for ident, one in sorted(rulebook().schemes.items())
        if one.subject == subject and one.levels
    ]  # fmt: skip


def try_scheme(
    viewer: Viewer | None, cycle: Cycle, unit: Unit, scheme: str, instead_of: str = ""
) -> Trial:
    """Reckon a unit with everything below it by its own schemes, then by another one.

    Shape: `instead_of` limits it to the sheets of one scheme; None as viewer is the owner of the
        instance. The cycle may be open: then it is reckoned as it stands.
    Errors: DomainError for a scheme that the rulebook does not have, or without a sheet.
    """
    book = rulebook()
    if scheme not in book.schemes:
        raise DomainError(_("There is no scheme called %s.") % scheme)
    inputs = reckoning_reading.read(cycle)
    told = _told(cycle, unit)
    people = inputs.sheets.filter(
        pl.col("person").is_not_null() & pl.col(SHEET).is_in(told["sheet"].implode())
    )
    if instead_of:
        people = people.filter(scheme=instead_of)
    leads = book.schemes[scheme].leaders
    if leads != "any":
        people = people.filter(pl.col("leader") == (leads == "only"))
    # One person under two regimes is tried once, by the first sheet.
    chosen = people.unique("person", keep="first", maintain_order=True)[SHEET]
    swapped = inputs.sheets.with_columns(
        scheme=pl.when(pl.col(SHEET).is_in(chosen.implode())).then(pl.lit(scheme))
        .otherwise("scheme")
    )  # fmt: skip
    on, yearly = cycle.until - timedelta(days=1), cycle.kind == Cycle.Kind.YEAR
    first = Reckoning(inputs, on, yearly, book).scored()
    second = Reckoning(replace(inputs, sheets=swapped), on, yearly, book).scored()
    held = reads(viewer)
    names = held is None or any(is_within(str(unit.path), top) for top in held)
    found = comparison(first, second, told["sheet"])
    return _trial(scheme, len(chosen), found, told, names=names)


def _trial(
    scheme: str, sheets: int, found: Comparison, told: pl.DataFrame, *, names: bool
) -> Trial:
    moved = found.moved.join(told, on=SHEET, how="left", maintain_order="left")
    order = {level: at for at, level in enumerate(reversed(LEVELS))}
    counts = sorted(
        ((before or _OPEN, after or _OPEN, number)
         for before, after, number in found.counts.iter_rows()),
        key=lambda one: (order.get(one[0], 9), order.get(one[1], 9)),
    )  # fmt: skip
    moves = [
        Move(row[SHEET], row["name"], row["unit_name"], row["before"] or _OPEN,
             row["after"] or _OPEN, row["total_before"], row["total_after"], row["direction"])
        for row in moved.iter_rows(named=True)
    ] if names else []  # fmt: skip
    return Trial(scheme, sheets, counts, moves, names)


def comparison(first: pl.DataFrame, second: pl.DataFrame, sheets: pl.Series) -> Comparison:
    """Return what changes between two reckonings, in the shape of `law.engine.compare`."""
    kept = pl.col(SHEET).is_in(sheets.implode())
    pairs = first.filter(kept).select(SHEET, before="level", total_before="total").join(
        second.select(SHEET, after="level", total_after="total"), on=SHEET, how="inner",
        maintain_order="left",
    )  # fmt: skip
    place = {level: at for at, level in enumerate(LEVELS)}
    low, high = (
        pl.col(name).replace_strict(place, default=None, return_dtype=pl.Int8)
        for name in ("before", "after")
    )
    direction = (
        pl.when(high > low).then(pl.lit("up")).when(high < low).then(pl.lit("down"))
        .when(high == low).then(pl.lit("same")).otherwise(pl.lit("open"))
    )  # fmt: skip
    pairs = pairs.with_columns(direction.cast(DIRECTIONS).cast(pl.String).alias("direction"))
    counts = pairs.group_by("before", "after").agg(pl.len().alias("sheets"))
    differs = pl.col("before").ne_missing(pl.col("after"))
    return Comparison(counts=counts.sort("before", "after"), moved=pairs.filter(differs))


def _told(cycle: Cycle, unit: Unit) -> pl.DataFrame:
    """Return the people's sheets at a unit and below it, with their names."""
    rows = Sheet.objects.filter(cycle=cycle, person__isnull=False)
    rows = rows.filter(path__within=str(unit.path)).order_by("path", "person__name_key", "pk")
    return pl.DataFrame(
        list(rows.values_list("pk", "person__full_name", "unit__name")),
        schema={"sheet": pl.Int64, "name": pl.String, "unit_name": pl.String}, orient="row",
    )  # fmt: skip


def label(level: str) -> str:
    """Return a class in words, a dash where it is unknown."""
    return str(Class(level).label) if level else "–"
