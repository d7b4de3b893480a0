"""Numbers cut into bit planes: plane `i` holds bit `i` of everybody's number, 64 people a word.

A comparison with a constant is then one operation on words for each bit: for a catalogue of
sixteen codes four operations on an eighth of a byte a person, whatever is compared. The planes
of a fact are cut at its first use and kept with the snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ngangtam.law.engine.bits import Words, ones, pack
from ngangtam.law.engine.tree import Op

# Beyond this comparing the numbers themselves is as quick.
MOST_PLANES: Final = 18
_AT_ONCE: Final = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """The planes of `number - low`, and their opposites; the bits past the end are 0."""

    low: int
    yes: tuple[Words, ...]
    no: tuple[Words, ...]

    def block(self, words: slice) -> Planes:
        """Return the planes of some of the people."""
        return Planes(
            self.low, tuple(one[words] for one in self.yes), tuple(one[words] for one in self.no)
        )

    def compared(self, op: Op, limit: float, everybody: Words) -> Words:
        """Return for whom the comparison with the limit holds."""
        match op:
            case "<":
                return self._less(ceil(limit) - self.low, everybody)
            case "<=":
                return self._less(floor(limit) + 1 - self.low, everybody)
            case ">":
                return everybody & ~self.compared("<=", limit, everybody)
            case ">=":
                return everybody & ~self.compared("<", limit, everybody)
            case "==":
                return self._equal(limit - self.low, everybody)
            case _:
                return everybody & ~self._equal(limit - self.low, everybody)

    def _less(self, limit: int, everybody: Words) -> Words:
        """Go from the lowest bit up: a 1 of the limit lets in who has a 0 there."""
        if limit <= 0:
            return np.zeros_like(everybody)
        if limit >> len(self.no):
            return everybody
        less: Words | None = None
        for bit, no in enumerate(self.no):
            if limit >> bit & 1:
                less = no if less is None else no | less
            elif less is not None:
                less = no & less
        return np.zeros_like(everybody) if less is None else less

    def _equal(self, number: float, everybody: Words) -> Words:
        if number != int(number) or number < 0 or int(number) >> len(self.yes):
            return np.zeros_like(everybody)
        equal: Words | None = None
        for bit, (yes, no) in enumerate(zip(self.yes, self.no, strict=True)):
            plane = yes if int(number) >> bit & 1 else no
            equal = plane if equal is None else equal & plane
        return everybody if equal is None else equal


def planes_of(values: NDArray[Any]) -> Planes | None:
    """Cut the planes of a column; None when it needs too many, or holds fractions."""
    if not len(values) or values.dtype.kind not in "iu":
        return None
    low, high = int(values.min()), int(values.max())
    width = (high - low).bit_length()
    if width > MOST_PLANES:
        return None
    everybody = ones(len(values))
    yes = [np.zeros_like(everybody) for _ in range(width)]
    # In pieces that stay in the cache while all of their planes are cut.
    for start in range(0, len(values), _AT_ONCE):
        piece = values[start : start + _AT_ONCE].astype(np.int64) - low
        for bit, plane in enumerate(yes):
            words = pack((piece & (1 << bit)) != 0)
            plane[start // 64 : start // 64 + len(words)] = words
    return Planes(low, tuple(yes), tuple(everybody & ~plane for plane in yes))
