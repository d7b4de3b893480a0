"""Reading rosters for screens: batches, their columns, rows and possible matches, as one viewer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import BooleanField, F, Func, Min, Q, QuerySet, Value
from procrastinate.contrib.django.models import ProcrastinateJob

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, scopes
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.intake.headers.mapping import TableMapping
from ngangtam.records.intake.headers.rows import RowKind
from ngangtam.records.intake.models import Batch, MappingTemplate, Match, Row
from ngangtam.records.intake.tasks import lock_of
from ngangtam.records.organisation.models import Unit

# Views meet a batch through these queries, never through the models.
__all__ = [
    "MOST_FOUND",
    "Batch",
    "Job",
    "Layout",
    "Shape",
    "Standing",
    "batches_for",
    "examples",
    "get_batch",
    "job_of",
    "matches_at",
    "must_decide",
    "places_of",
    "rows_at",
    "rows_of",
    "search_batches",
    "search_units",
    "shapes_of",
    "standing_of",
    "templates",
    "units_for",
]

MOST_FOUND: Final = 20
_LIVE: Final = ("todo", "doing")


def _within(viewer: Viewer, field: str) -> Q | None:
    """Return the condition that `field` lies where the viewer may bring rosters in."""
    found = Q()
    held = scopes(viewer, Permission.INTAKE_RUN)
    for path in held:
        found |= Q(**{f"{field}__within": path})
    return found if held else None


def batches_for(viewer: Viewer) -> QuerySet[Batch]:
    """The rosters that the viewer may see: those of units where they may bring rosters in."""
    within = _within(viewer, "unit__path")
    rows = Batch.objects.select_related("unit")
    return rows.none() if within is None else rows.filter(within)


def search_batches(rows: QuerySet[Batch], text: str) -> QuerySet[Batch]:
    """Narrow rosters to those whose files, unit, post or person hold the words."""
    for word in plain(text).split():
        unit = Q(unit__name_plain__contains=word) | Q(unit__code__iexact=word)
        rows = rows.filter(
            unit | Q(post_title__icontains=word) | Q(created_by__icontains=word)
            | Q(files__icontains=word)
        )  # fmt: skip
    return rows


def get_batch(viewer: Viewer, pk: int) -> Batch | None:
    return batches_for(viewer).filter(pk=pk).first()


def units_for(viewer: Viewer) -> QuerySet[Unit]:
    """The units of today that the viewer may bring rosters into, the highest first."""
    within = _within(viewer, "path")
    if within is None:
        return Unit.objects.none()
    standing = Q(ended_on__isnull=True) | Q(ended_on__gt=today())
    return Unit.objects.filter(within, standing).order_by("path")


def search_units(viewer: Viewer, text: str) -> list[Unit]:
    """Return units whose code begins so, or whose name holds every word, accents or not."""
    words = plain(text).split()
    named = Q()
    for word in words:
        named &= Q(name_plain__contains=word)
    found = named | Q(code__istartswith=fold(text)) if words else Q()
    return list(units_for(viewer).filter(found)[:MOST_FOUND])


def templates() -> QuerySet[MappingTemplate]:
    return MappingTemplate.objects.order_by("name")


# --- the job of a batch --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Job:
    """The last job of a batch. Shape: `state` is waiting, running, stopped or done."""

    task: str
    state: str

    @property
    def live(self) -> bool:
        return self.state in {"waiting", "running"}


# What a worker may be about to leave.
_IN_HAND: Final = {Batch.State.READING, Batch.State.WRITING, Batch.State.COMMITTED}


def job_of(batch: Batch) -> Job | None:
    """Return the last job that was ordered for a batch, and bring the batch up to date with it.

    A job that went well is removed after the batch has moved on. Whoever read the batch before
    and the job after that would take finished work for work that stopped.
    """
    rows = ProcrastinateJob.objects.filter(lock=lock_of(batch.pk))
    row = rows.order_by("-id").values_list("task_name", "status").first()
    states = {"todo": "waiting", "doing": "running", "succeeded": "done"}
    job = Job(row[0], states.get(row[1], "stopped")) if row else None
    if (job is None or not job.live) and batch.state in _IN_HAND:
        batch.refresh_from_db()
    return job


# --- columns -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of table in a batch: its mapping, and the tables that have it.

    Shape: `key` is what the mapping is filed under; `places` are (file, numbers of tables).
    """

    key: str
    number: int
    mapping: TableMapping
    places: tuple[tuple[int, tuple[int, ...]], ...]

    @property
    def tables(self) -> int:
        return sum(len(tables) for _file, tables in self.places)


