"""Comparison: where somebody stands among equals, and how units use the classes.

Counts and shares alone; no list of people by points is made anywhere.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from ngangtam.foundation.access.rules import Viewer
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.queries.reach import is_within, own_person
from ngangtam.stages.evaluation.intervals import Share, thirds, wholly_above, wilson
from ngangtam.stages.evaluation.models import Class, Cycle, Sheet
from ngangtam.stages.evaluation.queries_cycles import reads

# Fewer equals than this are not told: a share of nine people says who they are, and little else.
FEWEST: Final = 10
# Units with fewer sheets than this are shown, never flagged.
SMALL: Final = 5


@dataclass(frozen=True, slots=True)
class Position:
    """Where a sheet stands. Shape: `below` the share scored below it, ties counted by half;
    `levels` (class in words, how many), best first; `touches` the lower, middle, upper third."""

    many: int
    below: Share
    touches: tuple[bool, bool, bool]
    levels: tuple[tuple[str, int], ...]


def among_equals(sheet_id: int) -> Position | None:
    """Return where a sheet stands among holders of the same kind of post and level in its cycle;
    None where they are few, nothing is reckoned, or the viewer may not know."""
    with connection.cursor() as cursor:
        cursor.execute("select * from ngangtam_among_equals(%s, %s)", [sheet_id, FEWEST])
        row = cursor.fetchone()
    if row is None:
        return None
    many, below, same, *levels = row
    # Oneself is among those with the same total, and is left out of both sides.
    share = wilson(below + (same - 1) / 2, many - 1)
    if share is None:
        return None
    names = [str(level.label) for level in Class]
    return Position(many, share, thirds(share), tuple(zip(names, levels, strict=True)))


def sheet_for(viewer: Viewer, pk: int) -> Sheet | None:
    """Return a person's sheet that is the viewer's own or that the viewer reads."""
    rows = Sheet.objects.select_related("cycle", "person", "unit", "post")
    sheet = rows.filter(pk=pk, person__isnull=False).first()
    if sheet is None:
        return None
    if sheet.person_id == own_person(viewer):
        return sheet
    held = reads(viewer) or []
    return sheet if any(is_within(str(sheet.path), top) for top in held) else None


@dataclass(frozen=True, slots=True)
class Line:
    """How one unit, everything below it counted, uses the classes, beside its own results.

    Shape: `good` the share of good or better; `counts` by class, best first; `task_percent` the
        mean of its people; `collective` the class of the unit itself, "" where unknown.
    """

    code: str
    name: str
    counts: tuple[int, ...]
    good: Share
    excellent: Share
    task_percent: float | None
    collective: str
    stands_out: bool = False

    @property
    def collective_label(self) -> str:
        return str(Class(self.collective).label) if self.collective else ""


@dataclass(frozen=True, slots=True)
class Calibration:
    """All units of one cycle beside each other."""

    cycle: Cycle
    unit: Unit
    lines: list[Line]
    whole: Line | None


_UNITS: Final = """
with held as (
  select subpath(s.path, 0, least(nlevel(s.path), %(deep)s + 1)) as node,
    coalesce(g.level, r.proposed) as class, r.task_percent
  from evaluation_sheet s
  join evaluation_result r on r.sheet_id = s.id and r.run = %(run)s
  left join evaluation_rating g on g.sheet_id = s.id and g.replaced_at is null
  where s.cycle_id = %(cycle)s and s.person_id is not null and s.state <> 'exempt'
    and s.path <@ %(top)s::ltree and (%(scheme)s = '' or s.scheme = %(scheme)s)
    and (%(held)s::ltree[] is null or s.path <@ any (%(held)s::ltree[]))
)
select u.code, u.name, u.id,
  count(*) filter (where h.class = 'excellent'), count(*) filter (where h.class = 'good'),
  count(*) filter (where h.class = 'completed'), count(*) filter (where h.class = 'failed'),
  avg(h.task_percent)
from held h join organisation_unit u on u.path = h.node
where h.class <> ''
group by u.id, u.code, u.name, u.position order by u.position, u.code
"""
_COLLECTIVES: Final = """
select s.unit_id, coalesce(g.level, r.proposed)
from evaluation_sheet s
join evaluation_result r on r.sheet_id = s.id and r.run = %(run)s
left join evaluation_rating g on g.sheet_id = s.id and g.replaced_at is null
where s.cycle_id = %(cycle)s and s.person_id is null and s.path <@ %(top)s::ltree
  and (%(held)s::ltree[] is null or s.path <@ any (%(held)s::ltree[]))
order by s.scheme desc
"""


def calibration(viewer: Viewer | None, cycle: Cycle, unit: Unit, scheme: str = "") -> Calibration:
    """Count the classes of every unit right below, and say which stand out from all the others."""
    given: dict[str, Any] = {
        "cycle": cycle.pk, "run": cycle.run, "top": str(unit.path), "scheme": scheme,
        "deep": str(unit.path).count(".") + 1, "held": reads(viewer),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, given)
        rows = cursor.fetchall()
        cursor.execute(_COLLECTIVES, given)
        classes = {unit_id: level or "" for unit_id, level in cursor.fetchall()}
    lines = [_line(row, classes) for row in rows]
    whole = tuple(sum(line.counts[at] for line in lines) for at in range(4))
    return Calibration(
        cycle, unit, [_beside(line, whole) for line in lines],
        _line((unit.code, unit.name, unit.pk, *whole, None), classes) if sum(whole) else None,
    )  # fmt: skip


def _line(row: tuple[Any, ...], classes: dict[int, str]) -> Line:
    code, name, pk, *counts, percent = row
    many = sum(counts)
    good, excellent = wilson(counts[0] + counts[1], many), wilson(counts[0], many)
    assert good is not None  # nobody makes no row
    assert excellent is not None
    return Line(code, name, tuple(counts), good, excellent, percent, classes.get(pk, ""))


def _beside(line: Line, whole: tuple[int, ...]) -> Line:
    """Flag a unit whose share of good or better lies wholly above that of all the others."""
    others = [all_ - own for all_, own in zip(whole, line.counts, strict=True)]
    rest = wilson(others[0] + others[1], sum(others))
    stands_out = rest is not None and line.good.many >= SMALL and wholly_above(line.good, rest)
    return Line(line.code, line.name, line.counts, line.good, line.excellent, line.task_percent,
                line.collective, stands_out)  # fmt: skip
