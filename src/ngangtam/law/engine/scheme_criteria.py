"""The criteria of a scheme: a tree of points, some of them typed in one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ngangtam.law.engine.fields import Fields
from ngangtam.law.engine.model import Rule
from ngangtam.law.engine.scheme_vocabulary import Names
from ngangtam.law.engine.schemes import Measure, Node
from ngangtam.law.engine.vocabulary import NUMBER, Fact, Type


@dataclass(slots=True)
class CriteriaReader:
    """Reads the tree. Shape: `entered` are the measures that it adds to what a sheet may hold."""

    names: Names
    entered: dict[str, Measure] = field(default_factory=dict)

    def nodes(self, fields: Fields, key: str, *, least: int = 0) -> tuple[Node, ...]:
        """Return the criteria under `key` with everything below them."""
        found = fields.items(key, required=least > 0, least=least)
        return tuple(self._node(item) for item in found)

    def _node(self, item: Fields) -> Node:
        ident, label = item.ident(), item.text2("label")
        children = self.nodes(item, "children")
        node = Node(
            id=ident,
            label=label,
            points=self._points(item),
            cites=item.strings("cites", required=False),
            split=read_parameter_id(item, "split", self.names.parameters),
            entered=item.flag("entered", default=False),
            note=item.text2("note", required=False) or None,
            children=children,
        )
        item.done()
        if node.entered:
            self._entry(item, node)
        parts = [_literal(child.points) for child in children]
        most = _literal(node.points)
        if most is not None and parts and None not in parts:
            total = sum(part for part in parts if part is not None)
            if abs(total - most) > 1e-9:
                item.problem(f"the parts of '{ident}' make {total:g} points, not {most:g}", "id")
        return node

    def _entry(self, item: Fields, node: Node) -> None:
        """Make the points of a criterion a measure that is typed in."""
        most = _literal(node.points)
        if node.children or most is None:
            item.problem("an entered criterion has points as a number, and no children", "entered")
        name = f"points_{node.id}"
        self.names.add(item, name, NUMBER, node.label)
        fact = self.names.taken.get(name, Fact(name, NUMBER, node.label, "internal"))
        self.entered[name] = Measure(fact, f"points.{node.id}", 0, most)

    def _points(self, item: Fields) -> Rule | None:
        value = item.raw("points", required=False)
        if value is None:
            return None
        text = f"{value:g}" if isinstance(value, int | float) else str(value)
        return self.names.parsed(item, "points", text, NUMBER)


def read_parameter_id(fields: Fields, key: str, known: Mapping[str, Type]) -> str:
    """Return the id of a parameter that exists; '' when the key is absent."""
    ident = fields.text(key, required=False)
    if ident and ident not in known:
        fields.problem(f"there is no parameter '{ident}'", key)
    return ident


def _literal(rule: Rule | None) -> float | None:
    """Return points that are written as a number; None when a parameter gives them."""
    value = getattr(rule.node, "value", None) if rule else None
    return float(value) if isinstance(value, int | float) else None
