"""Who meets which ground on a day: one columnar pass over a unit's people, then the evidence.

Nothing is decided here. What is found is a proposal to consider, with the value, the citation and
the records that it rests on.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from ngangtam.law.engine import Rulebook, rulebook
from ngangtam.law.engine.grounds import Ground, Grounds, evaluate, grounds, judge
from ngangtam.records import facts
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person, Posting, Record
from ngangtam.stages.exits import figures
from ngangtam.stages.exits.figures import Figures
from ngangtam.stages.exits.models import Statement

# Which records stand behind a fact; a posting stands behind the others.
_KINDS: Final[Mapping[str, str]] = {
    "failed_years_in_row": "rating", "last_rating": "rating", "rating_previous": "rating",
    "discipline": "discipline", "discipline_day": "discipline",
    "last_discipline": "discipline", "last_discipline_day": "discipline",
}  # fmt: skip
_FAILED: Final = "failed"
_DTYPES: Final[Mapping[str, Any]] = {"flag": pl.Boolean, "int": pl.Int64, "number": pl.Float64}


@dataclass(frozen=True, slots=True)
class Found:
    """One person who meets one ground on the day.

    Shape: `evidence` as `models.Proposal.evidence`; `mark` a digest of what it rests on.
    """

    person: int
    unit: int
    post: int | None
    ground: Ground
    evidence: dict[str, Any]
    mark: str


def look(unit: Unit, day: date, book: Rulebook | None = None) -> list[Found]:
    """Return everybody in the unit and below who meets a ground on the day."""
    text = book or rulebook()
    known = grounds(text)
    chosen = [one for one in known.on(day) if one.watched is not None]
    snapshot = facts.on(day, unit.code)
    frame = snapshot.frame.filter(
        pl.col("leadership").fill_null(False) | pl.col("deputy_elected").fill_null(False)
    )
    keys = pl.Series(snapshot.tree.key)
    frame = frame.with_columns(at=keys.gather(frame["unit"].cast(pl.Int64)).cast(pl.Int64))
    people: list[int] = frame["person_id"].to_list()
    if not people:
        return []
    led = frame.filter(pl.col("head").fill_null(False))
    heads = dict(zip(led["person_id"].to_list(), led["at"].to_list(), strict=True))
    told = figures.gather(people, heads, day)
    frame = _with_figures(frame, told, known)
    places = dict(zip(people, frame["at"].to_list(), strict=True))
    met = _met(frame, chosen, day=day, book=text, known=known)
    said = _said(people, known, day)
    wanted = {person for _ground, persons in met for person in persons} | {
        one.person_id for _ground, one in said
    }
    rows = {
        row["person_id"]: row
        for row in frame.filter(pl.col("person_id").is_in(list(wanted))).iter_rows(named=True)
    }
    behind = _Behind.of(wanted, day)
    found = [
        _found(ground, rows[person], places[person], told, behind, day=day, book=text, known=known)
        for ground, persons in met
        for person in persons
    ]
    found += [_found_by(ground, one, places[one.person_id], behind) for ground, one in said]
    return sorted(found, key=lambda one: (one.unit, one.person, one.ground.id))


def _with_figures(frame: pl.DataFrame, told: Figures, known: Grounds) -> pl.DataFrame:
    """Return the frame with a column for everything that grounds look at beside facts."""
    people = frame["person_id"].to_list()
    columns = [
        pl.Series(
            name,
            [told.values.get(person, {}).get(name) for person in people],
            dtype=_DTYPES[known.vocabulary.facts[name].type.kind],
            strict=False,
        )
        for name in known.further()
    ]
    return frame.with_columns(*columns)


def _met(
    frame: pl.DataFrame, chosen: Sequence[Ground], *, day: date, book: Rulebook, known: Grounds
) -> list[tuple[Ground, list[int]]]:
    """Return each ground with the people who meet it and stand under its rules."""
    table: pl.DataFrame = evaluate(
        chosen, frame, on=day, book=book, names=known.vocabulary,
        keep=("person_id", "regime", "deputy_elected"),
    )  # fmt: skip
    codes = book.catalogues["regime"]
    found = []
    for ground in chosen:
        hit = table.filter((pl.col(ground.id) == 1) & _under(ground.regime, codes))
        if hit.height:
            found.append((ground, hit["person_id"].to_list()))
    return found


def _under(regime: str, codes: Any) -> pl.Expr:
    """Return whose rules a ground belongs to. Those of the Party hold for every official."""
    if regime in ("party", "all"):
        return pl.lit(value=True)
    own: pl.Expr = (pl.col("regime") == codes.position(regime)).fill_null(False)
    if regime == "elected":
        return own | pl.col("deputy_elected").fill_null(False)
    return own


def _said(people: Sequence[int], known: Grounds, day: date) -> list[tuple[Ground, Statement]]:
    """Return what authorities found that is a ground by itself."""
    now = {one.id: one for one in known.on(day)}
    latest: dict[tuple[int, str], Statement] = {}
    for one in figures.standing(people, day):
        if one.about in now:
            latest[one.person_id, one.about] = one
    return [(now[about], one) for (_person, about), one in latest.items() if one.word]


# -- evidence ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Behind:
    """The records and postings of the people found, read at once."""

    records: Mapping[tuple[int, str], list[Record]]
    postings: Mapping[int, list[Posting]]

    @classmethod
    def of(cls, people: Iterable[int], day: date) -> "_Behind":
        wanted = list(people)
        records: dict[tuple[int, str], list[Record]] = defaultdict(list)
        rows = Record.objects.standing().filter(person__in=wanted, kind__in=set(_KINDS.values()))
        for one in rows.select_related("decision").order_by("valid", "pk"):
            records[one.person_id, one.kind].append(one)
        postings: dict[int, list[Posting]] = defaultdict(list)
        held = Posting.objects.on(day).filter(person__in=wanted).select_related("post", "decision")
        for posting in held.order_by("-post__leadership", "-main", "pk"):
            postings[posting.person_id].append(posting)
        return cls(records, postings)

    def posting(self, person: int, unit: int) -> Posting | None:
        """Return the leadership posting that is meant: in the unit, else the first."""
        held = [one for one in self.postings.get(person, ()) if one.post.leadership]
        held = held or list(self.postings.get(person, ()))
        return next((one for one in held if one.post.unit_id == unit), held[0] if held else None)

    def rests(self, person: int, fact: str, row: Mapping[str, Any], day: date) -> list[str]:
        """Return what one fact of a person rests on, as `record:12`."""
        kind = _KINDS.get(fact)
        if kind is None:
            return []
        rows = self.records.get((person, kind), [])
        if kind == "rating":
            count = row.get("failed_years_in_row") or 1
            failed = [one for one in rows if one.code == _FAILED]
            return [f"record:{one.pk}" for one in failed[-int(count):]]  # fmt: skip
        return [f"record:{one.pk}" for one in rows if _holds(one, day)]


def _holds(one: Record, day: date) -> bool:
    upper = one.valid.upper
    return one.valid.lower <= day and (upper is None or day < upper)


def _found(
    ground: Ground, row: Mapping[str, Any], unit: int, told: Figures, behind: _Behind, *,
    day: date, book: Rulebook, known: Grounds,
) -> Found:  # fmt: skip
    person = row["person_id"]
    got = judge(ground, row, on=day, book=book, names=known.vocabulary)
    rule = ground.watched
    names = book.bound(rule, day, known.vocabulary).facts if rule is not None else ()
    pieces = []
    marked: list[str] = []
    for name in names:
        rests = behind.rests(person, name, row, day)
        if (person, name) in told.rests:
            rests = [told.rests[person, name]]
        marked += rests or [f"{name}={row.get(name)}"]
        fact = known.vocabulary.facts[name]
        pieces.append({"fact": name, "label": fact.label, "value": _plain(name, row, known),
                       "rests_on": rests})  # fmt: skip
    evidence = {
        "reason": got.finding.reason, "value": got.finding.value,
        "cites": list(got.finding.cites), "facts": pieces, "asked": list(got.asked),
    }  # fmt: skip
    posting = behind.posting(person, unit)
    return Found(person, posting.post.unit_id if posting else unit,
                 posting.post_id if posting else None, ground, evidence,
                 _mark(ground, marked))  # fmt: skip


def _found_by(ground: Ground, one: Statement, unit: int, behind: _Behind) -> Found:
    """What an authority found, on a document."""
    paper = f"{one.decision.number} ({one.decision.day:%d/%m/%Y}, {one.decision.body})"
    said = {"vi": f"{one.says} – theo {paper}", "en": f"{one.says} – by {paper}"}
    rests = [f"statement:{one.pk}"]
    evidence = {
        "reason": said, "value": said, "cites": list(ground.cites),
        "facts": [{"fact": ground.id, "label": ground.label, "value": one.says,
                   "rests_on": rests}],
        "asked": [spare.id for spare in ground.spares if spare.said],
    }  # fmt: skip
    posting = behind.posting(one.person_id, unit)
    return Found(one.person_id, posting.post.unit_id if posting else unit,
                 posting.post_id if posting else None, ground, evidence,
                 _mark(ground, rests))  # fmt: skip


def _plain(name: str, row: Mapping[str, Any], known: Grounds) -> Any:
    value = row.get(name)
    catalogue = known.vocabulary.catalogue_of(name)
    if catalogue is not None and isinstance(value, int):
        return catalogue.entries[value].code
    return value.isoformat() if isinstance(value, date) else value


def _mark(ground: Ground, rests: Iterable[str]) -> str:
    told = "|".join([ground.id, *sorted(set(rests))])
    return hashlib.sha256(told.encode()).hexdigest()


def names_of(people: Iterable[int]) -> dict[int, Person]:
    """Return the people by id, for telling what was found."""
    return {one.pk: one for one in Person.objects.filter(pk__in=list(people))}
