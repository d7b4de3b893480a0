"""What a choice does to every structural target, before it is made: today's leaders, and those
who would lead if the first in line took the posts that fall free within the term."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

import numpy as np
import polars as pl
from django.db import connection

from ngangtam.law.engine import tree
from ngangtam.law.engine.model import Target
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.facts.snapshot import Snapshot
from ngangtam.records.organisation.models import Post
from ngangtam.stages.planning.models import Plan, PlanTitle

_FLAGS: Final = ("leadership", "head", "key_leader")
_SIGNS: Final = {">=": "≥", "<=": "≤"}
_SEATS: Final = ("committee_member", "standing_committee_member", "deputy_elected")
_CODES: Final = {
    "post_level": ("level", "level"), "title_kind": ("title_kind", "title_kind"),
    "regime": ("regime", "regime"), "managed_by": ("managed_by", "management_level"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """A target counted over some people. Shape: `unknown` of those in scope, or who may be."""

    yes: int
    total: int
    unknown: int
    outcome: str

    @property
    def percent(self) -> float | None:
        return 100 * self.yes / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Effect:
    """One target today and after. Shape: `goal` in percent with its comparison."""

    target: Target
    today: Share
    after: Share

    @property
    def changed(self) -> bool:
        return (self.today.yes, self.today.total) != (self.after.yes, self.after.total)

    @property
    def goal(self) -> str:
        sign = _SIGNS.get(self.target.comparison, self.target.comparison)
        return f"{sign}\u00a0{self.target.low:g}\u00a0%"


@dataclass(frozen=True, slots=True)
class Placed:
    """Who would hold what. Shape: `leaving` retire within the term; `taking` is person → title."""

    leaving: tuple[int, ...]
    taking: dict[int, PlanTitle]


def line_up(plan: Plan, lines: Mapping[PlanTitle, Sequence[int]], snapshot: Snapshot) -> Placed:
    """Put the first in line into seats that fall free before the term ends.

    Shape: `lines` are the people planned for each title, in order. A seat falls free when it is
        vacant or its holder reaches retirement before the term ends; nobody takes two.
    """
    today = snapshot.day
    titles = list(lines)
    holders = _holders([one.post_id for one in titles], today)
    held = [person for people in holders.values() for person in people]
    months = _months_left(held, snapshot)
    until = (plan.until.year - today.year) * 12 + plan.until.month - today.month
    leaving = {one for one in held if (left := months.get(one)) is not None and left < until}
    taking: dict[int, PlanTitle] = {}
    for title in titles:
        here = holders.get(title.post_id, [])
        free = (title.post.seats or max(len(here), 1)) - sum(one not in leaving for one in here)
        for person in lines[title]:
            if free <= 0:
                break
            if person in taking or person in here:
                continue
            taking[person] = title
            free -= 1
    return Placed(tuple(sorted(leaving)), taking)


def _holders(posts: Sequence[int], day: date) -> dict[int, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select post_id, person_id from personnel_posting"
            " where post_id = any (%s) and voided_at is null and valid @> %s order by seat",
            [list(posts), day],
        )
        found: dict[int, list[int]] = {}
        for post, person in cursor.fetchall():
            found.setdefault(post, []).append(person)
    return found


def _months_left(people: Sequence[int], snapshot: Snapshot) -> dict[int, int | None]:
    frame = snapshot.frame.filter(pl.col("person_id").is_in(list(set(people))))
    left = rulebook().compile("months_to_retirement", snapshot.day).evaluate(frame)["value"]
    return dict(zip(frame["person_id"].to_list(), left.to_list(), strict=True))


def leaders(plan: Plan, snapshot: Snapshot, placed: Placed | None = None) -> pl.DataFrame:
    """Return the people of the unit and below, as they stand or as they would."""
    here = np.flatnonzero(snapshot.tree.key == plan.unit_id)
    frame = snapshot.people(int(here[0])) if here.size else snapshot.frame[:0]
    if placed is None:
        return frame
    known = set(frame["person_id"].to_list())
    others = [one for one in placed.taking if one not in known]
    if others:
        frame = pl.concat([frame, snapshot.frame.filter(pl.col("person_id").is_in(others))])
    gone = [one for one in placed.leaving if one not in placed.taking]
    frame = frame.filter(~pl.col("person_id").is_in(gone))
    return _placed(frame, placed.taking)


def _placed(frame: pl.DataFrame, taking: Mapping[int, PlanTitle]) -> pl.DataFrame:
    if not taking:
        return frame
    held = {person: _held(title.post, frame.schema) for person, title in taking.items()}
    who = pl.col("person_id")
    columns = {name for row in held.values() for name in row if name in frame.columns}
    changed = []
    for name in sorted(columns):
        column = pl.col(name)
        for person, row in held.items():
            if name in row:
                column = pl.when(who == person).then(
                    pl.lit(row[name], dtype=frame.schema[name])
                ).otherwise(column)  # fmt: skip
        changed.append(column.alias(name))
    return frame.with_columns(changed)


def _held(post: Post, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of who holds a post; what a seat beside the main post adds, for a seat."""
    catalogues = rulebook().catalogues
    beside: dict[str, Any] = {name: True for name in _SEATS if getattr(post, name)}
    if beside and not post.leadership:
        return beside
    told: dict[str, Any] = {name: getattr(post, name) for name in _FLAGS}
    for fact, (field, catalogue) in _CODES.items():
        code = getattr(post, field)
        try:
            told[fact] = catalogues[catalogue].position(code) if code else None
        except KeyError:
            told[fact] = None
    return {**told, **beside, "post_since": None} if "post_since" in schema else {**told, **beside}


