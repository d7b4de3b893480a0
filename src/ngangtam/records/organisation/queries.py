"""Reading units: the tree of any day, search, lineage, establishment against people in post.

Units are open to everybody who signs in; whose names stand behind a count is for the rooms above.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.organisation.models import (
    Establishment,
    Post,
    Regime,
    Unit,
    UnitSuccession,
    UnitVersion,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as it stood on one day. Shape: `depth` counts from the top that was asked for."""

    id: int
    code: str
    name: str
    kind: str
    level: str
    parent_id: int | None
    area_id: int | None
    depth: int
    children: int


@dataclass(frozen=True, slots=True)
class Strength:
    """Establishment against people in post, of one regime or of all.

    Units: all count people; `established` is None when nobody fixed a number.
    """

    regime: str
    established: int | None
    seats: int
    holders: int

    @property
    def label(self) -> str:
        """The regime in words."""
        return str(Regime(self.regime).label) if self.regime != "all" else _("Together")

    @property
    def vacant(self) -> int | None:
        """People that may still come; below 0 there are too many. None when nothing was fixed."""
        return None if self.established is None else self.established - self.holders


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a lineage. Shape: `steps` counts from the unit that was asked about."""

    succession: UnitSuccession
    unit: Unit
    steps: int


def units_for(viewer: Viewer) -> QuerySet[Unit]:
    """Return the units that the viewer may know of: all, for who signs in."""
    return Unit.objects.all() if isinstance(viewer, User) else Unit.objects.none()


# Brothers in their order, everybody below before the next brother; a unit whose parent does not
# stand that day becomes a top, so that nothing drops out of sight.
_TREE: Final = """
with recursive standing as (
  select v.unit_id as id, u.code, v.name, v.kind, v.level, v.area_id,
         case when exists (
           select 1 from organisation_unitversion p
           where p.unit_id = v.parent_id and p.voided_at is null and p.valid @> %(day)s::date
         ) then v.parent_id end as parent_id,
         lpad(u.position::text, 10, '0') || u.code || lpad(u.id::text, 20, '0') as place
  from organisation_unitversion v join organisation_unit u on u.id = v.unit_id
  where v.voided_at is null and v.valid @> %(day)s::date
),
tree as (
  select s.*, 0 as depth, array[s.place] as line from standing s
  where case when %(top)s::bigint is null then s.parent_id is null else s.id = %(top)s end
  union all
  select s.*, t.depth + 1, t.line || s.place from standing s join tree t on s.parent_id = t.id
  where %(depth)s::int is null or t.depth < %(depth)s
)
select id, code, name, kind, level, parent_id, area_id, depth,
       (select count(*) from standing s where s.parent_id = tree.id)
from tree order by line collate "C"
"""


def tree_on(day: date, *, top: int | None = None, depth: int | None = None) -> list[Place]:
    """Return the units as they stood on `day`, in preorder.

    Shape: below `top` (None: all), at most `depth` levels (None: all). Empty when `top` did not
        stand that day.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TREE, {"day": day, "top": top, "depth": depth})
        return [Place(*row) for row in cursor.fetchall()]


def children_on(day: date, unit_id: int) -> list[Place]:
    """Return the units right below one on `day`, each with the number of its own children."""
    return tree_on(day, top=unit_id, depth=1)[1:]


