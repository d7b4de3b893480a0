"""Reading an evaluation scheme for its page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.loader import EXAMPLES
from ngangtam.law.engine.schemes import Condition, Node, Scheme
from ngangtam.law.engine.yamls import BadYaml, Map, Seq, read
from ngangtam.oversight.standards.book import Rulebook
from ngangtam.oversight.standards.queries import OnDay, on_day


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion of the tree. `depth` counts from 0; `points` None where nobody set them."""

    node: Node
    depth: int
    points: float | None


def criteria(book: Rulebook, scheme: Scheme, day: date) -> list[CriterionRow]:
    """Return the criteria in the order of the tree, with their points on a day."""

    def walk(nodes: tuple[Node, ...], depth: int) -> Iterator[CriterionRow]:
        for node in nodes:
            points = (
                book.bound(node.points, day, scheme.vocabulary).one({}) if node.points else None
            )
            number = float(points) if isinstance(points, int | float) else None
            yield CriterionRow(node, depth, number)
            yield from walk(node.children, depth + 1)

    return list(walk(scheme.criteria, 0))


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One condition and what it does."""

    condition: Condition
    does: str
    off: bool


def conditions(scheme: Scheme) -> list[ConditionRow]:
    """Return the conditions beyond the points, with what each does; limits stand apart."""
    kinds = (
        (scheme.bars, _("not rated unless it holds")),
        (scheme.requirements, _("asked for by levels")),
        (scheme.grounds, _("failing when it does not hold")),
    )
    return [
        ConditionRow(one, does, not scheme.is_on(one)) for found, does in kinds for one in found
    ]


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level: its points and what it asks besides."""

    code: str
    points: str
    requires: list[Text2]
    cites: tuple[str, ...]


def levels(scheme: Scheme) -> list[LevelRow]:
    """Return the levels from the highest down."""
    named = {one.id: one.label for one in scheme.requirements}
    return [
        LevelRow(
            level.code,
            level.points.text if level.points else "",
            [named[ident] for ident in level.requires],
            level.cites,
        )
        for level in scheme.levels
    ]


def caps(book: Rulebook, scheme: Scheme, day: date) -> list[OnDay]:
    """Return what each parameter of the caps says on a day."""
    named = scheme.caps.parameters() if scheme.caps else ()
    return [on_day(book.parameters[ident], day) for ident in named if ident in book.parameters]


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One worked example: what is given in words, and what must come out."""

    name: Mapping[str, str]
    total: float | None
    level: str
    refused: bool
    capped: bool


def examples(book: Rulebook, scheme: Scheme) -> list[ExampleRow]:
    """Return the worked examples beside a scheme; none when the file is absent or broken."""
    path = book.files.get(scheme.place.file.removesuffix(".yaml") + EXAMPLES)
    try:
        node = read(Path(path)) if path else None
    except BadYaml:
        return []
    return [_example(one) for one in node if isinstance(one, Map)] if isinstance(node, Seq) else []


def _example(one: Map) -> ExampleRow:
    expect, name = one.get("expect"), one.get("name")
    wanted = expect if isinstance(expect, Map) else Map()
    total, level = wanted.get("total"), wanted.get("level")
    return ExampleRow(
        name={key: str(words) for key, words in name.items()} if isinstance(name, Map) else {},
        total=float(total) if isinstance(total, int | float) else None,
        level=level if isinstance(level, str) else "",
        refused=expect == "refused",
        capped="bodies" in one,
    )
