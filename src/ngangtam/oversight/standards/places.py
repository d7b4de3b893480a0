"""Where a viewer looks: a unit of the tree and a day, inside what the viewer may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import or_

from django.db.models import Q, QuerySet

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, scopes
from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.organisation.models import Unit

FOUND_AT_MOST = 20
SHORTEST_SEARCH = 2


class NoPlace(LookupError):  # noqa: N818  # reads as what it is
    """No such unit for this viewer: unknown, or outside every grant."""


@dataclass(frozen=True)
class Place:
    """One unit on one day, as one viewer may look at it.

    Shape: `wide` are the paths of the viewer's TARGET_VIEW, `deep` those of PERSON_VIEW: without
        them a small group of people is not shown.
    """

    unit: Unit
    day: date
    wide: tuple[str, ...]
    deep: tuple[str, ...]
    find: str = ""

    @property
    def sees_people(self) -> bool:
        """Whether the viewer may read the files of everybody in the unit and below."""
        return covers(self.deep, str(self.unit.path))

    @property
    def sees_some_people(self) -> bool:
        """Whether the viewer may read files of anybody in the unit or below."""
        path = str(self.unit.path)
        return self.sees_people or any(one.startswith(f"{path}.") for one in self.deep)

    @cached_property
    def trail(self) -> list[Unit]:
        """The units above this one that the viewer may look at, from the top."""
        above = units_in(self.wide).filter(path__above=str(self.unit.path)).exclude(pk=self.unit.pk)
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
        return list(units_in(self.wide).filter(fits).order_by("path")[:FOUND_AT_MOST])

    @property
    def query(self) -> str:
        """The part of an address that leads back here."""
        return f"unit={self.unit.code}&on={self.day.isoformat()}"


def covers(paths: tuple[str, ...], path: str) -> bool:
    """Whether `path` is one of the subtrees or lies in one."""
    return any(path == one or path.startswith(f"{one}.") for one in paths)


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
    wide = tuple(scopes(viewer, Permission.TARGET_VIEW))
    deep = tuple(scopes(viewer, Permission.PERSON_VIEW))
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
    return Place(unit, day_of(params, today), wide, deep, fold(params.get("find", ""))[:100])


def day_of(params: Mapping[str, str], today: date, name: str = "on") -> date:
    """Return the day that the address names; today when it names none that is whole."""
    value = parse_day(params.get(name, "")).value
    return value.day if value.day is not None and value.precision == "day" else today
