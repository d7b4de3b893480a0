"""A unit's plan of a year as a tree: from the origin of each task down to persons."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.components.marks import Text
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.work import words
from ngangtam.stages.work.models import Task
from ngangtam.stages.work.queries import LIVE, S, tasks_for
from ngangtam.stages.work.words import Said

MOST: Final = 5000
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the five clarities of a line. Shape: `gap` says what is missing, "" when nothing."""

    id: str
    label: Text
    gap: str

    @property
    def clear(self) -> bool:
        return not self.gap


@dataclass(slots=True)
class Branch:
    """One task with what stands below it.

    Shape: `given` and `remainder` are in the task's own measure; `confirmed` and `reported` are
        shares of the task from nought to one, rolled up from the persons.
    """

    task: Task
    depth: int = 0
    children: list["Branch"] = field(default_factory=list)
    given: Decimal = _ZERO
    confirmed: float = 0.0
    reported: float = 0.0
    people: int = 0
    marks: list[Mark] = field(default_factory=list)
    state: Said | None = None
    deadline: Said | None = None

    @property
    def remainder(self) -> Decimal:
        if self.task.person_id is not None:
            return _ZERO
        return max(self.task.quantity - self.given, _ZERO)

    @property
    def indent(self) -> range:
        """One step for each level between the root and the line."""
        return range(self.depth - 1)

    @property
    def gaps(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.gap]

    @property
    def percent(self) -> float:
        return 100 * self.confirmed

    @property
    def percent_reported(self) -> float:
        return 100 * self.reported

    def walk(self) -> Iterator["Branch"]:
        """Yield the line and everything below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def years_of(viewer: Viewer, unit: Unit, today: date) -> list[int]:
    rows = tasks_for(viewer).filter(unit=unit, person__isnull=True)
    years = {month.year for month in rows.values_list("month", flat=True).distinct()}
    return sorted(years | {today.year}, reverse=True)


def plan_of(viewer: Viewer, unit: Unit, year: int, today: date) -> list[Branch]:
    """Return the tasks of a unit's year, each with its tree down to persons.

    Shape: what the unit was given by a superior stands as a root here.
    """
    seen = tasks_for(viewer)
    roots = seen.filter(
        Q(parent__isnull=True) | ~Q(parent__unit=unit), unit=unit, person__isnull=True,
        month__year=year, state__in=LIVE,
    ).order_by("month", "due", "pk")  # fmt: skip
    return _grow(viewer, list(roots[:MOST]), today)


def branch_of(viewer: Viewer, task: Task, today: date) -> Branch:
    """Return one task with everything below it."""
    return _grow(viewer, [task], today)[0]


def _grow(viewer: Viewer, roots: list[Task], today: date) -> list[Branch]:
    below: dict[int, list[Task]] = defaultdict(list)
    level, known = [task.pk for task in roots], {task.pk for task in roots}
    while level and len(known) < MOST:
        rows = tasks_for(viewer).filter(parent__in=level, state__in=LIVE)
        found = [row for row in rows.order_by("due", "pk") if row.pk not in known]
        for row in found:
            below[row.parent_id or 0].append(row)
        level = [row.pk for row in found]
        known.update(level)
    return [_branch(task, below, today, 0, None) for task in roots]


def _branch(
    task: Task, below: dict[int, list[Task]], today: date, depth: int, parent: Task | None
) -> Branch:
    made = Branch(task, depth, state=words.state(task), deadline=words.deadline(task, today))
    made.children = [_branch(one, below, today, depth + 1, task) for one in below[task.pk]]
    counted = [one for one in made.children if one.task.product_id == task.product_id]
    made.given = sum((one.task.quantity for one in counted), _ZERO)
    made.people = int(task.person_id is not None) + sum(one.people for one in made.children)
    made.confirmed, made.reported = _progress(task, made.children, counted)
    made.marks = _marks(made, parent)
    return made


def _progress(task: Task, children: list[Branch], counted: list[Branch]) -> tuple[float, float]:
    """Return how much of a task is confirmed and reported.

    Shape: a task that has its own word says it; else its parts by quantity; else the mean of its
        steps, whose measures cannot be added.
    """
    if task.person_id is not None or not children or task.confirmed_quantity is not None:
        done = task.confirmed_quantity if task.state == S.CONFIRMED else None
        said = done if done is not None else task.reported_quantity
        return _share(done, task.quantity), _share(said, task.quantity)
    if counted:
        whole = float(task.quantity)
        return (
            min(sum(one.confirmed * float(one.task.quantity) for one in counted) / whole, 1.0),
            min(sum(one.reported * float(one.task.quantity) for one in counted) / whole, 1.0),
        )
    number = len(children)
    return (
        sum(one.confirmed for one in children) / number,
        sum(one.reported for one in children) / number,
    )


def _share(part: Decimal | None, whole: Decimal) -> float:
    return min(float(part / whole), 1.0) if part is not None else 0.0


def _marks(branch: Branch, parent: Task | None) -> list[Mark]:
    """Judge a line by the five clarities: person, task, responsibility, deadline, product."""
    task = branch.task
    gaps = dict.fromkeys(words.CLEAR, "")
    if not branch.people:
        gaps["person"] = _("No person does it yet.")
    if not task.origin and parent is None:
        gaps["task"] = _("It is not said from which task or resolution it follows.")
    left = branch.remainder
    steps_only = branch.children and not branch.given
    if task.person_id is None and left and not steps_only:
        gaps["duty"] = _("%(left)s of %(whole)s is nobody's responsibility.") % {
            "left": formats.number(left), "whole": formats.number(task.quantity)
        }  # fmt: skip
    elif task.state == S.PLANNED and task.person_id is not None:
        gaps["duty"] = _("The head has not accepted it.")
    if parent is not None and task.due > parent.due:
        gaps["due"] = _("The deadline lies after that of the whole.")
    if task.product_id is None:
        gaps["product"] = _("No product of the catalogue.")
    return [Mark(name, words.CLEAR[name], gap) for name, gap in gaps.items()]
