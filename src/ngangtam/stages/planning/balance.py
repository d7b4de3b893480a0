"""The balance of successors: for each title of a subtree, who could step in and when."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import polars as pl
from django.db import connection

from ngangtam.foundation.kernel.days import add_months, months_between
from ngangtam.law.engine import tree
from ngangtam.law.engine.findings import evaluate_standard
from ngangtam.law.engine.model import Criterion, Standard
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records import facts
from ngangtam.records.facts.snapshot import Snapshot
from ngangtam.records.organisation.models import Unit

# The horizons that the page shows, in months: now, in two years, in five.
HORIZONS: Final = (0, 24, 60)
READY: Final = ("now", "two", "five", "later", "unknown")
# Facts of the post somebody holds now: a standard that reads them is about that post.
_OF_THE_POST_HELD: Final = frozenset({"title_kind", "title_standard_met", "committee_member"})
# Facts made of records that need their own permission, with the sensitive part they stand in.
SEALED: Final = {"political_conclusion": "political", "declaration_filed": "declarations"}
_TERM: Final = {"civil_servant": "civil_servant.term_years"}
_SQL: Final = """
select o.id, o.title, o.title_kind, o.level, o.regime, o.managed_by, o.seats, o.head,
       u.code, u.name, g.person_id, p.full_name, p.number, lower(g.valid), upper(g.valid),
       coalesce(held.held, 0)
from organisation_post o
join organisation_unit u on u.id = o.unit_id
left join ngangtam_plan_seats(%(top)s::ltree, %(day)s) held on held.post = o.id
left join personnel_posting g on g.post_id = o.id and g.voided_at is null and g.valid @> %(day)s
left join personnel_person p on p.id = g.person_id
where u.path <@ %(top)s::ltree and o.voided_at is null and o.valid @> %(day)s
  and (o.leadership or exists (select 1 from planning_plantitle t join planning_plan a
    on a.id = t.plan_id where t.post_id = o.id and t.removed_at is null and a.state <> 'ended'))
order by u.path, o.position, o.id, g.seat
"""
_ENTRIES: Final = """
select t.post_id, e.id, e.person_id, e.full_name, e.number, e.headline, e.workplace, e.state,
       e.position, e.ready_on, e.in_since
from planning_planentry e
join planning_plantitle t on t.id = e.title_id
join planning_plan a on a.id = e.plan_id
where t.post_id = any (%(posts)s) and (
  e.state in ('in', 'leaving') and e.in_since <= %(day)s
  or e.state = 'out' and e.in_since <= %(day)s and e.out_since > %(day)s
  or e.state = 'proposed' and a.state <> 'ended')
order by t.post_id, e.position, e.id
"""


@dataclass(frozen=True, slots=True)
class Incumbent:
    """Who holds a title. Shape: months from the day; None is not known."""

    person: int | None
    name: str
    number: str
    months_to_retirement: int | None
    months_to_term_end: int | None

    @property
    def months_left(self) -> int | None:
        known = [one for one in (self.months_to_retirement, self.months_to_term_end)
                 if one is not None]  # fmt: skip
        return min(known) if known else None


@dataclass(frozen=True, slots=True)
class Lack:
    """One criterion that a candidate does not meet, or about which the file is silent.

    Shape: `part` is the sensitive part of the file that it gives away, "" for none.
    """

    label: Mapping[str, str]
    cites: tuple[str, ...]
    part: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who is planned for a title, and when the standards of the title would be met.

    Shape: `ready` is one of `READY`; `judged` when a person said so, for what time alone does not
        bring. `lacks` are not met today, `unknown` not known.
    """

    entry: int
    person: int
    name: str
    number: str
    headline: str
    workplace: str
    proposed: bool
    ready: str
    judged: bool
    months_to_retirement: int | None
    lacks: tuple[Lack, ...] = ()
    unknown: tuple[Lack, ...] = ()


@dataclass(slots=True)
class Title:
    """One title with who holds it and who could follow."""

    post: int
    title: str
    unit: str
    unit_name: str
    level: str
    regime: str
    title_kind: str
    head: bool
    seats: int | None
    held: int = 0
    incumbents: list[Incumbent] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    standards: tuple[str, ...] = ()
    flags: list[str] = field(default_factory=list)

    @property
    def vacant(self) -> int:
        return max(0, (self.seats or 0) - self.held)

    @property
    def approved(self) -> list[Candidate]:
        return [one for one in self.candidates if not one.proposed]

    @property
    def proposed(self) -> list[Candidate]:
        return [one for one in self.candidates if one.proposed]

    @property
    def months_left(self) -> int | None:
        known = [one.months_left for one in self.incumbents if one.months_left is not None]
        return min(known) if known else None

    def ready(self, *when: str) -> list[Candidate]:
        return [one for one in self.approved if one.ready in when]

    @property
    def ready_now(self) -> list[Candidate]:
        return self.ready("now")

    @property
    def ready_two(self) -> list[Candidate]:
        return self.ready("two")

    @property
    def ready_five(self) -> list[Candidate]:
        return self.ready("five")

    @property
    def not_ready(self) -> list[Candidate]:
        return self.ready("later", "unknown")


