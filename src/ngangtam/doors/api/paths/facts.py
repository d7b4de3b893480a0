"""Facts: the vocabulary, and what is known of people as of a day."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Final

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from ngangtam.doors.api import pages, telling
from ngangtam.doors.api.asking import Token, person_at, reach_for
from ngangtam.doors.api.paths.units import ref, unit_at
from ngangtam.doors.api.problems import Problem, Wrong
from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.api.shapes import units as shapes
from ngangtam.doors.api.shapes.common import Code, Cursor, Ident, Limit, Number, OnDay
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.oversight.standards.book import rulebook
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.standards.standing import SEALED, facts_of
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.people import people_for

router = Router(tags=["facts"], auth=Token(Scope.FACTS_READ))
# Facts that stand in a sensitive part of a file: read there, with a purpose and a trace.
PARTS: Final = {**SEALED, "ethnicity": "origin", "religion": "origin"}
Wanted = Annotated[
    list[str] | None, Query(description=_("Which facts; all that are open when left out."))
]
_OF_THE_ROW: Final = frozenset({"person_id", "unit"})


@router.get("/facts", response=shapes.Vocabulary, summary=_("The vocabulary of facts"))
def vocabulary(request: HttpRequest) -> HttpResponse:
    items = [
        shapes.Fact(
            name=one.name, label=said(one.label), type=one.type.kind,
            catalogue=one.type.catalogue or None, unit=one.unit or None, privacy=one.privacy,
            derived=bool(one.derived), sensitive_part=PARTS.get(one.name),
        )
        for one in rulebook().facts.values()
    ]  # fmt: skip
    return pages.answer(request, shapes.Vocabulary(items=items))


@router.get("/catalogues", response=shapes.Catalogues, summary=_("The catalogues of codes"))
def catalogue_list(request: HttpRequest) -> HttpResponse:
    items = [_catalogue(one) for one in rulebook().catalogues.values()]
    return pages.answer(request, shapes.Catalogues(items=items))


@router.get("/catalogues/{ident}", response=shapes.Catalogue, summary=_("One catalogue"))
def catalogue_detail(request: HttpRequest, ident: Path[Ident]) -> HttpResponse:
    found = rulebook().catalogues.get(ident)
    if found is None:
        raise Http404
    return pages.answer(request, _catalogue(found))


def _catalogue(one: Catalogue) -> shapes.Catalogue:
    return shapes.Catalogue(
        id=one.id, label=said(one.label_text), ordered=one.ordered,
        entries=[
            shapes.Entry(
                code=entry.code, label=said(entry.label),
                rank=entry.position if one.ordered else None,
            )
            for entry in one.entries
        ],
    )  # fmt: skip


@router.get("/people/{number}/facts", response=shapes.Facts, summary=_("Facts of a person"))
def facts_of_person(request: HttpRequest, number: Path[Number], on: OnDay = None) -> HttpResponse:
    person, _reach = person_at(request, number, Scope.FACTS_READ)
    day = on or today()
    known = facts_of(person, day)
    if known is None:
        told = shapes.Facts(
            day=day, person=number, unit=None, facts={}, withheld=[],
            missing=gettext("The person held no post on this day."),
        )  # fmt: skip
        return pages.answer(request, told)
    names = [name for name in known if name not in _OF_THE_ROW]
    return pages.answer(request, _facts(person, day, known, names))


def _facts(person: Person, day: date, known: dict[str, Any], names: Iterable[str]) -> shapes.Facts:
    book, facts = rulebook(), {}
    for name in names:
        value, fact = known.get(name), book.facts[name]
        if name in PARTS:
            continue
        if isinstance(value, date):
            value = value.isoformat()
        elif fact.type.kind == "code" and value is not None:
            value = book.catalogues[fact.type.catalogue].code(int(value))
        facts[name] = value
    return shapes.Facts(
        day=day, person=person.number, unit=telling.unit_ref(person.home_unit), facts=facts,
        withheld=sorted(set(PARTS) & set(names)),
    )  # fmt: skip


@router.get("/units/{code}/facts", response=shapes.UnitFacts, summary=_("Facts of a unit"))
def facts_of_unit(
    request: HttpRequest, *, code: Path[Code], on: OnDay = None,
    fact: Wanted = None,
    limit: Limit = 50, cursor: Cursor = None,
) -> HttpResponse:  # fmt: skip
    unit, day = unit_at(request, code), on or today()
    reach = reach_for(request, Scope.FACTS_READ)
    if not reach.may(Permission.PERSON_VIEW, unit.path):
        raise Http404
    names = _columns(fact or [])
    found = Place(unit, day, reach).snapshot
    page = shapes.UnitFacts(day=day, unit=ref(unit), columns=names, items=[])
    after = int(pages.start(request, cursor) or 0)
    if found is None:
        return pages.answer(request, page)
    frame = found[0].people(found[1]).select("person_id", *names)
    ids = np.sort(frame["person_id"].to_numpy())
    ids = ids[np.searchsorted(ids, after, side="right") :]
    chosen = [int(one) for one in ids[:limit]]
    rows = {row["person_id"]: row for row in frame.filter(
        frame["person_id"].is_in(chosen)).iter_rows(named=True)}  # fmt: skip
    people = people_for(reach).select_related("home_unit").in_bulk(chosen)
    page.items = [_facts(people[one], day, rows[one], names) for one in chosen if one in people]
    if len(ids) > limit:
        page.next = pages.following(request, chosen[-1])
    return pages.answer(request, page, next_cursor=page.next or "")


def _columns(asked: list[str]) -> list[str]:
    """Return the facts that are asked for. Errors: Problem for one that is unknown or sealed."""
    open_ones = [
        name for name in rulebook().vocabulary.base()
        if name not in _OF_THE_ROW and name not in PARTS
    ]  # fmt: skip
    wrong = [name for name in asked if name not in open_ones]
    if wrong:
        words = gettext("There is no such fact, or it is read with the file alone: %s")
        raise Problem("invalid", words % wrong[0][:40],
                      [Wrong("query.fact", words % name[:40]) for name in wrong[:20]])  # fmt: skip
    return list(dict.fromkeys(asked)) or open_ones
