"""Rounds of votes of confidence, one round, what waits to be considered, the own results."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.confidence import actions, forms, queries, shown

LISTING = Listing(
    columns=[
        Column("day", order=("-day", "-pk")),
        Column("unit", order=("unit__name", "-day", "pk")),
    ],
    filters=[
        Filter("q", _("Search")),
        Filter("state", _("State"), shown.STATES),
        Filter("regime", _("By the rules"), shown.REGIMES),
    ],
    default_sort="day",
    target="round-table",
)
LOW = Listing(columns=[Column("day", order=("-day", "-pk"))], filters=[], default_sort="day",
              target="low-table")  # fmt: skip
VOTERS = Listing(
    columns=[Column("name", order=("person__name_key", "pk"))],
    filters=[Filter("q", _("Search"))], default_sort="name", target="voter-table",
)  # fmt: skip


@require_safe
def round_list(request: Request) -> HttpResponse:
    """Rounds of the viewer's units, with what is due soonest and what waits to be considered."""
    if not queries.may_read(request.user):
        raise Http404
    query = LISTING.read(request.GET)
    rows = queries.rounds_found(request.user, query.values["q"])
    for name in ("state", "regime"):
        if query.values.get(name):
            rows = rows.filter(**{name: query.values[name]})
    context = {
        "table": query.cut(rows.order_by(*query.order_by)),
        "units": queries.units_to_open_in(request.user),
        "dues": shown.soonest(queries.open_dues(request.user, today()), today()),
        "low": queries.waiting_results(request.user).count(),
    }
    return page(request, "confidence/round_list.html", "confidence/_round_table.html", context)


@never_cache
@require_safe
def low_list(request: Request) -> HttpResponse:
    """Low results about which nobody has said anything yet."""
    if not queries.may_read(request.user):
        raise Http404
    query = LOW.read(request.GET)
    table = query.cut(queries.waiting_results(request.user).order_by(*query.order_by))
    rows = [queries.line_of(row) for row in table.rows]
    context = {"table": table, "lines": shown.lines(rows, request.user)}
    return page(request, "confidence/low_list.html", "confidence/_low_table.html", context)


@require_http_methods(["GET", "POST"])
def round_open(request: Request, code: str) -> HttpResponse:
    """Open a round in a body; its people are listed from the postings."""
    unit = queries.unit_to_open_in(request.user, code)
    if unit is None:
        raise Http404
    form = forms.OpenForm(request.POST or None, initial=shown.start(unit, today()))
    if form.is_valid():
        try:
            made = actions.open_round(
                unit_code=unit.code, values=form.values(), by=actor_of(request.user), today=today()
            )
            return done(request, to=made, message=str(_("The round is open; look at its lists.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "unit": unit, "inside": queries.units_inside(unit)}
    return page(request, "confidence/round_open.html", "confidence/_round_open.html", context)


def get_round(request: Request, pk: int) -> Any:
    one = queries.get_round(request.user, pk)
    if one is None:
        raise Http404
    return one


@never_cache
@require_safe
def round_detail(request: Request, pk: int) -> HttpResponse:
    one = get_round(request, pk)
    context = shown.round_context(request.user, one, today())
    return page(request, "confidence/round_detail.html", "confidence/_round.html", context)


@never_cache
@require_safe
def voter_list(request: Request, pk: int) -> HttpResponse:
    """Everybody who is convened."""
    one = get_round(request, pk)
    query = VOTERS.read(request.GET)
    rows = queries.voters_of(one, query.values["q"])
    table = query.cut(rows.order_by(*query.order_by))
    context = {"round": one, "table": table}
    return page(request, "confidence/voter_list.html", "confidence/_voter_table.html", context)


@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """The viewer's own results that were released."""
    context = {"lines": shown.lines(queries.own_results(request.user))}
    return page(request, "confidence/mine.html", "confidence/_mine.html", context)