def search_units(viewer: Viewer, text: str, *, on: date, limit: int = 20) -> list[Unit]:
    """Find units by code or by name without accents, those that stand on `on` first.

    Shape: an exact code, then names that begin so, then names that hold every word, then likely
        misspellings.
    """
    words = plain(text).split()
    if not words:
        return []
    every = Q()
    for word in words:
        every &= Q(name_plain__contains=word)
    phrase = " ".join(words)
    rank = Case(
        When(code__iexact=fold(text), then=Value(0)),
        When(name_plain__startswith=phrase, then=Value(1)),
        When(every, then=Value(2)),
        When(code__istartswith=fold(text), then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    likely = Q(name_plain__trigram_word_similar=phrase) if len(phrase) > 3 else Q()
    hits = every | Q(code__istartswith=fold(text)) | likely
    ended = Case(
        When(ended_on__lte=on, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    found = units_for(viewer).filter(hits).select_related("parent")
    ordered = found.annotate(
        rank=rank, gone=ended, likeness=TrigramWordSimilarity(phrase, "name_plain")
    ).order_by("rank", "gone", "-likeness", "name_plain", "code")
    return list(ordered[:limit])


def get_unit(viewer: Viewer, code: str) -> Unit | None:
    """Return the unit with this code, with what stands around it."""
    return units_for(viewer).select_related("parent", "area").filter(code=code).first()


def way_to(unit: Unit) -> list[Unit]:
    """Return the units above, from the top down, as they stand today."""
    ids = [int(part) for part in str(unit.path).split(".")[:-1]]
    found = Unit.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def versions_of(unit: Unit) -> list[UnitVersion]:
    """Return what the unit was called and where it stood, the latest first, voided ones last."""
    rows = UnitVersion.objects.filter(unit=unit).select_related(
        "parent", "area", "decision", "source"
    )
    return list(rows.order_by("voided_at", "-valid", "-pk"))


def lineage(unit: Unit) -> tuple[list[Link], list[Link]]:
    """Return (what the unit came from, what it became), step by step, nearest first."""
    return _walk(unit, back=True), _walk(unit, back=False)


def _walk(unit: Unit, *, back: bool) -> list[Link]:
    near, far = ("after_id", "before") if back else ("before_id", "after")
    found: list[Link] = []
    seen, edge, steps = {unit.pk}, [unit.pk], 0
    while edge:
        steps += 1
        rows = (
            UnitSuccession.objects.filter(**{f"{near}__in": edge})
            .select_related("before", "after", "decision", "source")
            .order_by("day", "pk")
        )
        edge = []
        for row in rows:
            other: Unit = getattr(row, far)
            found.append(Link(row, other, steps))
            if other.pk not in seen:
                seen.add(other.pk)
                edge.append(other.pk)
    return found


def strength(units: Iterable[int], day: date) -> list[Strength]:
    """Return establishment, seats and people in post of these units together, by regime.

    Units: people whose main post is there; a number is None when no unit was given one.
    Shape: one row a regime that has any of the three, and a last row `all`.
    """
    sums: dict[str, list[int | None]] = {}
    for _pk, regime, *numbers in _strength(units, day):
        row = sums.setdefault(regime, [None, 0, 0])
        for at, number in enumerate(numbers):
            if number is not None:
                row[at] = (row[at] or 0) + number
    rows = [
        Strength(regime, established, seats or 0, holders or 0)
        for regime, (established, seats, holders) in sorted(sums.items())
    ]
    fixed = [row.established for row in rows if row.established is not None]
    together = Strength(
        "all", sum(fixed) if fixed else None, sum(row.seats for row in rows),
        sum(row.holders for row in rows),
    )  # fmt: skip
    return [*rows, together]


def _strength(
    units: Iterable[int], day: date
) -> list[tuple[int, str, int | None, int | None, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select unit_id, regime, established, seats, holders"
            " from ngangtam_strength(%s::bigint[], %s)", [list(units), day],
        )  # fmt: skip
        return list(cursor.fetchall())


def strength_below(unit: Unit, day: date) -> list[Strength]:
    """Return the same for the unit and all that stood below it on `day`."""
    return strength([place.id for place in tree_on(day, top=unit.pk)], day)


def posts_on(unit: Unit, day: date) -> list[Post]:
    """Return the posts of the unit on `day`, in their order."""
    rows = Post.objects.on(day).filter(unit=unit).select_related("area", "decision", "source")
    return list(rows.order_by("position", "pk"))


def get_post(viewer: Viewer, pk: int) -> Post | None:
    """Return a post that still stands or stood, with its unit."""
    rows = Post.objects.standing().filter(unit__in=units_for(viewer))
    return rows.select_related("unit", "area").filter(pk=pk).first()


def establishments_of(unit: Unit) -> list[Establishment]:
    """Return the numbers that the unit was given, the latest first."""
    rows = Establishment.objects.standing().filter(unit=unit)
    return list(rows.select_related("decision", "source").order_by("-valid", "regime"))


def units_below(unit: Unit, day: date) -> list[Unit]:
    """Return the units right below one on `day`, as rows."""
    return list(
        Unit.objects.filter(pk__in=[place.id for place in children_on(day, unit.pk)]).order_by(
            "position", "code"
        )
    )
