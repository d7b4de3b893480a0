"""Pages of the areas: provinces of a day, what lies in them, what became of them."""

from datetime import date
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.days import parse_day, today
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.downloads import download
from ngangtam.foundation.ui.http import page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.organisation.areas import exports, queries
from ngangtam.records.organisation.areas.dataset import SWITCH
from ngangtam.records.organisation.areas.resolve import resolve

PROVINCES: Final = Listing(
    columns=[
        Column("code", order=("code",)),
        Column("name", order=("name_plain",)),
        Column("districts", order=("districts",), numeric=True, down_first=True),
        Column("communes", order=("communes",), numeric=True, down_first=True),
    ],
    filters=[Filter("q", _("Search")), Filter("day", _("Day"), kind="day")],
    default_sort="code", page_size=100, target="area-table",
)  # fmt: skip
INSIDE: Final = Listing(
    columns=[
        Column("code", order=("code",)),
        Column("name", order=("name_plain",)),
        Column("kind", order=("kind", "name_plain")),
        Column("inner", order=("inner",), numeric=True, down_first=True),
    ],
    filters=[Filter("q", _("Search"))], default_sort="code", page_size=200, target="area-inside",
)  # fmt: skip


def _day(request: HttpRequest) -> date:
    return parse_day(request.GET.get("day", "")).value.day or today()


@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    """Provinces of any day with their counts; with a search, the areas that it finds."""
    query = PROVINCES.read(request.GET)
    day = _day(request)
    words = query.values["q"]
    rows = queries.provinces_on(day).order_by(*query.order_by)
    context = {
        "table": query.cut(rows), "day": day, "counts": queries.counts_on(day), "tabs": _tabs(day),
        "hits": queries.search_areas(words, limit=100) if words else [], "words": words,
        "match": resolve(words) if words else None, "before": day < SWITCH,
    }  # fmt: skip
    return page(request, "organisation/area_list.html", "organisation/_area_table.html", context)


def _tabs(day: date) -> list[Tab]:
    here = reverse("area-list")
    return [
        Tab(_("Since 1 July 2025"), here, day >= SWITCH),
        Tab(_("Until 30 June 2025"), f"{here}?day=2025-06-30", day < SWITCH),
    ]


@require_safe
def area_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One area: what lies in it, what it came from, what it became, whole or in part."""
    area = queries.get_area(pk)
    if area is None:
        raise Http404
    query = INSIDE.read(request.GET)
    rows = queries.inside(area, query.values["q"]).order_by(*query.order_by)
    context = {
        "area": area, "way": queries.way_to(area), "table": query.cut(rows),
        "since": queries.in_force_since(area), "until": queries.last_day(area),
        "below": queries.became_below(area), "day": queries.list_day(area.valid.lower),
        "level": queries.level_below(area),
    }  # fmt: skip
    return page(request, "organisation/area_detail.html", "organisation/_area_inside.html", context)


@require_safe
def area_suggest(request: HttpRequest) -> HttpResponse:
    """The first areas that a search would find, while it is being typed."""
    words = request.GET.get("q", "")[:100]
    hits = queries.search_areas(words, limit=8)
    context = {"hits": hits, "words": words}
    return render(request, "organisation/_area_suggestions.html", context)


@require_safe
def area_export(request: HttpRequest, style: str) -> HttpResponse:
    """The areas of a day, or of one area, as a spreadsheet."""
    within = request.GET.get("within", "")
    area = queries.get_area(int(within)) if within.isdecimal() and len(within) < 12 else None
    day = queries.list_day(area.valid.lower) if area is not None else _day(request)
    rows = queries.export_rows(area, day)
    name = f"dia-ban-{area.code if area is not None else 'ca-nuoc'}-{day:%Y%m%d}.{style}"
    body = exports.as_csv(rows) if style == "csv" else exports.as_xlsx(rows, f"{day:%d-%m-%Y}")
    return download(body, name)
