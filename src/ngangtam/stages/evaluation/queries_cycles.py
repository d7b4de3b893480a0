"""Reads for the screens of cycles: which there are, how far the tree is, who is late."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, scopes
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.evaluation.models import Cycle, Rating, Reminder, Sheet

WAITING: Final = (Sheet.State.OPEN, Sheet.State.RETURNED)


@dataclass(frozen=True, slots=True)
class Line:
    """How far one unit of the tree is, everything below it counted.

    Shape: `below` whether units stand under it; `own` for the sheets of the unit alone.
    """

    code: str
    name: str
    below: bool
    own: bool
    total: int
    open: int
    reported: int
    returned: int
    confirmed: int
    exempt: int
    late_report: int
    late_confirm: int

    @property
    def due(self) -> int:
        return self.total - self.exempt

    @property
    def percent(self) -> float | None:
        return 100 * self.confirmed / self.due if self.due else None

    @property
    def late(self) -> int:
        return self.late_report + self.late_confirm

    def said(self) -> dict[str, object]:
        """Return the line as a program reads it."""
        return {
            "unit": self.code, "name": self.name, "own": self.own, "sheets": self.total,
            "open": self.open, "reported": self.reported, "returned": self.returned,
            "confirmed": self.confirmed, "exempt": self.exempt,
            "late_report": self.late_report, "late_confirm": self.late_confirm,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a cycle is at one unit. Shape: `whole` the unit with all below; `lines` its parts."""

    cycle: Cycle
    unit: Unit
    whole: Line
    lines: list[Line]

    @property
    def may_drill(self) -> bool:
        return any(line.below for line in self.lines)


def reads(viewer: Viewer | None) -> list[str] | None:
    """Return the paths under which the viewer reads sheets; None for the owner of the instance."""
    if viewer is None:
        return None
    held = {
        path
        for verb in (Permission.EVALUATION_VIEW, Permission.EVALUATION_RUN)
        for path in scopes(viewer, verb)
    }
    return sorted(held)


def cycles_for(viewer: Viewer) -> QuerySet[Cycle]:
    """Return the cycles that hold somebody whom the viewer may read of."""
    touched = Q(pk__in=[])
    for path in reads(viewer) or []:
        touched |= Q(path__within=path) | Q(path__above=path)
    return Cycle.objects.filter(touched).select_related("unit", "opened_by")


def get_cycle(viewer: Viewer | None, unit_code: str, code: str) -> Cycle | None:
    rows = Cycle.objects.select_related("unit") if viewer is None else cycles_for(viewer)
    return rows.filter(unit__code=unit_code, code=code).first()


def unit_below(cycle: Cycle, code: str | None) -> Unit | None:
    """Return the unit of a cycle that was asked for, its own by default; None when it is not
    below it."""
    if not code:
        return cycle.unit
    return Unit.objects.filter(code=code, path__within=str(cycle.path)).first()


_COUNT: Final = """
select subpath(s.path, 0, least(nlevel(s.path), %(deep)s + 1))::text as node,
  nlevel(s.path) = %(deep)s as own, count(*),
  count(*) filter (where s.state = 'open'), count(*) filter (where s.state = 'reported'),
  count(*) filter (where s.state = 'returned'), count(*) filter (where s.state = 'confirmed'),
  count(*) filter (where s.state = 'exempt'),
  count(*) filter (where s.state in ('open', 'returned') and s.person_id is not null
                   and %(today)s > y.report_by),
  count(*) filter (where (s.state = 'reported' or s.person_id is null and s.state = 'open')
                   and %(today)s > y.confirm_by)
from evaluation_sheet s join evaluation_cycle y on y.id = s.cycle_id
where s.cycle_id = %(cycle)s and s.path <@ %(top)s::ltree
  and (%(held)s::ltree[] is null or s.path <@ any (%(held)s::ltree[]))
group by 1, 2 order by 1
"""


