"""A number that depends on one day alone, such as an age: worked out once for every day.

Comparing such a number with a limit asks only whether the day lies in some span of days, so
"under 40" is one comparison of the birth date and no age is reckoned at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ngangtam.law.engine.bits import pack
from ngangtam.law.engine.numpy_values import (
    COMPARE,
    EPOCH,
    UNKNOWN,
    Numbers,
    Value,
    either,
)
from ngangtam.law.engine.spans import Steps, retirement_day
from ngangtam.law.engine.tree import Op

# No person lives, and no rule speaks, outside these days; a day outside counts as the nearest.
FIRST: Final = (date(1800, 1, 1) - EPOCH).days
LAST: Final = (date(2200, 1, 1) - EPOCH).days


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a comparison turns: it holds from `day` on (`after`), or only before.

    Shape: with `day` None it holds for every day (`after`) or for none.
    """

    day: int | None
    after: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """A number that changes once a year: `start + sign * ((4 * day + phase) // 1461)`.

    Four years of the calendar are 1461 days; true from 1901 to 2098, where no leap year is
    skipped. A few operations on whole arrays, where a table would be looked up person by person.
    """

    start: int
    sign: int
    phase: int

    def read(self, days: NDArray[Any], out: NDArray[np.int32]) -> None:
        """Write the number for each day.

        Single precision is enough: half a day is added, so that no quotient comes nearer to a
        whole number than a thousand times the rounding. `_calendar_of` tries every day.
        """
        years = days.astype(np.float32)
        years *= np.float32(4 / 1461)
        years += np.float32((self.phase + 0.5) / 1461 + _AHEAD)
        out[:] = years
        if self.sign < 0:
            np.negative(out, out=out)
        out += np.int32(self.start - self.sign * _AHEAD)


# Whole years added before cutting fractions off, so that all numbers are positive.
_AHEAD: Final = 100


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The number for every day from FIRST to LAST."""

    table: NDArray[np.int32]
    calendar: Calendar | None

    def read(self, value: Value) -> Value:
        """Return each person's number."""
        if not isinstance(value, Numbers):
            return UNKNOWN
        days, out = value.values, np.empty(len(value.values), np.int32)
        low, high = _bounds(value)
        regular = self.calendar if low >= _REGULAR[0] and high < _REGULAR[1] else None
        # In pieces that stay in the cache through all the steps.
        for start in range(0, len(days), _AT_ONCE):
            piece, written = days[start : start + _AT_ONCE], out[start : start + _AT_ONCE]
            if regular is not None:
                regular.read(piece, written)
            else:
                self.table.take(piece - FIRST, mode="clip", out=written)
        ends = self.table.take([low - FIRST, high - FIRST], mode="clip")
        return Numbers(out, value.unknown, most=int(np.abs(ends).max()))

    def turn(self, op: Op, limit: float) -> Turn | None:
        """Return where the comparison turns; None when it turns more than once."""
        holds = COMPARE[op](self.table, limit)
        edges = np.flatnonzero(holds[1:] != holds[:-1])
        if len(edges) > 1:
            return None
        if not len(edges):
            return Turn(None, after=bool(holds[0]))
        return Turn(int(edges[0]) + 1 + FIRST, after=not holds[0])


_AT_ONCE: Final = 1 << 15
_REGULAR: Final = ((date(1901, 1, 1) - EPOCH).days, (date(2099, 1, 1) - EPOCH).days)


def _bounds(value: Numbers) -> tuple[int, int]:
    """Return two days between which all days lie; a curve rises or falls all the way."""
    if value.planes is not None:
        return value.planes.low, value.planes.low + (1 << len(value.planes.yes)) - 1
    if not len(value.values):
        return 0, 0
    return int(value.values.min()), int(value.values.max())


def curve_of(function: Callable[[NDArray[np.int64]], Any]) -> Curve:
    """Work the function out for every day."""
    table = np.asarray(function(np.arange(FIRST, LAST, dtype=np.int64)), np.int32)
    return Curve(table, _calendar_of(table))


def _calendar_of(table: NDArray[np.int32]) -> Calendar | None:
    """Return the calendar that gives the same numbers, when there is one."""
    days = np.arange(*_REGULAR, dtype=np.int32)
    wanted = table[days - FIRST]
    change = np.flatnonzero(np.diff(wanted))
    if not len(change):
        return None
    sign = 1 if wanted[-1] > wanted[0] else -1
    for late in range(4):
        phase = int((late - 4 * int(days[change[0] + 1])) % 1461)
        start = int(wanted[0]) - sign * ((4 * int(days[0]) + phase) // 1461)
        calendar, found = Calendar(start, sign, phase), np.empty_like(days)
        calendar.read(days, found)
        if np.array_equal(found, wanted):
            return calendar
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Roadmap:
    """The retirement day for every month of birth and every gender the road map names.

    Shape: `table` is (positions of gender, months since January 1800); NOBODY where the road
        map says nothing.
    """

    table: NDArray[np.int32]

    def read(self, born: Value, gender: Value) -> Value:
        """Return each person's retirement day; unknown where a fact or the rule is missing."""
        if not isinstance(born, Numbers) or not isinstance(gender, Numbers):
            return UNKNOWN
        month = born.values.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        row = np.minimum(gender.values, len(self.table) - 1).astype(np.int64)
        place = (month - _JANUARY_1800).clip(0, self.table.shape[1] - 1)
        days = self.table[row, place]
        unknown = either(born.unknown, gender.unknown)
        return Numbers(days, either(unknown, pack(days == NOBODY)))


NOBODY: Final = np.iinfo(np.int32).min
_JANUARY_1800: Final = (1800 - 1970) * 12


def roadmap_of(steps: Mapping[int, Steps]) -> Roadmap:
    """Work the retirement day out for every month of birth up to 2199."""
    table = np.full((max(steps) + 2, 400 * 12), NOBODY, np.int32)
    for gender, row in steps.items():
        for month in range(table.shape[1]):
            day = retirement_day(date(1800 + month // 12, month % 12 + 1, 1), row)
            if day is not None:
                table[gender, month] = (day - EPOCH).days
    return Roadmap(table)
