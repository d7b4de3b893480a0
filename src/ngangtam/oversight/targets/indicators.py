"""Indicators: counted, averaged and banded figures of a named set of definitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from ngangtam.law.engine import rulebook
from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.model import Indicator, IndicatorSet, Rule
from ngangtam.law.engine.tree import Node
from ngangtam.oversight.targets.counting import EVERYBODY, Questions, both
from ngangtam.oversight.targets.rollup import Rollup, Tally
from ngangtam.oversight.targets.rounding import percent, rounded
from ngangtam.records import facts
from ngangtam.records.facts.snapshot import Snapshot


class UnknownDefinitionsError(LookupError):
    """The rulebook has no set of definitions of that name."""


def indicators(unit: str, on: date, definitions: str = "standard") -> list[dict[str, Any]]:
    """Return the figures of a set for the people holding a post in `unit` or below on `on`.

    Shape: one mapping an indicator: `id`, `definition`, `reference_day`, `count`, `total`,
        `percent`, `unknown`; a mean has `value` too, bands have `bands`.
    Errors: UnknownDefinitionsError; KeyError when no unit has that code on the day.
    """
    found = rulebook().indicators.get(definitions)
    if found is None:
        known = ", ".join(sorted(rulebook().indicators))
        raise UnknownDefinitionsError(
            f"there are no definitions {definitions!r}; there are {known}"
        )
    return figures(facts.on(on, unit), found).of(0)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Where the answers about one indicator stand: the rows of its masks and sums."""

    indicator: Indicator
    reference_day: date
    total: int
    parts: tuple[int, ...]
    sum: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """The figures of a set for every unit of a snapshot."""

    snapshot: Snapshot
    asked: tuple[_Asked, ...]
    rollup: Rollup

    def of(self, unit: int) -> list[dict[str, Any]]:
        """Return the figures of one unit with all below it, by its number in the tree."""
        return [_figure(asked, self.rollup.subtree, unit) for asked in self.asked]


def figures(snapshot: Snapshot, definitions: IndicatorSet) -> Figures:
    """Count every indicator of the set for every unit of the snapshot."""
    book, questions = rulebook(), Questions()
    asked = tuple(_ask(questions, book, item, definitions, snapshot.day)
                  for item in definitions.items)  # fmt: skip
    return Figures(snapshot, asked, questions.answer(snapshot))


def _ask(
    questions: Questions, book: Rulebook, item: Indicator, of: IndicatorSet, on: date
) -> _Asked:
    day = item.reference_day or of.reference_day or on

    def node(rule: Rule | None) -> Node:
        return EVERYBODY if rule is None else book.bound(rule, day).bound.node

    among = node(item.denominator)
    total = questions.count(among)
    if item.kind == "mean":
        return _Asked(item, day, total, (), questions.total(node(item.rule)))
    rules = [band.rule for band in item.bands] if item.kind == "bands" else [item.rule]
    return _Asked(
        item, day, total, tuple(questions.count(both(among, node(rule))) for rule in rules)
    )


def _figure(asked: _Asked, tally: Tally, unit: int) -> dict[str, Any]:
    item = asked.indicator
    total = int(tally.true[asked.total, unit])
    figure: dict[str, Any] = {
        "id": item.id,
        "definition": item.definition,
        "reference_day": asked.reference_day.isoformat(),
    }
    if asked.sum is not None:
        count = int(tally.numbered[asked.sum, unit])
        mean = Fraction(tally.total[asked.sum, unit]) / count if count else None
        places = 2 if item.round is None else item.round
        return figure | {
            "count": count,
            "total": total,
            "percent": percent(count, total),
            "unknown": total - count,
            "value": None if mean is None else rounded(mean, places),
        }
    counts = [int(tally.true[row, unit]) for row in asked.parts]
    unknown = max(int(tally.unknown[row, unit]) for row in asked.parts)
    figure |= {
        "count": sum(counts),
        "total": total,
        "percent": percent(sum(counts), total),
        "unknown": unknown,
    }
    if item.kind == "bands":
        figure["bands"] = [
            {"id": band.id, "count": count, "percent": percent(count, total)}
            for band, count in zip(item.bands, counts, strict=True)
        ]
    return figure
