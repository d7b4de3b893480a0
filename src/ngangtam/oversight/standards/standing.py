"""Who meets a standard: counted for a unit and a day, listed, and one person at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ngangtam.law.engine import tree
from ngangtam.law.engine.expr import Finding
from ngangtam.law.engine.findings import (
    APPLIES,
    OVERALL,
    StandardFinding,
    evaluate_standard,
    find_for,
)
from ngangtam.law.engine.model import Criterion, Standard
from ngangtam.oversight.standards.book import Rulebook, rulebook
from ngangtam.oversight.standards.places import Place
from ngangtam.records import facts
from ngangtam.records.facts.snapshot import Snapshot
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.file import parts_for
from ngangtam.records.personnel.queries.people import people_for
from ngangtam.records.personnel.queries.reach import Reach

# Facts made of records that need their own permission, with the sensitive part they stand in.
SEALED: Final = {"political_conclusion": "political", "declaration_filed": "declarations"}
NAMES_SORT_UP_TO: Final = 5_000
OUTCOMES: Final = {"met": 1, "not_met": 0, "unknown": -1}
Codes = NDArray[np.int8]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counted:
    """People by outcome."""

    met: int
    not_met: int
    unknown: int

    @property
    def total(self) -> int:
        return self.met + self.not_met + self.unknown


@dataclass(frozen=True, slots=True)
class CriterionCount:
    """One criterion of a standard with its counts; None while it is switched off."""

    criterion: Criterion
    counts: Counted | None


@dataclass(frozen=True, eq=False)
class Standing:
    """A standard against the people of one unit on one day.

    Shape: `people` are person ids, `rows` their rows in the snapshot; `codes` by criterion id and
        `overall`: 1 met, 0 not met, -1 unknown, in the same order. Whom the standard is not asked
        of is not among them: `outside` counts those.
    """

    standard: Standard
    day: date
    people: Rows
    rows: Rows
    codes: dict[str, Codes]
    outside: int = 0

    def counted(self, name: str, mask: NDArray[np.bool_] | None = None) -> Counted:
        """Count the outcomes of a criterion, or of `overall`."""
        codes = self.codes[name] if mask is None else self.codes[name][mask]
        return Counted(*(int(np.count_nonzero(codes == code)) for code in OUTCOMES.values()))

    def by_criterion(self, mask: NDArray[np.bool_]) -> list[CriterionCount]:
        """Count every criterion, those switched off without counts."""
        return [
            CriterionCount(one, self.counted(one.id, mask) if self.standard.is_on(one) else None)
            for one in self.standard.criteria
        ]


def parts_of(criterion: Criterion) -> frozenset[str]:
    """Return the sensitive parts of a file that a criterion looks at."""
    names = tree.base_facts(criterion.rule.node)
    return frozenset(SEALED[name] for name in names if name in SEALED)


def parts_shown(criteria: Iterable[Criterion]) -> list[str]:
    """Return the sensitive parts that the outcomes of these criteria give away."""
    return sorted({part for one in criteria for part in parts_of(one)})


def standing(standard: Standard, place: Place) -> Standing | None:
    """Check everybody of the unit against the standard; None when the unit did not exist then."""
    found = place.snapshot
    return _standing(rulebook(), standard.id, *found, place.day) if found else None


# Kept: the page, its next page, the filter and the export ask for the same people again.
@lru_cache(maxsize=4)
def _standing(book: Rulebook, ident: str, snapshot: Snapshot, unit: int, day: date) -> Standing:
    standard = book.standards[ident]
    frame = snapshot.people(unit)
    found: pl.DataFrame = evaluate_standard(standard, frame, rulebook=book, on=day)
    people, rows = frame["person_id"].to_numpy(), snapshot.rows(unit)
    asked = np.ones(len(people), bool)
    if standard.scope is not None:
        asked = (found[APPLIES].fill_null(-1) != 0).to_numpy()
        found = found.drop(APPLIES).filter(asked)
    codes = {name: found[name].fill_null(-1).to_numpy() for name in found.columns}
    return Standing(standard, day, people[asked], rows[asked], codes, int((~asked).sum()))


def holders(standing: Standing, place: Place) -> NDArray[np.bool_]:
    """Return who of the people holds a title, at a level, that the standard is for."""
    standard, book = standing.standard, rulebook()
    found = place.snapshot
    assert found is not None
    frame = found[0].frame
    titles = book.catalogues["title_kind"]
    wanted = [titles.position(code) for code in standard.title_kinds]
    mask = frame["title_kind"].is_in(wanted).fill_null(value=False)
    if standard.level:
        level = book.catalogues["level"].position(standard.level)
        mask &= (frame["post_level"] == level).fill_null(value=False)
    return mask.to_numpy()[standing.rows]


def visible(standing: Standing, place: Place) -> NDArray[np.bool_]:
    """Return whose file, by the unit on the day, the viewer may read."""
    if place.sees_people:
        return np.ones(len(standing.people), bool)
    found = place.snapshot
    assert found is not None
    snapshot = found[0]
    seen = np.zeros(snapshot.frame.height, bool)
    for path in place.readable:
        for unit in np.flatnonzero(snapshot.tree.key == int(path.rpartition(".")[2])):
            seen[snapshot.rows(int(unit))] = True
    return seen[standing.rows]


def shown_criteria(standard: Standard, place: Place) -> list[Criterion]:
    """Return the criteria whose outcome for a named person the viewer may see."""
    return [one for one in standard.criteria if standard.is_on(one) and place.opens(parts_of(one))]


def overall_of(standing: Standing, criteria: Sequence[Criterion]) -> Codes:
    """Return the outcome over some criteria: one not met decides, else one unknown."""
    if len(criteria) == sum(standing.standard.is_on(one) for one in standing.standard.criteria):
        return standing.codes[OVERALL]
    codes = [standing.codes[one.id] for one in criteria]
    if not codes:
        return np.full(len(standing.people), -1, np.int8)
    stacked = np.stack(codes)
    result = np.where((stacked == -1).any(axis=0), -1, 1)
    return np.where((stacked == 0).any(axis=0), 0, result).astype(np.int8)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list. `person` is None when the file is now kept where nobody may look."""

    person: Person | None
    outcome: int
    marks: list[tuple[Criterion, int]]

    @property
    def holding_back(self) -> list[tuple[Criterion, int]]:
        """The criteria that are not met, then those that are unknown."""
        return sorted(
            ((one, code) for one, code in self.marks if code != OUTCOMES["met"]),
            key=lambda pair: -pair[1],
        )


