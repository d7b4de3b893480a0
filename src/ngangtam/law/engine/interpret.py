"""The plain interpreter: one person, one expression. The compiler is held to what it says."""

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from ngangtam.law.engine import tree
from ngangtam.law.engine.spans import Steps, retirement_day, span
from ngangtam.law.engine.tree import Node
from ngangtam.law.engine.vocabulary import Scalar

_OPS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
Result = Scalar | None


def evaluate(  # noqa: PLR0911, PLR0912  # one line a kind of node
    node: Node, row: Mapping[str, Scalar | None]
) -> Result:
    """Return the value of a bound expression for one person; None is unknown.

    Shape: `row` holds base facts as the snapshot stores them; an absent name is unknown.
    """
    match node:
        case tree.Const():
            return None if isinstance(node.value, tuple) else node.value
        case tree.FactRef():
            return evaluate(node.expansion, row) if node.expansion else row.get(node.fact.name)
        case tree.Not():
            part = evaluate(node.part, row)
            return None if part is None else not part
        case tree.All():
            return conjunction(evaluate(part, row) for part in node.parts)
        case tree.Some():
            found = [evaluate(part, row) for part in node.parts]
            return True if True in found else (None if None in found else False)
        case tree.Compare():
            return compare(node.op, evaluate(node.left, row), evaluate(node.right, row))
        case tree.In():
            return _member(node, row)
        case tree.Arith():
            return arithmetic(node.sign, evaluate(node.left, row), evaluate(node.right, row))
        case tree.Extreme():
            return extreme(node.kind, [evaluate(part, row) for part in node.parts])
        case tree.Choice():
            condition = evaluate(node.condition, row)
            if condition is None:
                return None
            return evaluate(node.then if condition else node.other, row)
        case tree.Known():
            return evaluate(node.part, row) is not None
        case tree.Span():
            first, last = evaluate(node.first, row), evaluate(node.last, row)
            if isinstance(first, date) and isinstance(last, date):
                return span(node.kind, first, last)
            return None
        case tree.Retirement():
            return _retirement(node, row)
        case _:
            raise TypeError(f"{type(node).__name__} must be bound to a day first")


def conjunction(values: Iterable[Result]) -> bool | None:
    """Return Kleene's `and`: one false decides, else one unknown leaves it open."""
    found = list(values)
    return False if False in found else (None if None in found else True)


def compare(op: str, left: Result, right: Result) -> bool | None:
    """Compare two values; unknown with anything is unknown."""
    if left is None or right is None:
        return None
    return _OPS[op](left, right)


def arithmetic(sign: tree.Sign, left: Result, right: Result) -> int | float | None:
    """Reckon with two numbers; unknown stays unknown, and so does a division by zero."""
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else None


def extreme(kind: str, found: Iterable[Result]) -> int | float | None:
    """Return the least or the greatest number; unknown when one of them is."""
    numbers: list[int | float] = []
    for one in found:
        if not isinstance(one, int | float):
            return None
        numbers.append(one)
    return min(numbers) if kind == "min" else max(numbers)


def _member(node: tree.In, row: Mapping[str, Scalar | None]) -> bool | None:
    item = evaluate(node.item, row)
    options = node.options.value if isinstance(node.options, tree.Const) else None
    if item is None or not isinstance(options, tuple):
        return None
    return (item in options) is not node.negated


def _retirement(node: tree.Retirement, row: Mapping[str, Scalar | None]) -> date | None:
    born, gender = evaluate(node.born, row), evaluate(node.gender, row)
    roadmap = steps_of(node)
    if not isinstance(born, date) or not isinstance(gender, int) or roadmap is None:
        return None
    steps = roadmap.get(gender)
    return retirement_day(born, steps) if steps else None


def steps_of(node: tree.Retirement) -> Mapping[int, Steps] | None:
    """Return the road map of a bound node by gender; None when no rule gives it that day."""
    return dict(node.table.steps) if isinstance(node.table, tree.Roadmap) else None
