"""What an evaluation scheme holds: criteria, formulas, levels, conditions, caps. All are data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.model import Period, Place, Rule
from ngangtam.law.engine.vocabulary import Fact, Scalar, Vocabulary

LEVELS: Final = ("failed", "completed", "good", "excellent")  # the catalogue `rating`, in order
CYCLES: Final = ("month", "quarter", "half", "year", "term", "when_needed")
SUBJECTS: Final = ("person", "collective")
LEADERS: Final = ("any", "only", "never")
ROUNDINGS: Final = ("floor", "nearest", "ceiling")
BASES: Final = ("good", "good_or_better")


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is entered: a column of a sheet or of a product line.

    Shape: `key` is where it stands in the JSON of one case; `blank` is what an empty value means.
    """

    fact: Fact
    key: str
    least: float | None = None
    most: float | None = None
    blank: Scalar | None = None

    @property
    def name(self) -> str:
        return self.fact.name


@dataclass(frozen=True, slots=True)
class Scoring:
    """The vocabulary of scores: what is known of a product line and of a sheet."""

    products: Mapping[str, Measure]
    sheets: Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class Node:
    """One criterion of the tree. `entered`: its points are typed in, as measure `points_<id>`."""

    id: str
    label: Text2
    points: Rule | None
    cites: tuple[str, ...]
    split: str
    entered: bool
    note: Text2 | None
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """A named number of a scheme: a sum over the lines, an item, a result."""

    id: str
    label: Text2
    rule: Rule
    cites: tuple[str, ...]
    when: Rule | None = None
    note: Text2 | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold. Met is always in favour of whoever is evaluated."""

    id: str
    label: Text2
    rule: Rule
    cites: tuple[str, ...]
    status: str = "shipped"
    note: Text2 | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A level that may not be passed: `level` is the measure that gives it, `when` for whom.

    Shape: `setting` is the parameter (a flag) that switches it on; '' for always.
    """

    id: str
    label: Text2
    level: str
    when: Rule
    setting: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One class: reached with `points` and all of `requires`. `points` None: no score asked.

    Shape: `exact` says the same of a total that is known, for the reason that people read.
    """

    code: str
    points: Rule | None
    exact: Rule | None
    requires: tuple[str, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caps:
    """How many may be excellent. The texts are ids of parameters; '' where there is none."""

    percent: str
    outstanding: str
    base: str
    rounding: str
    within: tuple[str, ...]
    few_below: str
    few_most: int | None
    cites: tuple[str, ...]

    def parameters(self) -> tuple[str, ...]:
        """Return the parameters that the caps read."""
        named = (self.percent, self.outstanding, self.base, self.rounding, self.few_below)
        return tuple(ident for ident in named if ident)


@dataclass(frozen=True, slots=True)
class Duty:
    """Who does something, or how it is done, with its source."""

    text: Text2
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to evaluate, from its criteria to its caps.

    Shape: `bars` must hold or nobody is rated at all; `grounds` are written in favour: one that is
        known not to hold means failing; `sums` run over the lines, `shares`, `items` and
        `values` over the sheet, each may use what stands before it.
    """

    id: str
    label: Text2
    regime: str
    subject: str
    leaders: str
    title_kinds: tuple[str, ...]
    post_levels: tuple[str, ...]
    status: str
    in_force: Period
    cycles: tuple[str, ...]
    cites: tuple[str, ...]
    criteria: tuple[Node, ...]
    sums: tuple[Formula, ...]
    shares: tuple[Formula, ...]
    items: tuple[Formula, ...]
    values: tuple[Formula, ...]
    bars: tuple[Condition, ...]
    requirements: tuple[Condition, ...]
    grounds: tuple[Condition, ...]
    limits: tuple[Limit, ...]
    levels: tuple[Level, ...]
    thresholds: tuple[Condition, ...]
    authority: Duty | None
    caps: Caps | None
    duties: Mapping[str, Duty]
    vocabulary: Vocabulary
    lines: Vocabulary
    entered: Mapping[str, Measure]
    note: Text2 | None
    place: Place

    def nodes(self) -> Iterator[Node]:
        """Yield every criterion, parents first."""
        waiting = list(reversed(self.criteria))
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.children)

    def conditions(self) -> tuple[Condition, ...]:
        """Return every condition in the order in which it is told."""
        return (*self.bars, *self.thresholds, *self.requirements, *self.grounds)

    def condition_ids(self) -> tuple[str, ...]:
        """Return the columns that a scored frame has for conditions, in order."""
        ids = [one.id for one in self.conditions()] + [one.id for one in self.limits]
        return (*ids, AUTHORITY) if self.levels else tuple(ids)

    def rules(self) -> Iterator[Rule]:
        """Yield every expression of the scheme."""
        for one in (*self.sums, *self.shares, *self.items, *self.values):
            yield one.rule
            if one.when:
                yield one.when
        yield from (one.rule for one in self.conditions())
        yield from (one.when for one in self.limits)

    def is_on(self, condition: Condition) -> bool:
        """Whether a condition counts: it is confirmed."""
        return condition.status == "shipped"

    def in_force_on(self, day: date) -> bool:
        return day in self.in_force


AUTHORITY: Final = "authority_decides"
