"""Reading an address from its end: province, then district, then commune.

Every way of reading it is kept; which one is meant is for `resolve` to say.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ngangtam.records.organisation.areas.index import AreaIndex, Table, short_name
from ngangtam.records.organisation.areas.words import Words, accent_key, accents, split
from ngangtam.records.organisation.models import Area, Level

_LONGEST: Final = 8
_KINDS: Final = {
    Level.PROVINCE: frozenset({"Tỉnh", "Thành phố"}),
    Level.DISTRICT: frozenset({"Quận", "Huyện", "Thành phố", "Thị xã"}),
    Level.COMMUNE: frozenset({"Phường", "Xã", "Thị trấn", "Đặc khu"}),
}
_TODAY: Final = re.compile(r"[(,;]?\s*\bnay\s+(?:là|thuộc)\b", re.IGNORECASE)
_TAIL: Final = (["viet", "nam"], ["vn"], ["cu"])
# Where the commune begins when its kind is written out; what stands before is house and street.
_COMMUNE: Final = re.compile(r"(?:(?<!thị )xã|phường|thị trấn|đặc khu)\s", re.IGNORECASE)
_REMEMBERED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found at the end of a stretch of words."""

    start: int
    areas: tuple[Area, ...]
    remarks: tuple[str, ...] = ()
    kind_agrees: bool = True
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading an address.

    Shape: `matched` counts the words that were understood; `missed` is what stood before them and
        was not; `old` says which list the areas are of.
    """

    areas: tuple[Area, ...]
    matched: int
    old: bool
    remarks: tuple[str, ...] = ()
    missed: str = ""
    former: bool = False
    loose: bool = False
    joined: bool = False

    @property
    def settled(self) -> bool:
        """Whether one commune was read with nothing amiss: no other reading can be better."""
        clean = not self.remarks and not self.joined
        return clean and len(self.areas) == 1 and self.areas[0].level == Level.COMMUNE


@dataclass(slots=True)
class _Place:
    """Where reading stands: what was found so far, and the words still to read."""

    areas: tuple[Area, ...]
    end: int
    matched: int
    remarks: tuple[str, ...] = ()
    former: bool = False
    # A part was left out or not understood: the place is likely, not certain.
    loose: bool = False
    # Two names run together without comma or kind: "Phường 2 Bảo Lộc" may be one name.
    joined: bool = False


def read(raw: str, ready: AreaIndex) -> list[Reading]:
    """Return every way of reading the address; none when no name of an area is in it."""
    first, *rest = _TODAY.split(raw, maxsplit=1)
    found = _remembered(first, ready) or _read(split(first), ready)
    if rest and not any(one.areas[0].level == Level.COMMUNE for one in found):
        found = _read(split(rest[0]), ready) or found
    return found


def _remembered(raw: str, ready: AreaIndex) -> list[Reading]:
    """Read from the commune on; many addresses share that part, so it is kept.

    Shape: none unless that part alone is one commune and nothing else.
    """
    starts = [match.start() for match in _COMMUNE.finditer(raw)]
    key = raw[starts[-1] :] if starts else ""
    if key not in ready.read:
        if len(ready.read) >= _REMEMBERED:
            ready.read.clear()
        readings = _read(split(key), ready) if key else []
        clean = len(readings) == 1 and readings[0].settled and not readings[0].missed
        ready.read[key] = readings if clean else []
    return ready.read[key]


def _read(words: Words, ready: AreaIndex) -> list[Reading]:
    end = _end(words)
    found = _old(words, end, ready)
    if not any(one.settled for one in found):
        found += _new(words, end, ready)
    return found or _without_province(words, end, ready)


def _end(words: Words) -> int:
    end = len(words)
    for tail in _TAIL:
        if end > len(tail) and words.bare[end - len(tail) : end] == tail:
            end -= len(tail)
    return end


def tail(words: Words, end: int, table: Table, level: Level) -> Hit | None:
    """Return the longest name of `table` that ends at `end`, None when there is none.

    A kind before it is taken in; a kind of another level before it means another area.
    """
    for start in range(max(words.segment_start(end), end - _LONGEST), end):
        kind, size = words.kind_at(start, end)
        if size and kind in _KINDS[level]:
            areas = table.get(words.key(start + size, end))
            if areas:
                return _hit(words, (start, start + size, end), areas, kind)
        key = words.key(start, end)
        areas = table.get(key)
        if areas and not key.isdigit() and not _claimed(words, start, end):
            return _hit(words, (start, start, end), areas, "")
    return None


def _claimed(words: Words, start: int, end: int) -> bool:
    """Whether a kind stands right before the name, without a comma between."""
    for size in (2, 1):
        if start - size < 0 or any(at in words.hard for at in range(start - size + 1, start + 1)):
            continue
        if words.kind_at(start - size, end)[1] == size:
            return True
    return False


def _hit(words: Words, at: tuple[int, int, int], areas: list[Area], kind: str) -> Hit:
    """Narrow several areas of one key by kind and accents, and note what is written otherwise.

    Shape: `at` is where kind and name, the name alone, and the end stand.
    """
    start, name, end = at
    same_kind = [area for area in areas if area.kind == kind]
    chosen = same_kind or list(areas)
    written = "".join(accent_key(word) for word in words.shown[name:end])
    exact = [area for area in chosen if accents(short_name(area)) == written]
    remark = ""
    if not exact and not written.isascii():
        remark = _("Written otherwise: %(area)s is meant.")
    elif kind and not same_kind:
        remark = _("The kind differs: %(area)s is meant.")
    chosen = exact or chosen
    if remark:
        remark %= {"area": ", ".join(sorted({area.name for area in chosen}))}
    agrees = bool(same_kind) or not kind
    joined = not kind and start > 0 and start not in words.hard
    return Hit(start, tuple(chosen), (remark,) if remark else (), agrees, joined)


def _old(words: Words, end: int, ready: AreaIndex) -> list[Reading]:
    """Read as an address of the list before the switch: province, district, commune."""
    found: list[Reading] = []
    place = _province(words, end, ready, old=True)
    if place is not None:
        found.append(_descend(words, place, ready))
        if found[0].settled:
            return found
    former = tail(words, end, ready.old.former, Level.PROVINCE)
    if former is not None and (place is None or former.start < place.end):
        name = words.text(former.start, end)
        remark = _("%(name)s is the name of a former province.") % {"name": name}
        place = _Place(former.areas, former.start, end - former.start, (remark,), former=True)
        return [_descend(words, place, ready)]
    # A province of today over a district of before: "huyện Chợ Đồn, tỉnh Thái Nguyên".
    today = tail(words, end, ready.new.provinces, Level.PROVINCE)
    if today is not None:
        merged = tuple(one for area in today.areas for one in ready.before(area))
        mixed = _Place(
            merged, today.start, end - today.start,
            (*today.remarks, _("The province is named as since 1 July 2025.")),
        )  # fmt: skip
        deeper = _descend(words, mixed, ready)
        if deeper.matched > mixed.matched:
            found.append(deeper)
    return found


def _province(words: Words, end: int, ready: AreaIndex, *, old: bool) -> _Place | None:
    era = ready.old if old else ready.new
    hit = tail(words, end, era.provinces, Level.PROVINCE)
    if hit is None:
        return None
    if not hit.kind_agrees:
        # "thành phố Bắc Ninh" is the city inside Bắc Ninh when there is one.
        below = tail(words, end, ready.old.any_district, Level.DISTRICT)
        if below is not None and below.kind_agrees and below.start <= hit.start:
            return None
    return _Place(hit.areas, hit.start, end - hit.start, hit.remarks, joined=hit.joined)


def _descend(words: Words, place: _Place, ready: AreaIndex) -> Reading:
    """Read district and commune below the provinces found; the deepest that fits."""
    era = ready.old
    best = _reading(words, place, old=True)
    tables = [era.districts[area.pk] for area in place.areas]
    districts = _below(words, place, tables, Level.DISTRICT)
    for one in districts:
        best = _better(best, _reading(words, one, old=True))
        tables = [era.communes[area.pk] for area in one.areas]
        for commune in _below(words, one, tables, Level.COMMUNE):
            best = _better(best, _reading(words, commune, old=True))
    if not districts:
        tables = [era.loose[area.pk] for area in place.areas]
        for commune in _below(words, place, tables, Level.COMMUNE):
            commune.remarks = (*commune.remarks, _("The district is not written."))
            commune.loose = True
            best = _better(best, _reading(words, commune, old=True))
    return best


def _new(words: Words, end: int, ready: AreaIndex) -> list[Reading]:
    """Read as an address of the list since the switch: province, commune."""
    era = ready.new
    place = _province(words, end, ready, old=False)
    found: list[Reading] = []
    if place is not None:
        found.append(_with_commune(words, place, ready))
        if found[0].settled:
            return found
    # A commune of today under a province of before: "xã Chợ Đồn, tỉnh Bắc Kạn".
    before = tail(words, end, ready.old.provinces, Level.PROVINCE)
    if before is not None:
        after = {one.pk: one for area in before.areas for one in ready.now(area)[0]}
        mixed = _Place(
            tuple(after.values()), before.start, end - before.start,
            (*before.remarks, _("The province is named as before 1 July 2025.")),
        )  # fmt: skip
        tables = [era.loose[area.pk] for area in mixed.areas]
        for commune in _below(words, mixed, tables, Level.COMMUNE):
            found.append(_reading(words, commune, old=False))
    return found


def _with_commune(words: Words, place: _Place, ready: AreaIndex) -> Reading:
    best = _reading(words, place, old=False)
    tables = [ready.new.loose[area.pk] for area in place.areas]
    for commune in _below(words, place, tables, Level.COMMUNE):
        best = _better(best, _reading(words, commune, old=False))
    return best


def _without_province(words: Words, end: int, ready: AreaIndex) -> list[Reading]:
    """Read an address that names no province: every district or commune of that name."""
    remark = _("The province is not written.")
    found: list[Reading] = []
    district = tail(words, end, ready.old.any_district, Level.DISTRICT)
    if district is not None:
        place = _Place(
            district.areas, district.start, end - district.start, (*district.remarks, remark),
            loose=True,
        )  # fmt: skip
        best = _reading(words, place, old=True)
        tables = [ready.old.communes[area.pk] for area in district.areas]
        for commune in _below(words, place, tables, Level.COMMUNE):
            best = _better(best, _reading(words, commune, old=True))
        found.append(best)
    for era, old in ((ready.old, True), (ready.new, False)):
        commune_hit = tail(words, end, era.any_commune, Level.COMMUNE)
        if commune_hit is not None:
            start, remarks = commune_hit.start, (*commune_hit.remarks, remark)
            place = _Place(commune_hit.areas, start, end - start, remarks, loose=True)
            found.append(_reading(words, place, old=old))
    return found


def _below(words: Words, place: _Place, tables: list[Table], level: Level) -> list[_Place]:
    """Find a name of the level below, in any of the areas found above.

    Shape: one place that joins the areas of equal fit; a part that nobody knows may be skipped.
    """
    for end in words.breaks_before(place.end) if place.end else ():
        hits = [hit for table in tables if (hit := tail(words, end, table, level))]
        if not hits:
            continue
        longest = min(hit.start for hit in hits)
        fewest = min(len(hit.remarks) for hit in hits if hit.start == longest)
        fit = [hit for hit in hits if hit.start == longest and len(hit.remarks) == fewest]
        remarks = place.remarks + fit[0].remarks
        if end < place.end:
            skipped = words.text(end, place.end)
            remarks = (*remarks, _("Not understood: “%(part)s”.") % {"part": skipped})
        return [
            _Place(
                tuple(area for hit in fit for area in hit.areas), longest,
                place.matched + end - longest, remarks, place.former,
                place.loose or end < place.end,
                place.joined or any(hit.joined for hit in fit),
            )
        ]  # fmt: skip
    return []


def _reading(words: Words, place: _Place, *, old: bool) -> Reading:
    missed = words.text(0, place.end)
    return Reading(
        place.areas, place.matched, old, place.remarks, missed, place.former, place.loose,
        place.joined,
    )  # fmt: skip


def _better(held: Reading, new: Reading) -> Reading:
    return new if new.matched > held.matched else held
