"""The typed tree of an expression. Everything else walks it: interpreter, compiler, explanation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ngangtam.law.engine.spans import SpanKind, Steps
from ngangtam.law.engine.vocabulary import DAY, FLAG, INT, NUMBER, TABLE, Fact, Scalar, Type

Op = Literal["<", "<=", ">", ">=", "==", "!="]
Sign = Literal["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Const:
    """A literal; codes are kept as positions. `value` None = unknown, `note` says why."""

    value: Scalar | tuple[Scalar, ...] | None
    type: Type
    note: str = ""


@dataclass(frozen=True, slots=True)
class FactRef:
    """A fact by name. `expansion` is the tree of a derived fact."""

    fact: Fact
    expansion: "Node | None" = None

    @property
    def type(self) -> Type:
        return self.fact.type


@dataclass(frozen=True, slots=True)
class Today:
    """The reference day."""

    type: Type = DAY


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of the rulebook, by its value on the reference day; `key`: a line of a table."""

    id: str
    type: Type
    key: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class All:
    """`and`."""

    parts: tuple["Node", ...]
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class Some:
    """`or`."""

    parts: tuple["Node", ...]
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class Compare:
    op: Op
    left: "Node"
    right: "Node"
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class In:
    """Membership in a list; `options` is a Const of a tuple, or a Param before binding."""

    item: "Node"
    options: "Node"
    negated: bool = False
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class Arith:
    sign: Sign
    left: "Node"
    right: "Node"

    @property
    def type(self) -> Type:
        whole = self.sign != "/" and self.left.type == INT and self.right.type == INT
        return INT if whole else NUMBER


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or the greatest of some numbers; unknown as soon as one of them is."""

    kind: Literal["min", "max"]
    parts: tuple["Node", ...]

    @property
    def type(self) -> Type:
        return INT if all(part.type == INT for part in self.parts) else NUMBER


@dataclass(frozen=True, slots=True)
class Choice:
    """`then if condition else other`; an unknown condition leaves it open."""

    condition: "Node"
    then: "Node"
    other: "Node"

    @property
    def type(self) -> Type:
        mixed = self.then.type != self.other.type
        return NUMBER if mixed else self.then.type


@dataclass(frozen=True, slots=True)
class Known:
    part: "Node"
    type: Type = FLAG


@dataclass(frozen=True, slots=True)
class Span:
    """Completed years or months, or the difference of calendar years, from `first` to `last`."""

    kind: SpanKind
    first: "Node"
    last: "Node"
    type: Type = INT


@dataclass(frozen=True, slots=True)
class Retirement:
    """The last day of service by the road map of the retirement age (`table`, bound)."""

    born: "Node"
    gender: "Node"
    table: "Node"
    type: Type = DAY


@dataclass(frozen=True, slots=True)
class Roadmap:
    """The road map of retirement on the reference day: (position of the gender, steps)."""

    steps: tuple[tuple[int, Steps], ...]
    type: Type = TABLE


Node = (
    Const
    | FactRef
    | Today
    | Param
    | Not
    | All
    | Some
    | Compare
    | In
    | Arith
    | Extreme
    | Choice
    | Known
    | Span
    | Retirement
    | Roadmap
)


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911  # one line a kind of node
    """Return the direct parts of a node; a derived fact has its expansion."""
    match node:
        case FactRef():
            return (node.expansion,) if node.expansion else ()
        case Not() | Known():
            return (node.part,)
        case All() | Some() | Extreme():
            return node.parts
        case Choice():
            return (node.condition, node.then, node.other)
        case Compare() | Arith():
            return (node.left, node.right)
        case In():
            return (node.item, node.options)
        case Span():
            return (node.first, node.last)
        case Retirement():
            return (node.born, node.gender, node.table)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, in reading order."""
    yield node
    for child in children(node):
        yield from walk(child)


def base_facts(node: Node) -> tuple[str, ...]:
    """Return the names of the columns that the expression reads, each once, in reading order."""
    found = (
        part.fact.name
        for part in walk(node)
        if isinstance(part, FactRef) and part.expansion is None
    )
    return tuple(dict.fromkeys(found))


def parameters(node: Node) -> tuple[str, ...]:
    """Return the ids of the parameters that the expression reads."""
    found = (part.id for part in walk(node) if isinstance(part, Param))
    return tuple(dict.fromkeys(found))
