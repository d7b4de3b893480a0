"""Expressions over facts, evaluated by NumPy into one bit a person.

The tree that `compile` turns into Narwhals is walked once into steps; equal parts of different
expressions become one step. A block of people is taken through the steps while its columns
sit in the cache. A test holds all ways of evaluating equal.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from ngangtam.law.engine import tree
from ngangtam.law.engine.bits import Truth, Words, ones
from ngangtam.law.engine.numpy_curve import Curve, curve_of, roadmap_of
from ngangtam.law.engine.numpy_values import (
    EPOCH,
    MIRRORED,
    UNKNOWN,
    Column,
    Constant,
    Value,
    among,
    calendar_years,
    compared,
    completed_months,
    is_known,
    reckoned,
    time_between,
    truth,
)
from ngangtam.law.engine.spans import SpanKind
from ngangtam.law.engine.tree import Node

SPANS: Final[Mapping[SpanKind, Callable[[Any, Any], Any]]] = {
    "months": completed_months,
    "years": lambda first, last: completed_months(first, last) // 12,
    "year_difference": calendar_years,
}


# `x >= 3` is asked as `not x < 3`, so that the edge between two bands is compared once.
OPPOSITE: Final[Mapping[tree.Op, tree.Op]] = {">=": "<", ">": "<=", "!=": "=="}


@dataclass(slots=True)
class Block:
    """The people `start:stop`: what each step gave for them, worked out when first asked."""

    plan: Plan
    columns: Mapping[str, Column]
    start: int
    stop: int
    everybody: Words
    values: dict[int, Value] = field(default_factory=dict)

    def value(self, place: int) -> Value:
        """Return what step `place` gives."""
        found = self.values.get(place)
        if found is None:
            found = self.values[place] = self.plan.steps[place](self)
        return found

    def truth(self, place: int) -> Truth:
        """Return what step `place` gives, as truth."""
        return truth(self.value(place), self.everybody)


Step = Callable[[Block], Value]


@dataclass(slots=True)
class Plan:
    """Steps that evaluate many expressions together, each part once."""

    steps: list[Step] = field(default_factory=list)
    facts: set[str] = field(default_factory=set)
    _place: dict[Hashable, int] = field(default_factory=dict)
    _constant: dict[int, Constant] = field(default_factory=dict)
    _curve: dict[int, tuple[int, Curve]] = field(default_factory=dict)

    def add(self, node: Node) -> int:
        """Add an expression bound to a day; return the number of its step."""
        key = _key(node)
        if key not in self._place:
            self._place[key] = self._build(node)
        return self._place[key]

    def block(self, columns: Mapping[str, Column], start: int, stop: int) -> Block:
        """Return the people `start:stop`, ready to be asked; `start` is a multiple of 64."""
        return Block(self, columns, start, stop, ones(stop - start))

    def _step(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1

    def _build(self, node: Node) -> int:
        match node:
            case tree.Const():
                place = self._add_constant(node.value)
            case tree.FactRef():
                place = self.add(node.expansion) if node.expansion else self._add(node.fact.name)
            case tree.Not():
                place = self._negate(self.add(node.part))
            case tree.All() | tree.Some():
                parts = [self.add(part) for part in node.parts]
                place = self._join(parts, every=isinstance(node, tree.All))
            case tree.Compare():
                place = self._compare(node.op, self.add(node.left), self.add(node.right))
            case tree.In():
                place = self._add_choice(node)
            case tree.Arith():
                place = self._reckon(node.sign, self.add(node.left), self.add(node.right))
            case tree.Known():
                part = self.add(node.part)
                place = self._step(lambda block: is_known(block.value(part), block.everybody))
            case tree.Span():
                place = self._add_span(SPANS[node.kind], self.add(node.first), self.add(node.last))
            case tree.Retirement():
                place = self._add_retirement(node)
            case _:
                raise TypeError(f"{type(node).__name__} must be bound to a day first")
        return place

    def _add_constant(self, value: object) -> int:
        if isinstance(value, date):
            value = (value - EPOCH).days
        if value is not None and not isinstance(value, int | float):
            raise TypeError(f"{value!r} cannot stand alone in an expression")
        constant = Constant(value)
        place = self._once(("constant", type(value), value), lambda _: constant)
        self._constant[place] = constant
        return place

    def _add(self, fact: str) -> int:
        self.facts.add(fact)

        def step(block: Block) -> Value:
            column = block.columns.get(fact)
            return UNKNOWN if column is None else column.block(block.start, block.stop)

        return self._step(step)

    def _join(self, places: Sequence[int], *, every: bool) -> int:
        def step(block: Block) -> Value:
            out = block.truth(places[0])
            for place in places[1:]:
                out = out & block.truth(place) if every else out | block.truth(place)
            return out

        return places[0] if len(places) == 1 else self._step(step)

    def _negate(self, place: int) -> int:
        return self._once(("not", place), lambda block: block.truth(place).negate(block.everybody))

    def _reckon(self, sign: tree.Sign, left: int, right: int) -> int:
        return self._step(lambda block: reckoned(sign, block.value(left), block.value(right)))

    def _compare(self, op: tree.Op, left: int, right: int) -> int:
        if left in self._constant and right not in self._constant:
            left, right, op = right, left, MIRRORED[op]
        place = self._turning(op, left, self._constant.get(right))
        if place is not None:
            return place
        if op in OPPOSITE and right in self._constant:
            return self._negate(self._compared(OPPOSITE[op], left, right))
        return self._compared(op, left, right)

    def _compared(self, op: tree.Op, left: int, right: int) -> int:
        """Compare two steps; the same comparison asked twice, or denied, is one step."""
        return self._once(
            ("compared", op, left, right),
            lambda block: compared(op, block.value(left), block.value(right), block.everybody),
        )

    def _turning(self, op: tree.Op, place: int, limit: Constant | None) -> int | None:
        """Compare a number that one day decides with a constant, by asking for the day."""
        if place not in self._curve or limit is None or limit.value is None:
            return None
        source, curve = self._curve[place]
        turn = curve.turn(op, limit.value)
        if turn is None:
            return None
        if turn.day is None:
            known = self._once(
                ("known", source), lambda block: is_known(block.value(source), block.everybody)
            )
            certain = self._join([known, self._add_constant(None)], every=False)
            return certain if turn.after else self._negate(certain)
        before = self._compared("<", source, self._add_constant(turn.day))
        return self._negate(before) if turn.after else before

    def _once(self, key: Hashable, step: Step) -> int:
        if key not in self._place:
            self._place[key] = self._step(step)
        return self._place[key]

    def _add_choice(self, node: tree.In) -> int:
        item = self.add(node.item)
        options = node.options.value if isinstance(node.options, tree.Const) else None
        if not isinstance(options, tuple):
            return self._add_constant(None)
        numbers = [(x - EPOCH).days if isinstance(x, date) else x for x in options]
        place = self._step(lambda block: among(block.value(item), numbers, block.everybody))
        return self._negate(place) if node.negated else place

    def _add_span(self, function: Callable[[Any, Any], Any], first: int, last: int) -> int:
        """Add the time between two days; from or to a fixed day it is read from a table."""
        one, other = self._constant.get(first), self._constant.get(last)
        if one is not None and other is None and one.value is not None:
            return self._add_curve(last, curve_of(lambda days: function(one.value, days)))
        if other is not None and one is None and other.value is not None:
            return self._add_curve(first, curve_of(lambda days: function(days, other.value)))
        return self._step(
            lambda block: time_between(function, block.value(first), block.value(last))
        )

    def _add_curve(self, source: int, curve: Curve) -> int:
        place = self._step(lambda block: curve.read(block.value(source)))
        self._curve[place] = (source, curve)
        return place

    def _add_retirement(self, node: tree.Retirement) -> int:
        born, gender = self.add(node.born), self.add(node.gender)
        if not isinstance(node.table, tree.Roadmap):
            return self._add_constant(None)
        roadmap = roadmap_of(dict(node.table.steps))
        return self._step(lambda block: roadmap.read(block.value(born), block.value(gender)))


def _key(node: Node) -> Hashable:
    """Return what makes two parts of expressions the same step."""
    own: Hashable = ()
    match node:
        case tree.Const():
            own = (type(node.value).__name__, node.value)
        case tree.FactRef(expansion=None):
            own = node.fact.name
        case tree.Compare():
            own = node.op
        case tree.Arith():
            own = node.sign
        case tree.In():
            own = node.negated
        case tree.Span():
            own = node.kind
        case tree.Roadmap():
            own = node.steps
    return (type(node).__name__, own, *(_key(part) for part in tree.children(node)))
