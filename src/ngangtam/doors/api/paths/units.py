"""Units: which exist, how they stood on a day, their posts and establishment."""

from typing import Annotated, Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from ngangtam.doors.api import pages
from ngangtam.doors.api.asking import Token, reach_for, user_of
from ngangtam.doors.api.problems import Problem, Wrong
from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.api.shapes import units as shapes
from ngangtam.doors.api.shapes.common import Code, Cursor, Limit, OnDay, UnitRef, Words, coded
from ngangtam.foundation.kernel.days import today
from ngangtam.records.organisation import queries as organisation
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.queries import units as queries
from ngangtam.records.personnel.queries.reach import Reach, reach_of

router = Router(tags=["units"], auth=Token(Scope.UNITS_READ))
MOST_UNITS: Final = 3_000
FOUND: Final = 50


@router.get("/units", response=shapes.UnitPage, summary=_("List units"))
def unit_list(
    request: HttpRequest,
    *,
    q: Words = "",
    parent: Annotated[
        str, Query(max_length=40, description=_("Only units right below this code."))
    ] = "",
    ended: Annotated[bool, Query(description=_("Units that have ended, too."))] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> HttpResponse:
    reach = reach_of(user_of(request), today())
    if q.strip():
        found = organisation.search_units(user_of(request), q, on=today(), limit=min(limit, FOUND))
        return pages.answer(request, shapes.UnitPage(items=[_unit(row, reach) for row in found]))
    rows = organisation.units_for(user_of(request)).select_related("parent").order_by("code")
    if parent:
        rows = rows.filter(parent__code=parent)
    if not ended:
        rows = rows.filter(ended_on__isnull=True)
    after = pages.start(request, cursor)
    if after:
        rows = rows.filter(code__gt=str(after))
    units = list(rows[: limit + 1])
    page = shapes.UnitPage(items=[_unit(row, reach) for row in units[:limit]])
    if len(units) > limit:
        page.next = pages.following(request, units[limit - 1].code)
    return pages.answer(request, page, next_cursor=page.next or "")


def _unit(row: Unit, reach: Reach) -> shapes.Unit:
    return shapes.Unit(
        code=row.code, name=row.name, kind=coded(row.kind, label("unit_kind", row.kind)),
        level=coded(row.level, label("level", row.level)),
        parent=row.parent.code if row.parent else None, ended_on=row.ended_on,
        holders=row.holders if queries.counts_people(reach, row.path) else None, seats=row.seats,
    )  # fmt: skip


def unit_at(request: HttpRequest, code: str) -> Unit:
    """Return a unit by its code. Errors: Http404."""
    unit = organisation.get_unit(user_of(request), code)
    if unit is None:
        raise Http404
    return unit


def ref(unit: Unit) -> UnitRef:
    return UnitRef(code=unit.code, name=unit.name)


@router.get("/units/{code}", response=shapes.Unit, summary=_("One unit"))
def unit_detail(request: HttpRequest, code: Path[Code]) -> HttpResponse:
    reach = reach_of(user_of(request), today())
    return pages.answer(request, _unit(unit_at(request, code), reach))


@router.get("/units/{code}/tree", response=shapes.Tree, summary=_("The tree below a unit"))
def unit_tree(
    request: HttpRequest, *, code: Path[Code], on: OnDay = None,
    depth: Annotated[int, Query(ge=0, le=10, description=_("How many levels below the unit."))] = 1,
) -> HttpResponse:  # fmt: skip
    unit, day = unit_at(request, code), on or today()
    places = organisation.tree_on(day, top=unit.pk, depth=depth)
    if len(places) > MOST_UNITS:
        words = gettext("These are too many units; ask for fewer levels.")
        raise Problem("invalid", words, [Wrong("query.depth", words)])
    codes = {place.id: place.code for place in places}
    items = [
        shapes.Branch(
            code=place.code, name=place.name, kind=place.kind, level=place.level,
            parent=codes.get(place.parent_id or 0), depth=place.depth, children=place.children,
        )
        for place in places
    ]  # fmt: skip
    return pages.answer(request, shapes.Tree(day=day, items=items))


@router.get("/units/{code}/posts", response=shapes.Posts, summary=_("Posts of a unit"))
def post_list(request: HttpRequest, code: Path[Code], on: OnDay = None) -> HttpResponse:
    unit, day = unit_at(request, code), on or today()
    # Who holds a post is for the scope of people; how many, for whoever reaches the unit.
    reach, figures = reach_for(request, Scope.PEOPLE_READ), reach_of(user_of(request), today())
    items = [_post(line) for line in queries.posts_of(unit, day, reach, figures)]
    return pages.answer(request, shapes.Posts(day=day, unit=ref(unit), items=items))


def _post(line: Any) -> shapes.Post:
    post = line.post
    return shapes.Post(
        id=post.pk, title=post.title, title_kind=post.title_kind, regime=post.regime,
        level=post.level, leadership=post.leadership, head=post.head, seats=post.seats,
        held=line.held, free=line.free,
        holders=[
            shapes.Holder(
                number=row.person.number, full_name=row.person.full_name, seat=row.seat,
                main=row.main, first_day=row.valid.lower,
            )
            for row in line.holders
        ],
    )  # fmt: skip


@router.get(
    "/units/{code}/establishment", response=shapes.Establishment,
    summary=_("Establishment of a unit"),
)  # fmt: skip
def establishment(
    request: HttpRequest, code: Path[Code], on: OnDay = None,
    below: Annotated[bool, Query(description=_("With all that stood below it."))] = False,
) -> HttpResponse:  # fmt: skip
    unit, day = unit_at(request, code), on or today()
    rows = (
        organisation.strength_below(unit, day) if below else organisation.strength([unit.pk], day)
    )
    known = queries.counts_people(reach_of(user_of(request), today()), unit.path)
    items = [
        shapes.Strength(
            regime=row.regime, label=row.label, established=row.established, seats=row.seats,
            holders=row.holders if known else None, vacant=row.vacant if known else None,
        )
        for row in rows
    ]  # fmt: skip
    told = shapes.Establishment(day=day, unit=ref(unit), below=below, items=items)
    return pages.answer(request, told)
