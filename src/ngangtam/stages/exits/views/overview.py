"""Exits of a unit at a glance, and who retires in the coming months."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.text import plain
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.exits import exports, queries, retiring, shown, tasks
from ngangtam.stages.exits.views.frame import unit_or_404

RETIREMENTS = Listing(
    columns=[Column("day", order=("day",))],
    filters=[
        Filter("q", gettext_lazy("Full name")),
        Filter(
            "who", gettext_lazy("Who"), [("leaders", gettext_lazy("leadership posts"))],
            any_label=gettext_lazy("everybody"),
        ),
    ],
    default_sort="day",
    target="retirements",
)  # fmt: skip
_SHOWN = 8


@require_safe
def start(request: Request) -> HttpResponse:
    """Where the viewer reads exits; straight to the unit when it is only one."""
    if not queries.may_read(request.user):
        raise Http404
    units = queries.units_for(request.user)
    if len(units) == 1:
        return done(request, to=reverse("exit-unit", args=[units[0].code]))
    context = {"units": units}
    return page(request, "exits/start.html", "exits/_start.html", context)


@never_cache
@require_safe
def unit(request: Request, code: str) -> HttpResponse:
    found = unit_or_404(request, code)
    day = today()
    path = str(found.path)
    standing = queries.proposals_below(request.user, found).filter(state="standing")
    standing = standing.order_by("exit", "-first_seen", "pk")
    sure, doubtful = standing.filter(confirmed=True), standing.filter(confirmed=False)
    suspensions = queries.suspensions_for(request.user).filter(
        path__within=path, state="running"
    )  # fmt: skip
    letters = queries.letters_for(request.user).filter(path__within=path, state="sent")
    left = queries.departures_for(request.user).filter(path__within=path)[:_SHOWN]
    asked = (request.GET.get("q") or "").strip()
    context = {
        "unit": found, "kinds": queries.kinds_of(request.user, found, day),
        "explained": shown.explained(),
        "sure": [shown.line_of(one) for one in sure[:_SHOWN]], "sure_count": sure.count(),
        "doubtful": [shown.line_of(one) for one in doubtful[:_SHOWN]],
        "doubtful_count": doubtful.count(),
        "cases": queries.running_cases(request.user, found),
        "suspensions": [(one, shown.days_left(one, day)) for one in suspensions],
        "letters": list(letters[:_SHOWN]),
        "left": [(one, queries.label_of(one.ground) if one.ground else "") for one in left],
        "off": queries.not_watched(day),
        "may_run": may(request.user, Permission.CASE_RUN, path),
        "asked": asked,
        "people": queries.search_people(request.user, asked) if asked else [],
        "today": day,
    }  # fmt: skip
    return page(request, "exits/unit.html", "exits/_unit.html", context)


@require_POST
def look(request: Request, code: str) -> HttpResponse:
    """Have the unit looked at now, by the worker."""
    found = unit_or_404(request, code)
    ordered = tasks.order_look(unit_id=found.pk, by=actor_of(request.user))
    words = _("The grounds are being looked at; come back in a moment.")
    return done(request, to=reverse("exit-unit", args=[code]),
                message=words if ordered else _("A look is already waiting."))  # fmt: skip


def _rows(request: Request, found: Any) -> tuple[Any, list[retiring.Retirement]]:
    query = RETIREMENTS.read(request.GET)
    rows = retiring.retirements(
        found, today(), leaders_only=query.values.get("who") == "leaders"
    )  # fmt: skip
    asked = plain(query.values.get("q") or "")
    if asked:
        rows = [one for one in rows if asked in plain(one.name) or asked in plain(one.unit)]
    return query, rows


@never_cache
@require_safe
def retirements(request: Request, code: str) -> HttpResponse:
    """Who retires in the coming 24 months, month by month, and what falls vacant."""
    found = unit_or_404(request, code)
    query, rows = _rows(request, found)
    table = query.cut(rows)
    printed = request.GET.get("print") == "yes"
    context = {
        "unit": found, "table": table, "rows": rows if printed else table.rows,
        "vacant": sum(len(one.posts) for one in rows), "months": retiring.MONTHS,
        "may_run": may(request.user, Permission.CASE_RUN, str(found.path)),
        "notice": rows[0].notice if rows else None, "printed": printed, "today": today(),
        "query": request.GET.urlencode(),
    }  # fmt: skip
    if printed:
        return page(request, "exits/retirements_print.html", "exits/_retirement_rows.html", context)
    return page(request, "exits/retirements.html", "exits/_retirements.html", context)


@never_cache
@require_safe
def retirements_excel(request: Request, code: str) -> HttpResponse:
    found = unit_or_404(request, code)
    _query, rows = _rows(request, found)
    return exports.excel(found, rows)
