"""Who comes where in an examination: plain values in, an order out. Nothing is read here.

Marks are exact decimals. A round is passed with the mark of the jury (the mean of its jurors, or
the mean without the highest and the lowest) at or above the pass mark. Whoever fails a round is
placed nowhere and goes into no later one. The total is the sum of the rounds by their weights;
equal totals are told apart by the rounds that the scheme names, in their order, and where these
are equal too, by the authority and not by the machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_HUNDREDTH: Final = Decimal("0.01")
_FEWEST_TO_TRIM: Final = 4


@dataclass(frozen=True, slots=True)
class Round:
    """One round. Shape: marks run from 0 to `most`; `fewest` jurors mark everybody."""

    id: str
    most: Decimal
    passes: Decimal
    weight: Decimal = Decimal(1)
    fewest: int = 1


@dataclass(frozen=True, slots=True)
class Scheme:
    """How an examination is reckoned. Shape: `ties` are rounds, the first told apart by first."""

    rounds: tuple[Round, ...]
    trimmed: bool = False
    ties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What one candidate reached.

    Shape: `place` counts from 1, equal for those whom nothing tells apart; None when a round was
        failed or is not complete. `failed` names the round that was not passed.
    """

    candidate: int
    marks: Mapping[str, Decimal]
    total: Decimal | None
    place: int | None
    failed: str = ""
    waits: str = ""


Marks = Mapping[int, Mapping[str, Sequence[Decimal]]]


def jury_mark(marks: Sequence[Decimal], *, trimmed: bool) -> Decimal:
    """Return the mark of the jury, to the hundredth.

    Errors: ValueError for no marks at all.
    """
    if not marks:
        raise ValueError("no marks")
    kept = sorted(marks)
    if trimmed and len(kept) >= _FEWEST_TO_TRIM:
        kept = kept[1:-1]
    return (sum(kept, Decimal(0)) / len(kept)).quantize(_HUNDREDTH, ROUND_HALF_UP)


def rank(scheme: Scheme, marks: Marks, jurors: int) -> list[Line]:
    """Return a line for every candidate, the best first, those without a place at the end.

    Shape: `marks` by candidate and round, one of each juror in any order; `jurors` is how many
        mark. Who withdrew is simply not among the candidates.
    """
    lines = [_line(scheme, one, marks[one], jurors) for one in marks]
    placed = sorted(
        (line for line in lines if line.total is not None),
        key=lambda line: (_key(scheme, line), line.candidate),
    )
    found: list[Line] = []
    for at, line in enumerate(placed, start=1):
        before = found[-1] if found else None
        same = before is not None and _key(scheme, before) == _key(scheme, line)
        place = before.place if same and before is not None else at
        found.append(Line(line.candidate, line.marks, line.total, place))
    rest = sorted((line for line in lines if line.total is None), key=lambda line: line.candidate)
    return found + rest


def _line(
    scheme: Scheme, candidate: int, given: Mapping[str, Sequence[Decimal]], jurors: int
) -> Line:
    reached: dict[str, Decimal] = {}
    for one in scheme.rounds:
        marks = given.get(one.id, ())
        if len(marks) < max(jurors, one.fewest):
            return Line(candidate, reached, None, None, waits=one.id)
        reached[one.id] = jury_mark(marks, trimmed=scheme.trimmed)
        if reached[one.id] < one.passes:
            return Line(candidate, reached, None, None, failed=one.id)
    total = sum((reached[one.id] * one.weight for one in scheme.rounds), Decimal(0))
    return Line(candidate, reached, total.quantize(_HUNDREDTH, ROUND_HALF_UP), None)


def _key(scheme: Scheme, line: Line) -> tuple[Decimal, ...]:
    total = line.total if line.total is not None else Decimal(0)
    return (-total, *(-line.marks[one] for one in scheme.ties))


def first_of(lines: Sequence[Line]) -> tuple[int, ...]:
    """Return who stands first: nobody, one, or several whom the authority has to tell apart."""
    return tuple(line.candidate for line in lines if line.place == 1)
