"""Targets and indicators of a unit on a day."""

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from ngangtam.doors.api import pages
from ngangtam.doors.api.asking import Token, place_at
from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.api.shapes import oversight as shapes
from ngangtam.doors.api.shapes.common import Ident, OfUnit, OnDay, UnitRef
from ngangtam.foundation.kernel.speech import said
from ngangtam.oversight.standards.book import rulebook
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.targets import figures, queries

router = Router(tags=["targets"], auth=Token(Scope.TARGETS_READ))


def _ref(place: Place) -> UnitRef:
    return UnitRef(code=place.unit.code, name=place.unit.name)


def _not_then() -> str:
    return gettext("The unit did not exist on this day.")


@router.get("/targets", response=shapes.Targets, summary=_("Targets of a unit"))
def target_list(
    request: HttpRequest, *,
    unit: OfUnit = "",
    on: OnDay = None,
    resolution: Annotated[str, Query(max_length=100)] = "",
    outcome: Annotated[str, Query(max_length=20)] = "",
) -> HttpResponse:  # fmt: skip
    place = place_at(request, unit, on, Scope.TARGETS_READ, Scope.PEOPLE_READ)
    found = queries.groups(place, resolution, outcome)
    told = shapes.Targets(
        day=place.day, unit=_ref(place),
        items=[_target(row) for group in found or [] for row in group.rows],
        why_not=_not_then() if found is None else None,
    )  # fmt: skip
    return pages.answer(request, told)


def _target(row: queries.Row) -> shapes.Target:
    target, found = row.target, row.measure
    return shapes.Target(
        id=target.id, label=said(target.label), resolution=target.resolution,
        cites=list(target.cites), kind=target.kind, comparison=target.comparison,
        low=target.low, high=target.high, measured_in=target.unit, deadline=target.deadline,
        outcome=row.outcome,
        value=found.value if found else None, value_low=found.low if found else None,
        value_high=found.high if found else None, count=found.count if found else None,
        total=found.total if found else None, unknown=found.unknown if found else None,
        gap=found.gap if found else None,
        missing=[
            shapes.Missing(fact=one.fact, people=one.people)
            for one in (found.missing if found else ())
        ],
        note=said(row.why_unknown) or None,
    )  # fmt: skip


@router.get("/targets/{ident}", response=shapes.TargetDetail, summary=_("One target, unit by unit"))
def target_detail(
    request: HttpRequest, ident: Path[Ident],
    unit: OfUnit = "",
    on: OnDay = None,
) -> HttpResponse:  # fmt: skip
    target = rulebook().targets.get(ident)
    if target is None:
        raise Http404
    place = place_at(request, unit, on, Scope.TARGETS_READ, Scope.PEOPLE_READ)
    row = queries.row_in(place, target)
    told = shapes.TargetDetail(
        day=place.day, unit=_ref(place), target=_target(row) if row else None,
        below=[
            shapes.TargetBelow(
                unit=UnitRef(code=one.code, name=one.name), people=one.people,
                target=_target(one.row),
            )
            for one in queries.children(place, target, "name")
        ],
        why_not=None if row else _not_then(),
    )  # fmt: skip
    return pages.answer(request, told)


@router.get("/indicators", response=shapes.IndicatorSets, summary=_("Sets of definitions"))
def indicator_sets(request: HttpRequest) -> HttpResponse:
    items = [
        shapes.IndicatorSet(
            id=one.id, label=said(one.label), source=one.source, cites=list(one.cites),
            reference_day=one.reference_day, figures=[item.id for item in one.items],
        )
        for one in rulebook().indicators.values()
    ]  # fmt: skip
    return pages.answer(request, shapes.IndicatorSets(items=items))


@router.get("/indicators/{ident}", response=shapes.Indicators, summary=_("Indicators of a unit"))
def indicator_list(
    request: HttpRequest, ident: Path[Ident],
    unit: OfUnit = "",
    on: OnDay = None,
) -> HttpResponse:  # fmt: skip
    definitions = rulebook().indicators.get(ident)
    if definitions is None:
        raise Http404
    place = place_at(request, unit, on, Scope.TARGETS_READ, Scope.PEOPLE_READ)
    found = figures.figures(place, definitions)
    told = shapes.Indicators(
        set=ident, label=said(definitions.label), day=place.day, unit=_ref(place),
        items=[_figure(one) for one in found or []],
        why_not=_not_then() if found is None else None,
    )  # fmt: skip
    return pages.answer(request, told)


def _figure(one: figures.Figure) -> shapes.Indicator:
    shown = not one.hidden
    return shapes.Indicator(
        id=one.indicator.id, label=said(one.indicator.label), definition=one.indicator.definition,
        reference_day=one.reference_day, hidden=one.hidden,
        count=one.count if shown else None, total=one.total if shown else None,
        percent=one.percent if shown else None, unknown=one.unknown if shown else None,
        value=one.value if shown else None,
        bands=[
            shapes.Band(label=band.label, count=band.count, percent=band.percent)
            for band in one.bands
        ] if shown else [],
    )  # fmt: skip
