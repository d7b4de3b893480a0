"""Reads for deciding classes: what is proposed in each agency, what the caps and conditions did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import polars as pl
from django.db import connection
from django.db.models import QuerySet

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, scopes
from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.caps import CapRule
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.law.engine.schemes import LEVELS, Scheme
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.queries.reach import is_within, own_person
from ngangtam.stages.evaluation import proposing
from ngangtam.stages.evaluation.models import Class, Cycle, Rating, Result, Sheet
from ngangtam.stages.evaluation.queries_cycles import reads, sheets_of

BEST_FIRST: Final = tuple(reversed(LEVELS))
WARN, REFUSE = "warn", "refuse"


@dataclass(frozen=True, slots=True)
class BodyLine:
    """One agency in one scheme. Shape: counts by class, best first; `open` have no proposal."""

    code: str
    name: str
    scheme: str
    label: Mapping[str, str]
    total: int
    levels: tuple[int, ...]
    proposed: tuple[int, ...]
    ties: int
    open: int
    exceeding: int
    decided: int

    @property
    def waiting(self) -> int:
        """How many have a proposal and no class yet, at the most."""
        return max(0, self.total - self.open - self.decided)

    def said(self) -> dict[str, object]:
        """Return the line as a program reads it."""
        return {
            "body": self.code, "name": self.name, "scheme": self.scheme, "sheets": self.total,
            "levels": dict(zip(BEST_FIRST, self.levels, strict=True)),
            "proposed": dict(zip(BEST_FIRST, self.proposed, strict=True)),
            "ties": self.ties, "without_proposal": self.open, "exceeding": self.exceeding,
            "decided": self.decided,
        }  # fmt: skip


_BODIES: Final = """
select b.code, b.name, s.scheme, count(*),
  count(*) filter (where r.level = 'excellent'), count(*) filter (where r.level = 'good'),
  count(*) filter (where r.level = 'completed'), count(*) filter (where r.level = 'failed'),
  count(*) filter (where r.proposed = 'excellent'), count(*) filter (where r.proposed = 'good'),
  count(*) filter (where r.proposed = 'completed'), count(*) filter (where r.proposed = 'failed'),
  count(*) filter (where r.tie), count(*) filter (where r.proposed = ''),
  count(*) filter (where r.level = 'excellent' and r.proposed = 'good'), count(g.id)
from evaluation_sheet s
join evaluation_result r on r.sheet_id = s.id and r.run = %(run)s
join organisation_unit b on b.id = s.body_id
left join evaluation_rating g on g.sheet_id = s.id and g.replaced_at is null
where s.cycle_id = %(cycle)s and s.path <@ %(top)s::ltree
  and (%(held)s::ltree[] is null or s.path <@ any (%(held)s::ltree[]))
