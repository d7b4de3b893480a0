"""Where a sheet stands: the score so far, why, and what is still missing.

The law's engine reckons; here is only gathered what it reckons from. Until a cycle is closed, work
that nobody confirmed yet counts as its person reported it, and the page says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import formats
from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.cases import score_case
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.law.engine.schemes import Scheme
from ngangtam.law.engine.scoring import Scorer
from ngangtam.law.engine.values import LawError
from ngangtam.records.personnel.models import Record
from ngangtam.stages.evaluation.criteria import ORGANISING, UNITING, Frame, frame_of
from ngangtam.stages.evaluation.models import Class, Sheet
from ngangtam.stages.evaluation.regulations import key_of, points_by_unit
from ngangtam.stages.work.models import Task
from ngangtam.stages.work.queries_scoring import products_of

# Which sum over the lines each item is the share of.
SUMS: Final = {"a": "completed_sum", "b": "quality_sum", "c": "progress_sum"}
# How many tasks that lowered an item are told one by one.
TOLD: Final = 5
Whence = str


@dataclass(frozen=True, slots=True)
class Loss:
    """One task that lowered an item. Units: `percent` of the item, of 100."""

    task_id: int
    title: str
    percent: float
    why: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of the score. Shape: `percent` is None while it is unknown."""

    id: str
    label: str
    percent: float | None
    cites: tuple[str, ...]
    losses: tuple[Loss, ...] = ()
    more: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What one class asks for: the points, and what else."""

    code: str
    label: str
    points: float | None
    short: float | None
    conditions: tuple[dict[str, Any], ...]


@dataclass(slots=True)
class Standing:
    """The score of one sheet so far.

    Shape: `whence` says whose general points are in it: "confirmed", "own", or "" for nobody's;
        `said` is what the engine answered; `problem` why it could not.
    """

    sheet: Sheet
    frame: Frame
    day: date
    whence: Whence
    general: Decimal | None
    lines: pl.DataFrame
    said: Mapping[str, Any] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)
    problem: str = ""

    @property
    def total(self) -> float | None:
        found: float | None = self.said.get("total")
        return found

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The least and the most that the total can be, where it is not exact."""
        low, high = self.said.get("total_low"), self.said.get("total_high")
        return None if low is None or high is None else (low, high)

    @property
    def level(self) -> str:
        return str(self.said.get("level") or "")

    @property
    def unconfirmed(self) -> int:
        """How many tasks count only as reported."""
        return int((~self.lines["confirmed"]).sum()) if self.lines.height else 0

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """What must hold beyond the points, in words of the reader's language."""
        left_out = {f"threshold_{level.code}" for level in self.frame.scheme.levels}
        return [
            {**one, "said": said(one["reason"]), "label": said(one["label"])}
            for one in self.said.get("conditions", ())
            if one["id"] not in left_out
        ]


def standing_of(sheet: Sheet, *, book: Rulebook | None = None) -> Standing:
    """Return where the sheet stands, by the figures that are known now."""
    book = book or rulebook()
    cycle = sheet.cycle
    day = cycle.until - timedelta(days=1)
    frame = frame_of(sheet.scheme, day, leader=sheet.leader, book=book)
    so_far = cycle.state != cycle.State.CLOSED
    lines = lines_of(sheet, so_far=so_far)
    whence, points = points_of(sheet)
    general = frame.total_of(points)
    found = Standing(sheet, frame, day, whence, general, lines)
    case = case_of(sheet, day, lines, points, general, so_far=so_far)
    by_unit = points_by_unit([sheet], day).get(key_of(sheet))
    if by_unit is not None:
        case["item_points"] = by_unit
    try:
        found.said = score_case(case, book)
    except LawError as error:
        found.problem = str(error)
        return found
    found.bars = list(_bars(found, book))
    return found


def points_of(sheet: Sheet) -> tuple[Whence, Mapping[str, Any]]:
    """Return whose points count now, and the points: the head's once confirmed, else the own."""
    if sheet.state == Sheet.State.CONFIRMED:
        given = {ORGANISING: sheet.organising_percent, UNITING: sheet.uniting_percent}
        return "confirmed", {**sheet.points, **{k: v for k, v in given.items() if v is not None}}
    return ("own" if sheet.own_points else ""), sheet.own_points


def lines_of(sheet: Sheet, *, so_far: bool) -> pl.DataFrame:
    """Return the work of the person, or of the unit itself, in the period. See `SCHEMA` of work."""
    cycle = sheet.cycle
    if sheet.person_id is not None:
        return products_of(sheet.person_id, cycle.first, cycle.until, so_far=so_far)
    return _unit_lines(sheet)


