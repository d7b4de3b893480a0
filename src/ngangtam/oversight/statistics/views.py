"""Statistical forms of a unit on a day: the list, a form, the people behind a cell, downloads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import page
from ngangtam.oversight.standards.places import NoPlace, Place, place_for
from ngangtam.oversight.statistics import exports, listings, model, queries
from ngangtam.oversight.statistics.model import Form
from ngangtam.oversight.statistics.queries import Sheet


def _place(request: HttpRequest) -> Place:
    try:
        return place_for(request.user, request.GET.dict(), today=today())
    except NoPlace as error:
        raise Http404 from error


def _form(ident: str) -> Form:
    try:
        return model.form(ident)
    except KeyError as error:
        raise Http404(ident) from error


def _sheet(request: HttpRequest, ident: str) -> Sheet:
    found = queries.sheet_for(_place(request), _form(ident))
    if found is None:
        raise Http404(ident)
    return found


@require_safe
def forms(request: HttpRequest) -> HttpResponse:
    context = {
        "place": _place(request), "forms": [model.form(ident) for ident in model.form_ids()],
    }  # fmt: skip
    return page(request, "statistics/form_list.html", "statistics/_forms.html", context)


@require_safe
def form(request: HttpRequest, ident: str) -> HttpResponse:
    place, chosen = _place(request), _form(ident)
    sheet = queries.sheet_for(place, chosen)
    context = {
        "place": place, "chosen": chosen, "sheet": sheet, "heads": exports.heads(chosen.columns),
        "below": [line for line in chosen.columns if line.over],
        "numbers": exports.numbers(chosen.columns),
        "broken": list(exports.broken(sheet)) if sheet else [], "legend": exports.LEGEND,
    }  # fmt: skip
    return page(request, "statistics/form_detail.html", "statistics/_form.html", context)


@require_safe
def people(request: HttpRequest, ident: str) -> HttpResponse:
    sheet, part = _sheet(request, ident), queries.part_of(request.GET.get("part", ""))
    found = queries.people(
        sheet, request.GET.get("row", ""), request.GET.get("column", ""), part,
        listings.PEOPLE.read(request.GET),
    )  # fmt: skip
    if found is None:
        raise Http404(ident)
    shown, table = found
    context = {
        "place": sheet.place, "chosen": sheet.form, "shown": shown, "table": table,
        "parts": listings.part_tabs(sheet.place, sheet.form, shown, part),
    }  # fmt: skip
    return page(request, "statistics/form_people.html", "statistics/_people.html", context)


@require_safe
def excel(request: HttpRequest, ident: str) -> HttpResponse:
    return exports.excel(_sheet(request, ident))


@require_safe
def paper(request: HttpRequest, ident: str) -> HttpResponse:
    return exports.paper(_sheet(request, ident), at=timezone.now())
