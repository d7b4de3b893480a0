"""The balance of successors of a unit and everything below it."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import Request, page
from ngangtam.foundation.ui.tables import Filter, Listing
from ngangtam.stages.planning import exports, forms, queries
from ngangtam.stages.planning.balance import balance

LISTING = Listing(
    filters=[Filter("q", ""), Filter("which", "", choices=forms.BalanceForm.WHICH[1:])],
    page_size=50, target="balance", tie="", keep=("unit", "on"),
)  # fmt: skip


def _found(request: Request) -> dict[str, Any]:
    form = forms.BalanceForm(request.GET or None)
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    asked = data.get("unit")
    units = queries.units_for(request.user)
    unit = queries.unit_read(request.user, asked.code if asked else units[0].code if units else "")
    if unit is None:
        raise Http404
    found = balance(unit, data.get("on") or today())
    listing = LISTING.read(request.GET)
    rows = queries.balance_rows(found, listing.values)
    start = {"unit": unit, "on": found.day, "which": listing.values["which"]}
    return {
        "found": found, "rows": rows, "unit": unit, "table": listing.cut(rows, total=len(rows)),
        "form": forms.BalanceForm(initial=start), "words": listing.values["q"],
        "ask": "?" + urlencode({"unit": unit.code, "on": found.day.isoformat()}),
        "sealed": queries.sealed_parts(request.user, unit.path, today()),
    }  # fmt: skip


@require_safe
def balance_page(request: Request) -> HttpResponse:
    return page(request, "planning/balance.html", "planning/_balance.html", _found(request))


@require_safe
def balance_print(request: Request) -> HttpResponse:
    return page(request, "planning/balance_print.html", "planning/balance_print.html",
                _found(request))  # fmt: skip


@require_safe
def balance_export(request: Request) -> HttpResponse:
    found = _found(request)
    return exports.balance_response(
        queries.narrowed(found["found"], found["rows"]), sealed=found["sealed"]
    )