def _unit_lines(sheet: Sheet) -> pl.DataFrame:
    rows = Task.objects.filter(
        unit=sheet.unit_id, person__isnull=True, month__gte=sheet.cycle.first,
        month__lt=sheet.cycle.until, state__in=["assigned", "reported", "returned", "confirmed"],
    ).order_by("pk")  # fmt: skip
    found = [_line(task) for task in rows]
    schema = {"task_id": pl.Int64, "assigned": pl.Float64, "completed": pl.Float64,
              "reported": pl.Float64, "quality_failures": pl.Int32, "delays": pl.Int32,
              "objective_cause": pl.Boolean, "exceeds": pl.Boolean, "confirmed": pl.Boolean,
              "evidence": pl.Boolean, "state": pl.String}  # fmt: skip
    return pl.DataFrame(found, schema=schema)


def _line(task: Task) -> dict[str, Any]:
    confirmed = task.state == Task.State.CONFIRMED
    done = task.confirmed_quantity if confirmed else None
    said = done if confirmed else task.reported_quantity
    return {
        "task_id": task.pk, "assigned": float(task.standard), "state": task.state,
        "completed": float((done or 0) * task.coefficient),
        "reported": float((said or 0) * task.coefficient),
        "quality_failures": task.quality_failures, "delays": task.delays,
        "objective_cause": task.cause_state == Task.Cause.CONFIRMED, "exceeds": task.exceeds,
        "confirmed": confirmed, "evidence": True,
    }  # fmt: skip


def case_of(
    sheet: Sheet, day: date, lines: pl.DataFrame, points: Mapping[str, Any],
    general: Decimal | None, *, so_far: bool,
) -> dict[str, Any]:  # fmt: skip
    """Return the case that the engine scores. What is not known is left out."""
    done = "reported" if so_far else "completed"
    case: dict[str, Any] = {
        "scheme": sheet.scheme, "day": day, "leader": sheet.leader, "head": sheet.head,
        "products": [
            {"assigned": row["assigned"], "completed": row[done],
             "quality_failures": row["quality_failures"], "delays": row["delays"],
             "objective_cause": row["objective_cause"], "exceeds": row["exceeds"]}
            for row in lines.iter_rows(named=True)
        ],
        "points": {key: value for key, value in points.items() if key not in (ORGANISING, UNITING)},
    }  # fmt: skip
    unit = {
        "organising_percent": points.get(ORGANISING), "uniting_percent": points.get(UNITING),
        "in_corruption_or_waste": sheet.unit_in_corruption_or_waste,
    }  # fmt: skip
    known = {name: _number(value) for name, value in unit.items() if value is not None}
    if known:
        case["unit"] = known
    flags = ("shortcomings_fixed", "degradation_concluded")
    case |= {flag: getattr(sheet, flag) for flag in flags if getattr(sheet, flag) is not None}
    if sheet.person_id is not None:
        imposed = disciplines([sheet.person_id], sheet.cycle.first, sheet.cycle.until)
        case["discipline"] = imposed.get(sheet.person_id, "none")
    if general is not None:
        case["general_points"] = float(general)
    return case


def disciplines(people: Iterable[int], first: date, until: date) -> dict[int, str]:
    """Return the heaviest form of discipline imposed on each person in [first, until)."""
    rows = Record.objects.filter(
        person_id__in=list(people), kind="discipline", voided_at__isnull=True,
        valid__startswith__gte=first, valid__startswith__lt=until,
    )  # fmt: skip
    rising = {entry.code: at for at, entry in enumerate(rulebook().catalogues["discipline"])}
    found: dict[int, str] = {}
    for person, code in rows.values_list("person_id", "code"):
        if rising.get(code, 0) > rising[found.get(person, "none")]:
            found[person] = code
    return found


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


# --- why ------------------------------------------------------------------------------------


def _bars(found: Standing, book: Rulebook) -> Iterable[Bar]:
    scheme, lines = found.frame.scheme, found.lines
    parts = _parts(scheme, lines, found, book)
    titles = dict(Task.objects.filter(pk__in=list(lines["task_id"])).values_list("pk", "title"))
    whole = float(lines["assigned"].sum()) if lines.height else 0.0
    for item in scheme.items:
        if item.when is not None and not found.sheet.leader:
            continue
        losses: list[Loss] = []
        if item.id in parts and whole:
            losses = list(_losses(item.id, lines, parts[item.id], whole, titles))
            losses.sort(key=lambda one: (-one.percent, one.task_id))
        percent = found.said.get(item.id)
        yield Bar(
            item.id, said(item.label), percent, item.cites, tuple(losses[:TOLD]),
            max(0, len(losses) - TOLD), _why(item.id, percent, lines, parts, whole),
        )  # fmt: skip


