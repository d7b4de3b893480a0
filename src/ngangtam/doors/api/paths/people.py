"""People: the list, one person, postings, records, sensitive parts on request."""

import json
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from ngangtam.doors.api import pages, telling
from ngangtam.doors.api.asking import Token, must_be_valid, person_at, reach_for, user_of
from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.api.shapes import people as shapes
from ngangtam.doors.api.shapes.common import Cursor, Key, Limit, Number, OnDay, Words, coded
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.days import today
from ngangtam.records.personnel import actions, forms
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.kinds import GUARDS, KINDS
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries import file as files
from ngangtam.records.personnel.queries import people as queries
from ngangtam.records.personnel.queries.file import Days
from ngangtam.records.personnel.queries.reach import Reach

router = Router(tags=["people"])
READ: Final = Token(Scope.PEOPLE_READ)
SEALED: Final = Token(Scope.SENSITIVE_READ)
Age = Literal["u30", "30s", "u40", "40s", "u45", "50s", "o60"]
YesNo = Literal["yes", "no"]


@router.get("/people", auth=READ, response=shapes.PersonPage, summary=_("List people"))
def person_list(
    request: HttpRequest,
    *,
    q: Words = "",
    unit: Annotated[
        str, Query(max_length=40, description=_("Code of a unit: it and all below."))
    ] = "",
    own: Annotated[bool, Query(description=_("Only the unit itself, not what is below."))] = False,
    gender: Literal["female", "male"] | None = None,
    level: Literal["central", "province", "district", "commune"] | None = None,
    age: Age | None = None,
    leadership: YesNo | None = None,
    party: YesNo | None = None,
    degree: Annotated[str, Query(max_length=30)] = "",
    count: Annotated[bool, Query(description=_("Say how many there are in all."))] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> HttpResponse:
    reach = reach_for(request, Scope.PEOPLE_READ, Scope.SENSITIVE_READ)
    asked = {"gender": gender, "level": level, "degree": degree}
    filters = {name: str(value) for name, value in asked.items() if value}
    for name, yes in (("leadership", leadership), ("party", party)):
        if yes:
            filters[name] = "true" if yes == "yes" else "false"
    if age:
        filters.update(queries.born_between(age, today()))
    top = queries.unit_of(unit)
    if unit and top is None:
        raise Http404
    if not queries.may_list(reach, top):
        raise Http404
    if top is not None and own:
        filters["at"] = str(top.path)
    words, number = queries.read_words(q)
    wish = queries.Wish(
        words=words, number=number, filters=tuple(filters.items()),
        under=str(top.path) if top else None, take=limit,
    )  # fmt: skip
    after = pages.start(request, cursor)
    rows, last = _after(reach, wish, int(after or 0))
    page = shapes.PersonPage(items=[telling.person_line(row) for row in rows])
    if last is not None:
        page.next = pages.following(request, last)
    if count:
        found = queries.find(reach, replace(wish, take=1))
        page.total, page.total_is_least = found.total, found.more
    return pages.answer(request, page, next_cursor=page.next or "")


def _after(reach: Reach, wish: queries.Wish, after: int) -> tuple[list[Person], int | None]:
    """Return the people of a page, and the last of them when more follow."""
    if wish.number:
        return queries.find(reach, wish).rows, None
    tops = [wish.under] if wish.under else list(reach.over(Permission.PERSON_VIEW))
    with connection.cursor() as cursor:
        cursor.execute(
            "select ngangtam_people_after(%s::ltree[], %s::text[], %s::jsonb, %s, %s)",
            [tops, list(wish.words), json.dumps(dict(wish.filters)), after, wish.take + 1],
        )
        row = cursor.fetchone()
    ids: list[int] = list(row[0]) if row and row[0] else []
    found = queries.people_for(reach).select_related("home_unit").in_bulk(ids[: wish.take])
    rows = [found[one] for one in ids[: wish.take] if one in found]
    return rows, ids[wish.take - 1] if len(ids) > wish.take else None


@router.get("/people/{number}", auth=READ, response=shapes.Person, summary=_("One person"))
def person_detail(request: HttpRequest, number: Path[Number]) -> HttpResponse:
    person, reach = person_at(
        request, number, Scope.PEOPLE_READ, Scope.PEOPLE_WRITE, Scope.SENSITIVE_READ
    )
    return pages.answer(request, _person(person, reach))


def _person(person: Person, reach: Reach) -> shapes.Person:
    may_change = reach.may(Permission.PERSON_CHANGE, person.home_path)
    parts = files.parts_for(reach, person.home_path)
    return telling.person(person, may_change=may_change, parts=parts)


@router.post(
    "/people", auth=Token(Scope.PEOPLE_WRITE), response={201: shapes.Person},
    summary=_("Open a file"),
)  # fmt: skip
def person_open(request: HttpRequest, body: shapes.PersonIn) -> HttpResponse:
    reach = reach_for(request, Scope.PEOPLE_READ, Scope.PEOPLE_WRITE, Scope.SENSITIVE_READ)
    form = forms.OpenForm(form_values(body))
    must_be_valid(form, place_of)
    person = actions.open_file(
        unit_id=form.cleaned_data["unit"].pk, full_name=form.cleaned_data["full_name"],
        birth=form.cleaned_data["birth"], identity=form.identity, basis=form.basis,
        today=today(), by=user_of(request),
    )  # fmt: skip
    at = {"Location": f"{request.path}/{person.number}"}
    return pages.answer(request, _person(person, reach), status=201, headers=at)


def form_values(body: Any) -> dict[str, Any]:
    """Return what came in as the forms of the pages take it."""
    values = body.model_dump(exclude={"basis", "detail"})
    values.update(body.basis.model_dump())
    values.update({f"detail_{name}": value for name, value in getattr(body, "detail", {}).items()})
    return {name: value for name, value in values.items() if value is not None}


def place_of(field: str) -> str:
    """Return where in a request the value of a form's field stands."""
    if field.startswith(("decision_", "source_")):
        return f"basis.{field}"
    if field.startswith("detail_"):
        return f"detail.{field.removeprefix('detail_')}"
    return field


@router.get(
    "/people/{number}/postings", auth=READ, response=shapes.Postings,
    summary=_("Postings of a person"),
)  # fmt: skip
def posting_list(
    request: HttpRequest, number: Path[Number], on: OnDay = None, known: OnDay = None
) -> HttpResponse:
    file = _file(request, number, Days(on=on, known=known))
    rows = [telling.posting(row, number, file.days) for row in file.postings]
    return pages.answer(request, shapes.Postings(items=rows))


@router.get(
    "/people/{number}/records", auth=READ, response=shapes.Records,
    summary=_("Dated records of a person"),
)  # fmt: skip
def record_list(
    request: HttpRequest, *, number: Path[Number], on: OnDay = None, known: OnDay = None,
    kind: Annotated[str, Query(max_length=30)] = "",
    group: Annotated[str, Query(max_length=30)] = "",
) -> HttpResponse:  # fmt: skip
    file = _file(request, number, Days(on=on, known=known))
    rows = [
        telling.record(row, number, file.days) for row in (file.group(group) if group else
                                                           file.records)
        if kind in ("", row.kind)
    ]  # fmt: skip
    return pages.answer(request, shapes.Records(items=rows))


def _file(request: HttpRequest, number: str, days: Days, parts: tuple[str, ...] = ()) -> files.File:
    file = files.get_file(user_of(request), number, today=today(), days=days, parts=parts)
    if file is None:
        raise Http404
    return file


@router.post(
    "/people/{number}/sensitive", auth=SEALED, response=shapes.Sensitive,
    summary=_("Read sensitive parts of a file"),
)  # fmt: skip
def person_sensitive(
    request: HttpRequest, number: Path[Number], body: shapes.AskIn
) -> HttpResponse:
    person, reach = person_at(request, number, Scope.PEOPLE_READ, Scope.SENSITIVE_READ)
    may_ask = files.parts_for(reach, person.home_path)
    if not may_ask:
        raise Http404
    form = forms.AskForm(
        {"part": body.parts, "purpose": body.purpose}, parts=may_ask
    )  # fmt: skip
    must_be_valid(form, lambda name: "parts" if name == "part" else name)
    file = _file(request, number, Days(), tuple(body.parts))
    actions.note_reading(
        person_id=person.pk, parts=file.shown, purpose=form.cleaned_data["purpose"],
        by=user_of(request),
    )  # fmt: skip
    return pages.answer(request, _opened(file), headers=pages.NO_STORE)


def _opened(file: files.File) -> shapes.Sensitive:
    person, origin = file.person, None
    if "origin" in file.shown:
        origin = shapes.Origin(
            ethnicity=coded(person.ethnicity, label("ethnicity", person.ethnicity)),
            religion=coded(person.religion, label("religion", person.religion)),
            personal_number=person.personal_number or None,
        )
    return shapes.Sensitive(
        parts=list(file.shown), origin=origin,
        records=[
            telling.record(row, person.number, file.days) for row in file.records
            if row.sensitive
        ],
    )  # fmt: skip


@router.get("/kinds", auth=READ, response=shapes.Kinds, summary=_("Kinds of record"))
def kind_list(request: HttpRequest) -> HttpResponse:
    items = [
        shapes.Kind(
            id=kind.id, label=str(kind.label), group=kind.group,
            catalogue=kind.catalogue or None, single=kind.single,
            sensitive_part=kind.part if kind.part in GUARDS else None,
            details=[
                {"name": one.name, "label": str(one.label), "shape": one.shape}
                for one in kind.details
            ],
        )
        for kind in KINDS.values()
    ]  # fmt: skip
    return pages.answer(request, shapes.Kinds(items=items))


@router.get("/postings/{pk}", auth=READ, response=shapes.Posting, summary=_("One posting"))
def posting_detail(request: HttpRequest, pk: Path[Key]) -> HttpResponse:
    return pages.answer(request, posting_at(request, pk))


def posting_at(request: HttpRequest, pk: int) -> shapes.Posting:
    """Return a posting that the asker may read. Errors: Http404."""
    row = files.get_posting(user_of(request), pk, today())
    if row is None:
        raise Http404
    return telling.posting(row, row.person.number, Days())


@router.get("/records/{pk}", auth=READ, response=shapes.Record, summary=_("One record"))
def record_detail(request: HttpRequest, pk: Path[Key]) -> HttpResponse:
    return pages.answer(request, record_at(request, pk))


def record_at(request: HttpRequest, pk: int) -> shapes.Record:
    """Return an open record that the asker may read. Errors: Http404."""
    row = files.get_record(user_of(request), pk, today())
    if row is None or row.sensitive:
        raise Http404
    return telling.record(row, row.person.number, Days())