def of_committee(
    people: Sequence[int], unit_id: int, post: Post | None, snapshot: Snapshot, day: date
) -> list[Effect]:
    """Return the targets for members of a committee: today's, and if these people were elected.

    Shape: `people` are candidates, more of them than seats; `post` is the seat they stand for.
    """
    here = np.flatnonzero(snapshot.tree.key == unit_id)
    frame = snapshot.people(int(here[0])) if here.size else snapshot.frame[:0]
    sit = frame.filter(pl.col("committee_member").fill_null(value=False))
    listed = snapshot.frame.filter(pl.col("person_id").is_in(list(people)))
    changed = [pl.lit(value=True).alias("committee_member")]
    if post is not None and post.standing_committee_member:
        changed.append(pl.lit(value=True).alias("standing_committee_member"))
    book = rulebook()
    asked = [
        one for one in book.targets.values()
        if "committee_member" in tree.base_facts(one.scope.node)
        or "standing_committee_member" in tree.base_facts(one.scope.node)
    ]  # fmt: skip
    now, then = shares(sit, snapshot.day), shares(listed.with_columns(changed), day)
    nobody = Share(0, 0, 0, "nobody")
    return [
        Effect(one, now.get(one.id, nobody), then[one.id])
        for one in sorted(asked, key=lambda one: one.id)
        if one.id in then and then[one.id].total
    ]


def shares(frame: pl.DataFrame, day: date) -> dict[str, Share]:
    """Count every share that a resolution asks for, over these people on a day."""
    book = rulebook()
    asked = [
        one for one in book.targets.values()
        if one.kind == "share" and one.status == "shipped" and one.measure is not None
        and one.low is not None and (one.from_ is None or one.from_ <= day)
    ]  # fmt: skip
    columns = set(frame.columns)
    import narwhals as nw

    wrapped: Any = nw.from_native(frame)
    flags = []
    for one in asked:
        assert one.measure is not None
        flags.append(book.bound(one.scope, day).nw(columns).alias(f"{one.id}|scope"))
        flags.append(book.bound(one.measure, day).nw(columns).alias(f"{one.id}|yes"))
    if not flags:
        return {}
    answers = wrapped.select(*flags).to_native()
    found = {}
    for one in asked:
        scope, yes = answers[f"{one.id}|scope"], answers[f"{one.id}|yes"]
        if scope.len() == 1 and frame.height != 1:  # one answer for everybody
            scope = pl.Series([scope[0]] * frame.height, dtype=pl.Boolean)
        inside = scope.fill_null(value=False)
        good = int((inside & yes.fill_null(value=False)).sum())
        total = int(inside.sum())
        unknown = int((inside & yes.is_null()).sum()) + int(scope.null_count())
        found[one.id] = Share(good, total, unknown, _outcome(one, good, total, unknown))
    return found


def _outcome(target: Target, yes: int, total: int, unknown: int) -> str:
    if not total:
        return "nobody"
    bar = Fraction(str(target.low)) / 100
    ends = {_holds(target.comparison, Fraction(count, total), bar)
            for count in (yes, min(yes + unknown, total))}  # fmt: skip
    if len(ends) == 2:
        return "unknown"
    return "met" if ends.pop() else "not_met"


def _holds(comparison: str, share: Fraction, bar: Fraction) -> bool:
    return {
        ">=": share >= bar, ">": share > bar, "<=": share <= bar, "<": share < bar,
        "==": share == bar,
    }[comparison]  # fmt: skip


def effects(
    plan: Plan, lines: Mapping[PlanTitle, Sequence[int]], snapshot: Snapshot
) -> tuple[list[Effect], Placed]:
    """Return every target with somebody in it, now and as it would be; and who would hold what."""
    placed = line_up(plan, lines, snapshot)
    now = shares(leaders(plan, snapshot), snapshot.day)
    then = shares(leaders(plan, snapshot, placed), plan.counted_on)
    book = rulebook()
    rows = [
        Effect(book.targets[ident], one, then.get(ident, Share(0, 0, 0, "nobody")))
        for ident, one in now.items()
        if one.total or (ident in then and then[ident].total)
    ]
    return sorted(rows, key=lambda row: (not row.changed, row.target.id)), placed
