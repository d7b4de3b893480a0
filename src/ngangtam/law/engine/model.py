"""What the rulebook holds: instruments, parameters, standards, targets, indicators, conflicts."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.tree import Node
from ngangtam.law.engine.vocabulary import Type

Confidence = Literal["read", "quoted", "reported", "to_confirm"]
Status = Literal["shipped", "to_confirm"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object was written."""

    file: str
    line: int = 1
    local: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """[from_, until): `until` None leaves it open."""

    from_: date
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.from_ <= day and (self.until is None or day < self.until)

    def covers(self, other: "Period") -> bool:
        """Whether the other period lies wholly inside."""
        if other.from_ < self.from_:
            return False
        return self.until is None or (other.until is not None and other.until <= self.until)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A text: law, decree, resolution, regulation."""

    id: str
    number: str
    title: Text2
    issuer: Text2
    issued: date | None
    in_force: Period
    replaces: tuple[str, ...]
    outline: tuple[str, ...]
    confidence: str
    verified_until: str
    url: str
    note: Text2 | None
    place: Place


@dataclass(frozen=True, slots=True)
class Dated:
    """One value of a parameter and the period in which it holds. None = repealed."""

    period: Period
    value: object
    cites: tuple[str, ...]
    confidence: str
    note: Text2 | None
    line: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number (or flag, text, list, table) of the law, by day."""

    id: str
    label: Text2
    regime: str
    unit: str
    type: str
    comparison: str
    denominator: Text2 | None
    status: str
    values: tuple[Dated, ...]
    note: Text2 | None
    place: Place

    @property
    def expression_type(self) -> Type:
        """The type of `param('id')` in an expression."""
        if self.type == "table":
            return Type("text", "table")
        kind = {"integer": "int"}.get(self.type, self.type)
        return Type(kind)  # type: ignore[arg-type]  # the loader allows only these words


@dataclass(frozen=True, slots=True)
class Rule:
    """A flag expression with its text, parsed."""

    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a title standard."""

    id: str
    label: Text2
    rule: Rule
    cites: tuple[str, ...]
    status: str
    note: Text2 | None


@dataclass(frozen=True, slots=True)
class Standard:
    """A title standard: all criteria in force must be met.

    Shape: `scope` says whom it is asked of; None when anybody may be held against it.
        `for_candidates`: it is the standard of a title, held against whoever is considered for it.
    """

    id: str
    label: Text2
    regime: str
    title_kinds: tuple[str, ...]
    level: str
    for_candidates: bool
    status: str
    in_force: Period | None
    cites: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    scope: Rule | None
    note: Text2 | None
    place: Place

    def is_on(self, criterion: Criterion) -> bool:
        """Whether the criterion counts: it and the whole standard are confirmed."""
        return self.status == "shipped" and criterion.status == "shipped"


@dataclass(frozen=True, slots=True)
class Target:
    """A target of a resolution over the people in `scope`."""

    id: str
    label: Text2
    resolution: str
    cites: tuple[str, ...]
    level: str
    scope: Rule
    measure: Rule | None
    kind: str
    comparison: str
    low: float | None
    high: float | None
    unit: str
    by: str
    deadline: date | None
    from_: date | None
    status: str
    missing_facts_note: Text2 | None
    note: Text2 | None
    place: Place


@dataclass(frozen=True, slots=True)
class Band:
    """One band of an indicator."""

    id: str
    label: Text2
    rule: Rule


@dataclass(frozen=True, slots=True)
class Indicator:
    """A counted, averaged or banded figure with a named definition."""

    id: str
    definition: str
    label: Text2
    kind: str
    rule: Rule | None
    denominator: Rule | None
    of: Text2 | None
    age: str
    bands: tuple[Band, ...]
    reference_day: date | None
    round: int | None
    note: Text2 | None
    line: int


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    """The figures of one official table. `reference_day` None: the day asked."""

    id: str
    label: Text2
    reference_day: date | None
    cites: tuple[str, ...]
    source: str
    note: Text2 | None
    items: tuple[Indicator, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two texts that do not agree, and what the rulebook does about it."""

    id: str
    label: Text2
    cites: tuple[str, ...]
    what: Text2
    choice: Text2 | None
    status: str
    touches: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Example:
    """A worked case that `rules check` runs."""

    name: Text2
    day: date
    facts: dict[str, object]
    expect: object
    place: Place


@dataclass(frozen=True, slots=True)
class Gate:
    """What must hold for a person before a step of a procedure goes on.

    Shape: `special`: a named authority may allow the case and answers for it.
    """

    id: str
    label: Text2
    rule: Rule
    cites: tuple[str, ...]
    status: str
    special: bool
    note: Text2 | None
    examples: tuple[Example, ...]
    place: Place