def shapes_of(batch: Batch) -> list[Shape]:
    """Return the shapes of table in a batch, in the order of its files."""
    mappings: dict[str, TableMapping] = {}
    places: dict[str, list[tuple[int, tuple[int, ...]]]] = {}
    for number, found in enumerate(batch.report.get("files", ())):
        for entry in found.get("columns", ()):
            mapping = TableMapping.from_json(entry)
            key = "|".join(mapping.signature())
            kept = batch.mapping.get(key)
            mappings.setdefault(key, TableMapping.from_json(kept) if kept else mapping)
            places.setdefault(key, []).append((number, tuple(entry["tables"])))
    return [
        Shape(key, number, mapping, tuple(places[key]))
        for number, (key, mapping) in enumerate(mappings.items())
    ]


class Layout:
    """Which columns the cells of a row stand in."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._by_place: dict[tuple[int, int], list[TableMapping]] = {}
        for shape in shapes:
            for file, tables in shape.places:
                for table in tables:
                    self._by_place.setdefault((file, table), []).append(shape.mapping)

    def of(self, row: Row) -> TableMapping:
        """Return the mapping of a row; sheets with tables side by side are told by their width."""
        found = self._by_place.get((row.file, row.table), [])
        fits = [mapping for mapping in found if len(mapping.columns) == len(row.cells)]
        return (fits or found or [TableMapping(())])[0]


_EXAMPLES: Final = """
    select w.at, r.cells from unnest(%(files)s::int[], %(tables)s::int[]) with ordinality
        as w(file, tab, at)
    cross join lateral (
        select id, cells from intake_row
        where batch_id = %(batch)s and file = w.file and "table" = w.tab and kind = 0
        order by id limit 4) r
    order by w.at, r.id
