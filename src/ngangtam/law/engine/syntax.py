"""Text of an expression to typed tree: a small, safe subset of Python, and nothing else.

Nothing is ever executed: the text is parsed with `ast`, every node must be on the white list, and
the result is a tree of our own. Lengths, depths and numbers are bounded.
"""

import ast
from collections.abc import Mapping
from datetime import date
from typing import Final

from ngangtam.law.engine import tree
from ngangtam.law.engine.spans import SpanKind
from ngangtam.law.engine.tree import Node
from ngangtam.law.engine.vocabulary import (
    DAY,
    FLAG,
    INT,
    LIST,
    NUMBER,
    TABLE,
    Scalar,
    Type,
    Vocabulary,
)

MAX_CHARS: Final = 1000
MAX_NODES: Final = 200
MAX_DEPTH: Final = 30
MAX_NUMBER: Final = 1_000_000_000
MAX_RESULT: Final = 2**53  # the whole numbers that every engine keeps exactly
_FACT_RANGE: Final = 2**31
ROADMAP: Final = "retirement.age.roadmap"

_OPS: Final[Mapping[type[ast.cmpop], tree.Op]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_SIGNS: Final[Mapping[type[ast.operator], tree.Sign]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_SPANS: Final[Mapping[str, SpanKind]] = {
    "years": "years",
    "months": "months",
    "year_difference": "year_difference",
}


class BadExpression(Exception):  # noqa: N818  # reads as what it is
    """An expression that may not stand in the rulebook; the message says what and where."""


def parse(
    text: str, vocabulary: Vocabulary, parameters: Mapping[str, Type], *, expect: Type | None = None
) -> Node:
    """Return the typed tree of an expression.

    Shape: `parameters` gives the type of each parameter that `param('…')` may name;
        `expect` is the type the place needs, usually FLAG.
    Errors: BadExpression with one clear sentence.
    """
    if len(text) > MAX_CHARS:
        raise BadExpression(f"longer than {MAX_CHARS} characters")
    try:
        module = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        detail = error.msg if isinstance(error, SyntaxError) else "not readable"
        raise BadExpression(f"not an expression: {detail}") from None
    if sum(isinstance(part, ast.expr) for part in ast.walk(module)) > MAX_NODES:
        raise BadExpression(f"more than {MAX_NODES} parts")
    node = _Reader(vocabulary, parameters).read(module.body, expect, 0)
    if expect is not None and not _fits(node.type, expect):
        raise BadExpression(f"a {expect} is needed here, this is a {node.type}")
    return node


def _fits(found: Type, wanted: Type) -> bool:
    return found == wanted or (wanted == NUMBER and found == INT)


class _Reader:
    def __init__(self, vocabulary: Vocabulary, parameters: Mapping[str, Type]) -> None:
        self.vocabulary = vocabulary
        self.parameters = parameters

    def read(  # noqa: PLR0911  # one line a kind of node
        self, node: ast.expr, wanted: Type | None, depth: int
    ) -> Node:
        """Read one node; `wanted` helps a literal to know what it stands for."""
        if depth > MAX_DEPTH:
            raise BadExpression(f"nested deeper than {MAX_DEPTH}")
        match node:
            case ast.Constant():
                return _literal(node.value, wanted, self.vocabulary)
            case ast.Name():
                return self._name(node.id)
            case ast.BoolOp():
                parts = tuple(self._flag(value, depth) for value in node.values)
                return tree.All(parts) if isinstance(node.op, ast.And) else tree.Some(parts)
            case ast.UnaryOp(op=ast.Not()):
                return tree.Not(self._flag(node.operand, depth))
            case ast.UnaryOp(op=ast.USub()):
                zero = tree.Const(0, INT)
                inner = self._number(node.operand, depth)
                if isinstance(inner, tree.Const) and isinstance(inner.value, int | float):
                    return tree.Const(-inner.value, inner.type)
                return self._bounded(tree.Arith("-", zero, inner))
            case ast.BinOp():
                return self._arithmetic(node, depth)
            case ast.Compare():
                return self._compare(node, depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.IfExp() if self.vocabulary.reckons:
                return self._choice(node, wanted, depth)
        raise BadExpression(f"{_name_of(node)} is not allowed")

    def _flag(self, node: ast.expr, depth: int) -> Node:
        found = self.read(node, FLAG, depth + 1)
        if found.type != FLAG:
            raise BadExpression(f"'{ast.unparse(node)}' is a {found.type}, a flag is needed")
        return found

    def _number(self, node: ast.expr, depth: int) -> Node:
        found = self.read(node, NUMBER, depth + 1)
        if found.type not in (INT, NUMBER):
            raise BadExpression(f"'{ast.unparse(node)}' is a {found.type}, a number is needed")
        return found

    def _day(self, node: ast.expr, depth: int) -> Node:
        found = self.read(node, DAY, depth + 1)
        if found.type != DAY:
            raise BadExpression(f"'{ast.unparse(node)}' is a {found.type}, a day is needed")
        return found

    def _name(self, name: str) -> Node:
        if name == "day":
            return tree.Today()
        fact = self.vocabulary.facts.get(name)
        if fact is None:
            raise BadExpression(f"no fact is called '{name}'")
        if not fact.derived:
            return tree.FactRef(fact)
        return tree.FactRef(fact, expand(name, self.vocabulary, self.parameters))

    def _arithmetic(self, node: ast.BinOp, depth: int) -> Node:
        sign = _SIGNS.get(type(node.op))
        if sign is None:
            raise BadExpression(f"{_name_of(node.op)} is not allowed; there are + - * /")
        left, right = self._number(node.left, depth), self._number(node.right, depth)
        return self._bounded(tree.Arith(sign, left, right))

    def _bounded(self, node: tree.Arith) -> Node:
        # Scores are numbers within bounds of their own, checked where they come in.
        return node if self.vocabulary.reckons else _bounded(node)

    def _choice(self, node: ast.IfExp, wanted: Type | None, depth: int) -> Node:
        condition = self._flag(node.test, depth)
        then = self.read(node.body, wanted, depth + 1)
        other = self.read(node.orelse, wanted, depth + 1)
        numbers = {INT, NUMBER}
        if then.type != other.type and not (then.type in numbers and other.type in numbers):
            raise BadExpression(f"the two branches differ: a {then.type} and a {other.type}")
        return tree.Choice(condition, then, other)

    def _compare(self, node: ast.Compare, depth: int) -> Node:
        items = [node.left, *node.comparators]
        parts: list[Node] = []
        for op, left, right in zip(node.ops, items, items[1:], strict=False):
            if isinstance(op, ast.In | ast.NotIn):
                parts.append(self._membership(left, op, right, depth))
                continue
            if type(op) not in _OPS:
                raise BadExpression(f"{_name_of(op)} is not allowed")
            parts.append(self._pair(_OPS[type(op)], left, right, depth))
        return parts[0] if len(parts) == 1 else tree.All(tuple(parts))

    def _pair(self, op: tree.Op, left: ast.expr, right: ast.expr, depth: int) -> Node:
        if isinstance(left, ast.Constant) and not isinstance(right, ast.Constant):
            second = self.read(right, None, depth + 1)
            first = self.read(left, second.type, depth + 1)
        else:
            first = self.read(left, None, depth + 1)
            second = self.read(right, first.type, depth + 1)
        self._comparable(op, first.type, second.type)
        return tree.Compare(op, first, second)

    def _comparable(self, op: tree.Op, left: Type, right: Type) -> None:
        numbers = {INT, NUMBER}
        if not (left == right or (left in numbers and right in numbers)):
            raise BadExpression(f"a {left} cannot be compared with a {right}")
        if left.kind in ("list", "text"):
            raise BadExpression(f"a {left} cannot be compared")
        if left == FLAG:
            raise BadExpression("a flag is not compared; write it bare, or with 'not'")
        catalogue = self.vocabulary.catalogues.get(left.catalogue)
        if catalogue and not catalogue.ordered and op not in ("==", "!="):
            raise BadExpression(f"the codes of '{left.catalogue}' have no order for '{op}'")

    def _membership(self, left: ast.expr, op: ast.cmpop, right: ast.expr, depth: int) -> Node:
        item = self.read(left, None, depth + 1)
        if item.type.kind not in ("code", "int", "day"):
            raise BadExpression(f"'in' needs a code, a whole number or a day, not a {item.type}")
        negated = isinstance(op, ast.NotIn)
        if isinstance(right, ast.Tuple | ast.List | ast.Set):
            if not right.elts:
                raise BadExpression("the list after 'in' is empty")
            found = [self.read(value, item.type, depth + 1) for value in right.elts]
            values: list[Scalar] = []
            for option in found:
                if not isinstance(option, tree.Const) or option.type != item.type:
                    raise BadExpression(f"only literals of type {item.type} stand after 'in'")
                if option.value is not None and not isinstance(option.value, tuple):
                    values.append(option.value)
            return tree.In(item, tree.Const(tuple(dict.fromkeys(values)), item.type), negated)
        options = self.read(right, None, depth + 1)
        if not isinstance(options, tree.Param) or options.type != LIST:
            raise BadExpression("after 'in' stands a list of literals, or param('…') of type list")
        return tree.In(item, options, negated)

    def _call(  # noqa: PLR0911  # one line a function
        self, node: ast.Call, depth: int
    ) -> Node:
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise BadExpression("only the functions of the rulebook can be called")
        name, given = node.func.id, node.args
        if self.vocabulary.reckons:
            if name in ("min", "max") and len(given) > 1:
                return tree.Extreme(
                    "min" if name == "min" else "max",
                    tuple(self._number(part, depth) for part in given),
                )
            if name == "param" and len(given) == 2:
                return self._line(given)
        wanted = {"param": 1, "known": 1, "between": 3, "retirement": 2, **dict.fromkeys(_SPANS, 2)}
        if name not in wanted:
            raise BadExpression(f"there is no function '{name}'")
        if len(given) != wanted[name]:
            raise BadExpression(f"{name}() takes {wanted[name]} argument(s), got {len(given)}")
        if name == "param":
            return self._param(given[0])
        if name == "known":
            return tree.Known(self.read(given[0], None, depth + 1))
        if name == "between":
            low = self._pair(">=", given[0], given[1], depth)
            return tree.All((low, self._pair("<=", given[0], given[2], depth)))
        if name == "retirement":
            return self._retirement(given, depth)
        return tree.Span(_SPANS[name], self._day(given[0], depth), self._day(given[1], depth))

    def _param(self, node: ast.expr) -> Node:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            raise BadExpression("param() takes the id of a parameter in quotes")
        kind = self.parameters.get(node.value)
        if kind is None:
            raise BadExpression(f"there is no parameter '{node.value}'")
        return tree.Param(node.value, kind)

    def _line(self, given: list[ast.expr]) -> Node:
        found, key = self._param(given[0]), given[1]
        if not isinstance(found, tree.Param) or found.type != TABLE:
            raise BadExpression("only a parameter of type table has lines")
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            raise BadExpression("a line of a table is named in quotes")
        return tree.Param(found.id, NUMBER, key.value)

    def _retirement(self, given: list[ast.expr], depth: int) -> Node:
        born = self._day(given[0], depth)
        gender = self.read(given[1], None, depth + 1)
        if gender.type != Type("code", "gender"):
            raise BadExpression("retirement() takes a day of birth and a gender")
        for part in (born, gender):
            if not isinstance(part, tree.FactRef) or part.expansion is not None:
                raise BadExpression("retirement() takes facts that are recorded, not reckoned")
        return tree.Retirement(born, gender, tree.Param(ROADMAP, TABLE))


def expand(name: str, vocabulary: Vocabulary, parameters: Mapping[str, Type]) -> Node:
    """Return the tree of a derived fact, parsed once per vocabulary.

    Errors: BadExpression for a bad formula, a wrong type, or a fact that rests on itself.
    """
    known = vocabulary.trees.get(name)
    if isinstance(known, Node):
        return known
    if known is not None:
        raise BadExpression(f"the fact '{name}' rests on itself")
    vocabulary.trees[name] = "being read"
    fact = vocabulary.facts[name]
    try:
        found = parse(fact.derived, vocabulary, parameters, expect=fact.type)
    except BadExpression:
        del vocabulary.trees[name]
        raise
    vocabulary.trees[name] = found
    return found


def _literal(value: object, wanted: Type | None, vocabulary: Vocabulary) -> Node:
    if isinstance(value, bool):
        return tree.Const(value, FLAG)
    if isinstance(value, int | float):
        if abs(value) > MAX_NUMBER or value != value:  # noqa: PLR0124  # NaN differs from itself
            raise BadExpression(f"numbers go up to {MAX_NUMBER:,}")
        return tree.Const(value, INT if isinstance(value, int) else NUMBER)
    if not isinstance(value, str):
        raise BadExpression(f"{value!r} is not allowed")
    if wanted is not None and wanted.kind == "code":
        catalogue = vocabulary.catalogues[wanted.catalogue]
        if value not in catalogue:
            known = ", ".join(entry.code for entry in catalogue)
            raise BadExpression(f"'{value}' is not a code of {catalogue.id} ({known})")
        return tree.Const(catalogue.position(value), wanted)
    if wanted == DAY:
        try:
            return tree.Const(date.fromisoformat(value), DAY)
        except ValueError:
            raise BadExpression(f"'{value}' is not a day; write 'YYYY-MM-DD'") from None
    raise BadExpression(f"the text '{value}' stands next to no code and no day")


def _bounded(node: tree.Arith) -> Node:
    if magnitude(node) > MAX_RESULT:
        raise BadExpression("the result could be too large to be exact")
    return node


def magnitude(node: Node) -> float:  # noqa: PLR0911  # one line a kind of node
    """Return a bound for the absolute value of a number."""
    match node:
        case tree.Const():
            return abs(node.value) if isinstance(node.value, int | float) else _FACT_RANGE
        case tree.Arith(sign="*"):
            return magnitude(node.left) * magnitude(node.right)
        case tree.Arith(sign="/"):
            return (
                magnitude(node.left) * MAX_NUMBER
                if node.right.type == NUMBER
                else (magnitude(node.left))
            )
        case tree.Arith():
            return magnitude(node.left) + magnitude(node.right)
        case tree.FactRef():
            return magnitude(node.expansion) if node.expansion else _FACT_RANGE
        case tree.Span():
            return 120_000
        case _:
            return _FACT_RANGE


def _name_of(node: ast.AST) -> str:
    words = {
        "Attribute": "an attribute (a dot)",
        "Subscript": "an index",
        "Lambda": "lambda",
        "IfExp": "if … else",
        "JoinedStr": "a formatted text",
        "Pow": "**",
        "FloorDiv": "//",
        "Mod": "%",
        "Is": "is",
        "IsNot": "is not",
    }
    kind = type(node).__name__
    return words.get(kind, kind)
