"""What grounds look at beside the facts of people: votes, results of units, words of authorities.

Every value knows what it rests on. What an authority said, on a document, wins over what was
reckoned; where nobody said anything, nothing is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import F

from ngangtam.stages.confidence.queries import latest_results
from ngangtam.stages.evaluation.models import Cycle, Result
from ngangtam.stages.exits.models import Statement

Scalar = bool | int | float
# Statements that give two facts at once: low votes, out of how many.
SHARES: Final[Mapping[str, str]] = {
    "party_low_votes": "party_votes",
    "elected_low_votes": "elected_votes",
}


@dataclass(slots=True)
class Figures:
    """Values by person and name, and what each rests on: `statement:7`, `evaluation:31` …"""

    values: dict[int, dict[str, Scalar]] = field(default_factory=dict)
    rests: dict[tuple[int, str], str] = field(default_factory=dict)

    def put(self, person: int, name: str, value: Scalar, rests_on: str) -> None:
        self.values.setdefault(person, {})[name] = value
        self.rests[person, name] = rests_on


def gather(people: Sequence[int], heads: Mapping[int, int], day: date) -> Figures:
    """Return what is known of these people on a day.

    Shape: `heads` is person → unit that the person heads.
    """
    found = Figures()
    _results_of_units(found, heads, day)
    _votes(found, people, day)
    _said(found, people, day)
    return found


def _results_of_units(found: Figures, heads: Mapping[int, int], day: date) -> None:
    """The share of its tasks that the unit completed in the last year evaluated as a whole."""
    rows = Result.objects.filter(
        sheet__person__isnull=True, sheet__unit__in=set(heads.values()), run=F("cycle__run"),
        cycle__kind=Cycle.Kind.YEAR, cycle__state=Cycle.State.CLOSED, cycle__until__lte=day,
        cycle__first__year__gte=day.year - 1, task_percent__isnull=False,
    ).order_by("cycle__first", "pk")  # fmt: skip
    latest: dict[int, tuple[float, int]] = {}
    for unit, percent, sheet in rows.values_list("sheet__unit_id", "task_percent", "sheet_id"):
        latest[unit] = (float(percent or 0.0), sheet)
    for person, unit in heads.items():
        if unit in latest:
            percent, sheet = latest[unit]
            found.put(person, "completion_percent", percent, f"evaluation:{sheet}")


def _votes(found: Figures, people: Sequence[int], day: date) -> None:
    """The last vote of confidence on each of them, by the rules under which it was held."""
    for one in latest_results(people, day):
        name = f"{one.regime}_low_votes"
        if name in SHARES:
            rests = f"confidence:{one.pk}"
            found.put(one.person_id, name, one.low, rests)
            found.put(one.person_id, SHARES[name], one.denominator, rests)


def _said(found: Figures, people: Sequence[int], day: date) -> None:
    for one in standing(people, day):
        rests = f"statement:{one.pk}"
        if one.word is not None:
            found.put(one.person_id, one.about, one.word, rests)
        elif one.figure is not None and one.about in SHARES and one.of is not None:
            found.put(one.person_id, one.about, int(one.figure), rests)
            found.put(one.person_id, SHARES[one.about], int(one.of), rests)
        elif one.figure is not None:
            found.put(one.person_id, one.about, float(one.figure), rests)


def standing(people: Iterable[int], day: date) -> list[Statement]:
    """Return what authorities found of these people and holds on the day, oldest first."""
    rows = Statement.objects.filter(person__in=list(people), voided_at__isnull=True, day__lte=day)
    rows = rows.exclude(until__lte=day).select_related("decision")
    return list(rows.order_by("day", "pk"))
