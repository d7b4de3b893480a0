"""Fixing an expression to a day: the day, the parameters and all that follows become constants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ngangtam.law.engine import tree
from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.interpret import evaluate
from ngangtam.law.engine.spans import read_steps
from ngangtam.law.engine.tree import Node
from ngangtam.law.engine.values import Value
from ngangtam.law.engine.vocabulary import Vocabulary

Lookup = Callable[[str, date], Value]


@dataclass(frozen=True, slots=True)
class Bound:
    """An expression on one day.

    Shape: `cites` are the pinpoints behind the parameters used; `unset` names each parameter that
        has no value that day with the reason (`not_confirmed` or `no_rule_in_force`); `labels`
        says how people call those.
    """

    node: Node
    day: date
    facts: tuple[str, ...]
    cites: tuple[str, ...] = ()
    unset: tuple[tuple[str, str], ...] = ()
    labels: Mapping[str, Text2] = field(default_factory=dict)


@dataclass(slots=True)
class _Binder:
    vocabulary: Vocabulary
    day: date
    lookup: Lookup
    cites: list[str] = field(default_factory=list)
    unset: list[tuple[str, str]] = field(default_factory=list)
    labels: dict[str, Text2] = field(default_factory=dict)

    def bind(self, node: Node) -> Node:  # noqa: PLR0911  # one line a kind of node
        match node:
            case tree.Today():
                return tree.Const(self.day, node.type)
            case tree.Param():
                return self._param(node)
            case tree.FactRef() if node.expansion is not None:
                return replace(node, expansion=self.bind(node.expansion))
            case tree.Not() | tree.Known():
                return _folded(replace(node, part=self.bind(node.part)))
            case tree.Choice():
                return self._choice(node)
            case tree.All() | tree.Some() | tree.Extreme():
                return _folded(replace(node, parts=tuple(self.bind(part) for part in node.parts)))
            case tree.Compare():
                return _folded(
                    replace(node, left=self.bind(node.left), right=self.bind(node.right))
                )
            case tree.Arith():
                return _folded(
                    replace(node, left=self.bind(node.left), right=self.bind(node.right))
                )
            case tree.In():
                return self._membership(node)
            case tree.Span():
                first, last = self.bind(node.first), self.bind(node.last)
                return _folded(replace(node, first=first, last=last))
            case tree.Retirement():
                return replace(node, table=self.bind(node.table))
            case _:
                return node

    def _param(self, node: tree.Param) -> Node:
        found = self.lookup(node.id, self.day)
        self.cites += found.cites
        if found.label is not None:
            self.labels[node.id] = found.label
        if found.state != "in_force":
            self.unset.append((node.id, found.state))
            return tree.Const(None, node.type, node.id)
        if node.key:
            return self._line(node, found.value)
        if node.type.kind == "list":
            return tree.Const(tuple(found.value), node.type)  # type: ignore[arg-type]  # checked on load
        if isinstance(found.value, dict):
            gender = self.vocabulary.catalogues["gender"]
            steps = read_steps(found.value)
            return tree.Roadmap(tuple((gender.position(code), row) for code, row in steps.items()))
        return tree.Const(found.value, node.type)  # type: ignore[arg-type]  # checked on load

    def _line(self, node: tree.Param, table: object) -> Node:
        """Return one line of a table of numbers; a line that is not there is not set."""
        value = table.get(node.key) if isinstance(table, dict) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return tree.Const(value, node.type)
        self.unset.append((f"{node.id}: {node.key}", "no_rule_in_force"))
        return tree.Const(None, node.type, node.id)

    def _choice(self, node: tree.Choice) -> Node:
        """Keep only the branch that a parameter has settled."""
        condition = self.bind(node.condition)
        if isinstance(condition, tree.Const):
            if condition.value is None:
                return tree.Const(None, node.type, condition.note)
            return self.bind(node.then if condition.value else node.other)
        then, other = self.bind(node.then), self.bind(node.other)
        return tree.Choice(condition, then, other)

    def _membership(self, node: tree.In) -> Node:
        item, options = self.bind(node.item), self.bind(node.options)
        if isinstance(options, tree.Const) and isinstance(node.options, tree.Param):
            if options.value is None:
                return tree.Const(None, node.type, options.note)
            options = self._options(item, options)
        return _folded(replace(node, item=item, options=options))

    def _options(self, item: Node, options: tree.Const) -> tree.Const:
        """Turn the codes of a list parameter into positions; words that are no code never match."""
        values = options.value if isinstance(options.value, tuple) else ()
        if item.type.kind == "code":
            catalogue = self.vocabulary.catalogues[item.type.catalogue]
            values = tuple(catalogue.position(str(code)) for code in values if code in catalogue)
        return tree.Const(values, item.type)


def _folded(node: Node) -> Node:
    """Reckon a node whose parts are all constants; unknown constants keep their note."""
    parts = tree.children(node)
    if not all(isinstance(part, tree.Const) for part in parts):
        return node
    notes = [part.note for part in parts if isinstance(part, tree.Const) and part.note]
    value = evaluate(node, {})
    return tree.Const(value, node.type, notes[0] if notes and value is None else "")


def bind(node: Node, vocabulary: Vocabulary, day: date, lookup: Lookup) -> Bound:
    """Return the expression as it stands on `day`.

    Shape: `lookup(id, day)` gives the value of a parameter in whatever state it is.
    """
    binder = _Binder(vocabulary, day, lookup)
    bound = binder.bind(node)
    return Bound(
        node=bound,
        day=day,
        facts=tree.base_facts(node),
        cites=tuple(dict.fromkeys(binder.cites)),
        unset=tuple(dict.fromkeys(binder.unset)),
        labels=binder.labels,
    )
