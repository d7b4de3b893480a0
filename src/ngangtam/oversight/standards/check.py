"""Who meets a standard: counts and lists for a unit, criterion by criterion."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import polars as pl

from ngangtam.law.engine import rulebook
from ngangtam.law.engine.findings import APPLIES, OVERALL, evaluate_standard
from ngangtam.law.engine.model import Standard
from ngangtam.records import facts

Part = Literal["met", "not_met", "unknown"]
_VALUES: dict[Part, int | None] = {"met": 1, "not_met": 0, "unknown": None}


def check_standard(standard_id: str, unit: str, on: date) -> dict[str, Any]:
    """Count who in the unit or below meets the standard, and each of its criteria.

    Shape: `people`, of whom `not_applicable` are not asked; of the others `met`, `not_met`,
        `unknown` of the whole, and the same for each of `criteria`; a criterion that is not
        confirmed is `off` and unknown for everybody.
    Errors: KeyError for an unknown standard or unit.
    """
    standard = rulebook().standards[standard_id]
    people = facts.on(on, unit).frame
    return {
        "standard": standard.id,
        "unit": unit,
        "reference_day": on.isoformat(),
        "people": people.height,
        **count(standard, people, on),
    }


def people_of(
    standard: Standard, people: pl.DataFrame, on: date, part: Part, criterion: str = OVERALL
) -> list[int]:
    """Return the ids of the people with one outcome, of the whole or of one criterion."""
    found = outcomes(standard, people, on)
    if standard.scope is not None:
        found = found.filter(_is_asked())
    wanted = _VALUES[part]
    chosen = pl.col(criterion).is_null() if wanted is None else pl.col(criterion) == wanted
    return found.filter(chosen)["person_id"].to_list()


def outcomes(standard: Standard, people: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return `person_id`, one column a criterion and `overall`: 1 met, 0 not met, null unknown."""
    found = evaluate_standard(standard, people, rulebook=rulebook(), on=on, keep=("person_id",))
    assert isinstance(found, pl.DataFrame)
    return found


def count(standard: Standard, people: pl.DataFrame, on: date) -> dict[str, Any]:
    """Count the outcomes of a frame of people."""
    found = evaluate_standard(standard, people.lazy(), rulebook=rulebook(), on=on)
    if standard.scope is not None:
        found = found.filter(_is_asked())
    names = [*(one.id for one in standard.criteria), OVERALL]
    sums = found.select(
        *(pl.col(name).cast(pl.Int64).sum().alias(f"{name}:met") for name in names),
        *(pl.col(name).null_count().alias(f"{name}:unknown") for name in names),
        asked=pl.len(),
    ).collect()
    asked = int(sums["asked"][0])

    def parts(name: str) -> dict[str, int]:
        met, unknown = int(sums[f"{name}:met"][0]), int(sums[f"{name}:unknown"][0])
        return {"met": met, "not_met": asked - met - unknown, "unknown": unknown}

    return {
        "not_applicable": people.height - asked,
        **parts(OVERALL),
        "criteria": [
            {"id": one.id, **parts(one.id), "off": not standard.is_on(one)}
            for one in standard.criteria
        ],
    }


def _is_asked() -> pl.Expr:
    """Whether the standard is asked of somebody, or nobody knows."""
    return pl.col(APPLIES).is_null() | (pl.col(APPLIES) == 1)
