"""Results of a survey in words and figures, for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ngangtam.foundation.ui import formats
from ngangtam.stages.surveys.asking import wording
from ngangtam.stages.surveys.models import INSIDE, Side, Survey, Tally
from ngangtam.stages.surveys.queries import Counted


@dataclass(frozen=True, slots=True)
class Figure:
    """One question of one group. Shape: `mean` is None where too few answered it."""

    question: str
    mean: float | None
    count: int | None

    @property
    def shown(self) -> str:
        return formats.number(self.mean, 2) if self.mean is not None else ""


@dataclass(frozen=True, slots=True)
class Group:
    """What one side said, or several together."""

    label: str
    together: bool
    answered: int
    figures: list[Figure]
    comments: list[str]


def named(sides: Sequence[str]) -> str:
    """Return the sides in words."""
    return " + ".join(str(Side(side).label) for side in sides)


def counted(rows: Sequence[Counted]) -> list[tuple[str, int, int]]:
    """Return (side in words, asked, answered), in the order of the sides."""
    order = list(Side.values)
    return [
        (named([row.side]), row.asked, row.answered)
        for row in sorted(rows, key=lambda row: order.index(row.side))
    ]


def group_of(tally: Tally, questions: Sequence[Mapping[str, Any]], language: str) -> Group:
    figures = [
        Figure(
            wording(one, language), tally.figures[one["id"]]["mean"],
            tally.figures[one["id"]]["count"],
        )
        for one in questions
        if one["id"] in tally.figures
    ]  # fmt: skip
    label = named(tally.sides)
    return Group(label, len(tally.sides) > 1, tally.answered, figures, tally.comments)


def total_of(
    found: Mapping[str, float] | None, questions: Sequence[Mapping[str, Any]], language: str
) -> list[Figure]:
    """Return the weighted mean of every question; nothing where it may not be told."""
    if not found:
        return []
    return [
        Figure(wording(one, language), found[one["id"]], None)
        for one in questions
        if one["id"] in found
    ]


def untold(survey: Survey, told: Sequence[Tally]) -> list[str]:
    """Return the sides of a closed survey of which nothing may be told."""
    if survey.state != Survey.State.CLOSED:
        return []
    shown = {side for one in told for side in one.sides}
    missing = [str(side.label) for side in Side if side not in shown]
    # Where nothing inside is told, not even which side answered.
    if not shown & {str(side) for side in INSIDE}:
        inside = [str(side.label) for side in INSIDE]
        return [_("everybody inside"), *(one for one in missing if one not in inside)]
    return missing
