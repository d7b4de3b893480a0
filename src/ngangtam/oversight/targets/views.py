"""How far units have come towards the targets, and their indicators."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import page
from ngangtam.law.engine.model import Target
from ngangtam.oversight.standards.book import rulebook
from ngangtam.oversight.standards.places import NoPlace, Place, place_for
from ngangtam.oversight.targets import exports, listings, pictures, queries
from ngangtam.oversight.targets import figures as figure_queries

TREND_YEARS = 4


def _place(request: HttpRequest) -> Place:
    try:
        return place_for(request.user, request.GET.dict(), today=today())
    except NoPlace as error:
        raise Http404 from error


def _target(ident: str) -> Target:
    found = rulebook().targets.get(ident)
    if found is None:
        raise Http404(ident)
    return found


@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    place, asked = _place(request), listings.TARGETS.read(request.GET)
    every = queries.groups(place)
    shown = queries.groups(place, asked.values["resolution"], asked.values["outcome"])
    context = {
        "place": place,
        "table": asked.cut(shown or []),
        "groups": shown,
        "summary": queries.summary(every or []),
        "least": queries.least_shown(place),
    }
    return page(request, "targets/target_list.html", "targets/_target_groups.html", context)


@require_safe
def target(request: HttpRequest, ident: str) -> HttpResponse:
    found, place = _target(ident), _place(request)
    asked = listings.CHILDREN.read(request.GET)
    units = queries.children(place, found, asked.sort)
    context = {
        "target": found,
        "place": place,
        "row": queries.row_in(place, found),
        "table": asked.cut(units),
        "picture": pictures.children(found, units),
        "least": queries.least_shown(place),
        "parts": listings.part_tabs(place, found),
    }
    return page(request, "targets/target_detail.html", "targets/_target_children.html", context)


@require_safe
def people(request: HttpRequest, ident: str) -> HttpResponse:
    found, place = _target(ident), _place(request)
    part = queries.part_of(request.GET)
    rows = queries.people(place, found, part, listings.PEOPLE.read(request.GET))
    if rows is None:
        raise Http404(ident)
    context = {
        "target": found,
        "place": place,
        "table": rows,
        "part": part,
        "parts": listings.part_tabs(place, found, part),
    }
    return page(request, "targets/target_people.html", "targets/_target_people.html", context)


@require_safe
def trend(request: HttpRequest, ident: str) -> HttpResponse:
    found, place = _target(ident), _place(request)
    past = queries.trend(place, found, TREND_YEARS)
    context = {
        "target": found,
        "place": place,
        "past": past,
        "picture": pictures.trend(found, past),
    }
    return page(request, "targets/target_trend.html", "targets/_target_trend.html", context)


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    place, asked = _place(request), listings.INDICATORS.read(request.GET)
    definitions = listings.definitions(asked)
    found = figure_queries.figures(place, definitions)
    context = {
        "place": place,
        "definitions": definitions,
        "table": asked.cut(found or []),
        "figures": found,
        "pyramid": figure_queries.pyramid(place),
        "composition": figure_queries.composition(found or []),
        "least": queries.least_shown(place),
    }
    return page(request, "targets/indicator_list.html", "targets/_indicator_table.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    place = _place(request)
    return exports.targets(place, queries.groups(place) or [])


@require_safe
def export_units(request: HttpRequest, ident: str) -> HttpResponse:
    found, place = _target(ident), _place(request)
    return exports.units(place, found, queries.children(place, found, "name"))


@require_safe
def export_indicators(request: HttpRequest) -> HttpResponse:
    place, asked = _place(request), listings.INDICATORS.read(request.GET)
    definitions = listings.definitions(asked)
    found = figure_queries.figures(place, definitions)
    return exports.indicators(place, definitions, found or [])
