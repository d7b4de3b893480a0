"""Bringing rosters in: the same actions as the pages, the same verdicts on every cell."""

from typing import Annotated, Any, Final, Literal

from django.core.files.uploadedfile import UploadedFile as DjangoFile
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import File, Form, Path, Query, Router
from ninja.files import UploadedFile

from ngangtam.doors.api import pages
from ngangtam.doors.api.asking import Token, must_be_valid, reach_for, user_of
from ngangtam.doors.api.problems import Problem, Wrong
from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.api.shapes import intake as shapes
from ngangtam.doors.api.shapes.common import Cursor, Key, Limit, Reason, UnitRef
from ngangtam.foundation.kernel.days import today
from ngangtam.records.intake import actions, actions_review, forms, queries, shown
from ngangtam.records.intake.cells.cell import Verdict
from ngangtam.records.intake.queries import Batch, Layout
from ngangtam.records.personnel.queries.people import people_for

router = Router(tags=["intake"], auth=Token(Scope.INTAKE_RUN))
_NONE: Final = (Batch.State.FAILED, Batch.State.DISCARDED)
_PLACE_PARTS: Final = 4


@router.get("/intake/rosters", response=shapes.RosterPage, summary=_("Rosters brought in"))
def roster_list(
    request: HttpRequest, *, state: Annotated[str, Query(max_length=10)] = "", limit: Limit = 50,
    cursor: Cursor = None,
) -> HttpResponse:  # fmt: skip
    rows = queries.batches_for(user_of(request)).order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    after = pages.start(request, cursor)
    if after:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: limit + 1])
    page = shapes.RosterPage(items=[_roster(row) for row in found[:limit]])
    if len(found) > limit:
        page.next = pages.following(request, found[limit - 1].pk)
    return pages.answer(request, page, next_cursor=page.next or "")


def _roster(batch: Batch) -> shapes.Roster:
    totals: dict[str, Any] = batch.report.get("totals", {})
    standing = queries.standing_of(batch) if batch.state == Batch.State.CHECKED else None
    return shapes.Roster(
        id=batch.pk, state=batch.state, state_label=str(Batch.State(batch.state).label),
        unit=UnitRef(code=batch.unit.code, name=batch.unit.name), post_title=batch.post_title,
        day=batch.day, files=[str(entry["name"]) for entry in batch.files],
        rows_read=batch.rows_read, rows_accepted=batch.rows_accepted,
        rows_rejected=batch.rows_rejected, people_new=batch.people_new,
        people_known=batch.people_known, cells=dict(totals.get("cells", {})),
        must_decide=standing.must if standing else 0, error=batch.error or None,
        created_at=batch.created_at, created_by=batch.created_by,
        committed_at=batch.committed_at, undone_at=batch.undone_at,
    )  # fmt: skip


def _batch(request: HttpRequest, pk: int) -> Batch:
    batch = queries.get_batch(user_of(request), pk)
    if batch is None:
        raise Http404
    return batch


def _told(request: HttpRequest, pk: int, status: int) -> HttpResponse:
    at = {"Location": f"/api/v1/intake/rosters/{pk}"}
    return pages.answer(request, _roster(_batch(request, pk)), status=status, headers=at)


@router.post("/intake/rosters", response={202: shapes.Roster}, summary=_("Bring a roster in"))
def roster_open(
    request: HttpRequest,
    *,
    files: File[list[UploadedFile]],
    unit: Annotated[str, Form(max_length=340, description=_("Code of a unit."))],
    post_title: Annotated[str, Form(max_length=300)],
    day: Annotated[
        str, Form(max_length=20, description=_("First day of the roster, as 2026-03-31."))
    ],
    posts: Annotated[Literal["one", "column"], Form()] = "one",
    new_code: Annotated[str, Form(max_length=40)] = "",
    new_name: Annotated[str, Form(max_length=300)] = "",
    template: Annotated[
        str, Form(max_length=19, description=_("Number of a mapping template."))
    ] = "",
) -> HttpResponse:
    given = {
        "unit": unit, "post_title": post_title, "day": day, "posts": posts, "new_code": new_code,
        "new_name": new_name, "template": template,
    }  # fmt: skip
    uploads: MultiValueDict[str, DjangoFile[Any]] = MultiValueDict({"files": list(files)})
    form = forms.UploadForm(given, uploads, viewer=user_of(request))
    must_be_valid(form)
    data = form.cleaned_data
    kept = queries.templates().filter(pk=data["template"]).first()
    with form.paths as paths:
        batch = actions_review.take_in(
            files=paths, unit=data["unit"], new_unit=form.new_unit, post_title=data["post_title"],
            posts=data["posts"], day=data["day"], template=kept, by=user_of(request),
        )  # fmt: skip
    return _told(request, batch.pk, 202)


@router.get("/intake/rosters/{pk}", response=shapes.Roster, summary=_("One roster"))
def roster_detail(request: HttpRequest, pk: Path[Key]) -> HttpResponse:
    return pages.answer(request, _roster(_batch(request, pk)))