def progress(viewer: Viewer | None, cycle: Cycle, unit: Unit, *, today: date) -> Progress:
    """Count the sheets of a unit and everything below it, by the units right below."""
    top = str(unit.path)
    given: dict[str, Any] = {
        "cycle": cycle.pk, "top": top, "deep": top.count(".") + 1, "today": today,
        "held": reads(viewer),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, given)
        counted = [(str(row[0]), bool(row[1]), list(row[2:])) for row in cursor.fetchall()]
    named = {
        str(path): (code, name, position)
        for path, code, name, position in Unit.objects.filter(
            path__in=[node for node, _own, _counts in counted]
        ).values_list("path", "code", "name", "position")
    }
    parents = _with_units_below(unit)
    lines = [
        Line(*named[node][:2], not own and named[node][0] in parents, own, *counts)
        for node, own, counts in sorted(
            counted, key=lambda row: (not row[1], named[row[0]][2], named[row[0]][0])
        )
    ]
    sums = [sum(column) for column in zip(*(counts for _n, _o, counts in counted), strict=True)]
    whole = Line(unit.code, unit.name, bool(lines), False, *(sums or [0] * 8))
    return Progress(cycle, unit, whole, lines)


def _with_units_below(unit: Unit) -> set[str]:
    rows = Unit.objects.filter(parent__parent=unit).values_list("parent__code", flat=True)
    return set(rows.distinct())


def above(cycle: Cycle, unit: Unit) -> list[Unit]:
    """Return the units from the cycle's own down to, and without, the one that is looked at."""
    top, here = str(cycle.path), str(unit.path)
    parts = here.split(".")
    paths = [".".join(parts[:deep]) for deep in range(top.count(".") + 1, len(parts))]
    return sorted(Unit.objects.filter(path__in=paths), key=lambda one: len(str(one.path)))


def units_to_open(viewer: Viewer) -> list[tuple[str, str]]:
    """Return (code, name) of the units for which the viewer opens cycles: those of the grants, and
    what stands right below them."""
    held = scopes(viewer, Permission.EVALUATION_RUN)
    tops = Unit.objects.filter(path__in=held, ended_on__isnull=True)
    below = Unit.objects.filter(parent__in=tops, ended_on__isnull=True)
    found = {unit.code: unit.name for unit in (*tops.order_by("path"), *below.order_by("path"))}
    return list(found.items())


def late_sheets(viewer: Viewer, cycle: Cycle, unit: Unit, kind: str) -> QuerySet[Sheet]:
    """Return the sheets that are waited for at a unit: `report` by the person, `confirm` by the
    head."""
    rows = sheets_of(viewer, cycle).filter(path__within=str(unit.path))
    if kind == "confirm":
        rows = rows.filter(Q(state=Sheet.State.REPORTED)
                           | Q(person__isnull=True, state=Sheet.State.OPEN))  # fmt: skip
    else:
        rows = rows.filter(person__isnull=False, state__in=WAITING)
    return rows.order_by("path", "person__name_key", "pk")


def sheets_of(viewer: Viewer | None, cycle: Cycle) -> QuerySet[Sheet]:
    """Return the sheets of a cycle that the viewer reads."""
    rows = Sheet.objects.filter(cycle=cycle).select_related("person", "unit", "post")
    held = reads(viewer)
    if held is None:
        return rows
    touched = Q(pk__in=[])
    for path in held:
        touched |= Q(path__within=path)
    return rows.filter(touched)


def decided_count(cycle: Cycle) -> int:
    return Rating.objects.filter(cycle=cycle, replaced_at__isnull=True).count()


def reminders_for(person_id: int | None) -> list[Reminder]:
    """Return what is still to be done by a person, the newest reminder of each kind and cycle.

    A reminder goes by itself: once nothing waits any more, or the cycle is not open.
    """
    if person_id is None:
        return []
    rows = (
        Reminder.objects.filter(person_id=person_id, cycle__state=Cycle.State.OPEN)
        .select_related("cycle", "cycle__unit")
        .order_by("cycle_id", "about", "-pk")
        .distinct("cycle_id", "about")
    )
    return [row for row in rows if _still_waits(row)]


def _still_waits(reminder: Reminder) -> bool:
    sheets = Sheet.objects.filter(cycle_id=reminder.cycle_id)
    if reminder.about == Reminder.About.REPORT:
        return sheets.filter(person_id=reminder.person_id, state__in=WAITING).exists()
    below = sheets.filter(path__within=str(reminder.path), state=Sheet.State.REPORTED)
    return below.exclude(person_id=reminder.person_id).exists()
