"""Who meets a standard: every criterion for everybody, or every finding for one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import narwhals as nw

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.expr import Compiled, Finding, Outcome, off_finding
from ngangtam.law.engine.interpret import conjunction
from ngangtam.law.engine.model import Standard

OVERALL: Final = "overall"
# Whether the standard is asked of somebody at all; a column only where it says of whom.
APPLIES: Final = "applies"


@dataclass(frozen=True, slots=True)
class StandardFinding:
    """One person against one standard: `findings` by criterion id, in the standard's order.

    Shape: `applies` is NOT_MET for somebody whom the standard is not asked of; None when it names
        nobody in particular. Of somebody else `outcome` is UNKNOWN: nothing was asked.
    """

    outcome: Outcome
    findings: Mapping[str, Finding]
    applies: Outcome | None = None

    @property
    def is_outside(self) -> bool:
        """Whether the standard is not asked of this person."""
        return self.applies is Outcome.NOT_MET


def compiled_criteria(standard: Standard, rulebook: Rulebook, on: date) -> dict[str, Compiled]:
    """Return the criteria that apply on the day, by id; those not confirmed are left out."""
    return {
        criterion.id: rulebook.bound(criterion.rule, on)
        for criterion in standard.criteria
        if standard.is_on(criterion)
    }


def evaluate_standard(
    standard: Standard,
    frame: Any,  # any frame that Narwhals knows: Polars eager or lazy, DuckDB, PySpark
    *,
    rulebook: Rulebook,
    on: date,
    keep: Sequence[str] = (),
) -> Any:
    """Return one Int8 column a criterion, and `overall`: 1 met, 0 not met, null unknown.

    Shape: rows in the order of `frame`; first the columns of `keep`, then the criteria in the
        standard's order, then `overall`. Criteria that are not confirmed are null throughout and
        do not count in `overall`; if none is confirmed, `overall` is null. A standard with a
        scope adds `applies`; `overall` is null where it is not 1.
    """
    wrapped: Any = nw.from_native(frame)
    columns = set(wrapped.collect_schema().names())
    active = compiled_criteria(standard, rulebook, on)
    clash = set(keep) & {OVERALL, APPLIES, *(criterion.id for criterion in standard.criteria)}
    if clash:
        raise ValueError(f"kept columns clash with criteria: {', '.join(sorted(clash))}")
    unknown = nw.lit(None, dtype=nw.Boolean())
    flags = [
        (active[one.id].nw(columns) if one.id in active else unknown).alias(one.id)
        for one in standard.criteria
    ]
    overall = nw.all_horizontal(*active, ignore_nulls=False) if active else unknown
    names = [*(one.id for one in standard.criteria), OVERALL]
    if standard.scope is not None:
        flags.append(rulebook.bound(standard.scope, on).nw(columns).alias(APPLIES))
        overall = nw.when(nw.col(APPLIES)).then(overall)
        names.append(APPLIES)
    return (
        wrapped.with_columns(*flags)
        .with_columns(overall.alias(OVERALL))
        .select(*keep, nw.col(*names).cast(nw.Int8))
        .to_native()
    )


def find_for(
    standard: Standard, facts: Mapping[str, object], *, rulebook: Rulebook, on: date
) -> StandardFinding:
    """Return every criterion's finding for one person, and the outcome of the whole.

    Shape: `facts` holds base facts; codes as words or positions, absent or None is unknown.
    """
    active = compiled_criteria(standard, rulebook, on)
    findings = {
        one.id: active[one.id].finding(facts, one.cites)
        if one.id in active
        else off_finding(one.cites)
        for one in standard.criteria
    }
    values = [
        None if finding.outcome is Outcome.UNKNOWN else finding.outcome is Outcome.MET
        for name, finding in findings.items()
        if name in active
    ]
    outcome = Outcome.of(conjunction(values)) if values else Outcome.UNKNOWN
    if standard.scope is None:
        return StandardFinding(outcome, findings)
    applies = rulebook.bound(standard.scope, on).finding(facts, standard.cites).outcome
    return StandardFinding(
        outcome if applies is Outcome.MET else Outcome.UNKNOWN, findings, applies
    )