@router.get("/intake/rosters/{pk}/rows", response=shapes.RowPage, summary=_("Rows and verdicts"))
def row_list(
    request: HttpRequest, *, pk: Path[Key],
    outcome: Literal["accepted", "rejected", "skipped"] | None = None,
    verdict: Literal["taken", "normalised", "uncertain", "refused"] | None = None,
    limit: Limit = 50, cursor: Cursor = None,
) -> HttpResponse:  # fmt: skip
    batch = _batch(request, pk)
    wanted = Verdict[verdict.upper()] if verdict else None
    rows = queries.rows_of(batch, outcome=outcome or "", verdict=wanted).order_by("pk")
    after = pages.start(request, cursor)
    if after:
        rows = rows.filter(pk__gt=int(after))
    found = list(rows[: limit + 1])
    shapes_of = queries.shapes_of(batch) if batch.state not in _NONE else []
    lines = shown.row_lines(
        found[:limit], batch, Layout(shapes_of), verdict=None, label=""
    )  # fmt: skip
    seen = people_for(reach_for(request, Scope.INTAKE_RUN)).in_bulk(
        {line.row.person_id for line in lines if line.row.person_id}
    )  # fmt: skip
    page = shapes.RowPage(
        items=[
            shapes.Row(
                id=line.row.pk, place=_place(line.row), file=line.file, outcome=line.row.outcome,
                reason=line.reason or None, name=line.row.name,
                person=seen[line.row.person_id].number if line.row.person_id in seen else None,
                cells=[_cell(cell) for cell in line.cells],
            )
            for line in lines
        ]
    )  # fmt: skip
    if len(found) > limit:
        page.next = pages.following(request, found[limit - 1].pk)
    return pages.answer(request, page, next_cursor=page.next or "")


def _place(row: Any) -> str:
    return f"{row.file}.{row.table}.{row.left}.{row.number}"


def _cell(cell: shown.CellLine) -> shapes.Cell:
    return shapes.Cell(
        column=cell.label, field=cell.field or None, raw=cell.raw, verdict=cell.word,
        reason=cell.reason or None,
    )  # fmt: skip


@router.get(
    "/intake/rosters/{pk}/matches", response=shapes.QuestionPage,
    summary=_("Rows that may be somebody known"),
)  # fmt: skip
def match_list(
    request: HttpRequest, *, pk: Path[Key],
    status: Literal["must", "may", "decided"] | None = None, limit: Limit = 50,
    cursor: Cursor = None,
) -> HttpResponse:  # fmt: skip
    batch = _batch(request, pk)
    entries = queries.places_of(batch, status or "")
    after = pages.start(request, cursor)
    if after:
        entries = entries.filter(Q(first__gt=int(after)))
    found = list(entries[: limit + 1])
    places = [str(entry["place"]) for entry in found[:limit]]
    matches = queries.matches_at(batch, places)
    named = queries.rows_at(batch, places)
    seen = people_for(reach_for(request, Scope.INTAKE_RUN)).in_bulk(
        {match.person_id for match in matches if match.person_id}
    )  # fmt: skip
    page = shapes.QuestionPage(
        items=[
            shapes.Question(
                place=place, name=named[place].name if place in named else "",
                candidates=[
                    shapes.Candidate(
                        match=one.pk, kind=one.kind, strong=one.strong,
                        evidence=[str(word) for word in one.evidence],
                        person=seen[one.person_id].number if one.person_id in seen else None,
                        other_place=one.other_place or None, decision=one.decision or None,
                    )
                    for one in matches if one.place == place
                ],
            )
            for place in places
        ]
    )  # fmt: skip
    if len(found) > limit:
        page.next = pages.following(request, int(found[limit - 1]["first"]))
    return pages.answer(request, page, next_cursor=page.next or "")


@router.post(
    "/intake/rosters/{pk}/decisions", response=shapes.Decided, summary=_("Decide who rows are")
)
def decide(request: HttpRequest, pk: Path[Key], body: shapes.DecisionsIn) -> HttpResponse:
    batch = _batch(request, pk)
    for place in body.choices:
        parts = place.split(".")
        if len(parts) != _PLACE_PARTS or not all(part.isdecimal() for part in parts):
            words = gettext("There is no such row.")
            raise Problem("invalid", words, [Wrong(f"body.choices.{place[:40]}", words)])
    wanted = batch.matches.exclude(person=None).values("person_id")
    readable = people_for(reach_for(request, Scope.INTAKE_RUN)).filter(pk__in=wanted)
    decided = actions_review.decide_rows(
        batch_id=batch.pk, choices=body.choices, seen=set(readable.values_list("pk", flat=True)),
        by=user_of(request),
    )  # fmt: skip
    return pages.answer(request, shapes.Decided(decided=decided))


@router.post(
    "/intake/rosters/{pk}/commit", response={202: shapes.Roster}, summary=_("Commit a roster")
)
def commit(request: HttpRequest, pk: Path[Key]) -> HttpResponse:
    batch = _batch(request, pk)
    pages.must_match(request, _roster(batch))
    actions_review.order_commit(batch_id=pk, today=today(), by=user_of(request))
    return _told(request, pk, 202)


@router.post("/intake/rosters/{pk}/undo", response={202: shapes.Roster}, summary=_("Undo a roster"))
def undo(request: HttpRequest, pk: Path[Key], body: Reason) -> HttpResponse:
    batch = _batch(request, pk)
    pages.must_match(request, _roster(batch))
    actions_review.order_undo(batch_id=pk, reason=body.reason, by=user_of(request))
    return _told(request, pk, 202)


@router.post("/intake/rosters/{pk}/discard", response=shapes.Roster, summary=_("Discard a roster"))
def discard(request: HttpRequest, pk: Path[Key]) -> HttpResponse:
    batch = _batch(request, pk)
    pages.must_match(request, _roster(batch))
    job = queries.job_of(batch)
    if batch.state == Batch.State.FAILED or (job is not None and job.live):
        raise Problem("refused", gettext("This roster cannot be discarded now."))
    actions.discard(batch_id=pk, by=user_of(request))
    return _told(request, pk, 200)
