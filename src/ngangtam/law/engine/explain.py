"""Why an expression came out as it did, in words made from the expression itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ngangtam.law.engine import tree
from ngangtam.law.engine.bind import Bound
from ngangtam.law.engine.interpret import evaluate
from ngangtam.law.engine.tree import Node
from ngangtam.law.engine.vocabulary import Scalar, Vocabulary
from ngangtam.law.engine.wording import WORDS, Lang, format_value, lower_first, must, requirement

_OPPOSITE: Final = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
Row = Mapping[str, Scalar | None]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition that decided the outcome; `negated` under an odd number of `not`."""

    node: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains one bound expression for one person in one language."""

    bound: Bound
    vocabulary: Vocabulary
    row: Row
    lang: Lang

    @property
    def words(self) -> Mapping[str, str]:
        return WORDS[self.lang]

    def sentence(self) -> str:
        """Return the explanation: what was found, the verdict, what was asked."""
        outcome = evaluate(self.bound.node, self.row)
        if outcome is None:
            return self._unknown()
        verdict = self.words["met" if outcome else "not_met"]
        leaves = list(deciding(self.bound.node, self.row))
        if not leaves:
            return f"{verdict}: {self.words['always']}"
        if len(leaves) == 1:
            found, asked = self._leaf(leaves[0])
            return f"{found} — {verdict}: {asked}"
        if not outcome and isinstance(self.bound.node, tree.Some):
            verdict = self.words["none_of"]
        told = dict.fromkeys("{} ({})".format(*self._leaf(leaf)) for leaf in leaves)
        return f"{verdict}: " + "; ".join(told)

    def used(self) -> str:
        """Return the facts that the expression looks at with this person's values."""
        shown = {
            part.fact.name: f"{self._label(part)} {self._value(part)}".strip()
            for part in _visible_facts(self.bound.node)
        }
        return "; ".join(shown.values())

    def missing(self) -> tuple[str, ...]:
        """Return the names of the recorded facts whose absence leaves the outcome open."""
        if evaluate(self.bound.node, self.row) is not None:
            return ()
        names = [
            name
            for leaf in deciding(self.bound.node, self.row)
            for name in tree.base_facts(leaf.node)
            if self.row.get(name) is None
        ]
        return tuple(dict.fromkeys(names))

    def _unknown(self) -> str:
        reasons = []
        missing = self.missing()
        if missing:
            labels = [self.vocabulary.facts[name].label[self.lang] for name in missing]
            names = ", ".join(lower_first(label) for label in labels)
            reasons.append(self.words["missing"].format(names))
        for name, state in self.bound.unset:
            reasons.append(self.words[state].format(self._parameter(name)))
        if not reasons:
            leaves = deciding(self.bound.node, self.row)
            texts = dict.fromkeys(self._describe(_subject(leaf.node)) for leaf in leaves)
            reasons = [self.words["not_reckoned"].format(", ".join(texts))]
        return f"{self.words['unknown']}: " + "; ".join(reasons)

    def _parameter(self, name: str) -> str:
        """Return how people call a parameter, and which line of it; its id where nobody said."""
        ident, _colon, line = name.partition(": ")
        label = self.bound.labels.get(ident)
        said = f"“{label[self.lang]}”" if label is not None else f"'{ident}'"
        return f"{said}, {line}" if line else said

    def _leaf(self, leaf: Leaf) -> tuple[str, str]:
        """Return (what was found, what was asked) of one condition."""
        node = leaf.node
        match node:
            case tree.Compare():
                left, right, op = node.left, node.right, node.op
                if isinstance(left, tree.Const) and not isinstance(right, tree.Const):
                    mirror: dict[str, tree.Op] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
                    left, right, op = right, left, mirror.get(op, op)
                asked = _OPPOSITE[op] if leaf.negated else op
                wanted = self._wanted(right)
                need = requirement(asked, wanted, left.type, self.lang)
                return self._found(left), must(need, self.lang)
            case tree.In():
                options = node.options.value if isinstance(node.options, tree.Const) else ()
                listed = ", ".join(
                    format_value(option, node.item.type, self.vocabulary, self.lang)
                    for option in (options if isinstance(options, tuple) else ())
                )
                word = "not_in" if node.negated is not leaf.negated else "in"
                need = self.words[word].format(listed)
                return self._found(node.item), must(need, self.lang)
            case tree.Known():
                word = "must_blank" if leaf.negated else "must_known"
                return f"{self._describe(node.part)}: {self._value(node.part)}", self.words[word]
            case _:
                return self._found(node), self.words["must_no" if leaf.negated else "must_yes"]

    def _found(self, node: Node) -> str:
        colon = ":" if node.type.kind in ("code", "flag") else ""
        colon = " =" if isinstance(node, tree.Arith) else colon
        return f"{self._describe(node)}{colon} {self._value(node)}{self._dispute(node)}"

    def _dispute(self, node: Node) -> str:
        value = evaluate(node, self.row)
        if node.type.kind != "code" or not isinstance(value, int):
            return ""
        note = self.vocabulary.catalogues[node.type.catalogue].entries[value].disputed
        return f" ({self.words['note'].format(lower_first(note[self.lang]))})" if note else ""

    def _wanted(self, node: Node) -> str:
        value = self._value(node)
        return value if isinstance(node, tree.Const) else f"{self._describe(node)} ({value})"

    def _value(self, node: Node) -> str:
        return format_value(evaluate(node, self.row), node.type, self.vocabulary, self.lang)

    def _label(self, node: tree.FactRef) -> str:
        colon = ":" if node.type.kind in ("code", "flag") else ""
        return lower_first(node.fact.label[self.lang]) + colon

    def _describe(self, node: Node) -> str:
        match node:
            case tree.FactRef():
                return lower_first(node.fact.label[self.lang])
            case tree.Arith():
                return f"{self._describe(node.left)} {node.sign} {self._describe(node.right)}"
            case tree.Span():
                ends = (self._describe(node.first), self._describe(node.last))
                return self.words[node.kind].format(*ends)
            case tree.Retirement():
                return self.words["retirement"]
            case _:
                return self._value(node)


def deciding(node: Node, row: Row, negated: bool = False) -> Iterator[Leaf]:
    """Yield the conditions that made the outcome what it is, in reading order.

    Shape: of an `and` that fails, the parts that fail; of an `or` that holds, the parts that hold;
        of an unknown, the parts that are unknown.
    """
    match node:
        case tree.Not():
            yield from deciding(node.part, row, not negated)
        case tree.All() | tree.Some():
            outcome = evaluate(node, row)
            for part in node.parts:
                if evaluate(part, row) is outcome:
                    yield from deciding(part, row, negated)
        case tree.Const():
            return
        case _:
            yield Leaf(node, negated)


def _subject(node: Node) -> Node:
    """Return what a condition is about."""
    match node:
        case tree.Compare():
            return node.left
        case tree.In():
            return node.item
        case tree.Known():
            return node.part
        case _:
            return node


def _visible_facts(node: Node) -> Iterator[tree.FactRef]:
    """Yield the facts as the author wrote them: a derived fact stands for what is inside."""
    if isinstance(node, tree.FactRef):
        yield node
        return
    for child in tree.children(node):
        yield from _visible_facts(child)
