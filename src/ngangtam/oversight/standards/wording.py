"""Expressions in words: what a criterion asks, read aloud in Vietnamese or English.

The words come from the expression itself and the labels of the vocabulary, so that what the
screen says and what the engine computes cannot drift apart.
"""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ngangtam.law.engine.vocabulary import Fact, Vocabulary

Join = Literal["", "all", "any", "none", "not_all"]
NameParameter = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Words:
    """One phrase, or several phrases joined.

    Shape: a phrase has `text` and the `parameters` it leans on; a join has `parts` (two or more).
    """

    text: str = ""
    join: Join = ""
    parts: tuple["Words", ...] = ()
    parameters: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


_COMPARE: Final = {
    "vi": {
        "<": "{a} dưới {b}", "<=": "{a} không quá {b}", ">": "{a} trên {b}",
        ">=": "{a} từ {b} trở lên", "==": "{a} là {b}", "!=": "{a} khác {b}",
        "in": "{a} là một trong: {b}", "not in": "{a} không thuộc: {b}",
    },
    "en": {
        "<": "{a} below {b}", "<=": "{a} at most {b}", ">": "{a} above {b}",
        ">=": "{a} at least {b}", "==": "{a} is {b}", "!=": "{a} is not {b}",
        "in": "{a} is one of: {b}", "not in": "{a} is none of: {b}",
    },
}  # fmt: skip
_DAYS: Final = {
    "vi": {"<": "{a} trước ngày {b}", "<=": "{a} chậm nhất là ngày {b}", ">": "{a} sau ngày {b}",
           ">=": "{a} từ ngày {b} trở đi"},
    "en": {"<": "{a} before {b}", "<=": "{a} not after {b}", ">": "{a} after {b}",
           ">=": "{a} on or after {b}"},
}  # fmt: skip
# How the two ends of a chain `low … x … high` are said.
_LOW: Final = {"vi": {"<=": "từ {b}", "<": "trên {b}"}, "en": {"<=": "from {b}", "<": "above {b}"}}
_HIGH: Final = {
    "vi": {"<=": "đến {b}", "<": "đến dưới {b}"},
    "en": {"<=": "to {b}", "<": "to below {b}"},
}
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPERATORS: Final[dict[type[ast.AST], str]] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.In: "in", ast.NotIn: "not in", ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "÷",
}  # fmt: skip
_CALLS: Final = {
    "vi": {
        "known": "đã ghi nhận: {0}", "years": "số năm tròn từ {0} đến {1}",
        "months": "số tháng tròn từ {0} đến {1}",
        "year_difference": "hiệu số năm giữa {0} và {1}",
        "retirement": "ngày nghỉ hưu tính theo {0} và {1}",
        "min": "số nhỏ nhất của ({0})", "max": "số lớn nhất của ({0})",
    },
    "en": {
        "known": "recorded: {0}", "years": "whole years from {0} to {1}",
        "months": "whole months from {0} to {1}",
        "year_difference": "difference of years between {0} and {1}",
        "retirement": "retirement day by {0} and {1}",
        "min": "the least of ({0})", "max": "the greatest of ({0})",
    },
}  # fmt: skip
_WORD: Final = {
    "vi": {"day": "ngày tính", "everyone": "mọi người", "nobody": "không ai",
           "not": "không phải: {0}", "if": "{0} nếu {1}, còn lại {2}",
           "month": "{0} tháng", "year": "{0} năm", "quarter": "{0} quý",
           "term": "{0} nhiệm kỳ"},
    "en": {"day": "the reference day", "everyone": "everyone", "nobody": "nobody",
           "not": "not: {0}", "if": "{0} if {1}, else {2}",
           "month": "{0} months", "year": "{0} years", "quarter": "{0} quarters",
           "term": "{0} terms"},
}  # fmt: skip
JOINS: Final[dict[str, dict[Join, str]]] = {
    "vi": {"all": " và ", "any": " hoặc ", "none": " hoặc ", "not_all": " và "},
    "en": {"all": " and ", "any": " or ", "none": " or ", "not_all": " and "},
}


def read_aloud(
    expression: str, vocabulary: Vocabulary, lang: str, name_parameter: NameParameter = str
) -> Words:
    """Return what the expression says.

    Shape: `name_parameter` gives the words for a parameter's id, its value on the day with it.
    Errors: SyntaxError for text that is no expression; the loader refused it long before.
    """
    reader = _Reader(vocabulary, lang, name_parameter)
    return reader.clause(ast.parse(expression.strip(), mode="eval").body)


def flat(words: Words, lang: str) -> str:
    """Return the words as one line, joins in brackets where they nest."""
    if not words.join:
        return words.text
    said = JOINS[lang][words.join].join(
        f"({flat(part, lang)})" if part.join else part.text for part in words.parts
    )
    return _WORD[lang]["not"].format(f"({said})") if words.join in ("none", "not_all") else said


