"""Targets and indicators as one viewer may see them. A small group shows only with file access."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

import numpy as np
from django.http import QueryDict

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.ui.tables import Page, Query
from ngangtam.law.engine.model import Target
from ngangtam.oversight.standards.book import Rulebook, rulebook
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.standards.small_groups import smallest_shown, tells_too_much
from ngangtam.oversight.targets import measures
from ngangtam.oversight.targets.measures import Board, Measure, Part
from ngangtam.oversight.targets.words import gap_words, unknown_words, value_words
from ngangtam.records import facts
from ngangtam.records.facts.snapshot import Snapshot
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.people import people_for

ASLEEP = ("off", "not_yet")
# Both together, as one tile counts them.
ASLEEP_TOO = "asleep"
PARTS: tuple[Part, ...] = ("met", "not_met", "unknown")
NAMES_SORT_UP_TO = 5_000


@dataclass(frozen=True, slots=True)
class Row:
    """One target in one unit. `measure` is None where a small group is held back."""

    target: Target
    measure: Measure | None
    gap: str = ""
    unknown: str = ""
    value: str = ""

    @property
    def outcome(self) -> str:
        return self.measure.outcome if self.measure else "hidden"

    @property
    def asleep(self) -> bool:
        return self.outcome in ASLEEP

    @property
    def why_unknown(self) -> Mapping[str, str] | None:
        """What the rulebook says must be recorded first, where nothing can be measured."""
        unmeasured = self.measure is not None and self.measure.value is None
        return (self.target.missing_facts_note or self.target.note) if unmeasured else None

    @property
    def bar(self) -> "Bar | None":
        """The bar of a share; None for what is no share or not known at all."""
        found = self.measure
        shares = self.target.kind == "share" and found is not None and found.low is not None
        if not shares or found is None or self.asleep:
            return None
        return Bar(found.low or 0.0, found.high if found.high is not None else 100.0, self.target)


@dataclass(frozen=True, slots=True)
class Bar:
    """A share on 0 to 100 %: certain up to `low`, open up to `high`, and what is asked for."""

    low: float
    high: float
    target: Target

    @property
    def band(self) -> float:
        return max(self.high - self.low, 0.0)

    @property
    def goal(self) -> float:
        return self.target.low or 0.0

    @property
    def goal_width(self) -> float:
        """How wide a range of goals is; 0 for a single number."""
        return (self.target.high or self.goal) - self.goal

    @property
    def reached(self) -> bool:
        up = self.target.comparison in (">", ">=")
        value = self.low if up else self.high
        held = {">": value > self.goal, ">=": value >= self.goal, "<": value < self.goal,
                "<=": value <= self.goal, "==": value == self.goal}  # fmt: skip
        return held[self.target.comparison]


@dataclass(frozen=True, slots=True)
class Group:
    """The targets of one resolution."""

    resolution: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many targets stand how."""

    met: int
    not_met: int
    unknown: int
    nobody: int
    asleep: int
    hidden: int


@lru_cache(maxsize=3)
def _board(book: Rulebook, snapshot: Snapshot) -> Board:
    return measures.board(snapshot)


# Kept: a page asks for the same figures for its tiles, its filter and its export.
@lru_cache(maxsize=32)
def _measures_of(board: Board, unit: int) -> tuple[Measure, ...]:
    return tuple(board.of(unit))