"""


def examples(batch: Batch, shapes: Sequence[Shape]) -> dict[int, list[list[str]]]:
    """Return for each shape, by its number, a few values of every column."""
    import json

    first = [(shape.places[0][0], shape.places[0][1][0]) for shape in shapes]
    given: dict[str, Any] = {
        "batch": batch.pk, "files": [file for file, _t in first], "tables": [t for _f, t in first],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_EXAMPLES, given)
        rows = cursor.fetchall()
    found: dict[int, list[list[str]]] = {}
    for shape in shapes:
        values: list[list[str]] = [[] for _column in shape.mapping.columns]
        for at, raw in rows:
            cells = json.loads(raw) if isinstance(raw, str) else raw
            if at - 1 != shape.number or len(cells) != len(values):
                continue
            for column, cell in enumerate(cells):
                if cell and str(cell[0]) not in values[column]:
                    values[column].append(str(cell[0]))
        found[shape.number] = values
    return found


# --- rows ----------------------------------------------------------------------------------


class _HasVerdict(Func):
    """Whether any cell of a row got a verdict."""

    template = "jsonb_path_exists(%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, verdict: int) -> None:
        super().__init__(F("cells"), Value(f"$[*][1] ? (@ == {verdict:d})"))

    # The path is a constant of its own type, which a parameter of type text is not.
    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_given: Any) -> tuple[str, Any]:
        cells, path = self.get_source_expressions()
        left, left_params = compiler.compile(cells)
        right, right_params = compiler.compile(path)
        return (
            f"jsonb_path_exists({left}, {right}::jsonpath)", (*left_params, *right_params)
        )  # fmt: skip


def rows_of(
    batch: Batch, *, words: str = "", outcome: str = "", verdict: int | None = None,
    file: int | None = None, columns: Iterable[tuple[Shape, int]] = (),
) -> QuerySet[Row]:  # fmt: skip
    """Return the rows of a batch that a filter asks for.

    Shape: without `outcome` the rows that were read; `columns` are (shape, column) pairs, of
        which a cell must be filled, or have got `verdict`.
    """
    rows = Row.objects.filter(batch=batch).select_related("person")
    kinds: dict[str, list[int]] = {
        "accepted": [RowKind.PERSON], "rejected": [RowKind.NAMELESS],
        "": [RowKind.PERSON, RowKind.NAMELESS],
    }  # fmt: skip
    rows = rows.filter(kind__in=kinds[outcome]) if outcome in kinds else rows.filter(kind__gt=1)
    if words:
        rows = rows.filter(name__icontains=words)
    if file is not None:
        rows = rows.filter(file=file)
    wanted = list(columns)
    if wanted:
        rows = rows.filter(_in_columns(wanted, verdict))
    elif verdict is not None:
        if verdict > 1:
            rows = rows.filter(worst__gte=verdict)
        rows = rows.filter(_HasVerdict(verdict))
    return rows


def _in_columns(columns: Iterable[tuple[Shape, int]], verdict: int | None) -> Q:
    found = Q()
    for shape, column in columns:
        cell = (
            Q(**{f"cells__{column}__0__isnull": False}) if verdict is None
            else Q(**{f"cells__{column}__1": verdict})
        )  # fmt: skip
        place = Q()
        for file, tables in shape.places:
            place |= Q(file=file, table__in=tables)
        found |= place & cell
    return found


# --- possible matches ----------------------------------------------------------------------

_MUST: Final = Q(strong=True) | Q(kind__in=["number", "birth", "roster"])


def must_decide(batch: Batch) -> QuerySet[Match]:
    """The matches that a person has to decide on before the roster can be committed."""
    return Match.objects.filter(_MUST, batch=batch, decision="")


@dataclass(frozen=True, slots=True)
class Standing:
    """How many rows may be somebody, and how many of them are decided.

    Shape: `must` and `may` wait for a decision; `same` go to a known file, `twice` to an earlier
        row, `apart` are people of their own.
    """

    must: int
    may: int
    same: int
    twice: int
    apart: int

    @property
    def rows(self) -> int:
        return self.must + self.may + self.same + self.twice + self.apart


def standing_of(batch: Batch) -> Standing:
    """Count the rows of a batch by what is decided on them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with places as (
              select place,
                bool_or(decision = '' and (strong or kind in ('number', 'birth', 'roster'))) must,
                bool_or(decision = '') may,
                bool_or(decision = 'same' and person_id is not null) same,
                bool_or(decision = 'same' and person_id is null) twice
              from intake_match where batch_id = %s group by place)
            select count(*) filter (where must),
              count(*) filter (where not must and may and not same and not twice),
              count(*) filter (where not must and same),
              count(*) filter (where not must and twice and not same),
              count(*) filter (where not may and not same and not twice)
            from places
            """,
            [batch.pk],
        )
        row = cursor.fetchone()
    assert row is not None
    return Standing(*row)


def places_of(batch: Batch, status: str) -> QuerySet[Match, Any]:
    """Return the rows (places) with possible matches: must, may, decided, or all of them."""
    rows = Match.objects.filter(batch=batch)
    open_ones = rows.filter(decision="").values("place")
    must = must_decide(batch).values("place")
    if status == "must":
        rows = rows.filter(place__in=must)
    elif status == "may":
        rows = rows.filter(place__in=open_ones).exclude(place__in=must)
    elif status == "decided":
        rows = rows.exclude(place__in=open_ones)
    return rows.order_by().values("place").annotate(first=Min("id")).order_by("first")


def matches_at(batch: Batch, places: Sequence[str]) -> list[Match]:
    return list(Match.objects.filter(batch=batch, place__in=places).order_by("id"))


def rows_at(batch: Batch, places: Iterable[str]) -> dict[str, Row]:
    """Return the rows that places name."""
    wanted = Q(pk__in=[])
    for place in {place for place in places if place}:
        file, table, left, number = map(int, place.split("."))
        wanted |= Q(file=file, table=table, left=left, number=number)
    rows = Row.objects.filter(wanted, batch=batch)
    return {f"{row.file}.{row.table}.{row.left}.{row.number}": row for row in rows}
