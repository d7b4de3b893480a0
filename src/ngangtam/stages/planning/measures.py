"""The shape of a plan: bands of age, shares of young, women, minorities, science; see ADR 48."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.days import full_age
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.stages.planning.figures import bands, figure, limit
from ngangtam.stages.planning.models import Plan


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a plan, counted once. Shape: None is not known."""

    person: int
    age: int | None
    woman: bool | None
    minority: bool | None
    science: bool | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One share of a plan. Shape: `outcome` met, not_met, unknown, or nobody; `target` None while
    no figure is confirmed; `short` is how many people are missing, counting unknown as no."""

    id: str
    label: str | Promise
    yes: int
    total: int
    unknown: int
    outcome: str
    target: int | None = None
    cites: tuple[str, ...] = ()
    basis: str = ""
    short: int = 0

    @property
    def percent(self) -> float | None:
        return 100 * self.yes / self.total if self.total and self.unknown < self.total else None


@dataclass(frozen=True, slots=True)
class Band:
    """One band of age. Shape: [first, until) in full years; None leaves it open."""

    first: int | None
    until: int | None
    people: int


@dataclass(frozen=True, slots=True)
class Shape:
    """How a plan is made up. Shape: `bands` None while their width is not confirmed."""

    people: int
    measures: tuple[Measure, ...]
    bands: tuple[Band, ...] | None
    band_outcome: str
    band_cites: tuple[str, ...]
    ages: tuple[int, ...] = field(default=())

    def of(self, name: str) -> Measure:
        return next(one for one in self.measures if one.id == name)


def members(
    rows: Iterable[tuple[int, bool | None]], known: dict[int, dict[str, Any]], day: date
) -> list[Member]:
    """Return the people of a plan, each once. Shape: `rows` are (person, science as judged)."""
    book = rulebook()
    female = book.catalogues["gender"].position("female")
    others = {book.catalogues["ethnicity"].position(code) for code in ("kinh", "foreign")}
    science: dict[int, bool | None] = {}
    for person, judged in rows:
        science[person] = judged if judged is not None else science.get(person)
    found = []
    for person, judged in science.items():
        facts = known.get(person, {})
        born, gender, ethnicity = (facts.get(name) for name in ("birth_day", "gender", "ethnicity"))
        found.append(Member(
            person, full_age(born, day) if isinstance(born, date) else None,
            None if gender is None else gender == female,
            None if ethnicity is None else ethnicity not in others, judged,
        ))  # fmt: skip
    return found


def shape_of(plan: Plan, people: Sequence[Member]) -> Shape:
    """Measure the people of a plan against its figures."""
    young = figure(plan, "young_under").value
    flags: list[tuple[str, str | Promise, list[bool | None]]] = [
        ("young", _("Young officials"),
         [None if one.age is None or young is None else one.age < young for one in people]),
        ("women", _("Women"), [one.woman for one in people]),
        ("minority", _("Ethnic minorities"), [one.minority for one in people]),
        ("science", _("Science or technology background"), [one.science for one in people]),
    ]  # fmt: skip
    measures = tuple(_measure(plan, *one) for one in flags)
    edges = bands(plan)
    count, cites = limit("planning.age_bands", plan.counted_on)
    ages = tuple(sorted(one.age for one in people if one.age is not None))
    if edges is None:
        return Shape(len(people), measures, None, "unknown", cites, ages)
    sides = [None, *edges, None]
    cut = tuple(
        Band(first, until, sum(
            (first is None or age >= first) and (until is None or age < until) for age in ages
        ))
        for first, until in itertools.pairwise(sides)
    )  # fmt: skip
    filled = sum(one.people > 0 for one in cut)
    missing = len(people) - len(ages)
    outcome = (
        "met" if filled == count else "not_met" if filled + missing < int(count) else "unknown"
    )
    return Shape(len(people), measures, cut, outcome if people else "nobody", cites, ages)


def _measure(plan: Plan, name: str, label: str | Promise, flags: Sequence[bool | None]) -> Measure:
    wanted = figure(plan, f"{name}_percent")
    yes, total, unknown = flags.count(True), len(flags), flags.count(None)
    if not total:
        return Measure(name, label, 0, 0, 0, "nobody", wanted.value, wanted.cites, wanted.basis)
    if wanted.value is None:
        return Measure(name, label, yes, total, unknown, "unknown", None, wanted.cites)
    bar = Fraction(wanted.value * total, 100)
    outcome = "met" if yes >= bar else "not_met" if yes + unknown < bar else "unknown"
    short = max(0, -(-bar.numerator // bar.denominator) - yes)
    return Measure(name, label, yes, total, unknown, outcome, wanted.value, wanted.cites,
                   wanted.basis, short)  # fmt: skip
