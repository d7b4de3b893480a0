"""All areas in memory, by the keys of their names: built once, asked a hundred thousand times."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypedDict

import yaml
from django.db import connection

from ngangtam.records.organisation.areas.words import name_key
from ngangtam.records.organisation.models import Area, AreaSuccession, Level

Table = dict[str, list[Area]]


class _Aliases(TypedDict):
    spellings: dict[str, list[str]]
    former: dict[str, list[str]]
    abroad: list[str]


@dataclass(slots=True)
class Era:
    """The areas of one of the two lists. Shape: tables go from the key of a name to areas."""

    provinces: Table = field(default_factory=lambda: defaultdict(list))
    # Former names that were divided or merged before the list: key -> provinces of the list.
    former: Table = field(default_factory=dict)
    districts: dict[int, Table] = field(default_factory=lambda: defaultdict(_table))
    communes: dict[int, Table] = field(default_factory=lambda: defaultdict(_table))
    # Communes of a whole province, for addresses that leave the district out.
    loose: dict[int, Table] = field(default_factory=lambda: defaultdict(_table))
    any_district: Table = field(default_factory=lambda: defaultdict(list))
    any_commune: Table = field(default_factory=lambda: defaultdict(list))


def _table() -> Table:
    return defaultdict(list)


class AreaIndex:
    """What resolving an address asks of the areas."""

    def __init__(self, areas: Iterable[Area], successions: Iterable[AreaSuccession]) -> None:
        self.areas = {area.pk: area for area in areas}
        for area in self.areas.values():
            if area.parent_id is not None:
                area.parent = self.areas[area.parent_id]
        self.became: dict[int, list[tuple[Area, str]]] = defaultdict(list)
        self.came_from: dict[int, list[tuple[Area, str]]] = defaultdict(list)
        for one in successions:
            before, after = self.areas[one.before_id], self.areas[one.after_id]
            self.became[before.pk].append((after, one.extent))
            self.came_from[after.pk].append((before, one.extent))
        self.old, self.new = Era(), Era()
        # What `reading` made of the ends of addresses; kept here so that it goes with the index.
        self.read: dict[str, list[Any]] = {}
        self._now: dict[int, tuple[tuple[Area, ...], str]] = {}
        for area in self.areas.values():
            self._place(area)
        self._name_otherwise()

    def _place(self, area: Area) -> None:
        era = self.era(area)
        key = name_key(short_name(area))
        if area.level == Level.PROVINCE:
            era.provinces[key].append(area)
            return
        assert area.parent is not None
        if area.level == Level.DISTRICT:
            era.districts[area.parent.pk][key].append(area)
            era.any_district[key].append(area)
            return
        era.communes[area.parent.pk][key].append(area)
        era.loose[self.province(area).pk][key].append(area)
        era.any_commune[key].append(area)

    def _name_otherwise(self) -> None:
        aliases = _aliases()
        old = {area.code: area for table in self.old.provinces.values() for area in table}
        new = {short_name(area): area for table in self.new.provinces.values() for area in table}
        for code, names in aliases["spellings"].items():
            keys = {name_key(name) for name in names} if code in old else set()
            for key in sorted(keys - {name_key(short_name(old[code]))} if keys else ()):
                self.old.provinces[key].append(old[code])
                if today := new.get(short_name(old[code])):
                    self.new.provinces[key].append(today)
        for name, codes in aliases["former"].items():
            found = [old[code] for code in codes if code in old]
            if found:
                self.old.former[name_key(name)] = found

    @cached_property
    def abroad(self) -> frozenset[str]:
        return frozenset(name_key(name) for name in _aliases()["abroad"])

    def era(self, area: Area) -> Era:
        return self.old if area.valid.upper is not None else self.new

    def province(self, area: Area) -> Area:
        """Return the province that the area lies in, of the area's own time."""
        while area.parent is not None:
            area = area.parent
        return area

    def now(self, area: Area) -> tuple[tuple[Area, ...], str]:
        """Return what the area is today, and whether it went there `whole` or in `part`.

        Shape: `same` for an area still in force; a district is what its communes became.
        """
        held = self._now.get(area.pk)
        if held is None:
            held = self._now[area.pk] = self._reckon_now(area)
        return held

    def _reckon_now(self, area: Area) -> tuple[tuple[Area, ...], str]:
        if area.valid.upper is None:
            return (area,), "same"
        steps = list(self.became.get(area.pk, ()))
        if area.level == Level.DISTRICT:
            for table in self.old.communes[area.pk].values():
                for commune in table:
                    steps.extend(self.became.get(commune.pk, ()))
        after = {one.pk: one for one, _extent in steps}
        if not after:
            return (), ""
        whole = len(after) == 1 and all(extent == "whole" for _one, extent in steps)
        return tuple(sorted(after.values(), key=lambda one: one.code)), "whole" if whole else "part"

    def before(self, area: Area) -> tuple[Area, ...]:
        """Return the areas of the old list that the area came from."""
        if area.valid.upper is not None:
            return (area,)
        return tuple(one for one, _extent in self.came_from.get(area.pk, ()))


_LATEST: dict[str, tuple[tuple[int, ...], AreaIndex]] = {}
_ALIASES: Final = Path(__file__).with_name("aliases.yaml")


def _aliases() -> _Aliases:
    read: _Aliases = yaml.safe_load(_ALIASES.read_text(encoding="utf-8"))
    return read


def short_name(area: Area) -> str:
    """Return the name without its kind: "Phường Ba Đình" -> "Ba Đình", "Quận 1" -> "1"."""
    return area.name.removeprefix(area.kind).strip()


def index() -> AreaIndex:
    """Return the index of the areas as the database holds them now.

    One look at the newest rows tells whether what is in memory still holds.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select coalesce(max(id), 0) from organisation_area),"
            " (select coalesce(max(id), 0) from organisation_areasuccession),"
            " (select count(*) from organisation_areasuccession where voided_at is not null)"
        )
        seen = tuple(cursor.fetchone() or ())
    name = str(connection.settings_dict["NAME"])
    held = _LATEST.get(name)
    if held is None or held[0] != seen:
        areas = Area.objects.standing().order_by("pk")
        successions = AreaSuccession.objects.filter(voided_at=None).order_by("pk")
        held = _LATEST[name] = (seen, AreaIndex(areas, successions))
    return held[1]
