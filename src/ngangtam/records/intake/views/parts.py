"""The tabs of a roster: summary, columns, rows and cells, people known before."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import Request
from ngangtam.foundation.ui.tables import Filter, Listing
from ngangtam.records.intake import actions_review, queries, shown
from ngangtam.records.intake.cells.cell import Verdict
from ngangtam.records.intake.queries import Batch, Layout, Shape
from ngangtam.records.personnel.queries.people import people_for
from ngangtam.records.personnel.queries.reach import reach_of

VERDICTS: Final = [
    ("refused", _("refused")), ("uncertain", _("uncertain")), ("normalised", _("normalised")),
    ("taken", _("taken")),
]  # fmt: skip
OUTCOMES: Final = [
    ("accepted", _("accepted")),
    ("rejected", _("rejected")),
    ("skipped", _("holds no person")),
]
STATUSES: Final = [
    ("must", _("must be decided")),
    ("may", _("may be decided")),
    ("decided", _("decided")),
]
SHAPES_A_PAGE: Final = 6


def summary(request: Request, batch: Batch, shapes: list[Shape]) -> dict[str, Any]:
    """Counts, what will be written, and the account of everything read."""
    return {
        "files": batch.report.get("files", ()), "unmapped": shown.unmapped(shapes),
        "mapped": shown.mapped(shapes), "already": actions_review.already(batch),
    }  # fmt: skip


def columns(request: Request, batch: Batch, shapes: list[Shape]) -> dict[str, Any]:
    """Every column and what it was understood as."""
    listing = Listing(page_size=SHAPES_A_PAGE, sizes=(SHAPES_A_PAGE,), keep=("tab",))
    table = listing.read(request.GET).cut(shapes)
    values = queries.examples(batch, table.rows)
    panels = [shown.panel_of(batch, shape, values[shape.number]) for shape in table.rows]
    return {
        "table": table, "panels": panels, "meanings": shown.choices(),
        "templates": queries.templates() if batch.state == Batch.State.CHECKED else (),
    }  # fmt: skip


def _labels(shapes: list[Shape]) -> dict[str, list[tuple[Shape, int]]]:
    """Return where each header stands: the filter by column."""
    found: dict[str, list[tuple[Shape, int]]] = {}
    for shape in shapes:
        for column in shape.mapping.columns:
            label = column.label or f"#{column.index + 1}"
            found.setdefault(label, []).append((shape, column.index))
    return found


def rows(request: Request, batch: Batch, shapes: list[Shape]) -> dict[str, Any]:
    """Every row with the verdict on each of its cells."""
    labels = _labels(shapes)
    names = [str(entry["name"]) for entry in batch.files]
    listing = Listing(
        filters=[
            Filter("q", _("Name")),
            Filter("verdict", _("Cells"), VERDICTS),
            Filter("column", _("Column"), [(str(at), label) for at, label in enumerate(labels)]),
            Filter("outcome", _("Rows"), OUTCOMES, any_label=_("all that were read")),
            Filter("file", _("File"), [(str(at), name) for at, name in enumerate(names)]),
        ],
        target="row-table", keep=("tab",), tie="id",
    )  # fmt: skip
    query = listing.read(request.GET)
    values = query.values
    verdict = Verdict[values["verdict"].upper()] if values["verdict"] else None
    label = list(labels)[int(values["column"])] if values["column"] else ""
    found = queries.rows_of(
        batch, words=values["q"], outcome=values["outcome"], verdict=verdict,
        file=int(values["file"]) if values["file"] else None, columns=labels.get(label, ()),
    )  # fmt: skip
    total = None if query.active else batch.rows_read
    table = query.cut(found.order_by(*query.order_by), total=total)
    lines = shown.row_lines(table.rows, batch, Layout(shapes), verdict=verdict, label=label)
    return {"table": table, "lines": lines, "narrowed": bool(query.active)}


def people(request: Request, batch: Batch, shapes: list[Shape]) -> dict[str, Any]:
    """Rows that may be somebody known, or somebody twice: both sides, one decision a row."""
    listing = Listing(
        filters=[Filter("status", _("Decision"), STATUSES, any_label=_("all"))],
        target="people-questions", page_size=20, sizes=(20,), keep=("tab",), tie="",
    )  # fmt: skip
    query = listing.read(request.GET)
    table = query.cut(queries.places_of(batch, query.values["status"]))
    places = [entry["place"] for entry in table.rows]
    return {"table": table, "questions": _questions(request, batch, shapes, places)}


def _questions(
    request: Request, batch: Batch, shapes: list[Shape], places: list[str]
) -> list[shown.Question]:
    reach = reach_of(request.user, today())
    found = queries.matches_at(batch, places)
    known = people_for(reach).select_related("home_unit").in_bulk(
        {match.person_id for match in found if match.person_id is not None}
    )  # fmt: skip
    at = queries.rows_at(batch, [*places, *(match.other_place for match in found)])
    layout = Layout(shapes)
    names = [str(entry["name"]) for entry in batch.files]
    made = {
        place: shown.Question(
            place, at.get(place), names[int(place.split(".")[0])],
            shown.said_by_row(at.get(place), layout), [],
        )
        for place in places
    }  # fmt: skip
    for match in found:
        person = known.get(match.person_id) if match.person_id is not None else None
        other = at.get(match.other_place)
        sensitive = person is not None and reach.may(
            Permission.PERSON_VIEW_SENSITIVE, person.home_path
        )
        said = (
            shown.said_by_file(person, sensitive=sensitive) if person is not None
            else shown.said_by_row(other, layout)
        )  # fmt: skip
        made[match.place].choices.append(shown.Choice(match, person, other, said))
    return list(made.values())


Part = Callable[[Request, Batch, list[Shape]], dict[str, Any]]
PARTS: Final[dict[str, Part]] = {
    "summary": summary, "columns": columns, "rows": rows, "people": people,
}  # fmt: skip