def _parts(
    scheme: Scheme, lines: pl.DataFrame, found: Standing, book: Rulebook
) -> dict[str, pl.Series]:
    """Return what each line gives to a, b and c, in standard products, by the scheme's own rule."""
    if not lines.height:
        return {}
    scorer = Scorer(scheme, found.day, book)
    done = "completed" if found.sheet.cycle.state == "closed" else "reported"
    frame = lines.with_columns(pl.col(done).alias("completed"))
    frame = frame.select(name for name in book.scoring.products if name in frame.columns)
    rules = {one.id: one.rule for one in scheme.sums}
    return {
        item: scorer.compiled(rules[name], scheme.lines).evaluate(frame)["value"]
        for item, name in SUMS.items()
        if name in rules
    }


def _losses(
    item: str, lines: pl.DataFrame, part: pl.Series, whole: float, titles: Mapping[int, str]
) -> Iterable[Loss]:
    for row, got in zip(lines.iter_rows(named=True), part, strict=True):
        missed = row["assigned"] - (got or 0)
        if missed > 1e-9:
            yield Loss(
                row["task_id"], titles.get(row["task_id"], ""), 100 * missed / whole,
                _words(item, row),
            )  # fmt: skip


def _words(item: str, row: Mapping[str, Any]) -> str:
    if item == "b" and row["quality_failures"] and not row["objective_cause"]:
        count = row["quality_failures"]
        return ngettext(
            "%(count)s major fault", "%(count)s major faults", count
        ) % {"count": count}  # fmt: skip
    if item == "c" and row["delays"] and not row["objective_cause"]:
        count = row["delays"]
        return ngettext("%(count)s delay", "%(count)s delays", count) % {"count": count}
    if row["state"] == Task.State.ASSIGNED:
        return _("not reported yet")
    return _("%(done)s of %(all)s standard products done") % {
        "done": formats.number(row["reported"]), "all": formats.number(row["assigned"])
    }  # fmt: skip


def _why(
    item: str, percent: float | None, lines: pl.DataFrame, parts: Mapping[str, pl.Series],
    whole: float,
) -> str:  # fmt: skip
    if item in SUMS and not lines.height:
        return _("No task counts in this month yet.")
    if item in parts:
        return _("%(part)s of %(whole)s standard products") % {
            "part": formats.number(float(parts[item].sum()), 2),
            "whole": formats.number(whole, 2),
        }
    return _("Known once the unit's results are.") if percent is None and item == "d" else ""


def needs_of(found: Standing, book: Rulebook | None = None) -> list[Need]:
    """Return what each class of the scheme asks for, the best first."""
    book = book or rulebook()
    scheme = found.frame.scheme
    scorer = Scorer(scheme, found.day, book)
    by_id = {one["id"]: one for one in found.conditions}
    needs = []
    for level in scheme.levels:
        raw = scorer.compiled(level.points).one({}) if level.points else None
        points = float(raw) if isinstance(raw, int | float) else None
        short = None
        if points is not None and found.total is not None and found.total < points:
            short = points - found.total
        needs.append(
            Need(level.code, str(Class(level.code).label), points, short,
                 tuple(by_id[one] for one in level.requires if one in by_id))
        )  # fmt: skip
    return needs


def missing_of(found: Standing) -> list[str]:
    """Return, in words, what the person still has to do."""
    sheet, lines, said = found.sheet, found.lines, []
    if sheet.state in {Sheet.State.OPEN, Sheet.State.RETURNED}:
        said.append(_("Your own points are not sent."))
    if not lines.height:
        said.append(_("No task is assigned to you in this month; ask your head."))
        return said
    waiting = int(lines["state"].is_in(["assigned", "returned"]).sum())
    if waiting:
        said.append(
            ngettext("%(count)s task is not reported.", "%(count)s tasks are not reported.",
                     waiting) % {"count": waiting}
        )  # fmt: skip
    bare = int(((lines["state"] != "assigned") & ~lines["evidence"]).sum())
    if bare:
        said.append(
            ngettext("%(count)s reported task has no evidence.",
                     "%(count)s reported tasks have no evidence.", bare) % {"count": bare}
        )  # fmt: skip
    return said
