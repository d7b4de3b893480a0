"""Asking many things of a snapshot in one pass: a list of expressions in, counts out."""

from __future__ import annotations

from dataclasses import dataclass, field

from ngangtam.law.engine import tree
from ngangtam.law.engine.numpy_backend import Plan
from ngangtam.law.engine.tree import Node
from ngangtam.law.engine.vocabulary import FLAG
from ngangtam.oversight.targets.rollup import Rollup, roll_up
from ngangtam.records.facts.snapshot import Snapshot

EVERYBODY: Node = tree.Const(True, FLAG)


def both(left: Node, right: Node) -> Node:
    """Return the expression that asks for both; everybody is left out of it."""
    if left == EVERYBODY:
        return right
    return left if right == EVERYBODY else tree.All((left, right))


def unknown(node: Node) -> Node:
    """Return the expression that is true where `node` is unknown, and else false."""
    return tree.Not(tree.Known(node))


@dataclass(slots=True)
class Questions:
    """Expressions bound to a day, each given a row in the answer; equal ones share a row."""

    plan: Plan = field(default_factory=Plan)
    masks: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    _rows: dict[int, int] = field(default_factory=dict)

    def count(self, node: Node) -> int:
        """Ask how many; return the row of the answer."""
        place = self.plan.add(node)
        if place not in self._rows:
            self._rows[place] = len(self.masks)
            self.masks.append(place)
        return self._rows[place]

    def total(self, node: Node) -> int:
        """Ask for the sum of a number; return the row of the answer."""
        self.numbers.append(self.plan.add(node))
        return len(self.numbers) - 1

    def answer(self, snapshot: Snapshot) -> Rollup:
        """Return the counts for every unit of the snapshot."""
        return roll_up(snapshot, self.plan, self.masks, self.numbers)
