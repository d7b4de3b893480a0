"""Filling the tables of areas from the lists of the data package."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.text import plain
from ngangtam.records.organisation.areas import dataset
from ngangtam.records.organisation.models import Area, AreaSuccession, Level

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one run added, and what stood there before."""

    areas: int
    successions: int
    areas_known: int
    successions_known: int


@transaction.atomic
def load_areas(progress: Progress | None = None) -> Loaded:
    """Bring in the areas before and after 1 July 2025 and the conversion between them.

    Shape: 34 provinces and 3,321 communes in force; 63 provinces, 696 districts and 10,035
        communes until the switch (10,040 with the five districts that had no communes).
    Running it again adds what is missing and changes nothing: a correction made here, such as
    that of the official table, outlives it.
    """
    with connection.cursor() as cursor:
        # Two set-ups at once would both find the tables empty.
        cursor.execute("select pg_advisory_xact_lock(hashtext('organisation.load_areas'))")
    wanted = dataset.read()
    total = len(wanted.rows) + len(wanted.became)
    tell = progress or (lambda _done, _total: None)
    tell(0, total)

    known = _known()
    before = len(known)
    for level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE):
        rows = [row for row in wanted.rows if row.level == level and row.key not in known]
        made = Area.objects.bulk_create([_area(row, known) for row in rows], batch_size=4000)
        known.update((row.key, area.pk) for row, area in zip(rows, made, strict=True))
        tell(len(known), total)

    links = _links(wanted.became, known)
    tell(total, total)
    return Loaded(
        areas=len(known) - before, successions=links, areas_known=before,
        successions_known=len(wanted.became) - links,
    )  # fmt: skip


def _known() -> dict[tuple[Level, str, object], int]:
    rows = Area.objects.standing().values_list("level", "code", "valid", "pk")
    return {(Level(level), code, valid.lower): pk for level, code, valid, pk in rows}


def _area(row: dataset.Row, known: dict[tuple[Level, str, object], int]) -> Area:
    parent = None if row.parent is None else known[(*row.parent, row.first)]
    return Area(
        code=row.code, level=row.level, kind=row.kind, name=row.name, name_plain=plain(row.name),
        parent_id=parent, valid=span(row.first, row.until),
    )  # fmt: skip


def _links(wanted: list[dataset.Became], known: dict[tuple[Level, str, object], int]) -> int:
    there = set(AreaSuccession.objects.values_list("before_id", "after_id"))
    rows = [
        AreaSuccession(before_id=before, after_id=after, extent=one.extent, day=dataset.SWITCH)
        for one in wanted
        if ((before := known[one.before]), (after := known[one.after])) not in there
    ]
    return len(AreaSuccession.objects.bulk_create(rows, batch_size=4000))
