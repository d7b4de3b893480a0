"""The month of a unit: everybody's sheet with the score so far, and what is unusual, in words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.foundation.ui import formats
from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.law.engine.schemes import LEVELS
from ngangtam.law.engine.values import LawError
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.evaluation.criteria import Frame, frame_of
from ngangtam.stages.evaluation.models import Class, Cycle, Rating, Result, Sheet
from ngangtam.stages.evaluation.provisional import provisional
from ngangtam.stages.evaluation.queries_sheets import LEVEL_TONES, TONES
from ngangtam.stages.evaluation.rights import Scoring
from ngangtam.stages.work.queries_scoring import products_of_people

# Signs to look again, no rules: how far own points may lie from the confirmed ones, as a share
# of the points; from how many people on one says that all are alike.
FAR: Final = 0.2
ALIKE: Final = 3
SIGNS: Final[Mapping[str, str | Promise]] = {
    "far": gettext_lazy("own points far from the confirmed"),
    "bare": gettext_lazy("evidence missing"),
    "no_tasks": gettext_lazy("no tasks"),
    "top": gettext_lazy("highest class"),
    "unsent": gettext_lazy("own points not sent"),
}


@dataclass(slots=True)
class Member:
    """One row: a person of the unit (or a unit), the figures and the signs.

    Shape: `signs` is by its id, in words; `bounds` is between what the total lies, where it is not
        exact yet.
    """

    sheet: Sheet
    own: Decimal | None
    confirmed: Decimal | None
    total: float | None = None
    bounds: tuple[float, float] | None = None
    level: str = ""
    decided: bool = False
    tasks: int = 0
    done: int = 0
    bare: int = 0
    may_score: bool = False
    may_settle: bool = False
    signs: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.sheet.person.full_name if self.sheet.person else self.sheet.unit.name

    @property
    def sort_name(self) -> tuple[int, str]:
        """Units first, then people in the order of Vietnamese names."""
        sheet = self.sheet
        return (1, sheet.person.name_key) if sheet.person else (0, sheet.unit.name)

    @property
    def words(self) -> str:
        return str(Class(self.level).label) if self.level else ""

    @property
    def tone(self) -> str:
        return LEVEL_TONES.get(self.level, "gray")

    @property
    def why_no_total(self) -> str:
        """Return why there is no total, in a plain word; "" where there is one."""
        sheet, said = self.sheet, ""
        if self.total is not None or self.bounds is not None:
            pass
        elif sheet.state == Sheet.State.EXEMPT:
            said = _("not rated")
        elif sheet.person_id is None:
            said = _("stands on its sheet")
        elif self.own is None and self.confirmed is None:
            said = _("no general points yet")
        elif sheet.leader and sheet.cycle.state != Cycle.State.CLOSED:
            said = _("when the unit's results are known")
        else:
            said = _("not known from the figures that there are")
        return said

    @property
    def state_tone(self) -> str:
        return TONES[self.sheet.state]

    @property
    def may_bulk(self) -> bool:
        """Whether it may be confirmed as the person sent it."""
        return self.may_score and self.sheet.state == Sheet.State.REPORTED


def settleable(sheet: Sheet) -> bool:
    """Whether the particulars of a sheet can still be settled."""
    alive = sheet.cycle.state != Cycle.State.CLOSED
    return alive and sheet.state not in {Sheet.State.CONFIRMED, Sheet.State.EXEMPT}


@dataclass(slots=True)
class Team:
    """A unit in one cycle. Shape: `problems` names schemes that could not be reckoned."""

    unit: Unit
    cycle: Cycle
    members: list[Member]
    problems: list[str]

    def notices(self) -> list[str]:
        """Return what is unusual about the unit as a whole."""
        people = [one for one in self.members if one.sheet.person_id is not None]
        said = []
        rated = [one for one in people if one.level]
        if len(rated) >= ALIKE and all(one.level == LEVELS[-1] for one in rated):
            said.append(
                _("All %(count)s people with a known score reach the highest class.")
                % {"count": formats.number(len(rated))}
            )
        figures = [figure for one in people if (figure := one.confirmed or one.own) is not None]
        if len(figures) >= ALIKE and len(set(figures)) == 1:
            said.append(
                _("All %(count)s people have the same general points: %(points)s.")
                % {"count": formats.number(len(figures)), "points": formats.number(figures[0])}
            )
        without = sum("no_tasks" in one.signs for one in people)
        if without:
            said.append(
                ngettext("%(count)s person has no task in this period.",
                         "%(count)s people have no task in this period.", without)
                % {"count": formats.number(without)}
            )  # fmt: skip
        return said

    def counts(self) -> Counter[str]:
        """Return how many sheets are in each state."""
        return Counter(one.sheet.state for one in self.members)


def unit_for(viewer: Viewer, code: str) -> Unit | None:
    """Return the unit when the viewer reads its sheets."""
    unit = Unit.objects.filter(code=code).first()
    reads = (Permission.WORK_ASSIGN, Permission.EVALUATION_VIEW)
    if unit is None or not any(may(viewer, verb, str(unit.path)) for verb in reads):
        return None
    return unit


def cycle_over(unit: Unit, code: str) -> Cycle | None:
    """Return the cycle of that code which covers the unit: the one opened nearest to it."""
    rows = Cycle.objects.filter(code=code, path__above=str(unit.path)).select_related("unit")
    return max(rows, key=lambda one: str(one.path).count("."), default=None)


def cycles_over(unit: Unit) -> list[Cycle]:
    """Return the last cycles that cover the unit, newest first, one of each code."""
    rows = Cycle.objects.filter(path__above=str(unit.path)).order_by("-first", "-until")
    found: dict[str, Cycle] = {}
    for cycle in rows[:60]:
        kept = found.get(cycle.code)
        if kept is None or len(str(cycle.path)) > len(str(kept.path)):
            found[cycle.code] = cycle
    return list(found.values())[:24]


def led_units(viewer: Viewer) -> list[Unit]:
    """Return the topmost units in which the viewer confirms sheets."""
    if not isinstance(viewer, User):
        return []
    verbs = (Permission.WORK_ASSIGN, Permission.EVALUATION_DECIDE)
    held = sorted({path for verb in verbs for path in scopes(viewer, verb)})
    topmost = [one for one in held if not any(one.startswith(f"{top}.") for top in held)]
    rows = Unit.objects.filter(path__in=topmost, ended_on=None)
    return sorted(rows, key=lambda one: (str(one.path).count("."), one.name))


def below(viewer: Viewer, unit: Unit) -> list[Unit]:
    """Return the units right below, for going down."""
    return list(Unit.objects.filter(parent=unit, ended_on=None).order_by("position", "name"))


def team_of(viewer: Viewer, unit: Unit, cycle: Cycle, *, deep: bool = False) -> Team:
    """Return everybody of the unit, with `deep` also of the units below it.

    The sheets of the units right below and of their heads stand with the unit: it scores them.
    """
    rows = Sheet.objects.filter(cycle=cycle).select_related("person", "unit", "post")
    if deep:
        rows = rows.filter(path__within=str(unit.path))
    else:
        led = Sheet.objects.filter(cycle=cycle, unit__parent=unit).filter(head=True)
        units = Sheet.objects.filter(cycle=cycle, unit__parent=unit, person__isnull=True)
        own = rows.filter(unit=unit)
        rows = own | rows.filter(pk__in=led.values("pk")) | rows.filter(pk__in=units.values("pk"))
    sheets = list(rows)
    for sheet in sheets:
        sheet.cycle = cycle
    scoring, book = Scoring(viewer), rulebook()
    day = cycle.until - timedelta(days=1)
    frames = _frames(sheets, day, book)
    members = [_member(sheet, frames[sheet.scheme, sheet.leader], scoring) for sheet in sheets]
    work = _count_work(members, cycle)
    problems = _finish(members, cycle) if cycle.state == Cycle.State.CLOSED else []
    if cycle.state != Cycle.State.CLOSED:
        problems = _reckon(members, work, frames, book, cycle)
    for one in members:
        _sign(one, frames[one.sheet.scheme, one.sheet.leader])
    return Team(unit, cycle, members, problems)


def _frames(sheets: Iterable[Sheet], day: Any, book: Rulebook) -> dict[tuple[str, bool], Frame]:
    kinds = {(sheet.scheme, sheet.leader) for sheet in sheets}
    return {
        (scheme, leader): frame_of(scheme, day, leader=leader, book=book)
        for scheme, leader in kinds
    }


def _member(sheet: Sheet, frame: Frame, scoring: Scoring) -> Member:
    return Member(
        sheet, own=frame.total_of(sheet.own_points),
        confirmed=frame.total_of(sheet.points) if sheet.state == Sheet.State.CONFIRMED else None,
        may_score=scoring.may(sheet), may_settle=settleable(sheet) and scoring.settles(sheet),
    )  # fmt: skip


def _count_work(members: Sequence[Member], cycle: Cycle) -> pl.DataFrame:
    """Count the tasks of each person; returns the lines."""
    people = {one.sheet.person_id for one in members if one.sheet.person_id is not None}
    so_far = cycle.state != Cycle.State.CLOSED
    lines = products_of_people(sorted(people), cycle.first, cycle.until, so_far=so_far)
    done = pl.col("state").is_in(["reported", "confirmed"])
    counted = lines.group_by("person_id").agg(
        pl.len().alias("tasks"), done.sum().alias("done"),
        (done & ~pl.col("evidence")).sum().alias("bare"),
    )  # fmt: skip
    found = {row["person_id"]: row for row in counted.iter_rows(named=True)}
    for one in members:
        row = found.get(one.sheet.person_id)
        if row is not None:
            one.tasks, one.done, one.bare = row["tasks"], row["done"], row["bare"]
    return lines


def _finish(members: Sequence[Member], cycle: Cycle) -> list[str]:
    """Put what the last reckoning made of each, and the decided class."""
    by_sheet = {one.sheet.pk: one for one in members}
    for result in Result.objects.filter(cycle=cycle, run=cycle.run, sheet__in=by_sheet):
        one = by_sheet[result.sheet_id]
        one.total, one.level = result.total, result.proposed or result.level
    rows = Rating.objects.filter(sheet__in=by_sheet, replaced_at__isnull=True)
    for rating in rows:
        one = by_sheet[rating.sheet_id]
        one.level, one.decided = rating.level, True
        one.total = rating.total if rating.total is not None else one.total
    return []


def _reckon(
    members: Sequence[Member], lines: pl.DataFrame, frames: Mapping[tuple[str, bool], Frame],
    book: Rulebook, cycle: Cycle,
) -> list[str]:  # fmt: skip
    """Score everybody by the figures that are known now; one pass a scheme.

    A unit's own work is not a person's: its score stands on its sheet alone.
    """
    day, problems = cycle.until - timedelta(days=1), []
    people = {
        one.sheet.pk: one for one in members
        if one.sheet.person_id is not None and one.sheet.state != Sheet.State.EXEMPT
    }  # fmt: skip
    for ident in sorted({one.sheet.scheme for one in people.values()}):
        part = [one.sheet for one in people.values() if one.sheet.scheme == ident]
        try:
            for pk, total, bounds, level in provisional(
                book.schemes[ident], part, lines, frames, book, day
            ):
                one = people[pk]
                one.total, one.bounds, one.level = total, bounds, level
        except LawError as error:
            problems.append(f"{ident}: {error}")
    return problems


def _sign(one: Member, frame: Frame) -> None:
    sheet = one.sheet
    if sheet.state == Sheet.State.EXEMPT:
        return
    if one.own is not None and one.confirmed is not None and frame.most:
        apart = one.own - one.confirmed
        if abs(apart) >= Decimal(str(FAR)) * frame.most:
            one.signs["far"] = _("own points %(apart)s against the confirmed") % {
                "apart": formats.signed(apart)
            }
    if one.bare:
        one.signs["bare"] = ngettext(
            "%(count)s task without evidence", "%(count)s tasks without evidence", one.bare
        ) % {"count": one.bare}  # fmt: skip
    if sheet.person_id is not None and not one.tasks:
        one.signs["no_tasks"] = _("no tasks")
    if one.level == LEVELS[-1]:
        one.signs["top"] = _("highest class")
    if sheet.own_at is None:
        one.signs["unsent"] = _("own points not sent")


# --- narrowing and sorting ------------------------------------------------------------------


def narrowed(members: Iterable[Member], values: Mapping[str, str]) -> list[Member]:
    """Return those that the filters let through."""
    typed = plain(fold(values.get("q", "")))
    state, sign, level = values.get("state"), values.get("sign"), values.get("level")
    return [
        one for one in members
        if (not typed or typed in plain(one.name)
            or (one.sheet.person is not None and typed == plain(one.sheet.person.number)))
        and (not state or one.sheet.state == state)
        and (not sign or sign in one.signs)
        and (not level or one.level == level)
    ]  # fmt: skip


def sorted_by(members: Iterable[Member], sort: str) -> list[Member]:
    """Return them in order; what is unknown comes last, whichever way round."""
    rows = sorted(members, key=lambda one: (one.sort_name, one.sheet.pk))
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name == "name":
        return rows[::-1] if down else rows
    picked = [(one.sheet.state if name == "state" else getattr(one, name), one) for one in rows]
    known = [pair for pair in picked if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=down)
    return [one for _value, one in known] + [one for value, one in picked if value is None]