@lru_cache(maxsize=8)
def _ids_of(
    board: Board, target_id: str, unit: int, part: Part
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    target = next(one for one in board.targets if one.id == target_id)
    return np.asarray(measures.rows_of(target, board.snapshot, unit, part), np.int64)


def board_for(place: Place) -> tuple[Board, int] | None:
    """Return all targets for all units of the day, and the place's number in the tree.

    None when the unit did not exist on the day.
    """
    found = place.snapshot
    return (_board(rulebook(), found[0]), found[1]) if found else None


def least_shown(place: Place) -> int:
    """Return the smallest group that the viewer may see in this place."""
    return 1 if place.sees_people else smallest_shown(place.day)


def row_of(measure: Measure, least: int) -> Row:
    """Return a measure as the viewer may see it."""
    if measure.outcome not in ASLEEP and _too_small(measure, least):
        return Row(measure.target, None)
    return Row(
        measure.target, measure, gap_words(measure), unknown_words(measure), value_words(measure)
    )


def _too_small(measure: Measure, least: int) -> bool:
    if measure.target.kind == "at_least_one_per_unit":
        return 0 < measure.unknown < least
    rest = max(measure.total - measure.count, 0)
    return tells_too_much((measure.count, rest), least) or 0 < measure.unknown < least


def groups(place: Place, resolution: str = "", outcome: str = "") -> list[Group] | None:
    """Return every target measured in the place, by resolution; None when the unit was not."""
    found = board_for(place)
    if found is None:
        return None
    board, unit = found
    by_resolution: dict[str, list[Row]] = {}
    for measure in sorted(_measures_of(board, unit), key=_order):
        row = _shown(place, board, unit, measure)
        stands = outcome in ("", row.outcome) or (outcome == ASLEEP_TOO and row.asleep)
        if stands and resolution in ("", measure.target.resolution):
            by_resolution.setdefault(measure.target.resolution, []).append(row)
    return [Group(ident, rows) for ident, rows in by_resolution.items()]


def _order(measure: Measure) -> tuple[str, int, str]:
    """Sort by resolution; what says something here before what has nobody, or sleeps."""
    rank = {"nobody": 1, "not_yet": 2, "off": 3}.get(measure.outcome, 0)
    return measure.target.resolution, rank, measure.target.id


def row_in(place: Place, target: Target) -> Row | None:
    """Return one target in the place; None when the unit did not exist on the day."""
    found = board_for(place)
    return _shown(place, *found, found[0].at(target.id, found[1])) if found else None


def summary(found: Iterable[Group]) -> Summary:
    """Count the targets by how they stand."""
    outcomes = [row.outcome for group in found for row in group.rows]
    return Summary(
        met=outcomes.count("met"),
        not_met=outcomes.count("not_met"),
        unknown=outcomes.count("unknown"),
        nobody=outcomes.count("nobody"),
        asleep=sum(one in ASLEEP for one in outcomes),
        hidden=outcomes.count("hidden"),
    )


@dataclass(frozen=True, slots=True)
class Child:
    """One unit below, or the unit's own people, with the target measured there."""

    name: str
    code: str
    row: Row
    people: int

    @property
    def sort_value(self) -> float:
        measure = self.row.measure
        return -1.0 if measure is None or measure.value is None else measure.value

    @property
    def sort_gap(self) -> int:
        return (self.row.measure.gap or 0) if self.row.measure else -1


def children(place: Place, target: Target, sort: str) -> list[Child]:
    """Return the target in every unit directly below the place, sorted as asked."""
    found = board_for(place)
    if found is None:
        return []
    keys = {"name": lambda one: 0, "value": lambda one: one.sort_value,
            "gap": lambda one: one.sort_gap, "people": lambda one: one.people}  # fmt: skip
    rows = _below(*found, target, least_shown(place))
    return sorted(rows, key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))


def _below(board: Board, unit: int, target: Target, least: int) -> list[Child]:
    tree = board.snapshot.tree
    measured = {child: board.at(target.id, child) for child in tree.children(unit)}
    rows = [
        Child(
            tree.name[child], tree.code[child], row_of(measure, least),
            int(board.rollup.subtree.people[child]),
        )
        for child, measure in measured.items()
    ]  # fmt: skip
    if least == 1:
        return rows
    here = board.at(target.id, unit)
    own = here.count - sum(one.count for one in measured.values())
    rest = here.total - sum(one.total for one in measured.values()) - own
    own_is_small = tells_too_much((max(own, 0), max(rest, 0)), least)
    return hold_back_one_more(rows, beside=int(own_is_small))


