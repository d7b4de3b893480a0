"""Expressions over facts, evaluated by NumPy into one bit a person.

The same syntax tree that `expr` turns into Narwhals is walked once into steps; equal parts of
different expressions become one step. A block of people is taken through the steps while its
columns sit in the cache. A test holds both ways of evaluating equal.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

import numpy as np

from ngangtam.law.engine.bits import Truth, Words, ones
from ngangtam.law.engine.numpy_curve import Curve, curve_of
from ngangtam.law.engine.numpy_values import (
    MIRRORED,
    UNKNOWN,
    Column,
    Constant,
    Numbers,
    Operator,
    Value,
    calendar_years,
    compared,
    completed_months,
    either,
    is_known,
    operand,
    reckoned,
    truth,
)

EPOCH: Final = date(1970, 1, 1)
ARITHMETIC: Final[Mapping[type[ast.operator], Callable[..., Any]]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.true_divide,
}
BETWEEN_DAYS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "months": completed_months,
    "years": lambda first, last: completed_months(first, last) // 12,
    "year_difference": calendar_years,
}


class Vocabulary(Protocol):
    """What the steps must know about names."""

    def kind(self, fact: str) -> str:
        """Return `flag`, `code`, `int` or `day`."""

    def position(self, fact: str, code: str) -> int:
        """Return the place of `code` in the catalogue of `fact`."""

    def meaning(self, fact: str) -> ast.expr | None:
        """Return the expression that a derived fact stands for; None for a base fact."""

    def parameter(self, name: str) -> object:
        """Return the value in force; None when there is none, which makes things unknown."""


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

    vocabulary: Vocabulary
    day: date
    steps: list[Step] = field(default_factory=list)
    facts: set[str] = field(default_factory=set)
    _place: dict[str, int] = field(default_factory=dict)
    _fact: dict[int, str] = field(default_factory=dict)
    _constant: dict[int, Constant] = field(default_factory=dict)
    _word: dict[int, str] = field(default_factory=dict)
    _curve: dict[int, tuple[int, Curve]] = field(default_factory=dict)

    def add(self, tree: ast.expr) -> int:
        """Add an expression that `expr` has checked; return the number of its step."""
        key = ast.dump(tree)
        if key not in self._place:
            self._place[key] = self._build(tree)
        return self._place[key]

    def block(self, columns: Mapping[str, Column], start: int, stop: int) -> Block:
        """Return the people `start:stop`, ready to be asked; `start` is a multiple of 64."""
        return Block(self, columns, start, stop, ones(stop - start))

    def _step(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1

    def _build(self, tree: ast.expr) -> int:
        match tree:
            case ast.Constant(value=value):
                place = self._add_constant(value)
            case ast.Name(id=name):
                place = self._add_name(name)
            case ast.BoolOp(op=op, values=parts):
                place = self._join([self.add(part) for part in parts], isinstance(op, ast.And))
            case ast.UnaryOp(op=ast.Not(), operand=part):
                place = self._negate(self.add(part))
            case ast.UnaryOp(op=ast.USub(), operand=part):
                place = self._reckon(ast.Sub, self._add_constant(0), self.add(part))
            case ast.BinOp(left=left, op=sign, right=right):
                place = self._reckon(type(sign), self.add(left), self.add(right))
            case ast.Compare(left=left, ops=ops, comparators=others):
                place = self._add_comparison(left, ops, others)
            case ast.Call(func=ast.Name(id=name), args=args):
                place = self._add_call(name, args)
            case _:
                raise TypeError(f"no step for {ast.unparse(tree)}")
        return place

    def _add_constant(self, value: object) -> int:
        if isinstance(value, str):
            place = self._step(lambda _: UNKNOWN)
            self._word[place] = value
            return place
        if isinstance(value, date):
            value = (value - EPOCH).days
        if value is not None and not isinstance(value, int | float):
            raise TypeError(f"{value!r} cannot stand in an expression")
        constant = Constant(value)
        place = self._step(lambda _: constant)
        self._constant[place] = constant
        return place

    def _add_name(self, name: str) -> int:
        if name == "day":
            return self._add_constant(self.day)
        meaning = self.vocabulary.meaning(name)
        if meaning is not None:
            return self.add(meaning)
        self.facts.add(name)

        def step(block: Block) -> Value:
            column = block.columns.get(name)
            return UNKNOWN if column is None else column.block(block.start, block.stop)

        place = self._step(step)
        self._fact[place] = name
        return place

    def _join(self, places: Sequence[int], every: bool) -> int:
        if len(places) == 1:
            return places[0]

        def step(block: Block) -> Value:
            out = block.truth(places[0])
            for place in places[1:]:
                out = out & block.truth(place) if every else out | block.truth(place)
            return out

        return self._step(step)

    def _negate(self, place: int) -> int:
        return self._step(lambda block: block.truth(place).negate(block.everybody))

    def _reckon(self, sign: type[ast.operator], left: int, right: int) -> int:
        function = ARITHMETIC[sign]
        return self._step(lambda block: reckoned(function, block.value(left), block.value(right)))

    def _add_comparison(
        self, left: ast.expr, ops: Sequence[ast.cmpop], others: Sequence[ast.expr]
    ) -> int:
        places: list[int] = []
        for op, one, other in zip(ops, (left, *others[:-1]), others, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                place = self._add_choice(self.add(one), other)
                places.append(self._negate(place) if isinstance(op, ast.NotIn) else place)
            else:
                places.append(self._compare(type(op), self.add(one), self.add(other)))
        return self._join(places, every=True)

    def _compare(self, op: Operator, left: int, right: int) -> int:
        left, right = self._number_of(left, right), self._number_of(right, left)
        place = self._limited(op, left, right)
        if place is None:
            place = self._limited(MIRRORED[op], right, left)
        if place is not None:
            return place
        return self._step(
            lambda block: compared(op, block.value(left), block.value(right), block.everybody)
        )

    def _limited(self, op: Operator, place: int, limit: int) -> int | None:
        """Compare a number that one day decides with a constant, by asking for the day."""
        constant = self._constant.get(limit)
        if place not in self._curve or constant is None or constant.value is None:
            return None
        source, curve = self._curve[place]
        span = curve.where(op, constant.value)
        if span is None:
            return None
        return self._step(lambda block: span.holds(block.value(source), block.everybody))

    def _number_of(self, place: int, beside: int) -> int:
        """Return the step of the number that a word means beside a code or a day."""
        word = self._word.get(place)
        return place if word is None else self._add_constant(self._meant(word, beside))

    def _meant(self, word: str, beside: int) -> int:
        fact = self._fact.get(beside)
        if fact is not None and self.vocabulary.kind(fact) == "code":
            return self.vocabulary.position(fact, word)
        return (date.fromisoformat(word) - EPOCH).days

    def _add_choice(self, place: int, options: ast.expr) -> int:
        listed = self._options(options)
        if listed is None:
            return self._add_constant(None)
        places = [self._compare(ast.Eq, place, self._add_constant(item)) for item in listed]
        return self._join(places, every=False) if places else self._none_of(place)

    def _none_of(self, place: int) -> int:
        """Nothing is in an empty list, but an unknown value stays unknown."""
        return self._step(
            lambda block: Truth(
                np.zeros_like(block.everybody),
                is_known(block.value(place), block.everybody).negate(block.everybody).true,
            )
        )

    def _options(self, options: ast.expr) -> list[Any] | None:
        if isinstance(options, ast.Tuple | ast.List | ast.Set):
            return [ast.literal_eval(item) for item in options.elts]
        if isinstance(options, ast.Call):
            value = self.vocabulary.parameter(ast.literal_eval(options.args[0]))
            return list(value) if isinstance(value, Sequence) else None
        raise TypeError(f"no list in {ast.unparse(options)}")

    def _add_call(self, name: str, args: Sequence[ast.expr]) -> int:
        if name == "param":
            return self._add_constant(self.vocabulary.parameter(ast.literal_eval(args[0])))
        places = [self.add(arg) for arg in args]
        if name == "known":
            return self._step(lambda block: is_known(block.value(places[0]), block.everybody))
        if name == "between":
            low = self._compare(ast.GtE, places[0], places[1])
            return self._join([low, self._compare(ast.LtE, places[0], places[2])], every=True)
        if name in BETWEEN_DAYS:
            first, last = (self._number_of(place, place) for place in places)
            return self._add_time(BETWEEN_DAYS[name], first, last)
        raise TypeError(f"no step for {name}()")

    def _add_time(self, function: Callable[[Any, Any], Any], first: int, last: int) -> int:
        """Add the time between two days; from or to a fixed day it is read from a table."""
        one, other = self._constant.get(first), self._constant.get(last)
        if one is not None and one.value is not None and last in self._fact:
            return self._add_curve(last, curve_of(lambda days: function(one.value, days)))
        if other is not None and other.value is not None and first in self._fact:
            return self._add_curve(first, curve_of(lambda days: function(days, other.value)))

        def step(block: Block) -> Value:
            left, right = block.value(first), block.value(last)
            if UNKNOWN in (left, right):
                return UNKNOWN
            (early, unknown), (late, also) = operand(left), operand(right)
            if isinstance(left, Constant) and isinstance(right, Constant):
                return Constant(int(function(early, late)))
            return Numbers(function(early, late), either(unknown, also))

        return self._step(step)

    def _add_curve(self, source: int, curve: Curve) -> int:
        place = self._step(lambda block: curve.read(block.value(source)))
        self._curve[place] = (source, curve)
        return place
