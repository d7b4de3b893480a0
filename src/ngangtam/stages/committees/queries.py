"""Reading committee personnel for screens, as one viewer may see it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.kernel.days import full_age
from ngangtam.foundation.kernel.text import plain
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records import facts as snapshots
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.people import Wish, find, people_for, read_words
from ngangtam.records.personnel.queries.reach import own_person, reach_of
from ngangtam.stages.committees import rules
from ngangtam.stages.committees.cases import Election, election_of, seats_of
from ngangtam.stages.committees.models import Candidate, Structure
from ngangtam.stages.planning.figures import limit
from ngangtam.stages.planning.future import Effect, of_committee
from ngangtam.stages.planning.queries import READS
from ngangtam.stages.planning.rules import Check, facts_of, open_ones, refused

MOST_FOUND: Final = 40


def structures_for(viewer: Viewer) -> QuerySet[Structure]:
    seen = Q(pk__in=[])
    for verb in READS:
        for path in scopes(viewer, verb):
            seen |= Q(path__within=path)
    return Structure.objects.filter(seen).select_related(
        "unit", "made_by", "approved_by", "decision"
    )


def rows(viewer: Viewer, values: dict[str, str]) -> QuerySet[Structure]:
    found = structures_for(viewer).annotate(
        listed=Count("candidates", filter=Q(candidates__state="on"))
    )
    if values.get("state"):
        found = found.filter(state=values["state"])
    for word in plain(values.get("q", "")).split()[:5]:
        found = found.filter(Q(unit__name_plain__contains=word) | Q(term__icontains=word))
    return found


def structure_of(viewer: Viewer, pk: int) -> Structure | None:
    return structures_for(viewer).filter(pk=pk).first()


def candidate_of(viewer: Viewer, pk: int) -> Candidate | None:
    seen = structures_for(viewer).values("pk")
    return Candidate.objects.filter(structure__in=seen).select_related("structure__unit").filter(
        pk=pk
    ).first()  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """One share of the list. Shape: `target` None while no figure is confirmed."""

    name: str
    yes: int
    total: int
    unknown: int
    target: int | None
    outcome: str
    cites: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Bands:
    """The three age bands of a list. Shape: `rows` None while their edges are not confirmed."""

    rows: list[tuple[int | None, int | None, int]] | None
    outcome: str
    cites: tuple[str, ...]
    ages: list[int]


@dataclass(frozen=True, slots=True)
class Board:
    """One structure plan as its page shows it."""

    structure: Structure
    listed: list[tuple[Candidate, int | None]]
    off: list[Candidate]
    numbers: list[Check]
    surplus: list[Check]
    shares: list[Share]
    may_keep: bool
    may_approve: bool
    may_set: bool
    bands: Bands | None = None
    targets: list[Effect] = field(default_factory=list)
    election: Election | None = None
    may_start: bool = False

    @property
    def without_surplus(self) -> bool:
        return bool(refused(self.surplus))


def board(viewer: Viewer, structure: Structure, today: date) -> Board:
    candidates = list(structure.candidates.select_related("added_by"))
    on = [one for one in candidates if one.state == "on"]
    known = facts_of([one.person_id for one in on], today)
    approves = may(viewer, Permission.PLAN_APPROVE, str(structure.path))
    draft = structure.state == Structure.State.DRAFT
    kept = {structure.made_by_id, *(one.added_by_id for one in on)}
    stands = own_person(viewer) in {one.person_id for one in on}
    election = election_of(structure.pk)
    return Board(
        structure=structure,
        listed=[(one, _age(known.get(one.person_id, {}), structure.counted_on)) for one in on],
        off=[one for one in candidates if one.state == "off"],
        numbers=rules.numbers(structure, today),
        surplus=rules.surplus(structure, len(on), sum(not one.outside for one in on), today),
        shares=_shares(structure, on, known, today),
        may_keep=draft and may(viewer, Permission.PLAN_KEEP, str(structure.path)),
        may_approve=draft and approves and getattr(viewer, "pk", None) not in kept and not stands,
        may_set=draft and approves,
        bands=_bands(structure, on, known, today), targets=_targets(structure, on, today),
        election=election,
        may_start=not draft and structure.decision_id is None
        and (election is None or not election.runs)
        and may(viewer, Permission.PLAN_KEEP, str(structure.path))
        and may(viewer, Permission.CASE_RUN, str(structure.path)),
    )  # fmt: skip


def _age(facts: dict[str, Any], day: date) -> int | None:
    born = facts.get("birth_day")
    return full_age(born, day) if isinstance(born, date) else None


def _shares(
    structure: Structure, on: Iterable[Candidate], known: dict[int, dict[str, Any]], today: date
) -> list[Share]:
    female = rulebook().catalogues["gender"].position("female")
    under = structure.figures.get("young_under")
    facts = [known.get(one.person_id, {}) for one in on]
    ages = [_age(row, structure.counted_on) for row in facts]
    flags: dict[str, list[bool | None]] = {
        "women": [None if (code := row.get("gender")) is None else code == female
                  for row in facts],
        "young": [None if age is None or under is None else age < under for age in ages],
    }  # fmt: skip
    asked = rules.shares(structure, today)
    found = []
    for name, answers in flags.items():
        target, cites, basis = asked[f"{name}_percent"]
        yes, unknown, total = answers.count(True), answers.count(None), len(answers)
        if not total:
            outcome = "nobody"
        elif target is None:
            outcome = "unknown"
        elif 100 * yes >= target * total:
            outcome = "met"
        else:
            outcome = "unknown" if 100 * (yes + unknown) >= target * total else "not_met"
        found.append(Share(name, yes, total, unknown, target, outcome, cites, basis))
    return found


def _bands(
    structure: Structure, on: Iterable[Candidate], known: dict[int, dict[str, Any]], today: date
) -> Bands:
    """Cut the list into three bands of age, as plans are cut, by the figures of the authority."""
    listed = [_age(known.get(one.person_id, {}), structure.counted_on) for one in on]
    ages = sorted(age for age in listed if age is not None)
    young, width = structure.figures.get("young_under"), structure.figures.get("band_width")
    count, cites = limit("planning.age_bands", today)
    if not isinstance(young, int) or not isinstance(width, int) or count is None:
        return Bands(None, "unknown" if listed else "nobody", cites, ages)
    edges = [young + width * step for step in range(int(count) - 1)]
    sides: list[int | None] = [None, *edges, None]
    rows = [
        (first, until, sum(
            (first is None or age >= first) and (until is None or age < until) for age in ages
        ))
        for first, until in pairwise(sides)
    ]  # fmt: skip
    filled, missing = sum(people > 0 for *_edge, people in rows), len(listed) - len(ages)
    outcome = (
        "met" if filled == count else "not_met" if filled + missing < int(count) else "unknown"
    )
    return Bands(rows, outcome if listed else "nobody", cites, ages)


def _targets(structure: Structure, on: Iterable[Candidate], today: date) -> list[Effect]:
    people = [one.person_id for one in on]
    if not people:
        return []
    seat = next(iter(seats_of(structure, today)), None)
    return of_committee(
        people, structure.unit_id, seat, snapshots.on(today), structure.counted_on
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """One person held against the rules of standing."""

    person: Person
    kind: str
    checks: list[Check]
    listed: bool

    @property
    def refused(self) -> list[Check]:
        return refused(self.checks)

    @property
    def open(self) -> list[Check]:
        return open_ones(self.checks)


def looks(viewer: Viewer, structure: Structure, text: str, kind: str, today: date) -> list[Look]:
    """Return who of the committee's unit, or by words of anywhere in reach, stands how."""
    words, number = read_words(text)
    wish = Wish(
        words=words, number=number, take=MOST_FOUND,
        under=None if words or number else _around(structure),
        filters=() if words or number else (("leadership", "yes"),),
    )  # fmt: skip
    reach = reach_of(viewer, today)
    if wish.under and not reach.may(Permission.PERSON_VIEW, wish.under):
        return []
    people = find(reach, wish).rows
    known = facts_of([one.pk for one in people], today)
    have = set(structure.candidates.filter(state="on").values_list("person_id", flat=True))
    return [
        Look(one, kind, rules.candidate(structure, kind, known.get(one.pk), today), one.pk in have)
        for one in people
    ]


def _around(structure: Structure) -> str:
    """A committee stands beside those whom it leads: look in the unit above it and below that."""
    path = str(structure.path)
    return path.rpartition(".")[0] or path


def look(viewer: Viewer, structure: Structure, number: str, kind: str, today: date) -> Look | None:
    person = people_for(reach_of(viewer, today)).select_related("home_unit").filter(
        number=number
    ).first()  # fmt: skip
    if person is None:
        return None
    known = facts_of([person.pk], today).get(person.pk)
    listed = structure.candidates.filter(state="on", person=person).exists()
    return Look(person, kind, rules.candidate(structure, kind, known, today), listed)