group by b.id, b.code, b.name, b.path, s.scheme order by b.path, s.scheme
"""


def bodies(viewer: Viewer | None, cycle: Cycle, unit: Unit) -> list[BodyLine]:
    """Return the agencies at a unit and below it with what is proposed in each."""
    given: dict[str, Any] = {
        "cycle": cycle.pk,
        "run": cycle.run,
        "top": str(unit.path),
        "held": reads(viewer),
    }
    schemes = rulebook().schemes
    with connection.cursor() as cursor:
        cursor.execute(_BODIES, given)
        return [
            BodyLine(
                row[0], row[1], row[2], _label(schemes.get(row[2]), row[2]), row[3], row[4:8],
                row[8:12], *row[12:16],
            )
            for row in cursor.fetchall()
        ]  # fmt: skip


def _label(scheme: Scheme | None, ident: str) -> Mapping[str, str]:
    return scheme.label if scheme else {"vi": ident, "en": ident}


@dataclass(frozen=True, slots=True)
class Said:
    """One condition of one sheet. Shape: `outcome` 1 met, 0 not met, None unknown."""

    id: str
    label: Mapping[str, str]
    outcome: int | None
    cites: tuple[str, ...]
    off: bool


@dataclass(slots=True)
class Candidate:
    """One sheet among the proposals of its agency.

    Shape: `result` is None for a sheet that is not rated; `outcome` and `by` are what the caps
        did: keep, tie or exceeds, by body or group; `fell` the conditions that were not met.
    """

    sheet: Sheet
    result: Result | None
    rating: Rating | None
    outcome: str = ""
    by: str = ""
    fell: list[Said] = field(default_factory=list)
    unknown: list[Said] = field(default_factory=list)

    @property
    def standing(self) -> str:
        """The class that was decided, else the one that is proposed; "" while neither is."""
        if self.rating is not None:
            return self.rating.level
        return self.result.proposed if self.result else ""

    @property
    def level(self) -> str:
        return _class_label(self.result.level if self.result else "")

    @property
    def proposed(self) -> str:
        return _class_label(self.result.proposed if self.result else "")


def _class_label(code: str) -> str:
    return str(Class(code).label) if code in Class.values else ""


_CAP_SCHEMA: Final = {
    "sheet": pl.Int64, "body": pl.Int64, "group": pl.String, "level": pl.String,
    "total": pl.Float64, "outstanding": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CapLine:
    """One cap of one set of people, in whole numbers."""

    within: str
    group: str
    rated: int
    good: int
    excellent: int
    percent: float | None
    base: int
    cap: int | None
    allowed: int | None
    over_by: int | None
    kept: int | None


@dataclass(frozen=True, slots=True)
class Proposals:
    """What is proposed in one agency by one scheme."""

    cycle: Cycle
    body: Unit
    scheme: Scheme
    rule: CapRule | None
    caps: list[CapLine]
    people: list[Candidate]
    on: date


def proposals(
    viewer: Viewer | None, cycle: Cycle, body_code: str, scheme_id: str
) -> Proposals | None:
    """Return the proposals of an agency; None when there are none that the viewer reads."""
    book, on = rulebook(), cycle.until - timedelta(days=1)
    body = Unit.objects.filter(code=body_code).first()
    scheme = book.schemes.get(scheme_id)
    if body is None or scheme is None:
        return None
    people = _candidates(sheets_of(viewer, cycle).filter(body=body, scheme=scheme_id), cycle)
    if not people:
        return None
    rule, caps = _caps(people, scheme, book, on, cycle)
    for one in people:
        judge(one, scheme, on)
    people.sort(key=_best_first)
    return Proposals(cycle, body, scheme, rule, caps, people, on)


def _best_first(one: Candidate) -> tuple[int, float, str]:
    if one.result is None:
        return (len(LEVELS) + 1, 0.0, one.sheet.person.name_key if one.sheet.person else "")
    level = BEST_FIRST.index(one.result.level) if one.result.level else len(LEVELS)
    name = one.sheet.person.name_key if one.sheet.person else one.sheet.unit.code
    return (level, -(one.result.total or 0.0), name)


def conditions(scheme: Scheme, result: Result, on: date) -> Iterator[Said]:
    """Yield what a result was judged by beside the points, in order, with citations.

    Shape: thresholds are left out, which the total says; `off` where the law is not confirmed.
    """
    kept, thresholds = result.conditions, {one.id for one in scheme.thresholds}
    for one in scheme.conditions():
        if one.id in kept and one.id not in thresholds:
            yield Said(one.id, one.label, kept[one.id], one.cites, not scheme.is_on(one))
    for limit in scheme.limits:
        off = limit.setting != "" and rulebook().lookup(limit.setting, on).value is not True
        if limit.id in kept:
            yield Said(limit.id, limit.label, kept[limit.id], limit.cites, off)


def judge(one: Candidate, scheme: Scheme, on: date) -> None:
    """Put beside a candidate which conditions were not met, and which are unknown."""
    if one.result is None:
        return
    said = list(conditions(scheme, one.result, on))
    one.fell = [each for each in said if each.outcome == 0]
    one.unknown = [each for each in said if each.outcome is None and not each.off]


def may_decide(viewer: Viewer, cycle: Cycle) -> bool:
    """Whether the viewer decides classes somewhere in a cycle that is closed."""
    if cycle.state != Cycle.State.CLOSED:
        return False
    path = str(cycle.path)
    held = scopes(viewer, Permission.EVALUATION_DECIDE)
    return any(is_within(path, top) or is_within(top, path) for top in held)


def candidate(viewer: Viewer, sheet_id: int) -> Candidate | None:
    """Return one sheet whose class the viewer may decide; None where that is not so."""
    cycle = Cycle.objects.filter(sheets=sheet_id).first()
    if cycle is None or not may_decide(viewer, cycle):
        return None
    rows = sheets_of(viewer, cycle).filter(pk=sheet_id).select_related(
        "person", "unit", "post", "body", "cycle__unit"
    )  # fmt: skip
    found = _candidates(rows, cycle)
    if not found or not Right(viewer).over(found[0].sheet):
        return None
    one, scheme = found[0], rulebook().schemes.get(found[0].sheet.scheme)
    if scheme is not None:
        judge(one, scheme, cycle.until - timedelta(days=1))
    return one


class Right:
    """On whom one account decides; read once for many sheets. None is the instance's owner."""

    def __init__(self, viewer: Viewer | None) -> None:
        self.everywhere = viewer is None
        self.own = own_person(viewer) if viewer is not None else None
        self.held = scopes(viewer, Permission.EVALUATION_DECIDE) if viewer is not None else []

    def is_own(self, sheet: Sheet) -> bool:
        return sheet.person_id is not None and sheet.person_id == self.own

    def over(self, sheet: Sheet) -> bool:
        """Whether the account decides the class of this sheet: nobody the own, a head's and a
        collective's from above the unit."""
        if self.everywhere:
            return True
        if self.is_own(sheet):
            return False
        place = str(sheet.path)
        if sheet.head or sheet.person_id is None:
            place = place.rpartition(".")[0] or place
        return any(is_within(place, top) for top in self.held)


