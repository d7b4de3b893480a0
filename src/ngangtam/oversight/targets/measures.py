"""Every target of the resolutions, measured for every unit of a snapshot at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine import rulebook, tree
from ngangtam.law.engine.bits import unpack
from ngangtam.law.engine.model import Target
from ngangtam.law.engine.numpy_backend import Plan
from ngangtam.law.engine.tree import Node
from ngangtam.oversight.targets.counting import EVERYBODY, Questions, both, unknown
from ngangtam.oversight.targets.goals import Counted, Outcome, bar_of, decided, people_short
from ngangtam.oversight.targets.rollup import Rollup, Tally
from ngangtam.oversight.targets.rounding import rounded
from ngangtam.records import facts
from ngangtam.records.facts.snapshot import Line, Snapshot

Part = Literal["met", "not_met", "unknown"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that nobody recorded for some of the people whose answer is open."""

    fact: str
    people: int


@dataclass(frozen=True, slots=True)
class Measure:
    """One target in one unit with all below it.

    Shape: `value` is in the target's unit, None when nothing is known; `low` and `high` bound it
        whatever the unknown turn out to be. `gap`: the smallest number of people (of units, for
        "one in every unit": people to add in all) that would change it to met, counting the
        unknown as no; `gap_least` counts them as yes.
    """

    target: Target
    outcome: Outcome
    count: int
    total: int
    unknown: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    gap: int | None = None
    gap_least: int | None = None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """The rows of the answers about one target."""

    target: Target
    scope: int
    yes: int
    no: int
    maybe: int
    maybe_yes: int
    maybe_no: int
    missing: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """All targets for all units of a snapshot."""

    snapshot: Snapshot
    targets: tuple[Target, ...]
    asked: dict[str, _Asked]
    rollup: Rollup

    def at(self, target_id: str, unit: int) -> Measure:
        """Return one target in one unit and below, by its number in the tree."""
        target = next(one for one in self.targets if one.id == target_id)
        asked = self.asked.get(target_id)
        if asked is None:
            people = int(self.rollup.subtree.people[unit])
            return Measure(
                target, _asleep(target, self.snapshot.day) or "unknown", 0, people, people
            )
        return _measured(asked, self.rollup, unit)

    def of(self, unit: int) -> list[Measure]:
        """Return every target in one unit and below."""
        return [self.at(target.id, unit) for target in self.targets]


def board(snapshot: Snapshot, targets: Iterable[Target] | None = None) -> Board:
    """Measure the targets (all of the rulebook) for every unit of the snapshot."""
    book, questions = rulebook(), Questions()
    chosen = tuple(book.targets.values() if targets is None else targets)
    questions.count(EVERYBODY)
    asked = {
        target.id: _ask(questions, target, *_nodes(target, snapshot.day))
        for target in chosen
        if target.measure is not None
    }
    return Board(snapshot, chosen, asked, questions.answer(snapshot))


def measure_targets(unit: str, on: date) -> list[dict[str, Any]]:
    """Return every target measured in a unit and below, ready for printing.

    Errors: KeyError when no unit has that code on the day.
    """
    return [as_row(measure) for measure in board(facts.on(on, unit)).of(0)]


def rows_of(target: Target, snapshot: Snapshot, unit: int, part: Part) -> list[int]:
    """Return the ids of the people in scope who have the measure, do not, or nobody can say."""
    if target.measure is None:
        return []
    scope, measure = _nodes(target, snapshot.day)
    wanted = {
        "met": both(scope, measure),
        "not_met": both(scope, tree.Not(measure)),
        "unknown": unknown(both(scope, measure)),
    }[part]
    people = snapshot.rows(unit)
    chosen = people[_mask(snapshot, wanted)[people]]
    ids: list[int] = snapshot.frame["person_id"].to_numpy()[chosen].tolist()
    return ids


def as_row(measure: Measure) -> dict[str, Any]:
    """Return a measure as plain data."""
    target = measure.target
    return {
        "id": target.id,
        "label": said(target.label),
        "resolution": target.resolution,
        "cites": list(target.cites),
        "kind": target.kind,
        "unit": target.unit,
        "target": goal_text(target),
        "deadline": target.deadline.isoformat() if target.deadline else None,
        "value": measure.value,
        "low": measure.low,
        "high": measure.high,
        "count": measure.count,
        "total": measure.total,
        "outcome": measure.outcome,
        "gap": measure.gap,
        "gap_least": measure.gap_least,
        "unknown": measure.unknown,
        "missing": [{"fact": one.fact, "people": one.people} for one in measure.missing],
        "note": said(target.missing_facts_note) or None,
    }


def goal_text(target: Target) -> str | None:
    """Return what is to be reached: `>= 20` or, of a range, `>= 20–25`; the low end decides."""
    if target.low is None:
        return None
    ends = dict.fromkeys(f"{end:g}" for end in (target.low, target.high) if end is not None)
    return f"{target.comparison} {'–'.join(ends)}"


def _asleep(target: Target, day: date) -> Outcome | None:
    if target.status != "shipped" or target.low is None:
        return "off"
    return "not_yet" if target.from_ and day < target.from_ else None


def _nodes(target: Target, day: date) -> tuple[Node, Node]:
    assert target.measure is not None
    book = rulebook()
    return (book.bound(target.scope, day).bound.node, book.bound(target.measure, day).bound.node)


