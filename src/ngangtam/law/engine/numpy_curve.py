"""A number that depends on one day alone, such as an age: worked out once for every day.

Comparing such a number with a limit asks only whether the day lies in some span of days, so
"under 40" is one comparison of the birth date and no age is reckoned at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ngangtam.law.engine.bits import Truth, Words
from ngangtam.law.engine.numpy_values import (
    COMPARE,
    UNKNOWN,
    Numbers,
    Operator,
    Value,
    masked,
    truth,
)

# No person lives, and no rule speaks, outside these days; a day outside counts as the nearest.
FIRST: Final = (date(1800, 1, 1) - date(1970, 1, 1)).days
LAST: Final = (date(2200, 1, 1) - date(1970, 1, 1)).days


@dataclass(frozen=True, slots=True)
class Span:
    """Days in [first, until), or all others; None leaves that side open."""

    first: int | None
    until: int | None
    inside: bool = True

    def holds(self, value: Value, everybody: Words) -> Truth:
        """Return for whom the day lies in the span."""
        if not isinstance(value, Numbers):
            return truth(UNKNOWN, everybody)
        days = value.values
        if self.first is None and self.until is None:
            mask = np.full(len(days), self.inside)
        elif self.first is None:
            mask = days < self.until if self.inside else days >= self.until
        elif self.until is None:
            mask = days >= self.first if self.inside else days < self.first
        else:
            mask = (days >= self.first) & (days < self.until)
            mask = mask if self.inside else ~mask
        return masked(mask, value.unknown)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The number for every day from FIRST to LAST."""

    table: NDArray[np.int16]

    def read(self, value: Value) -> Value:
        """Return each person's number."""
        if not isinstance(value, Numbers):
            return UNKNOWN
        return Numbers(self.table.take(value.values - FIRST, mode="clip"), value.unknown)

    def where(self, op: Operator, limit: float) -> Span | None:
        """Return the days for which the comparison holds; None when they are not one span."""
        holds = COMPARE[op](self.table, limit)
        for inside, run in ((True, holds), (False, ~holds)):
            edges = np.flatnonzero(np.diff(run, prepend=False, append=False))
            if len(edges) == 0:
                return Span(None, None, not inside)
            if len(edges) == 2:
                first, until = int(edges[0]), int(edges[1])
                return Span(
                    None if first == 0 else first + FIRST,
                    None if until == len(run) else until + FIRST,
                    inside,
                )
        return None


def curve_of(function: Callable[[NDArray[np.int64]], Any]) -> Curve:
    """Work the function out for every day."""
    return Curve(np.asarray(function(np.arange(FIRST, LAST, dtype=np.int64)), np.int16))
