"""The vocabulary of scores: `scoring.yaml`, and the names that a scheme adds to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.law.engine.fields import Fields, Text2
from ngangtam.law.engine.model import Rule
from ngangtam.law.engine.schemes import Measure, Scoring
from ngangtam.law.engine.syntax import BadExpression, parse
from ngangtam.law.engine.tree import Const
from ngangtam.law.engine.vocabulary import FLAG, RESERVED, Fact, Type, Vocabulary
from ngangtam.law.engine.yamls import Problem

KINDS = ("flag", "int", "number", "code")


@dataclass(slots=True)
class Names:
    """The names that an expression may use, growing while a scheme is read."""

    vocabulary: Vocabulary
    parameters: Mapping[str, Type]
    taken: dict[str, Fact] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        measures: Mapping[str, Measure],
        catalogues: Mapping[str, Catalogue],
        parameters: Mapping[str, Type],
    ) -> "Names":
        taken = {name: one.fact for name, one in measures.items()}
        return cls(Vocabulary(taken, catalogues, reckons=True), parameters, taken)

    def add(self, fields: Fields, name: str, kind: Type, label: Text2) -> None:
        """Let what follows use a new name."""
        if name in self.taken or name in RESERVED or not name.isidentifier():
            fields.problem(f"the name '{name}' is taken, or no name", "id")
            return
        self.taken[name] = Fact(name, kind, label, "internal")

    def rule(self, fields: Fields, key: str, *expect: Type) -> Rule:
        """Read an expression; its type must be one of `expect`, a whole number is a number."""
        return self.parsed(fields, key, fields.text(key), *expect)

    def parsed(self, fields: Fields, key: str, text: str, *expect: Type) -> Rule:
        """Parse an expression that stands at `key`."""
        harmless = Rule(text, Const(None, expect[0]))
        if not text:
            return harmless
        try:
            node = parse(text, self.vocabulary, self.parameters)
        except BadExpression as error:
            fields.problem(f"{key}: {text!r}: {error}", key)
            return harmless
        kinds = {one.kind for one in expect}
        if node.type.kind not in kinds and not (node.type.kind == "int" and "number" in kinds):
            fields.problem(f"{key}: {text!r}: a {expect[0]} is needed here", key)
            return harmless
        return Rule(text, node)


def read_scoring(
    node: object, file: str, catalogues: Mapping[str, Catalogue], problems: list[Problem]
) -> Scoring:
    """Read `scoring.yaml`."""
    fields = Fields(node, file, problems)
    found: list[dict[str, Measure]] = []
    for key in ("products", "sheets"):
        measures: dict[str, Measure] = {}
        for item in fields.items(key, least=1):
            one = _read_measure(item, catalogues)
            if one.name in measures:
                item.problem(f"the measure '{one.name}' stands twice", "name")
            measures[one.name] = one
        found.append(measures)
    fields.done()
    return Scoring(products=found[0], sheets=found[1])


def _read_measure(item: Fields, catalogues: Mapping[str, Catalogue]) -> Measure:
    name, kind = item.text("name"), item.choice("type", KINDS)
    if name in RESERVED or not name.isidentifier():
        item.problem(f"'{name}' cannot be the name of a measure", "name")
    catalogue = item.text("catalogue", required=kind == "code")
    if catalogue and catalogue not in catalogues:
        item.problem(f"there is no catalogue '{catalogue}'", "catalogue")
    fact = Fact(
        name=name,
        type=Type(kind, catalogue),  # type: ignore[arg-type]  # `choice` returned one of the kinds
        label=item.text2("label"),
        privacy="internal",
        line=item.line,
    )
    blank = item.raw("blank", required=False)
    if isinstance(blank, str) and kind == "code" and catalogue in catalogues:
        blank = catalogues[catalogue].position(blank) if blank in catalogues[catalogue] else None
    elif blank is not None and (fact.type != FLAG or not isinstance(blank, bool)):
        item.problem("'blank' is a code of the catalogue, or true or false", "blank")
        blank = None
    measure = Measure(
        fact=fact,
        key=item.text("key", required=False) or name,
        least=_number(item, "least"),
        most=_number(item, "most"),
        blank=blank if isinstance(blank, bool | int) else None,
    )
    item.done()
    return measure


def _number(item: Fields, key: str) -> float | None:
    value = item.raw(key, required=False)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        item.problem(f"'{key}' must be a number", key)
        return None
    return value