@dataclass(frozen=True, slots=True)
class Balance:
    """All titles of a subtree on a day."""

    unit: str
    unit_name: str
    day: date
    titles: list[Title]

    @property
    def counts(self) -> dict[str, int]:
        flags = Counter(flag for one in self.titles for flag in one.flags)
        return {
            "titles": len(self.titles), "vacant": sum(one.vacant > 0 for one in self.titles),
            "nobody": flags["nobody"], "single": flags["single"], "shared": flags["shared"],
            "gap": flags["gap"],
        }  # fmt: skip


def balance(unit: Unit, day: date) -> Balance:
    """Return the balance of a unit and everything below it, as the viewer of the connection sees.

    Shape: a title is one that leads, or that a plan names. Flags: `nobody` is planned; `single`
        one person alone could step in; `shared` the only one stands alone under other titles too;
        `gap` the holder leaves before anybody is ready.
    """
    snapshot = facts.on(day)
    titles = _titles(unit, snapshot)
    _fill(titles, snapshot)
    _flag(titles, day)
    return Balance(unit.code, unit.name, day, list(titles.values()))


def _titles(unit: Unit, snapshot: Snapshot) -> dict[int, Title]:
    day = snapshot.day
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"top": str(unit.path), "day": day})
        rows = cursor.fetchall()
    left = _months_left([row[10] for row in rows if row[10] is not None], snapshot)
    titles: dict[int, Title] = {}
    for (post, name, kind, level, regime, _managed, seats, head, code, unit_name, person, who,
         number, first, until, held) in rows:  # fmt: skip
        title = titles.get(post)
        if title is None:
            title = titles[post] = Title(
                post, name, code, unit_name, level, regime, kind, head, seats, int(held)
            )
        if person is not None:
            title.incumbents.append(Incumbent(
                person, who or "", number or "", left.get(person),
                _to_term_end(first, until, regime, day),
            ))  # fmt: skip
    return titles


def _to_term_end(first: date, until: date | None, regime: str, day: date) -> int | None:
    """Months to the end of the posting; without one, of the term that the rulebook gives."""
    if until is None:
        parameter = _TERM.get(regime)
        found = rulebook().lookup(parameter, day) if parameter else None
        if found is None or found.state != "in_force" or not isinstance(found.value, int):
            return None
        months = 12 * found.value
        until = add_months(first, months)
        while until <= day:  # appointed again: the term that runs today
            until = add_months(until, months)
    return months_between(day, until)


def _months_left(people: Iterable[int], snapshot: Snapshot) -> dict[int, int | None]:
    wanted = list(set(people))
    if not wanted:
        return {}
    frame = snapshot.frame.filter(pl.col("person_id").is_in(wanted))
    left = rulebook().compile("months_to_retirement", snapshot.day).evaluate(frame)["value"]
    return dict(zip(frame["person_id"].to_list(), left.to_list(), strict=True))


def _fill(titles: dict[int, Title], snapshot: Snapshot) -> None:
    day = snapshot.day
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"posts": list(titles), "day": day})
        rows = cursor.fetchall()
    people = sorted({row[2] for row in rows})
    left = _months_left(people, snapshot)
    frame = snapshot.frame.filter(pl.col("person_id").is_in(people))
    judged = _Judge(frame, day)
    for title in titles.values():
        title.standards = tuple(one.id for one in judged.standards(title))
    for post, entry, person, name, number, headline, workplace, state, _at, ready_on, _in in rows:
        title = titles[post]
        ready, by_person, lacks, unknown = judged.of(title, person, ready_on)
        title.candidates.append(Candidate(
            entry, person, name, number, headline, workplace, state == "proposed", ready,
            by_person, left.get(person), lacks, unknown,
        ))  # fmt: skip


