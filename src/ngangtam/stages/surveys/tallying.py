"""From single answers to what may be told. Plain Python: everything that protects is here.

A group of fewer than `least` answers is never told. Where one side inside is too small, it is
told together with the smallest other side inside, so that nothing is left to subtract; those
served stand alone or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

# Below this no authority may go, whatever its parameter says.
FLOOR: Final = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What one group said. Shape: as `Tally`."""

    sides: tuple[str, ...]
    answered: int
    figures: dict[str, dict[str, float | int | None]]
    comments: tuple[str, ...]


def groups_of(
    counts: Mapping[str, int], inside: Sequence[str], least: int
) -> list[tuple[str, ...]]:
    """Return which sides are told, alone or together; sides left out are not told at all."""
    least = max(least, FLOOR)
    groups: list[tuple[str, ...]] = [(side,) for side in inside if counts.get(side)]

    def size(group: tuple[str, ...]) -> int:
        return sum(counts[side] for side in group)

    while len(groups) > 1:
        small = min(groups, key=lambda group: (size(group), group))
        if size(small) >= least:
            break
        groups.remove(small)
        with_whom = min(groups, key=lambda group: (size(group), group))
        groups.remove(with_whom)
        groups.append(tuple(side for side in inside if side in (*small, *with_whom)))
    told = [group for group in groups if size(group) >= least]
    alone: list[tuple[str, ...]] = [
        (side,) for side in counts if side not in inside and counts[side] >= least
    ]
    return sorted(told, key=lambda group: inside.index(group[0])) + alone


def tally(
    answers: Sequence[tuple[str, Mapping[str, Any]]], questions: Sequence[Mapping[str, Any]],
    inside: Sequence[str], least: int,
) -> list[Told]:  # fmt: skip
    """Count the answers of every group that may be told.

    Shape: an answer is {"ratings": {question: 1–5}, "comment": text}.
    """
    counts: dict[str, int] = {}
    for side, _answer in answers:
        counts[side] = counts.get(side, 0) + 1
    return [
        _of([answer for side, answer in answers if side in group], group, questions, least)
        for group in groups_of(counts, inside, least)
    ]


def _of(
    answers: Sequence[Mapping[str, Any]], group: tuple[str, ...],
    questions: Sequence[Mapping[str, Any]], least: int,
) -> Told:  # fmt: skip
    figures: dict[str, dict[str, float | int | None]] = {}
    for question in questions:
        if not set(question["sides"]) & set(group):
            continue
        given = [
            answer["ratings"][question["id"]]
            for answer in answers
            if answer["ratings"].get(question["id"]) is not None
        ]
        # A question that few of a large group answered is as small a group as any.
        enough = len(given) >= max(least, FLOOR)
        figures[question["id"]] = {
            "mean": round(sum(given) / len(given), 2) if enough else None,
            "count": len(given) if enough else None,
        }
    comments = sorted(answer["comment"] for answer in answers if answer.get("comment"))
    return Told(group, len(answers), figures, tuple(comments))


def weighted(told: Sequence[Told], weights: Mapping[str, float]) -> dict[str, float] | None:
    """Return each question's mean over the sides by the authority's weights.

    Shape: None unless every side that has a weight is told alone: a total over fewer would let
        the missing side be reckoned.
    """
    alone = {one.sides[0]: one for one in told if len(one.sides) == 1}
    asked = {side: weight for side, weight in weights.items() if weight}
    if not asked or set(asked) - set(alone):
        return None
    found: dict[str, float] = {}
    for question in {ident for one in alone.values() for ident in one.figures}:
        parts = [
            (weight, mean)
            for side, weight in asked.items()
            if (mean := alone[side].figures.get(question, {}).get("mean")) is not None
        ]
        if parts:
            found[question] = round(
                sum(weight * mean for weight, mean in parts) / sum(weight for weight, _ in parts), 2
            )
    return found
