"""The unit tree of one day, as arrays in preorder: a subtree is one contiguous slice."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Units numbered in preorder: a unit comes before all that stands below it.

    Shape: every array has one entry a unit. `parent` is -1 for a root; unit `u` and all
        below it are the numbers `u <= n < end[u]`. `key` is the id in the database.
    """

    key: NDArray[np.int64]
    code: tuple[str, ...]
    name: tuple[str, ...]
    parent: Ints
    depth: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.code)

    def number(self, code: str) -> int:
        """Return the preorder number of the unit with this code. Errors: KeyError."""
        try:
            return self.code.index(code)
        except ValueError:
            raise KeyError(code) from None

    def numbers(self, keys: NDArray[np.int64]) -> Ints:
        """Return the preorder number for every database id; -1 where the tree lacks it."""
        if not len(self):
            return np.full(len(keys), -1, np.int32)
        order = np.argsort(self.key, kind="stable")
        at = np.searchsorted(self.key, keys, sorter=order).clip(max=len(self) - 1)
        found = order[at]
        return np.where(self.key[found] == keys, found, -1).astype(np.int32)

    def children(self, unit: int) -> list[int]:
        """Return the units directly below `unit`, in order."""
        return [int(n) for n in np.flatnonzero(self.parent == unit)]

    def is_below(self, unit: int, other: int) -> bool:
        """Whether `unit` is `other` or stands below it."""
        return bool(other <= unit < self.end[other])

    def common(self, left: Ints, right: Ints) -> Ints:
        """Return, pair by pair, the lowest unit that holds both.

        Shape: -1 where the two stand under different roots.
        """
        at = left.copy()
        while True:
            here = at.clip(min=0)
            outside = (at >= 0) & ((right < here) | (right >= self.end[here]))
            if not outside.any():
                return at
            at[outside] = self.parent[at[outside]]

    def cut(self, unit: int) -> Tree:
        """Return the subtree of `unit` as a tree of its own, `unit` becoming number 0."""
        last = int(self.end[unit])
        parent = self.parent[unit:last] - np.int32(unit)
        parent[0] = -1
        return Tree(
            key=self.key[unit:last],
            code=self.code[unit:last],
            name=self.name[unit:last],
            parent=parent,
            depth=self.depth[unit:last] - self.depth[unit],
            end=self.end[unit:last] - np.int32(unit),
        )


def grow(
    keys: Sequence[int],
    parents: Sequence[int | None],
    codes: Sequence[str],
    names: Sequence[str],
) -> Tree:
    """Number the units in preorder; brothers keep the order in which they come.

    Units: `keys` and `parents` are database ids; a parent that is not among the keys (it
        ended before the day) makes its child a root, so that nobody drops out of a count.
    Errors: ValueError when a unit stands, by some path, below itself.
    """
    place = {key: row for row, key in enumerate(keys)}
    below: dict[Hashable, list[int]] = {}
    for row, parent in enumerate(parents):
        below.setdefault(parent if parent in place else None, []).append(row)

    order: list[int] = []
    parent_number: list[int] = []
    depth: list[int] = []
    number = np.empty(len(keys), np.int32)
    waiting = [(row, -1, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, above, level = waiting.pop()
        number[row] = here = len(order)
        order.append(row)
        parent_number.append(above)
        depth.append(level)
        waiting.extend((child, here, level + 1) for child in reversed(below.get(keys[row], [])))
    if len(order) != len(keys):
        lost = sorted(set(range(len(keys))) - set(order))
        raise ValueError(f"units stand below themselves: {[codes[row] for row in lost[:5]]}")

    return from_preorder(
        np.asarray([keys[row] for row in order], np.int64),
        np.asarray(parent_number, np.int32),
        tuple(codes[row] for row in order),
        tuple(names[row] for row in order),
        np.asarray(depth, np.int32),
    )


def from_preorder(
    key: NDArray[np.int64],
    parent: Ints,
    code: tuple[str, ...],
    name: tuple[str, ...],
    depth: Ints | None = None,
) -> Tree:
    """Complete a tree whose units already come in preorder: depths and subtree ends."""
    size = np.ones(len(key), np.int32)
    above = parent.tolist()
    for unit in range(len(above) - 1, 0, -1):
        if above[unit] >= 0:
            size[above[unit]] += size[unit]
    if depth is None:
        depth = np.zeros(len(key), np.int32)
        for unit, parent_unit in enumerate(above):
            depth[unit] = 0 if parent_unit < 0 else depth[parent_unit] + 1
    end = (np.arange(len(key), dtype=np.int32) + size).astype(np.int32)
    return Tree(key=key, code=code, name=name, parent=parent, depth=depth, end=end)
