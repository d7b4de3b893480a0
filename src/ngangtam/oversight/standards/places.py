"""Where a viewer looks: a unit of the tree and a day, inside what the viewer may see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import or_

import numpy as np
from django.db.models import Q, QuerySet

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records import facts
from ngangtam.records.facts.snapshot import Snapshot
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.kinds import GUARDS
from ngangtam.records.personnel.queries.reach import Reach, is_within, reach_of

FOUND_AT_MOST = 20
SHORTEST_SEARCH = 2


class NoPlace(LookupError):  # noqa: N818  # reads as what it is
    """No such unit for this viewer: unknown, or outside every grant."""


@dataclass(frozen=True)
class Place:
    """One unit on one day, as one viewer may look at it.

    Shape: `reach` says where the viewer may do what; without PERSON_VIEW over the unit a small
        group of people is not shown.
    """

    unit: Unit
    day: date
    reach: Reach
    find: str = ""

    @property
    def path(self) -> str:
        return str(self.unit.path)

    @property
    def sees_people(self) -> bool:
        """Whether the viewer may read the files of everybody in the unit and below."""
        return self.reach.may(Permission.PERSON_VIEW, self.path)

    @property
    def sees_some_people(self) -> bool:
        """Whether the viewer may read files of anybody in the unit or below."""
        tops = self.reach.over(Permission.PERSON_VIEW)
        return self.sees_people or any(is_within(top, self.path) for top in tops)

    def opens(self, parts: Collection[str]) -> bool:
        """Whether the viewer may read these sensitive parts of everybody's file here."""
        return all(self.reach.may(GUARDS[part].permission, self.path) for part in parts)

    @property
    def readable(self) -> tuple[str, ...]:
        """The subtrees, inside this unit, whose people's files the viewer may read."""
        if self.sees_people:
            return (self.path,)
        tops = self.reach.over(Permission.PERSON_VIEW)
        return tuple(top for top in tops if is_within(top, self.path))

    @cached_property
    def snapshot(self) -> tuple[Snapshot, int] | None:
        """The snapshot of the day and the unit's number in it; None when it did not exist then."""
        snapshot = facts.on(self.day)
        found = np.flatnonzero(snapshot.tree.key == self.unit.pk)
        return (snapshot, int(found[0])) if found.size else None

    @cached_property
    def trail(self) -> list[Unit]:
        """The units above this one that the viewer may look at, from the top."""
        seen = units_in(self.reach.over(Permission.TARGET_VIEW))
        above = seen.filter(path__above=self.path).exclude(pk=self.unit.pk)
        return sorted(above, key=lambda unit: str(unit.path).count("."))

    @cached_property
    def below(self) -> list[Unit]:
        """The units directly below."""
        return list(Unit.objects.filter(parent=self.unit, ended_on__isnull=True))

    @cached_property
    def found(self) -> list[Unit]:
        """Units whose name or code fits what was typed."""
        words = plain(self.find)
        if len(words) < SHORTEST_SEARCH:
            return []
        fits = Q(name_plain__contains=words) | Q(code__istartswith=self.find)
        seen = units_in(self.reach.over(Permission.TARGET_VIEW)).filter(ended_on__isnull=True)
        return list(seen.filter(fits).order_by("path")[:FOUND_AT_MOST])

    @property
    def query(self) -> str:
        """The part of an address that leads back here."""
        return f"unit={self.unit.code}&on={self.day.isoformat()}"


def units_in(paths: tuple[str, ...]) -> QuerySet[Unit]:
    """Return the units of these subtrees; none for no path."""
    if not paths:
        return Unit.objects.none()
    return Unit.objects.filter(reduce(or_, (Q(path__within=path) for path in paths)))


def place_for(viewer: Viewer, params: Mapping[str, str], *, today: date) -> Place:
    """Return the unit and day that the address names, or the viewer's topmost unit today.

    Shape: `unit` is a code, `on` a day (2026-03-31 or 31/3/2026), `find` a search for units.
    Errors: NoPlace for a unit outside the viewer's grants and for a viewer without any.
    """
    reach = reach_of(viewer, today)
    wide = reach.over(Permission.TARGET_VIEW)
    code = fold(params.get("unit", ""))
    seen = units_in(wide)
    if code:
        unit = seen.filter(code=code).first()
    else:
        # The shortest path is the topmost unit; the tie goes to the older one.
        tops = seen.filter(path__in=wide)
        unit = min(tops, key=lambda one: (str(one.path).count("."), one.pk), default=None)
    if unit is None:
        raise NoPlace(code)
    return Place(unit, day_of(params, today), reach, fold(params.get("find", ""))[:100])


def day_of(params: Mapping[str, str], today: date, name: str = "on") -> date:
    """Return the day that the address names; today when it names none that is whole."""
    value = parse_day(params.get(name, "")).value
    return value.day if value.day is not None and value.precision == "day" else today