def over_cap(scheme_id: str, cycle: Cycle) -> str:
    """Return what happens when a cap is passed: `warn`, or `refuse` where the authority's own
    layer says so in `evaluation.<regime>.over_cap`."""
    book = rulebook()
    scheme = book.schemes.get(scheme_id)
    ident = f"evaluation.{scheme.regime}.over_cap" if scheme else ""
    if ident not in book.parameter_types:
        return WARN
    found = book.lookup(ident, cycle.until - timedelta(days=1))
    return REFUSE if found.state == "in_force" and found.value == REFUSE else WARN


def caps_passed(sheet: Sheet) -> list[CapLine]:
    """Return the caps that are passed once this sheet is excellent, beside what stands already
    and what is proposed for the others. Counts the whole agency, whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute("select * from ngangtam_caps_around(%s)", [sheet.pk])
        rows = cursor.fetchall()
    frame = pl.DataFrame(
        [(pk, body, group, str(Class.EXCELLENT) if pk == sheet.pk else level or None, total, more)
         for pk, body, group, level, total, more in rows],
        schema=_CAP_SCHEMA, orient="row",
    )  # fmt: skip
    on = sheet.cycle.until - timedelta(days=1)
    capped = proposing.capped_by(sheet.scheme, frame, rulebook(), on)
    lines = [_line(row) for row in capped.sets.iter_rows(named=True)] if capped else []
    return [
        one for one in lines
        if one.cap is not None and one.excellent > one.cap
        and (one.within == "body" or one.group == sheet.group)
    ]  # fmt: skip


def _candidates(rows: QuerySet[Sheet], cycle: Cycle) -> list[Candidate]:
    sheets = list(rows.order_by("path", "-head", "-leader", "person__name_key", "pk"))
    ids = [sheet.pk for sheet in sheets]
    results = {one.sheet_id: one
               for one in Result.objects.filter(sheet_id__in=ids, run=cycle.run)}  # fmt: skip
    standing = Rating.objects.filter(sheet_id__in=ids, replaced_at__isnull=True)
    ratings = {one.sheet_id: one for one in standing.select_related("decision", "decided_by")}
    return [Candidate(one, results.get(one.pk), ratings.get(one.pk)) for one in sheets]


def _outstanding(people: list[Candidate], cycle: Cycle) -> bool:
    """Whether one of the agency's sheets says that it is outstanding: a person's or its own."""
    if any(one.sheet.outstanding for one in people):
        return True
    of_body = Sheet.objects.filter(cycle=cycle, person__isnull=True, outstanding=True)
    return bool(people) and of_body.filter(unit=people[0].sheet.body_id).exists()


def _frame(people: list[Candidate], levels: Mapping[int, str], outstanding: bool) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (one.sheet.pk, one.sheet.body_id, one.sheet.group, levels[one.sheet.pk] or None,
             one.result.total if one.result else None, outstanding)
            for one in people
        ],
        schema=_CAP_SCHEMA, orient="row",
    )  # fmt: skip


def _caps(
    people: list[Candidate], scheme: Scheme, book: Rulebook, on: date, cycle: Cycle
) -> tuple[CapRule | None, list[CapLine]]:
    """Ask the caps again of this agency, so that the page shows how each number came about."""
    found = {one.sheet.pk: one for one in people if one.result is not None}
    if not found:
        return None, []
    levels = {pk: one.result.level if one.result else "" for pk, one in found.items()}
    frame = _frame(list(found.values()), levels, _outstanding(people, cycle))
    capped = proposing.capped_by(scheme.id, frame, book, on)
    if capped is None:
        return None, []
    for row in capped.proposal.iter_rows(named=True):
        one = found[row["sheet"]]
        one.outcome, one.by = str(row["outcome"]), row["by"] or ""
    return capped.rule, [_line(row) for row in capped.sets.iter_rows(named=True)]


def _line(row: dict[str, Any]) -> CapLine:
    names = ("rated", "good", "excellent", "percent", "base", "cap", "allowed", "over_by", "kept")
    return CapLine(row["within"], row["group"] or "", *(row[name] for name in names))
