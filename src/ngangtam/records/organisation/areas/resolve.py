"""Finding the area that a written address means, and saying so when there are two."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.areas.dataset import SWITCH
from ngangtam.records.organisation.areas.index import AreaIndex, index
from ngangtam.records.organisation.areas.reading import Reading, read
from ngangtam.records.organisation.areas.words import name_key
from ngangtam.records.organisation.models import Area, Level

How = Literal["exact", "near", "loose", "former", "partial", "ambiguous", "abroad", "none", "empty"]


@dataclass(frozen=True, slots=True)
class AreaMatch:
    """What an address means.

    Shape: `area` is the deepest area found, None when none or several; `province` the one that it
        lies in, of the same list; `now` what `area` is today, `extent` whether it went there
        `whole`, in `part`, or is the `same` still; `how` how sure the reading is:
        `exact` every part agrees, `near` a kind or a spelling differs, `loose` one place only but
        a part is left out or not understood, `former` by a name gone before the lists begin,
        `partial` only the upper parts were found, `ambiguous` several areas fit (`candidates`),
        `abroad`, `none`, `empty`.
        `reason` says it in words, empty for `exact`.
    """

    area: Area | None
    province: Area | None
    now: tuple[Area, ...]
    extent: str
    how: How
    reason: str
    candidates: tuple[Area, ...] = ()


NOTHING = AreaMatch(None, None, (), "", "empty", "")


def resolve(raw: object, on: date | None = None) -> AreaMatch:
    """Find the area that `raw` means.

    Units: `on` is the day of the writing; without it the wording decides between the lists before
        and after 1 July 2025, and where both have it, today's.
    For many addresses use `resolve_many`, which looks at the database once.
    """
    return _resolve(str(raw or ""), on, index())


def resolve_many(raws: Iterable[object], on: date | None = None) -> dict[str, AreaMatch]:
    """Resolve every distinct address once. Shape: from the raw text to its match."""
    ready = index()
    return {raw: _resolve(raw, on, ready) for raw in dict.fromkeys(str(r or "") for r in raws)}


def province_of(area: Area, on: date | None = None) -> Area | None:
    """Return the province that the area belongs to on `on`, by default today.

    Provinces went whole in July 2025, so looking forward there is always one. Looking back from an
    area of today there may be several: then None.
    """
    return _province_of(area, on, index())


def provinces_by_area(on: date | None = None) -> dict[int, int | None]:
    """Return the province on `on` of every area, by id: the bulk form of `province_of`."""
    ready = index()
    return {
        pk: None if (found := _province_of(area, on, ready)) is None else found.pk
        for pk, area in ready.areas.items()
    }


def _province_of(area: Area, on: date | None, ready: AreaIndex) -> Area | None:
    area = ready.areas.get(area.pk, area)
    own = ready.province(area)
    before_switch = on is not None and on < SWITCH
    if before_switch == (own.valid.upper is not None):
        return own
    if not before_switch:
        after = {one.pk: one for one, _extent in ready.became.get(own.pk, ())}
        return next(iter(after.values())) if len(after) == 1 else None
    before = {ready.province(one).pk: ready.province(one) for one in ready.before(area)}
    return next(iter(before.values())) if len(before) == 1 else None


def _resolve(raw: str, on: date | None, ready: AreaIndex) -> AreaMatch:
    text = fold(raw)
    if not any(char.isalnum() for char in text):
        return NOTHING
    readings = read(raw, ready)
    if not readings:
        if name_key(text.rsplit(",", 1)[-1]) in ready.abroad:
            return replace(NOTHING, how="abroad", reason=_("Not an area of Vietnam."))
        return replace(NOTHING, how="none", reason=_("No area of this name is known."))
    if len(readings) == 1:
        return _told(readings[0], readings[0].areas, ready)
    best = max(readings, key=lambda one: _rank(one, on))
    tied = [one for one in readings if _rank(one, on) == _rank(best, on)]
    areas = {area.pk: area for one in tied for area in one.areas}
    return _told(best, _distinct(areas, ready), ready)


def _rank(reading: Reading, on: date | None) -> tuple[int, ...]:
    """Order readings: words accounted for, then the list of the day, then the cleaner one."""
    of_day = 0 if on is None else int(reading.old == (on < SWITCH))
    return reading.matched, of_day, -len(reading.remarks), -int(reading.joined)


def _distinct(areas: dict[int, Area], ready: AreaIndex) -> tuple[Area, ...]:
    """Leave out an area of before when all of it is an area of today that fits as well."""
    return tuple(
        area
        for area in areas.values()
        if (now := ready.now(area)[0]) == (area,) or len(now) != 1 or now[0].pk not in areas
    )


def _told(best: Reading, areas: tuple[Area, ...], ready: AreaIndex) -> AreaMatch:
    provinces = {ready.province(area).pk: ready.province(area) for area in areas}
    province = next(iter(provinces.values())) if len(provinces) == 1 else None
    if len(areas) > 1:
        shown = "; ".join(full_name(area) for area in areas[:4])
        more = _(" and %(count)s more") % {"count": len(areas) - 4} if len(areas) > 4 else ""
        reason = _("Several areas fit: %(areas)s%(more)s.") % {"areas": shown, "more": more}
        return AreaMatch(None, province, (), "", "ambiguous", reason, areas)
    area = areas[0]
    now, extent = ready.now(area)
    how: How = "exact"
    if best.former:
        how = "former"
    elif best.missed and area.level != Level.COMMUNE:
        how = "partial"
    elif best.remarks:
        how = "loose" if best.loose else "near"
    return AreaMatch(area, province, now, extent, how, _words(best, how))


def _words(reading: Reading, how: How) -> str:
    said = list(dict.fromkeys(reading.remarks))
    if how == "partial":
        said.append(_("Not found below: “%(rest)s”.") % {"rest": reading.missed})
    return " ".join(said)


def full_name(area: Area) -> str:
    """Return the name with everything that it lies in: "Xã A, Huyện B, Tỉnh C"."""
    names = [area.name]
    above = area.parent
    while above is not None:
        names.append(above.name)
        above = above.parent
    return ", ".join(names)