class _Reader:
    def __init__(self, vocabulary: Vocabulary, lang: str, name_parameter: NameParameter) -> None:
        self.vocabulary = vocabulary
        self.lang = lang
        self.name_parameter = name_parameter

    def clause(self, node: ast.expr) -> Words:
        """Read one true-or-false part."""
        if isinstance(node, ast.BoolOp):
            join: Join = "all" if isinstance(node.op, ast.And) else "any"
            return Words(join=join, parts=tuple(self.clause(part) for part in node.values))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self._negated(self.clause(node.operand))
        return Words(text=self._phrase(node), parameters=tuple(_parameters(node)))

    def _negated(self, inner: Words) -> Words:
        turned: dict[Join, Join] = {
            "any": "none", "none": "any", "all": "not_all", "not_all": "all",
        }  # fmt: skip
        if inner.join:
            return Words(join=turned[inner.join], parts=inner.parts)
        return Words(self._word("not").format(inner.text), parameters=inner.parameters)

    def _phrase(self, node: ast.expr) -> str:
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.Call) and _called(node) == "between":
            subject, low, high = node.args
            return self._between(subject, (low, "<="), (high, "<="))
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            return self._word("everyone" if node.value else "nobody")
        return self._term(node)

    def _compare(self, node: ast.Compare) -> str:
        signs = [_OPERATORS[type(operator)] for operator in node.ops]
        terms = [node.left, *node.comparators]
        if len(signs) == 1:
            return self._pair(terms[0], signs[0], terms[1])
        if len(signs) == 2 and all(sign in ("<", "<=") for sign in signs):
            return self._between(terms[1], (terms[0], signs[0]), (terms[2], signs[1]))
        if len(signs) == 2 and all(sign in (">", ">=") for sign in signs):
            low, high = (terms[2], _TURNED[signs[1]]), (terms[0], _TURNED[signs[0]])
            return self._between(terms[1], low, high)
        pairs = zip(terms, signs, terms[1:], strict=False)
        return JOINS[self.lang]["all"].join(self._pair(*pair) for pair in pairs)

    def _pair(self, left: ast.expr, sign: str, right: ast.expr) -> str:
        if isinstance(left, ast.Constant) and sign in _TURNED:
            left, sign, right = right, _TURNED[sign], left
        fact = self._fact(left) or self._fact(right)
        table = _COMPARE[self.lang]
        if fact is not None and fact.type.kind == "day":
            table = {**table, **_DAYS[self.lang]}
        return table[sign].format(a=self._term(left), b=self._term(right, beside=left))

    def _between(
        self, subject: ast.expr, low: tuple[ast.expr, str], high: tuple[ast.expr, str]
    ) -> str:
        first = _LOW[self.lang][low[1]].format(b=self._term(low[0], beside=subject))
        last = _HIGH[self.lang][high[1]].format(b=self._term(high[0], beside=subject))
        return f"{self._term(subject)} {first} {last}"

    def _term(  # noqa: PLR0911  # one line a kind of node
        self, node: ast.expr, beside: ast.expr | None = None
    ) -> str:
        """Say a value; `beside` is what it is compared with, which tells codes and units."""
        if isinstance(node, ast.Name):
            fact = self._fact(node)
            return fact.label[self.lang] if fact else self._word(node.id)
        if isinstance(node, ast.Constant):
            return self._constant(node.value, self._fact(beside))
        if isinstance(node, ast.Tuple | ast.List):
            return ", ".join(self._term(item, beside) for item in node.elts)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.BinOp):
            sign = _OPERATORS[type(node.op)]
            left, right = (self._operand(node, side, beside) for side in (node.left, node.right))
            return f"{left} {sign} {right}"
        if isinstance(node, ast.IfExp):
            parts = (self._term(node.body), self._term(node.test), self._term(node.orelse))
            return self._word("if").format(*parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return f"−{self._term(node.operand, beside)}"
        return flat(self.clause(node), self.lang)

    def _operand(self, node: ast.BinOp, side: ast.expr, beside: ast.expr | None) -> str:
        """Say one side of a reckoning, in brackets where it would be read otherwise."""
        said = self._term(side, beside)
        if isinstance(side, ast.IfExp | ast.BoolOp | ast.Compare):
            return f"({said})"
        if not isinstance(side, ast.BinOp):
            return said
        plain = isinstance(side.op, ast.Add | ast.Sub)
        weaker = plain and isinstance(node.op, ast.Mult | ast.Div)
        after = side is node.right and (
            isinstance(node.op, ast.Div) or (plain and isinstance(node.op, ast.Sub))
        )
        return f"({said})" if weaker or after else said

    def _constant(self, value: object, fact: Fact | None) -> str:
        if isinstance(value, str):
            return self._text(value, fact)
        if isinstance(value, float):
            text = f"{value:g}"
            value = text.replace(".", ",") if self.lang == "vi" else text
        if fact is not None and fact.unit in ("month", "quarter", "year", "term"):
            return self._word(fact.unit).format(value)
        return str(value)

    def _text(self, value: str, fact: Fact | None) -> str:
        if fact is not None and fact.type.kind == "code":
            return self.vocabulary.catalogues[fact.type.catalogue].label(value, self.lang)
        if fact is not None and fact.type.kind == "day":
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        return value

    def _call(self, node: ast.Call) -> str:
        name = _called(node)
        if name == "param":
            return self.name_parameter("#".join(_texts(node)))
        if name in ("min", "max"):
            listed = "; ".join(self._term(part) for part in node.args)
            return _CALLS[self.lang][name].format(listed)
        if name == "between":
            return self._phrase(node)
        return _CALLS[self.lang][name].format(*(self._term(part) for part in node.args))

    def _fact(self, node: ast.expr | None) -> Fact | None:
        if isinstance(node, ast.Name):
            return self.vocabulary.facts.get(node.id)
        return None

    def _word(self, key: str) -> str:
        return _WORD[self.lang][key]


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _parameter(node: ast.Call) -> str:
    first = node.args[0]
    assert isinstance(first, ast.Constant)
    return str(first.value)


def _texts(node: ast.Call) -> list[str]:
    """Return the texts that a call is given: the id of a parameter, a line of its table."""
    values = [part.value for part in node.args if isinstance(part, ast.Constant)]
    return [value for value in values if isinstance(value, str)]


def _parameters(node: ast.expr) -> Sequence[str]:
    calls = (part for part in ast.walk(node) if isinstance(part, ast.Call))
    return list(dict.fromkeys(_parameter(call) for call in calls if _called(call) == "param"))
