"""How sure a share of few people is: Wilson's interval, at 95 %.

Why Wilson's: it never leaves 0 to 100 %, it holds its level for ten people as for ten thousand and
beside 0 and 100 %, where the everyday ± formula claims certainty; and anybody can check it by hand.
What it stands for: the classes of one cycle are taken as one draw of what the same work would be
given in cycles like it. It says nothing about who is right.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

_Z: Final = 1.959963984540054  # 95 % of a normal distribution lie within


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval. Units: per cent."""

    part: float
    many: int
    value: float
    low: float
    high: float


def wilson(part: float, many: int) -> Share | None:
    """Return the share of `part` among `many`; None of nobody. Half counts are allowed."""
    if many <= 0:
        return None
    share = part / many
    squared = _Z * _Z / many
    middle = (share + squared / 2) / (1 + squared)
    reach = _Z * sqrt(share * (1 - share) / many + squared / (4 * many)) / (1 + squared)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    # Rounding must not take the share itself out of its interval.
    return Share(part, many, 100 * share, 100 * min(low, share), 100 * max(high, share))


def wholly_above(one: Share, other: Share) -> bool:
    """Whether an interval lies wholly above another."""
    return one.low > other.high


def thirds(share: Share) -> tuple[bool, bool, bool]:
    """Return which of the lower, middle and upper third an interval touches."""
    return (share.low < 100 / 3, share.low < 200 / 3 and share.high > 100 / 3,
            share.high > 200 / 3)  # fmt: skip