class _Judge:
    """Holds people against the standards of titles, now and at each horizon, column by column."""

    def __init__(self, frame: pl.DataFrame, day: date) -> None:
        self.frame, self.day = frame, day
        self.row = {person: at for at, person in enumerate(frame["person_id"].to_list())}
        self._standards: dict[tuple[str, str, str], list[Standard]] = {}
        self._codes: dict[str, list[dict[str, list[int | None]]]] = {}

    def standards(self, title: Title) -> list[Standard]:
        key = (title.title_kind, title.level, title.regime)
        if key not in self._standards:
            self._standards[key] = list(standards_of(*key, self.day))
        return self._standards[key]

    def codes(self, standard: Standard) -> list[dict[str, list[int | None]]]:
        """Return the outcomes of a standard at every horizon, by criterion, row by row."""
        if standard.id not in self._codes:
            self._codes[standard.id] = [
                evaluate_standard(
                    standard, self.frame, rulebook=rulebook(), on=add_months(self.day, months)
                ).to_dict(as_series=False)
                for months in HORIZONS
            ]
        return self._codes[standard.id]

    def of(
        self, title: Title, person: int, ready_on: date | None
    ) -> tuple[str, bool, tuple[Lack, ...], tuple[Lack, ...]]:
        at = self.row.get(person)
        asked = self.standards(title)
        if at is None or not asked:
            return (*self._by_person(ready_on, "unknown"), (), ())
        at_horizon: list[set[int | None]] = [set() for _one in HORIZONS]
        lacks: list[Lack] = []
        unknown: list[Lack] = []
        for standard in asked:
            found = self.codes(standard)
            for one in standard.criteria:
                if not standard.is_on(one):
                    continue
                for step, codes in enumerate(found):
                    at_horizon[step].add(codes[one.id][at])
                now = found[0][one.id][at]
                if now != 1:
                    (unknown if now is None else lacks).append(_lack(one))
        return (*self._when(at_horizon, ready_on), _once(lacks), _once(unknown))

    def _when(
        self, at_horizon: Sequence[set[int | None]], ready_on: date | None
    ) -> tuple[str, bool]:
        for name, codes in zip(READY, at_horizon, strict=False):
            if codes == {1}:
                return name, False
        blocked = 0 in at_horizon[-1] or all(0 in codes for codes in at_horizon)
        return self._by_person(ready_on, "later" if blocked else "unknown")

    def _by_person(self, ready_on: date | None, otherwise: str) -> tuple[str, bool]:
        """What time alone does not bring, people judge: training, a degree, a post first held."""
        if ready_on is None:
            return otherwise, False
        for name, months in zip(READY, HORIZONS, strict=False):
            if ready_on <= add_months(self.day, months):
                return name, True
        return "later", True


def _once(found: Iterable[Lack]) -> tuple[Lack, ...]:
    """Two standards of a title may ask for the same."""
    return tuple({one.label["vi"]: one for one in found}.values())


def _lack(one: Criterion) -> Lack:
    read = tree.base_facts(one.rule.node)
    return Lack(one.label, one.cites, next((SEALED[name] for name in read if name in SEALED), ""))


def standards_of(title_kind: str, level: str, regime: str, day: date) -> Iterable[Standard]:
    """Yield the standards in force of a title: those that speak of it by its kind and level.

    Left out: standards about the post that somebody holds already (terms, reappointment).
    """
    for one in rulebook().standards.values():
        if title_kind not in one.title_kinds or one.level not in ("", None, level):
            continue
        if one.status != "shipped" or (one.in_force is not None and day not in one.in_force):
            continue
        if one.scope is not None or one.regime not in (regime, "party"):
            continue
        read = {name for criterion in one.criteria for name in tree.base_facts(criterion.rule.node)}
        if not read & _OF_THE_POST_HELD:
            yield one


def _flag(titles: dict[int, Title], day: date) -> None:
    alone = Counter(one.approved[0].person for one in titles.values() if len(one.approved) == 1)
    for one in titles.values():
        if not one.approved:
            one.flags.append("nobody")
            continue
        if len({candidate.person for candidate in one.approved}) == 1:
            one.flags.append("single")
            if alone[one.approved[0].person] > 1:
                one.flags.append("shared")
        if _has_gap(one):
            one.flags.append("gap")


def _has_gap(title: Title) -> bool:
    """Whether the holder leaves, or has left, before anybody is ready by the standards."""
    left = 0 if title.vacant else title.months_left
    if left is None or left > HORIZONS[-1]:
        return False
    in_time = {name for name, months in zip(READY, HORIZONS, strict=False) if months <= left}
    return not any(one.ready in in_time for one in title.approved)


def as_plain(found: Balance, language: str) -> dict[str, Any]:
    """Return a balance as plain data, for printing."""
    return {
        "unit": found.unit, "unit_name": found.unit_name, "on": found.day.isoformat(),
        "counts": found.counts, "titles": [_plain(one, language) for one in found.titles],
    }  # fmt: skip


def _plain(title: Title, language: str) -> dict[str, Any]:
    return {
        "post": title.post, "title": title.title, "unit": title.unit,
        "unit_name": title.unit_name, "level": title.level, "seats": title.seats,
        "held": title.held, "vacant": title.vacant, "standards": list(title.standards),
        "incumbents": [
            {"number": one.number, "name": one.name,
             "months_to_retirement": one.months_to_retirement,
             "months_to_term_end": one.months_to_term_end}
            for one in title.incumbents
        ],
        "candidates": [
            {"number": one.number, "name": one.name, "proposed": one.proposed, "ready": one.ready,
             "judged": one.judged, "months_to_retirement": one.months_to_retirement,
             "lacks": [lack.label[language] for lack in one.lacks],
             "unknown": [lack.label[language] for lack in one.unknown]}
            for one in title.candidates
        ],
        "ready_now": len(title.ready_now), "ready_in_2_years": len(title.ready_two),
        "ready_in_5_years": len(title.ready_five), "not_ready": len(title.not_ready),
        "flags": list(title.flags),
    }  # fmt: skip


__all__ = ["Balance", "Title", "as_plain", "balance"]
