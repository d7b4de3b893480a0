"""The vocabulary: which facts exist, and of what type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.law.engine.fields import Fields, Text2
from ngangtam.law.engine.yamls import Problem, Seq

Kind = Literal["code", "flag", "int", "number", "day", "list", "text"]
Scalar = bool | int | float | date | str
Row = Mapping[str, object]

_PYTHON: Mapping[str, tuple[type, ...]] = {
    "flag": (bool,), "int": (int,), "number": (int, float), "day": (date,),
}  # fmt: skip
UNITS = ("year", "quarter", "month", "age", "person", "term", "unit")
CLASSES = ("public", "internal", "personal", "sensitive")


@dataclass(frozen=True, slots=True)
class Type:
    """The type of an expression; `catalogue` for codes only."""

    kind: Kind
    catalogue: str = ""

    def __str__(self) -> str:
        return f"code of {self.catalogue}" if self.kind == "code" else self.kind


FLAG, INT, NUMBER, DAY, TEXT, LIST = (
    Type("flag"),
    Type("int"),
    Type("number"),
    Type("day"),
    Type("text"),
    Type("list"),
)
TABLE = Type("text", "table")  # only handed on, never compared


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known about a person on a day.

    Shape: `derived` is an expression over other facts; '' for a column of the snapshot.
    """

    name: str
    type: Type
    label: Text2
    privacy: str
    unit: str = ""
    source: str = ""
    derived: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Vocabulary:
    """All facts and the catalogues that give their codes.

    Shape: `reckons` allows what scores need and facts do not: min, max, if … else, a line of a
        table.
    """

    facts: Mapping[str, Fact]
    catalogues: Mapping[str, Catalogue]
    trees: dict[str, object] = field(default_factory=dict)  # parsed derived facts, by name
    reckons: bool = False

    def catalogue_of(self, name: str) -> Catalogue | None:
        """Return the catalogue of a code fact, None for other facts."""
        return self.catalogues.get(self.facts[name].type.catalogue)

    def base(self) -> tuple[str, ...]:
        """Return the names of the facts that are columns, in the order of the file."""
        return tuple(name for name, fact in self.facts.items() if not fact.derived)

    def row(self, facts: Row) -> dict[str, Scalar | None]:
        """Return one person's facts as the snapshot stores them: codes become positions.

        Errors: ValueError for a name or code that does not exist.
        """
        stored: dict[str, Scalar | None] = {}
        for name, value in facts.items():
            fact = self.facts.get(name)
            if fact is None:
                raise ValueError(f"no fact is called '{name}'")
            stored[name] = self._stored(fact, value)
        return stored

    def _stored(self, fact: Fact, value: object) -> Scalar | None:
        if value is None:
            return None
        kind, truth = fact.type.kind, isinstance(value, bool)
        if kind == "code":
            catalogue = self.catalogues[fact.type.catalogue]
            if isinstance(value, str):
                if value not in catalogue:
                    raise ValueError(f"'{value}' is not a code of {catalogue.id}")
                return catalogue.position(value)
            if isinstance(value, int) and 0 <= value < len(catalogue.entries):
                return value
        if isinstance(value, _PYTHON.get(kind, ())) and truth is (kind == "flag"):
            return value  # type: ignore[return-value]  # one of the kinds of a scalar
        raise ValueError(f"{fact.name} is a {fact.type}, got {value!r}")


def read_facts(
    node: object, file: str, catalogues: Mapping[str, Catalogue], problems: list[Problem]
) -> dict[str, Fact]:
    """Read `facts.yaml`. Expressions of derived facts are checked by the loader afterwards."""
    if not isinstance(node, Seq):
        problems.append(Problem(file, 1, "a list of facts is expected"))
        return {}
    facts: dict[str, Fact] = {}
    for item, line in zip(node, node.lines, strict=True):
        fields = Fields(item, file, problems, line)
        fact = _read_fact(fields, catalogues)
        if fact.name in facts:
            fields.problem(f"the fact '{fact.name}' stands twice", "name")
        facts.setdefault(fact.name, fact)
    facts.pop("", None)
    return facts


def _read_fact(fields: Fields, catalogues: Iterable[str]) -> Fact:
    kind = fields.choice("type", ("code", "flag", "int", "day"))
    catalogue = fields.text("catalogue", required=kind == "code")
    if kind == "code" and catalogue and catalogue not in catalogues:
        fields.problem(f"there is no catalogue '{catalogue}'", "catalogue")
    if kind != "code" and catalogue:
        fields.problem("only a code has a catalogue", "catalogue")
    unit = fields.choice("unit", UNITS) if kind == "int" else ""
    derived = fields.text("derived", required=False)
    name = fields.text("name")
    if name in RESERVED or not name.isidentifier():
        fields.problem(f"'{name}' cannot be the name of a fact", "name")
    fact = Fact(
        name=name,
        type=Type(kind, catalogue),  # type: ignore[arg-type]  # `choice` returned one of the kinds
        label=fields.text2("label"),
        privacy=fields.choice("class", CLASSES),
        unit=unit,
        source=fields.text("source", required=not derived),
        derived=derived,
        line=fields.line_of("derived"),
    )
    fields.done()
    return fact


_FUNCTIONS = ("param", "known", "between", "years", "months", "year_difference", "retirement")
RESERVED = frozenset(("day", "min", "max", *_FUNCTIONS))