def person_rows(
    standing: Standing, picked: Rows, overall: Codes, criteria: Sequence[Criterion], reach: Reach
) -> list[PersonRow]:
    """Return the lines for some positions of the standing, in that order."""
    ids = [int(standing.people[at]) for at in picked]
    files = people_for(reach).filter(pk__in=ids).select_related("home_unit")
    by_id = {person.pk: person for person in files}
    return [
        PersonRow(
            by_id.get(ident),
            int(overall[at]),
            [(one, int(standing.codes[one.id][at])) for one in criteria],
        )
        for ident, at in zip(ids, picked, strict=True)
    ]


def by_name(standing: Standing, picked: Rows, reach: Reach, *, down: bool) -> Rows:
    """Return the positions in the order of names; as they came when there are too many."""
    if len(picked) > NAMES_SORT_UP_TO:
        return picked
    place_of = {int(standing.people[at]): int(at) for at in picked}
    ordered = people_for(reach).filter(pk__in=list(place_of)).order_by("name_key", "pk")
    found = [place_of.pop(pk) for pk in ordered.values_list("pk", flat=True)]
    rows = np.asarray([*found, *place_of.values()], np.int64)
    return rows[::-1] if down else rows


@dataclass(frozen=True, slots=True)
class OnePerson:
    """One person against one standard. `found` is None when the person held no post that day."""

    person: Person
    standard: Standard
    found: StandardFinding | None
    sealed: frozenset[str]

    @property
    def parts(self) -> list[str]:
        """The sensitive parts of the file that the page gives something away of."""
        if self.found is None:
            return []
        return parts_shown(one for one in self.standard.criteria if one.id not in self.sealed)

    @property
    def lines(self) -> list["Line"]:
        """Every criterion with its finding, in the standard's order."""
        findings = self.found.findings if self.found else {}
        return [
            Line(
                one, None if one.id in self.sealed else findings.get(one.id),
                one.id in self.sealed, not self.standard.is_on(one),
            )
            for one in self.standard.criteria
        ]  # fmt: skip

    @property
    def outcome(self) -> str:
        """The whole, as far as the viewer may see it; "" when part of it is sealed."""
        counted = [line for line in self.lines if not line.off]
        if self.found is not None and self.found.is_outside:
            return ""
        if self.found is None or any(line.sealed for line in counted):
            return ""
        return self.found.outcome.value

    @property
    def missing(self) -> list[str]:
        """The recorded facts without which criteria stay open, each once."""
        if self.found is not None and self.found.is_outside:
            return []
        found = (line.finding for line in self.lines if line.finding and not line.off)
        return list(dict.fromkeys(name for finding in found for name in finding.missing))


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion for one person. `finding` is None when sealed or when nothing was checked."""

    criterion: Criterion
    finding: Finding | None
    sealed: bool
    off: bool


def person_named(number: str, reach: Reach) -> Person | None:
    """Return the file with this number, if the viewer may read it."""
    files = people_for(reach).select_related("home_unit")
    return files.filter(number=number).first()


def facts_of(person: Person, day: date) -> dict[str, object] | None:
    """Return the facts of one person on a day; None when the person held no post then."""
    frame = facts.of([person.pk], day)
    return frame.row(0, named=True) if frame.height else None


def one_person(person: Person, standard: Standard, day: date, reach: Reach) -> OnePerson:
    """Check one person; what the viewer may not see of the criteria is named in `sealed`."""
    known = facts_of(person, day)
    found = find_for(standard, known, rulebook=rulebook(), on=day) if known is not None else None
    may_ask = set(parts_for(reach, person.home_path))
    sealed = frozenset(one.id for one in standard.criteria if parts_of(one) - may_ask)
    return OnePerson(person, standard, found, sealed)


@dataclass(frozen=True, slots=True)
class StandardChoice:
    """One standard with a person's outcome, for choosing."""

    standard: Standard
    found: StandardFinding | None
    own_title: bool
    counts: Counted


