"""Three-valued truth of many people at once, one bit a person, 64 people a word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

WORD = 64
FULL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


def words_for(people: int) -> int:
    """Return how many words hold one bit for each of `people`."""
    return -(-people // WORD)


def pack(mask: NDArray[np.bool_]) -> Words:
    """Pack a mask of one byte a person; bits past the end are 0."""
    packed = np.packbits(mask, bitorder="little")
    if len(mask) % WORD == 0:
        return packed.view(np.uint64)
    out = np.zeros(words_for(len(mask)), np.uint64)
    out.view(np.uint8)[: len(packed)] = packed
    return out


def unpack(words: Words, people: int) -> NDArray[np.bool_]:
    """Return the mask of one byte a person that `pack` made the words from."""
    return np.unpackbits(words.view(np.uint8), count=people, bitorder="little").view(np.bool_)


def set_bits(words: Words) -> NDArray[np.int64]:
    """Return whose bit is 1, in order; quick where they are few."""
    some = np.flatnonzero(words)
    bits = np.unpackbits(words[some].view(np.uint8), bitorder="little").view(np.bool_)
    place = np.flatnonzero(bits)
    return (some[place // WORD] * WORD + place % WORD).astype(np.int64)


def ones(people: int) -> Words:
    """Return words in which every person's bit is 1 and the bits past the end are 0."""
    out = np.full(words_for(people), FULL, np.uint64)
    if people % WORD:
        out[-1] = (np.uint64(1) << np.uint64(people % WORD)) - np.uint64(1)
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Met, not met or unknown, for every person.

    Shape: `true` and `unknown` never share a bit; `unknown` is None when all is known.
    """

    true: Words
    unknown: Words | None = None

    def __and__(self, other: Truth) -> Truth:
        true = self.true & other.true
        if self.unknown is None and other.unknown is None:
            return Truth(true)
        return Truth(true, self.possible & other.possible & ~true)

    def __or__(self, other: Truth) -> Truth:
        true = self.true | other.true
        if self.unknown is None and other.unknown is None:
            return Truth(true)
        return Truth(true, (self.possible | other.possible) & ~true)

    def negate(self, everybody: Words) -> Truth:
        """Return the opposite; `everybody` keeps the bits past the end at 0."""
        return Truth(everybody & ~self.possible, self.unknown)

    @property
    def possible(self) -> Words:
        """Those for whom it is true or may be."""
        return self.true if self.unknown is None else self.true | self.unknown
