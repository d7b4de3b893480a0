"""Counts of many indicators for every unit of the tree at once.

People are sorted in preorder of the units, so the people of a subtree are one run of rows. An
expression gives one bit a person; counting a run is the difference of two running totals of
set bits. Nothing loops over units, and a person is looked at once for each indicator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ngangtam.law.engine.bits import WORD, Words, ones, pack, set_bits, words_for
from ngangtam.law.engine.numpy_backend import Block, Plan
from ngangtam.law.engine.numpy_values import Column, Numbers, operand
from ngangtam.records.facts.snapshot import Line, Snapshot
from ngangtam.records.facts.tree import Ints

Counts = NDArray[np.int32]
Sums = NDArray[np.float64]
# People taken together: as bits they are half a megabyte; a multiple of 64.
PEOPLE_AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What was counted, for every unit.

    Shape: `true` and `unknown` are (expressions, units); `total` and `numbered` are
        (sums, units): the sum of a number, and of how many people it is the sum.
    """

    people: Counts
    true: Counts
    unknown: Counts
    total: Sums
    numbered: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Running:
    """The same, as running totals at the row where each unit begins: one entry more than units."""

    people: Counts
    true: Counts
    unknown: Counts
    total: Sums
    numbered: Counts

    def until(self, end: Ints) -> Tally:
        """Return, for every unit `u`, what lies in the units `u <= n < end[u]`."""

        def less(running: NDArray[Any]) -> NDArray[Any]:
            out = running.take(end, axis=-1)
            out -= running[..., :-1]
            return out

        return Tally(
            less(self.people),
            less(self.true),
            less(self.unknown),
            less(self.total),
            less(self.numbered),
        )


@dataclass(frozen=True, eq=False)
class Rollup:
    """Counts of the people of each unit itself (`own`), and with all below it (`subtree`)."""

    snapshot: Snapshot
    sheet: _Sheet

    @cached_property
    def subtree(self) -> Tally:
        """A person with several posts counts once in every subtree that holds any of them."""
        return self.sheet.running().until(self.snapshot.tree.end)

    @cached_property
    def own(self) -> Tally:
        """A person with several posts counts once in each of their units."""
        units = len(self.snapshot.tree)
        return self.sheet.running(positive=True).until(np.arange(1, units + 1, dtype=np.int32))


def roll_up(
    snapshot: Snapshot, plan: Plan, masks: Sequence[int], numbers: Sequence[int] = ()
) -> Rollup:
    """Count every mask, and add every number up, for all units.

    Shape: `masks` and `numbers` are steps of `plan`.
    """
    line = snapshot.line
    people = line.length
    columns = line.columns(plan.facts)
    sheet = _Sheet(line, len(masks), len(numbers))

    for start in range(0, people, PEOPLE_AT_ONCE):
        stop = min(start + PEOPLE_AT_ONCE, people)
        sheet.fill(plan.block(columns, start, stop), masks, numbers)
    return Rollup(snapshot, sheet)


class _Sheet:
    """Bits of all people for all expressions, filled block by block."""

    def __init__(self, line: Line, masks: int, numbers: int) -> None:
        self.line = line
        self.people = people = line.length
        self.true = _Rows(masks, people)
        self.unknown = _Rows(masks, people)
        self.missing = _Rows(numbers, people)
        self.values: list[NDArray[Any]] = [np.zeros(people, np.int32)] * numbers
        self.most = [0] * numbers

    def fill(self, block: Block, masks: Sequence[int], numbers: Sequence[int]) -> None:
        for row, place in enumerate(masks):
            truth = block.truth(place)
            self.true.put(row, block.start, truth.true)
            self.unknown.put(row, block.start, truth.unknown)
        for row, place in enumerate(numbers):
            value = block.value(place)
            if not isinstance(value, Numbers):
                value = _spread(operand(value)[0], block)
            self.missing.put(row, block.start, value.unknown)
            self.most[row] = _larger(self.most[row], value)
            if len(value.values) == self.people:
                self.values[row] = value.values
                continue
            if block.start == 0:
                self.values[row] = np.empty(self.people, value.values.dtype)
            self.values[row][block.start : block.stop] = value.values

    def running(self, *, positive: bool = False) -> Running:
        """Return the running totals; of the rows that add alone when `positive`."""
        weight = self.line.weight
        if weight is not None and positive:
            weight = weight.clip(min=0)
        ruler = Ruler(self.line.first, self.people, weight)
        return Running(
            ruler.people,
            self.true.totals(ruler),
            self.unknown.totals(ruler),
            np.stack(
                [
                    ruler.sum(column, self.most[row], self.missing.of(row))
                    for row, column in enumerate(self.values)
                ]
            )
            if self.values
            else np.zeros((0, len(ruler.marks))),
            ruler.people - self.missing.totals(ruler),
        )


def _spread(value: float | None, block: Block) -> Numbers:
    """Give everybody of the block the same number, or none."""
    people = block.stop - block.start
    if value is None:
        return Numbers(np.zeros(people), block.everybody)
    return Numbers(np.full(people, value))


