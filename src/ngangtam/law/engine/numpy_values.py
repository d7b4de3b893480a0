"""What a step of the NumPy backend hands on, and how two such values meet.

Everything here works on one block of people; unknown follows Kleene logic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ngangtam.law.engine.bits import WORD, Truth, Words, ones, pack, words_for
from ngangtam.law.engine.numpy_planes import Planes, planes_of
from ngangtam.law.engine.tree import Op, Sign

# NumPy picks the type of numbers at run time: one byte for codes, four for days.
Array = NDArray[Any]
EPOCH: Final = date(1970, 1, 1)
COMPARE: Final[Mapping[Op, Callable[..., Any]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
MIRRORED: Final[Mapping[Op, Op]] = {
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
    "==": "==",
    "!=": "!=",
}
ARITHMETIC: Final[Mapping[Sign, Callable[..., Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
}


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A number for every person.

    Shape: `unknown` is None when nobody's is missing; `most` bounds the size of the numbers,
        None when nobody has looked.
    """

    values: Array
    unknown: Words | None = None
    planes: Planes | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for everybody; a day as days since 1970. None is unknown for everybody."""

    value: int | float | bool | None


Value = Truth | Numbers | Constant
UNKNOWN: Final = Constant(None)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One fact as it lies in Arrow memory: flags one bit a person, the rest a number each."""

    values: Array
    unknown: Words | None
    flag: bool
    planes: Planes | None = None

    def buffers(self) -> list[Array]:
        """The memory that reading this fact touches."""
        return [self.values] if self.unknown is None else [self.values, self.unknown]

    def block(self, start: int, stop: int) -> Truth | Numbers:
        """Return the fact of the people `start:stop`; `start` is a multiple of 64."""
        words = slice(start // WORD, words_for(stop))
        unknown = None if self.unknown is None else self.unknown[words]
        if self.flag:
            return Truth(self.values[words], unknown)
        planes = None if self.planes is None else self.planes.block(words)
        return Numbers(self.values[start:stop], unknown, planes)


def column_from(array: pa.Array) -> Column:
    """Read an Arrow array in place; only bits (an eighth of a byte a person) are copied."""
    validity, data = array.buffers()
    known = _bits(validity, array.offset, len(array)) if array.null_count else None
    unknown = None if known is None else ones(len(array)) & ~known
    if pa.types.is_boolean(array.type):
        true = _bits(data, array.offset, len(array))
        return Column(true if known is None else true & known, unknown, flag=True)
    kind = np.int32 if pa.types.is_date32(array.type) else array.type.to_pandas_dtype()
    values = np.frombuffer(data, kind)[array.offset : array.offset + len(array)]
    return Column(values, unknown, flag=False, planes=planes_of(values))


def _bits(buffer: pa.Buffer, offset: int, people: int) -> Words:
    whole = np.frombuffer(buffer, np.uint8)
    if offset % 8:
        mask = np.unpackbits(whole, count=offset + people, bitorder="little")[offset:]
        return pack(mask.view(np.bool_))
    out = np.zeros(words_for(people), np.uint64)
    taken = whole[offset // 8 : offset // 8 + -(-people // 8)]
    out.view(np.uint8)[: len(taken)] = taken
    if people % WORD:
        out[-1] &= (np.uint64(1) << np.uint64(people % WORD)) - np.uint64(1)
    return out


def truth(value: Value, everybody: Words) -> Truth:
    """Read a value as true, false or unknown for each of `everybody`."""
    if isinstance(value, Truth):
        return value
    if isinstance(value, Numbers):
        return masked(value.values != 0, value.unknown)
    if value.value is None:
        return Truth(np.zeros_like(everybody), everybody)
    return Truth(everybody if value.value else np.zeros_like(everybody))


def masked(mask: NDArray[np.bool_], unknown: Words | None) -> Truth:
    """Return the mask as truth, unknown where a number was missing."""
    return _known(pack(mask), unknown)


def _known(true: Words, unknown: Words | None) -> Truth:
    return Truth(true) if unknown is None else Truth(true & ~unknown, unknown)


def either(left: Words | None, right: Words | None) -> Words | None:
    """Return the people of both; None is nobody."""
    if left is None or right is None:
        return right if left is None else left
    return left | right


def compared(op: Op, left: Value, right: Value, everybody: Words) -> Truth:
    """Compare two values; unknown where either is."""
    if UNKNOWN in (left, right):
        return truth(UNKNOWN, everybody)
    if isinstance(left, Constant):
        if isinstance(right, Constant):
            return truth(Constant(bool(COMPARE[op](left.value, right.value))), everybody)
        left, right, op = right, left, MIRRORED[op]
    if isinstance(left, Truth) or isinstance(right, Truth):
        return _same_truth(op, truth(left, everybody), truth(right, everybody), everybody)
    if isinstance(right, Constant):
        if left.planes is not None and right.value is not None:
            return _known(left.planes.compared(op, right.value, everybody), left.unknown)
        return masked(COMPARE[op](left.values, right.value), left.unknown)
    mask = COMPARE[op](left.values, right.values)
    return masked(mask, either(left.unknown, right.unknown))


def _same_truth(op: Op, left: Truth, right: Truth, everybody: Words) -> Truth:
    """Compare two flags: equal when both are met or both are not, unknown if either is."""
    different = left.true ^ right.true
    true: Words = different if op == "!=" else everybody & ~different
    unknown = either(left.unknown, right.unknown)
    return Truth(true) if unknown is None else Truth(true & ~unknown, unknown)


def among(value: Value, numbers: Sequence[object], everybody: Words) -> Truth:
    """Return for whom the value is one of the numbers; unknown where it is unknown."""
    if isinstance(value, Truth):
        raise TypeError("a flag is in no list")
    if isinstance(value, Constant):
        return truth(Constant(None if value.value is None else value.value in numbers), everybody)
    found = Truth(np.zeros_like(everybody))
    for number in numbers:
        if isinstance(number, int | float):
            found = found | compared("==", value, Constant(number), everybody)
    return found if value.unknown is None else Truth(found.true, value.unknown)


def reckoned(sign: Sign, left: Value, right: Value) -> Value:
    """Add, subtract, multiply or divide; unknown where either number is, or by zero."""
    if UNKNOWN in (left, right):
        return UNKNOWN
    (one, unknown), (other, also) = operand(left), operand(right)
    missing = either(unknown, also)
    if sign != "/":
        found = ARITHMETIC[sign](one, other)
    else:
        zero = np.asarray(other) == 0
        found = np.true_divide(one, np.where(zero, 1, other))
        if zero.ndim:
            missing = either(missing, pack(zero))
        elif zero:
            return UNKNOWN
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant(found.item())
    return Numbers(found, missing)


def time_between(function: Callable[[Any, Any], Any], first: Value, last: Value) -> Value:
    """Return the time between two days of each person; unknown where either day is."""
    if UNKNOWN in (first, last):
        return UNKNOWN
    (early, unknown), (late, also) = operand(first), operand(last)
    if isinstance(first, Constant) and isinstance(last, Constant):
        return Constant(int(function(early, late)))
    return Numbers(function(early, late), either(unknown, also))


def operand(value: Value) -> tuple[Any, Words | None]:
    """Return the numbers, wide enough to add and subtract, and who has none."""
    if isinstance(value, Constant):
        return value.value, None
    if isinstance(value, Truth):
        raise TypeError("a flag is not a number")
    wide = value.values if value.values.dtype.kind == "f" else value.values.astype(np.int64)
    return wide, value.unknown


def is_known(value: Value, everybody: Words) -> Truth:
    """Return who has the value; this itself is never unknown."""
    if isinstance(value, Constant):
        return truth(Constant(value.value is not None), everybody)
    return Truth(everybody if value.unknown is None else everybody & ~value.unknown)


def completed_months(first: Any, last: Any) -> Array:
    """Return the completed months from one day to another, as `kernel.days` counts them."""
    (early_month, early_day), (late_month, late_day) = _month_and_day(first), _month_and_day(last)
    return np.asarray(late_month - early_month - (late_day < early_day), np.int64)


def calendar_years(first: Any, last: Any) -> Array:
    """Return the plain difference of calendar years between two days."""
    early, late = (
        np.asarray(days, np.int64).astype("datetime64[D]").astype("datetime64[Y]")
        for days in (first, last)
    )
    return np.asarray(late.astype(np.int64) - early.astype(np.int64))


def _month_and_day(days: Any) -> tuple[Array, Array]:
    whole = np.asarray(days, np.int64).astype("datetime64[D]")
    month = whole.astype("datetime64[M]")
    return month.astype(np.int64), (whole - month).astype(np.int64)
