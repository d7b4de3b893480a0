"""A target against what was counted: met or not, and how many people are missing.

Plain arithmetic on whole numbers and fractions; the law's strictness (`>` or `>=`) is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final, Literal

from ngangtam.law.engine.model import Target

Outcome = Literal["met", "not_met", "unknown", "off", "not_yet", "nobody"]


@dataclass(frozen=True, slots=True)
class Counted:
    """People by what is known of them: whether in scope, and whether they have the measure.

    Shape: `yes`, `no` and `open` are in scope; `maybe_yes`, `maybe_no` and `maybe_open` may be.
    """

    yes: int
    no: int
    open: int
    maybe_yes: int = 0
    maybe_no: int = 0
    maybe_open: int = 0

    @property
    def total(self) -> int:
        """How many are in scope for certain."""
        return self.yes + self.no + self.open

    @property
    def unknown(self) -> int:
        """How many could change the figure if more were known of them."""
        return self.open + self.maybe_yes + self.maybe_no + self.maybe_open

    def lowest_share(self) -> Fraction | None:
        """Return the share if all that is unknown turned out against it."""
        among = self.total + self.maybe_no + self.maybe_open
        return Fraction(self.yes, among) if among else None

    def highest_share(self) -> Fraction | None:
        """Return the share if all that is unknown turned out for it."""
        might = self.maybe_yes + self.maybe_open
        among = self.total + might
        return Fraction(self.yes + self.open + might, among) if among else None

    def highest_count(self) -> int:
        """Return how many have the measure if all that is unknown turned out so."""
        return self.yes + self.open + self.maybe_yes + self.maybe_open


HOLDS: Final = {
    ">=": lambda value, bar: value >= bar,
    ">": lambda value, bar: value > bar,
    "<=": lambda value, bar: value <= bar,
    "<": lambda value, bar: value < bar,
    "==": lambda value, bar: value == bar,
}


def bar_of(target: Target) -> Fraction | None:
    """Return the number to reach: of a range, the low end."""
    return None if target.low is None else Fraction(str(target.low))


def decided(comparison: str, low: Fraction | None, high: Fraction | None, bar: Fraction) -> Outcome:
    """Return met or not met when every value from `low` to `high` says so, else unknown."""
    if low is None or high is None:
        return "nobody" if low is None and high is None else "unknown"
    at_both = {HOLDS[comparison](low, bar), HOLDS[comparison](high, bar)}
    if comparison == "==" and low != high:
        return "unknown" if low <= bar <= high else "not_met"
    if len(at_both) == 2:
        return "unknown"
    return "met" if at_both.pop() else "not_met"


def people_short(comparison: str, count: int, bar: Fraction) -> int:
    """Return the smallest number of people by whom the count misses the bar; 0 when reached.

    Shape: people to add for `>` and `>=`, to take off for `<` and `<=`; `bar` is in people.
    """
    match comparison:
        case ">=":
            return max(0, ceil(bar) - count)
        case ">":
            return max(0, floor(bar) + 1 - count)
        case "<=":
            return max(0, count - floor(bar))
        case "<":
            return max(0, count - (ceil(bar) - 1))
        case _:
            return ceil(abs(count - bar))
