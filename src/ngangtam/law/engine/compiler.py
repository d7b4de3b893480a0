"""Bound expressions as Narwhals expressions: Polars, DuckDB and PySpark run the same tree.

Unknown is null; `&`, `|` and comparisons of all three follow Kleene. Comparing an age or a
length of time with a number becomes one comparison of days.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import partial, reduce
from math import ceil, floor
from operator import and_, or_
from typing import Final

import narwhals as nw

from ngangtam.law.engine import tree
from ngangtam.law.engine.spans import (
    Steps,
    covered_from,
    earliest_last,
    first_birth,
    latest_first,
)
from ngangtam.law.engine.tree import Node
from ngangtam.law.engine.vocabulary import INT

_DTYPES: Final[Mapping[str, nw.dtypes.DType]] = {
    "flag": nw.Boolean(),
    "code": nw.Int16(),
    "int": nw.Int64(),
    "number": nw.Float64(),
    "day": nw.Date(),
}
_OPS: Final[Mapping[str, Callable[[nw.Expr, object], nw.Expr]]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
}
_MIRROR: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_EARLY: Final = date(1, 1, 1)
_LATE: Final = date(9999, 12, 31)


def compile_node(node: Node, columns: Collection[str] | None = None) -> nw.Expr:
    """Return a bound expression as a Narwhals expression.

    Shape: `columns` are those of the frame; a fact without a column is unknown for everyone.
        None trusts that all are there.
    """
    return _Compiler(columns).expr(node)


def _unknown(kind: str) -> nw.Expr:
    return nw.lit(None, dtype=_DTYPES[kind])


class _Compiler:
    def __init__(self, columns: Collection[str] | None) -> None:
        self.columns = columns

    def expr(self, node: Node) -> nw.Expr:  # noqa: PLR0911, PLR0912  # one line a kind of node
        match node:
            case tree.Const():
                return _unknown(node.type.kind) if node.value is None else nw.lit(node.value)
            case tree.FactRef():
                return self._fact(node)
            case tree.Not():
                return ~self.expr(node.part)
            case tree.All():
                return reduce(and_, [self.expr(part) for part in node.parts])
            case tree.Some():
                return reduce(or_, [self.expr(part) for part in node.parts])
            case tree.Compare():
                return self._compare(node)
            case tree.In():
                return self._member(node)
            case tree.Arith():
                return self._arithmetic(node)
            case tree.Extreme():
                return reduce(partial(_extreme, node.kind), map(self.expr, node.parts))
            case tree.Choice():
                condition = self.expr(node.condition)
                other = nw.when(~condition).then(self.expr(node.other))
                return nw.when(condition).then(self.expr(node.then)).otherwise(other)
            case tree.Known():
                return ~self.expr(node.part).is_null()
            case tree.Span():
                return self._span(node)
            case tree.Retirement():
                return self._retirement_day(node)
            case _:
                raise TypeError(f"{type(node).__name__} must be bound to a day first")

    def _fact(self, node: tree.FactRef) -> nw.Expr:
        if node.expansion is not None:
            return self.expr(node.expansion)
        if self.columns is not None and node.fact.name not in self.columns:
            return _unknown(node.fact.type.kind)
        return nw.col(node.fact.name)

    # -- comparisons ---------------------------------------------------------------------------

    def _compare(self, node: tree.Compare) -> nw.Expr:
        left, right, op = _bare(node.left), _bare(node.right), node.op
        if isinstance(left, tree.Const):
            left, right, op = right, left, _MIRROR[op]  # type: ignore[assignment]  # _MIRROR holds ops
        if isinstance(right, tree.Const):
            if right.value is None:
                return _unknown("flag")
            quick = self._turning(left, op, right.value)
            if quick is not None:
                return quick
            if not _has_retirement(left):
                return _OPS[op](self.expr(left), right.value)
        if left.type.kind == "day" and (_has_retirement(left) or _has_retirement(right)):
            return _OPS[op](self._day_key(left), self._day_key(right))
        return _OPS[op](self.expr(left), self.expr(right))

    def _turning(self, left: Node, op: str, number: object) -> nw.Expr | None:
        """Compare a span or a retirement day with a constant through the day where it turns."""
        if isinstance(left, tree.Retirement) and isinstance(number, date):
            return self._retires(left, op, number)
        if not isinstance(left, tree.Span) or not isinstance(number, int | float):
            return None
        if op in ("==", "!=") and number != int(number):
            return None

        def at_least(least: int) -> nw.Expr | None:
            return self._span_at_least(left, least)

        return _from_at_least(op, number, at_least)

    def _span_at_least(self, node: tree.Span, least: int) -> nw.Expr | None:
        """Return span >= least as one comparison of days, where one end is a constant."""
        first, last = _bare(node.first), _bare(node.last)
        if isinstance(last, tree.Const) and isinstance(last.value, date):
            turn = latest_first(node.kind, last.value, least)
            if turn is None or _has_retirement(first):
                return None
            return self.expr(first) <= turn
        if isinstance(first, tree.Const) and isinstance(first.value, date):
            turn = earliest_last(node.kind, first.value, least)
            if turn is None:
                return None
            if isinstance(last, tree.Retirement):
                return self._retires(last, ">=", turn)
            return None if _has_retirement(last) else self.expr(last) >= turn
        return None

    def _retires(self, node: tree.Retirement, op: str, day: date) -> nw.Expr | None:
        """Compare a retirement day with a day: by gender, one comparison of days of birth."""
        if not isinstance(node.table, tree.Roadmap):
            return _unknown("flag")

        def at_least(reach: date) -> nw.Expr:
            born, gender = self.expr(node.born), self.expr(node.gender)
            result: nw.Expr = _unknown("flag")
            for code, steps in node.table.steps:  # type: ignore[union-attr]  # a Roadmap, see above
                turn = first_birth(steps, reach)
                covered = covered_from(steps)
                later = born >= turn if turn else born > _LATE
                known = nw.when(born >= date(covered // 12, covered % 12 + 1, 1)).then(later)
                result = nw.when(gender == code).then(known).otherwise(result)
            return result

        if day in (_EARLY, _LATE):
            return None
        reached, passed = at_least(day), at_least(date.fromordinal(day.toordinal() + 1))
        return {
            ">=": reached,
            "<": ~reached,
            ">": passed,
            "<=": ~passed,
            "==": reached & ~passed,
            "!=": ~reached | passed,
        }[op]

    # -- values --------------------------------------------------------------------------------

    def _member(self, node: tree.In) -> nw.Expr:
        item = self.expr(node.item)
        options = node.options.value if isinstance(node.options, tree.Const) else ()
        assert isinstance(options, tuple)
        nobody = item != item  # noqa: PLR0124  # false for a known value, null for an unknown
        found = reduce(or_, [item == option for option in options]) if options else nobody
        return ~found if node.negated else found

    def _arithmetic(self, node: tree.Arith) -> nw.Expr:
        wide = nw.Int64 if node.type == INT else nw.Float64
        left, right = self.expr(node.left).cast(wide), self.expr(node.right).cast(wide)
        match node.sign:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                # Polars divides by a constant as times its reciprocal: 49 / 49 would not be 1.
                return nw.when(right != 0.0).then(left / (right + left * 0.0))

    def _span(self, node: tree.Span) -> nw.Expr:
        (first, first_day), (last, last_day) = self._parts(node.first), self._parts(node.last)
        if node.kind == "year_difference":
            return last // 12 - first // 12
        months = last - first
        if not _ends_whole(node):
            months = months - nw.when(last_day < first_day).then(nw.lit(1)).otherwise(nw.lit(0))
        return months // 12 if node.kind == "years" else months

    def _parts(self, node: Node) -> tuple[nw.Expr, nw.Expr]:
        """Return a day as (year * 12 + month - 1, day of the month)."""
        bare = _bare(node)
        if isinstance(bare, tree.Const) and isinstance(bare.value, date):
            index = bare.value.year * 12 + bare.value.month - 1
            return nw.lit(index, dtype=nw.Int64), nw.lit(bare.value.day, dtype=nw.Int64)
        if isinstance(bare, tree.Retirement):
            month = self._retirement_month(bare)
            return month, _length_of(month)
        day = self.expr(bare)
        return _month_index(day), day.dt.day().cast(nw.Int64)

    def _day_key(self, node: Node) -> nw.Expr:
        month, day = self._parts(node)
        return month * 32 + day

    def _retirement_month(self, node: tree.Retirement) -> nw.Expr:
        if not isinstance(node.table, tree.Roadmap):
            return _unknown("int")
        born, gender = _month_index(self.expr(node.born)), self.expr(node.gender)
        result: nw.Expr = _unknown("int")
        for code, steps in node.table.steps:
            result = nw.when(gender == code).then(_retires_in(born, steps)).otherwise(result)
        return result

    def _retirement_day(self, node: tree.Retirement) -> nw.Expr:
        month = self._retirement_month(node)
        number = (month // 12) * 10000 + (month % 12 + 1) * 100 + _length_of(month)
        return number.cast(nw.String).str.to_date(format="%Y%m%d")


def _extreme(kind: str, left: nw.Expr, right: nw.Expr) -> nw.Expr:
    """Return the lesser or the greater of two; unknown when either is."""
    first = left <= right if kind == "min" else left >= right
    return nw.when(first).then(left).otherwise(nw.when(~first).then(right))


def _bare(node: Node) -> Node:
    """Return what a derived fact stands for."""
    while isinstance(node, tree.FactRef) and node.expansion is not None:
        node = node.expansion
    return node


def _has_retirement(node: Node) -> bool:
    return any(isinstance(part, tree.Retirement) for part in tree.walk(node))


def _ends_whole(node: tree.Span) -> bool:
    """Whether the last day of a month, 28 or later, meets a fixed day up to 28."""
    first = _bare(node.first)
    early = (
        isinstance(first, tree.Const) and isinstance(first.value, date) and first.value.day <= 28
    )
    return early and isinstance(_bare(node.last), tree.Retirement)


def _from_at_least(
    op: str, number: float, at_least: Callable[[int], nw.Expr | None]
) -> nw.Expr | None:
    """Say any comparison with `number` through `>= whole number`."""
    if op in ("==", "!="):
        low, high = at_least(int(number)), at_least(int(number) + 1)
        if low is None or high is None:
            return None
        return low & ~high if op == "==" else ~low | high
    least = ceil(number) if op in (">=", "<") else floor(number) + 1
    found = at_least(least)
    if found is None:
        return None
    return found if op in (">=", ">") else ~found


def _month_index(day: nw.Expr) -> nw.Expr:
    return day.dt.year().cast(nw.Int64) * 12 + day.dt.month().cast(nw.Int64) - 1


def _length_of(month: nw.Expr) -> nw.Expr:
    """Return the number of days of month `year * 12 + month - 1`."""
    inside, year = month % 12, month // 12
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    february = nw.when(leap).then(nw.lit(29)).otherwise(nw.lit(28))
    short = nw.when(inside.is_in([3, 5, 8, 10])).then(nw.lit(30)).otherwise(nw.lit(31))
    return nw.when(inside != 1).then(short).otherwise(february)


def _retires_in(born: nw.Expr, steps: Steps) -> nw.Expr:
    """Return the month of retirement for months of birth; the closed form of `Steps.months`."""
    pace = 12 - steps.step
    late = born - (steps.first_year * 12 + 11 - steps.first)
    count = ((late + pace - 1) // pace).clip(0, steps.years)
    months = steps.first + count * steps.step
    if steps.first + steps.years * steps.step > steps.last:
        months = months.clip(upper_bound=steps.last)
    covered = born >= steps.first_year * 12 - steps.first
    if steps.before is None:
        return nw.when(covered).then(born + months)
    return nw.when(covered).then(born + months).otherwise(born + steps.before)