def hold_back_one_more(rows: list[Child], *, beside: int = 0) -> list[Child]:
    """Hide a second unit where exactly one group is hidden: the smallest that has people.

    Nobody then finds the hidden group by taking the others off the whole. `beside` counts hidden
    groups that have no row: the unit's own people.
    """
    hidden = beside + sum(row.row.measure is None for row in rows)
    open_ = [row for row in rows if row.row.measure is not None and row.row.measure.total]
    if hidden != 1 or not open_:
        return rows
    smallest = min(open_, key=lambda row: row.people)
    closed = Child(smallest.name, smallest.code, Row(smallest.row.target, None), smallest.people)
    return [closed if row is smallest else row for row in rows]


def _shown(place: Place, board: Board, unit: int, measure: Measure) -> Row:
    """Return a measure of the place as the viewer may see it: what the page of the unit above
    holds back is held back here as well."""
    least = least_shown(place)
    row = row_of(measure, least)
    above = int(board.snapshot.tree.parent[unit])
    seen_above = place.reach.may(Permission.TARGET_VIEW, place.path.rpartition(".")[0])
    if least == 1 or row.measure is None or row.asleep or above < 0 or not seen_above:
        return row
    code = board.snapshot.tree.code[unit]
    rows = _below(board, above, measure.target, least)
    return next(one.row for one in rows if one.code == code)


def people(place: Place, target: Target, part: Part, asked: Query) -> Page | None:
    """Return the people of one part whose files the viewer may read; None without any file."""
    found = board_for(place)
    if found is None or not place.sees_some_people:
        return None
    board, unit = found
    ids = _ids_of(board, target.id, unit, part)
    if not place.sees_people:
        ids = ids[np.isin(ids, _readable(board.snapshot, place))]
    if asked.sort.removeprefix("-") == "name" and len(ids) <= NAMES_SORT_UP_TO:
        order = "-name_key" if asked.sort.startswith("-") else "name_key"
        files = people_for(place.reach).filter(pk__in=ids.tolist()).order_by(order, "pk")
        return asked.cut(files.select_related("home_unit"), total=files.count())
    page = asked.cut(cast("Sequence[int]", ids), total=len(ids))
    files = people_for(place.reach).filter(pk__in=page.rows).select_related("home_unit")
    by_id: dict[int, Person] = {person.pk: person for person in files}
    # A file that has moved out of reach since the day stays a line without a name.
    return Page(
        asked, [by_id.get(ident) for ident in page.rows], page.total, page.number, page.pages
    )


def _readable(snapshot: Snapshot, place: Place) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    keys = [int(path.rpartition(".")[2]) for path in place.readable]
    rows = [
        snapshot.rows(int(unit))
        for key in keys
        for unit in np.flatnonzero(snapshot.tree.key == key)
    ]
    ids = snapshot.frame["person_id"].to_numpy()
    return ids[np.unique(np.concatenate(rows))] if rows else ids[:0]


@dataclass(frozen=True, slots=True)
class Past:
    """One target on an earlier day; `row` is None when the unit did not exist then."""

    day: date
    row: Row | None


def trend(place: Place, target: Target, years: int) -> list[Past]:
    """Return the target at the end of each earlier year, and on the day itself."""
    days = [date(place.day.year - back, 12, 31) for back in range(years, 0, -1)]
    return [Past(day, _at(place, target, day)) for day in (*days, place.day)]


def _at(place: Place, target: Target, day: date) -> Row | None:
    snapshot = facts.on(day)
    here = np.flatnonzero(snapshot.tree.key == place.unit.pk)
    if not here.size:
        return None
    board = measures.board(snapshot.slice(int(here[0])), [target])
    return row_of(board.at(target.id, 0), least_shown(place))


def part_of(params: QueryDict) -> Part:
    """Return the part of the people asked for; those who are short of the target by default."""
    asked = params.get("part", "")
    return next((part for part in PARTS if part == asked), "not_met")