def choices(person: Person, day: date, reach: Reach) -> list[StandardChoice]:
    """Check one person against every standard in use, those of the title held first."""
    book, known = rulebook(), facts_of(person, day)
    may_ask = frozenset(parts_for(reach, person.home_path))
    title = _code(book, "title_kind", known)
    level = _code(book, "level", known, "post_level")
    rows = []
    for standard in book.standards.values():
        if standard.status != "shipped" or (standard.in_force and day not in standard.in_force):
            continue
        found = find_for(standard, known, rulebook=book, on=day) if known is not None else None
        own = title in standard.title_kinds and standard.level in ("", level)
        rows.append(StandardChoice(standard, found, own, _outcomes(standard, found, may_ask)))
    return sorted(rows, key=lambda row: (not row.own_title, row.standard.regime, row.standard.id))


def parts_given_away(rows: Iterable[StandardChoice], person: Person, reach: Reach) -> list[str]:
    """Return the sensitive parts of a file that the outcomes of a choice rest on."""
    may_ask = frozenset(parts_for(reach, person.home_path))
    return parts_shown(
        one for row in rows if row.found is not None for one in row.standard.criteria
        if row.standard.is_on(one) and parts_of(one) <= may_ask
    )  # fmt: skip


def _outcomes(
    standard: Standard, found: StandardFinding | None, may_ask: frozenset[str]
) -> Counted:
    shown = [
        found.findings[one.id].outcome.value
        for one in standard.criteria
        if found and standard.is_on(one) and parts_of(one) <= may_ask
    ]
    return Counted(shown.count("met"), shown.count("not_met"), shown.count("unknown"))


def _code(book: Rulebook, ident: str, known: dict[str, object] | None, name: str = "") -> str:
    value = (known or {}).get(name or ident)
    return book.catalogues[ident].code(value) if isinstance(value, int) else ""
