"""Reading areas for screens: lists of a day, one area, what became of it, search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When

from ngangtam.foundation.kernel.text import plain
from ngangtam.records.organisation.areas.dataset import FIRST_DAY_UNKNOWN, SWITCH
from ngangtam.records.organisation.models import Area, AreaSuccession, Level

ORDER: Final = ("code", "pk")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many areas of each level stood on a day; those of the demonstration apart."""

    provinces: int
    districts: int
    communes: int
    invented: int


def areas_on(day: date) -> QuerySet[Area]:
    """Return the areas in force on `day`. Areas are public: everybody may see them."""
    return Area.objects.on(day)


def provinces_on(day: date) -> QuerySet[Area]:
    """Return the provinces of `day`, each with the number of `districts` and `communes` in it."""
    lower = Q(children__voided_at=None)
    return (
        areas_on(day)
        .filter(level=Level.PROVINCE)
        .annotate(
            districts=Count("children", lower & Q(children__level=Level.DISTRICT), distinct=True),
            communes=Count("children__children", distinct=True)
            + Count("children", lower & Q(children__level=Level.COMMUNE), distinct=True),
        )
        .order_by(*ORDER)
    )


def counts_on(day: date) -> Counts:
    """Return how many areas of each level stood on `day`."""
    official = Count("pk", filter=Q(code__regex=r"^[0-9]+$"))
    rows = areas_on(day).values_list("level").annotate(official=official, every=Count("pk"))
    found = {level: (count, every) for level, count, every in rows.order_by("level")}
    provinces, districts, communes = (
        found.get(level, (0, 0))[0] for level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)
    )
    invented = sum(every - count for count, every in found.values())
    return Counts(provinces, districts, communes, invented)


def inside(area: Area, words: str = "") -> QuerySet[Area]:
    """Return the areas that lay right in this one, with the number of areas in each."""
    found = Area.objects.standing().filter(parent=area).annotate(inner=Count("children"))
    for word in plain(words).split():
        found = found.filter(Q(name_plain__contains=word) | Q(code=word))
    return found.order_by(*ORDER)


def became_below(area: Area) -> list[Area]:
    """Return what the communes of a former district are today, each once.

    The conversion speaks of communes; a district is what they became together.
    """
    if area.level != Level.DISTRICT:
        return []
    after = AreaSuccession.objects.filter(before__parent=area, voided_at=None).values("after")
    return list(Area.objects.filter(pk__in=after).select_related("parent").order_by(*ORDER))


def level_below(area: Area) -> str:
    """Return the level of the areas right in this one, "" for a commune."""
    if area.level == Level.COMMUNE:
        return ""
    if area.level == Level.PROVINCE and area.valid.upper is not None:
        return Level.DISTRICT.value
    return Level.COMMUNE.value


def get_area(pk: int) -> Area | None:
    """Return an area with what it lies in, what it came from and what it became."""
    kept = AreaSuccession.objects.filter(voided_at=None)
    return (
        Area.objects.standing()
        .select_related("parent__parent")
        .prefetch_related(
            Prefetch(
                "became",
                kept.select_related("after__parent").order_by("after__code"),
                to_attr="later",
            ),
            Prefetch(
                "came_from",
                kept.select_related("before__parent__parent").order_by("before__code"),
                to_attr="earlier",
            ),
        )
        .filter(pk=pk)
        .first()
    )


def in_force_since(area: Area) -> date | None:
    """Return the first day of the area, None when nobody wrote it down."""
    first: date = area.valid.lower
    return None if first == FIRST_DAY_UNKNOWN else first


def last_day(area: Area) -> date | None:
    """Return the last day on which the area stood, None while it stands."""
    until: date | None = area.valid.upper
    return None if until is None else until - timedelta(days=1)


def search_areas(text: str, *, on: date | None = None, limit: int = 20) -> list[Area]:
    """Find areas by code or by name without accents; names that begin so come first.

    Shape: areas in force on `on` alone, or of both lists with today's first.
    """
    words = plain(text).split()
    if not words:
        return []
    phrase = " ".join(words)
    every = Q()
    for word in words:
        every &= Q(name_plain__contains=word)
    hits = every | Q(code=text.strip())
    if len(phrase) > 3:
        hits |= Q(name_plain__trigram_word_similar=phrase)
    rank = Case(
        When(code=text.strip(), then=Value(0)),
        When(name_plain__endswith=f" {phrase}", then=Value(1)),
        When(name_plain__startswith=phrase, then=Value(2)),
        When(every, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    level = Case(
        When(level=Level.PROVINCE, then=Value(0)),
        When(level=Level.DISTRICT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = Area.objects.standing() if on is None else Area.objects.on(on)
    ordered = (
        found.filter(hits)
        .select_related("parent__parent")
        .annotate(rank=rank, order=level, likeness=TrigramWordSimilarity(phrase, "name_plain"))
        .order_by("rank", "-valid", "order", "-likeness", "code")
    )
    return list(ordered[:limit])


def list_day(day: date) -> date:
    """Return a day that names the list: the last day before the switch, or the switch."""
    return SWITCH if day >= SWITCH else date(2025, 6, 30)


def export_rows(area: Area | None, day: date) -> Sequence[tuple[str, ...]]:
    """Return every area of `day` (inside `area`) as rows: codes and names, from the top down.

    Shape: province code and name, district code and name, commune code and name, kind.
    """
    found = areas_on(day).select_related("parent__parent")
    if area is not None:
        found = found.filter(Q(parent=area) | Q(parent__parent=area))
    rows: list[tuple[str, ...]] = []
    for one in found.filter(~Q(level=Level.PROVINCE)).order_by("level", "code"):
        line = [one, *_above(one)]
        cells = {each.level: each for each in line}
        row: list[str] = []
        for level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE):
            each = cells.get(level)
            row += [each.code, each.name] if each is not None else ["", ""]
        rows.append((*row, one.kind))
    return sorted(rows)


def _above(area: Area) -> list[Area]:
    found: list[Area] = []
    above = area.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def way_to(area: Area) -> list[Area]:
    """Return the areas that this one lies in, from the top down."""
    return list(reversed(_above(area)))