class _Rows:
    """One row of bits an expression; the rows that share their bits are kept once.

    Many expressions over one fact are unknown for the same people, and a block hands out the
    same array for each of them.
    """

    def __init__(self, rows: int, people: int) -> None:
        self.people = people
        self.bits: list[Words | None] = [None] * rows
        self.like: list[int] = list(range(rows))
        # The arrays of the first block, kept so that no later array takes the id of one.
        self._first: dict[int, tuple[int, Words]] = {}

    def put(self, row: int, start: int, words: Words | None) -> None:
        """Keep the bits of the people from `start` on."""
        if words is None:
            return
        if start == 0:
            self.like[row] = self._first.setdefault(id(words), (row, words))[0]
        if self.like[row] != row:
            return
        if len(words) == words_for(self.people):
            self.bits[row] = words
            return
        bits = self.bits[row]
        if bits is None:
            bits = self.bits[row] = np.zeros(words_for(self.people), np.uint64)
        place = start // WORD
        bits[place : place + len(words)] = words

    def of(self, row: int) -> Words | None:
        """Return the bits of a row; None when none is set."""
        return self.bits[self.like[row]]

    def totals(self, ruler: Ruler) -> Counts:
        """Return, row by row, how many bits are set before each mark of the ruler."""
        out = np.zeros((len(self.bits), len(ruler.marks)), np.int32)

        for row, bits in enumerate(self.bits):
            if bits is not None and self.like[row] == row:
                out[row] = ruler.count(bits)
        for row, like in enumerate(self.like):
            if like != row:
                out[row] = out[like]
        return out


class Ruler:
    """Marks between people; what lies before each mark is counted from words of 64 bits."""

    def __init__(
        self, marks: NDArray[np.int64], people: int, weight: NDArray[np.int8] | None
    ) -> None:
        self.marks = marks
        self.weight = weight
        self.word = marks // WORD
        # A mark at the very end may point one word past the last; nothing of it counts.
        self.inside = self.word.clip(max=max(words_for(people) - 1, 0))
        self.before = (np.uint64(1) << (marks % WORD).astype(np.uint64)) - np.uint64(1)
        self.minus: Words | None = None
        self.some: Words | None = None
        self.taken: Counts | None = None
        if weight is not None:
            self.minus, self.some = pack(weight < 0), pack(weight != 0)
            self.taken = self._before_marks(self.minus)
        self.people: Counts = self.count(ones(people))

    def count(self, bits: Words) -> Counts:
        """Return how many bits are set before each mark, each with the weight of its row.

        With the rows that take off turned round, every one of them that is not set counts one
        too many: what is set then, less all of them, is what was to be counted.
        """
        if self.minus is None or self.some is None or self.taken is None:
            return self._before_marks(bits)
        turned = bits ^ self.minus
        turned &= self.some
        found = self._before_marks(turned)
        found -= self.taken
        return found

    def _before_marks(self, bits: Words) -> Counts:
        if not len(bits):
            return np.zeros(len(self.marks), np.int32)
        running = np.zeros(len(bits) + 1, np.int32)
        np.cumsum(np.bitwise_count(bits), dtype=np.int32, out=running[1:])
        found = running.take(self.word)
        near = bits.take(self.inside)
        near &= self.before
        found += np.bitwise_count(near)
        return found

    def sum(self, column: NDArray[Any], most: int, missing: Words | None) -> Sums:
        """Return the sum of a column before each mark, without the people it is missing for.

        Shape: no number of the column is larger than `most`, in size.
        """
        out = np.zeros(len(self.marks))
        gaps = np.diff(self.marks)
        filled = np.flatnonzero(gaps)
        if filled.size:
            whole = column.dtype.kind != "f"
            narrow = whole and most * int(gaps.max()) < 2**31
            kind = np.int32 if narrow else np.int64 if whole else np.float64
            parts = np.zeros(len(gaps), kind)
            parts[filled] = np.add.reduceat(column, self.marks[filled], dtype=kind)
            self._correct(parts, column, missing)
            np.cumsum(parts, out=out[1:])
        return out

    def _correct(self, parts: NDArray[Any], column: NDArray[Any], unknown: Words | None) -> None:
        """Take off what the few rows that are missing, or weigh other than 1, added too much."""
        if self.weight is not None:
            rows = self._odd
            self._take_off(parts, rows, column[rows] * (1.0 - self.weight[rows]))
        if unknown is not None:
            rows = set_bits(unknown)
            weight = 1.0 if self.weight is None else self.weight[rows]
            self._take_off(parts, rows, column[rows] * weight)

    @cached_property
    def _odd(self) -> NDArray[np.int64]:
        """The rows that weigh other than 1."""
        assert self.weight is not None
        return np.flatnonzero(self.weight != 1)

    def _take_off(self, parts: NDArray[Any], rows: NDArray[np.int64], excess: Sums) -> None:
        units = np.searchsorted(self.marks, rows, side="right") - 1
        parts -= np.bincount(units, excess, len(parts)).astype(parts.dtype)


def _larger(most: int, value: Numbers) -> int:
    """Return a bound for the size of all numbers met so far."""
    if value.most is not None or not len(value.values):
        return max(most, value.most or 0)
    return max(most, abs(int(value.values.min())), abs(int(value.values.max())))


def floor_bytes(columns: Mapping[str, Column]) -> list[NDArray[Any]]:
    """Return the memory that the facts occupy: what any way of counting must read."""
    return [memory for column in columns.values() for memory in column.buffers()]
