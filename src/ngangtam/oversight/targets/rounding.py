"""Rounding as published tables do it: half up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def rounded(value: Fraction | float | int, places: int) -> float:
    """Return the value with `places` decimals; a half goes up, in size."""
    exact = value if isinstance(value, Fraction) else Fraction(str(value))
    scaled = exact * 10**places
    whole = (Decimal(scaled.numerator) / Decimal(scaled.denominator)).quantize(
        Decimal(1), rounding=ROUND_HALF_UP
    )
    return float(whole / 10**places)


def percent(count: int, total: int) -> float | None:
    """Return `count` as a percentage of `total` with two decimals; None of nothing."""
    return rounded(Fraction(100 * int(count), int(total)), 2) if total else None