def _ask(questions: Questions, target: Target, scope: Node, measure: Node) -> _Asked:
    maybe, answer = unknown(scope), both(scope, measure)
    names = dict.fromkeys((*tree.base_facts(scope), *tree.base_facts(measure)))
    vocabulary = rulebook().facts
    return _Asked(
        target=target,
        scope=questions.count(scope),
        yes=questions.count(answer),
        no=questions.count(both(scope, tree.Not(measure))),
        maybe=questions.count(maybe),
        maybe_yes=questions.count(both(maybe, measure)),
        maybe_no=questions.count(both(maybe, tree.Not(measure))),
        missing=tuple(
            (name, questions.count(both(unknown(answer), unknown(tree.FactRef(vocabulary[name])))))
            for name in names
        ),
    )


def _measured(asked: _Asked, rollup: Rollup, unit: int) -> Measure:
    target, tally = asked.target, rollup.subtree
    counted = _counted(asked, tally, unit)
    asleep = _asleep(target, rollup.snapshot.day)
    missing = tuple(
        Missing(fact, int(tally.true[row, unit]))
        for fact, row in asked.missing
        if tally.true[row, unit]
    )
    bar = bar_of(target)
    if asleep is not None or bar is None or target.kind == "ratio":
        outcome = asleep or "unknown"
        value = float(counted.yes) if target.kind == "count" else None
        return Measure(target, outcome, counted.yes, counted.total, counted.unknown, value,
                       missing=missing)  # fmt: skip
    if target.kind == "at_least_one_per_unit":
        return _in_every_unit(asked, rollup, unit, bar, missing)
    if target.kind == "count":
        return _plain_count(target, counted, bar, missing)
    return _share(target, counted, bar, missing)


def _counted(asked: _Asked, tally: Tally, unit: int) -> Counted:
    def at(row: int) -> int:
        return int(tally.true[row, unit])

    yes, no = at(asked.yes), at(asked.no)
    maybe_yes, maybe_no = at(asked.maybe_yes), at(asked.maybe_no)
    return Counted(
        yes=yes,
        no=no,
        open=at(asked.scope) - yes - no,
        maybe_yes=maybe_yes,
        maybe_no=maybe_no,
        maybe_open=at(asked.maybe) - maybe_yes - maybe_no,
    )


def _share(
    target: Target, counted: Counted, bar: Fraction, missing: tuple[Missing, ...]
) -> Measure:
    low, high = counted.lowest_share(), counted.highest_share()
    outcome = decided(target.comparison, low, high, bar / 100)
    known = counted.yes + counted.no
    value = Fraction(100 * counted.yes, counted.total) if known else None
    wanted = bar * counted.total / 100
    most = counted.yes + counted.open
    upward = target.comparison in {">", ">="}
    return Measure(
        target,
        outcome,
        counted.yes,
        counted.total,
        counted.unknown,
        value=None if value is None else rounded(value, 2),
        low=None if low is None else rounded(100 * low, 2),
        high=None if high is None else rounded(100 * high, 2),
        gap=people_short(target.comparison, counted.yes if upward else most, wanted)
        if counted.total
        else None,
        gap_least=people_short(target.comparison, most if upward else counted.yes, wanted)
        if counted.total
        else None,
        missing=missing,
    )


def _plain_count(
    target: Target, counted: Counted, bar: Fraction, missing: tuple[Missing, ...]
) -> Measure:
    low, high = counted.yes, counted.highest_count()
    ends = (low, high) if target.comparison in {">", ">="} else (high, low)
    return Measure(
        target,
        decided(target.comparison, Fraction(low), Fraction(high), bar),
        counted.yes,
        counted.total,
        counted.unknown,
        value=float(low),
        low=float(low),
        high=float(high),
        gap=people_short(target.comparison, ends[0], bar),
        gap_least=people_short(target.comparison, ends[1], bar),
        missing=missing,
    )


def _in_every_unit(
    asked: _Asked, rollup: Rollup, unit: int, bar: Fraction, missing: tuple[Missing, ...]
) -> Measure:
    """Every unit that itself has somebody in scope needs `bar` people with the measure."""
    run = slice(unit, int(rollup.snapshot.tree.end[unit]))
    own, need = rollup.own.true, -(-bar.numerator // bar.denominator)
    scope, yes = own[asked.scope, run], own[asked.yes, run]
    most = scope - own[asked.no, run] + own[asked.maybe, run] - own[asked.maybe_no, run]
    counts = scope > 0
    reached = counts & (yes >= need)
    may_reach = counts & (most >= need)
    maybe_counts = ~counts & (own[asked.maybe, run] > 0) & (yes < need)
    units, good, possible = int(counts.sum()), int(reached.sum()), int(may_reach.sum())
    open_units = possible - good + int(maybe_counts.sum())
    outcome: Outcome = "nobody" if not units and not open_units else "unknown"
    if units and possible < units:
        outcome = "not_met"
    elif units and not open_units:
        outcome = "met"
    return Measure(
        asked.target,
        outcome,
        good,
        units,
        open_units,
        value=float(good) if units else None,
        low=float(good) if units else None,
        high=float(possible) if units else None,
        gap=_short(yes[counts], need),
        gap_least=_short(most[counts], need),
        missing=missing,
    )


def _short(people: NDArray[np.int32], need: int) -> int:
    return int(np.maximum(0, need - people).sum())


def _mask(snapshot: Snapshot, node: Node) -> NDArray[np.bool_]:
    plan = Plan()
    place = plan.add(node)
    people = snapshot.frame.height
    everybody = Line(snapshot.frame, snapshot.first)
    block = plan.block(everybody.columns(plan.facts), 0, people)
    return unpack(block.truth(place).true, people)
