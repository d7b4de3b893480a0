"""Cycles: the list, opening one, how far it is, who is late, and what is done with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.evaluation import actions_cycles, forms_cycles, queries_cycles, shown, tasks

both = require_http_methods(["GET", "POST"])

LISTING: Final = Listing(
    columns=[
        Column("first", order=("-first", "kind", "pk")),
        Column("unit", order=("path", "-first", "pk")),
    ],
    filters=[
        Filter("kind", _("Kind"), shown.KINDS),
        Filter("state", _("State"), shown.STATES),
    ],
    default_sort="first",
    target="cycle-table",
)  # fmt: skip
LATE: Final = Listing(
    columns=[Column("place", order=("path", "person__name_key", "pk"))],
    filters=[], default_sort="place", target="late-table",
)  # fmt: skip


def cycle_or_404(request: Request, unit_code: str, code: str) -> Any:
    """Return a cycle of which the viewer reads something."""
    cycle = queries_cycles.get_cycle(request.user, unit_code, code)
    if cycle is None:
        raise Http404
    return cycle


def unit_or_404(request: Request, cycle: Any) -> Any:
    """Return the unit of the cycle that the address asks for."""
    unit = queries_cycles.unit_below(cycle, request.GET.get("unit"))
    if unit is None:
        raise Http404
    return unit


def runs(request: Request, cycle: Any) -> bool:
    return may(request.user, Permission.EVALUATION_RUN, str(cycle.path))


@require_safe
def cycle_list(request: Request) -> HttpResponse:
    if not queries_cycles.reads(request.user):
        raise Http404
    query = LISTING.read(request.GET)
    rows = queries_cycles.cycles_for(request.user)
    for name in ("kind", "state"):
        if query.values.get(name):
            rows = rows.filter(**{name: query.values[name]})
    context = {
        "table": query.cut(rows.order_by(*query.order_by)),
        "may_open": may(request.user, Permission.EVALUATION_RUN),
    }
    return page(request, "evaluation/cycle_list.html", "evaluation/_cycle_table.html", context)


@both
def cycle_open(request: Request) -> HttpResponse:
    units = queries_cycles.units_to_open(request.user)
    if not units:
        raise Http404
    form = forms_cycles.OpenForm(request.POST or None, units=units, today=today())
    if request.method == "POST" and form.is_valid():
        try:
            cycle = tasks.open_and_order(
                unit_code=form.cleaned_data["unit"], plan=form.plan(),
                by=actor_of(request.user), language=get_language() or "vi",
            )  # fmt: skip
            return done(request, to=cycle, message=_("The cycle is open; its sheets are made."))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "back": reverse("cycle-list")}
    return page(request, "evaluation/cycle_open.html", "evaluation/_cycle_open.html", context)


@require_safe
def cycle_detail(request: Request, unit_code: str, code: str) -> HttpResponse:
    cycle = cycle_or_404(request, unit_code, code)
    unit = unit_or_404(request, cycle)
    job = tasks.job_of(cycle.pk)  # before what it writes is read
    cycle.refresh_from_db(fields=["state", "run", "closed_at"])
    found = queries_cycles.progress(request.user, cycle, unit, today=today())
    context = {
        "cycle": cycle, "unit": unit, "progress": found, "may_run": runs(request, cycle),
        "job": job, "job_label": shown.job_label(job), "refusal": tasks.refusal_of(cycle.pk),
        "acts": shown.acts(cycle) if runs(request, cycle) else [],
        "above": queries_cycles.above(cycle, unit), "last": cycle.until - timedelta(days=1),
        "past_report": today() > cycle.report_by, "past_confirm": today() > cycle.confirm_by,
        "decided": queries_cycles.decided_count(cycle),
    }  # fmt: skip
    return page(request, "evaluation/cycle_detail.html", "evaluation/_cycle.html", context)


@require_safe
def cycle_job(request: Request, unit_code: str, code: str) -> HttpResponse:
    """How the ordered work stands; asked again and again by the page until it is done."""
    cycle = cycle_or_404(request, unit_code, code)
    job = tasks.job_of(cycle.pk)
    if not job.live:
        return HttpResponseClientRefresh()
    context = {"cycle": cycle, "job": job, "job_label": shown.job_label(job)}
    return render(request, "evaluation/_cycle_job.html", context)


@require_safe
def cycle_late(request: Request, unit_code: str, code: str) -> HttpResponse:
    """Whose own points are missing, and whose sheets the head has not confirmed."""
    cycle = cycle_or_404(request, unit_code, code)
    unit, kind = unit_or_404(request, cycle), request.GET.get("kind", "report")
    query = LATE.read(request.GET)
    rows = queries_cycles.late_sheets(request.user, cycle, unit, kind)
    table = query.cut(rows)
    base = f"{reverse('cycle-late', args=[unit_code, code])}?unit={unit.code}&kind="
    tabs = [
        Tab(_("Own points missing"), f"{base}report", current=kind != "confirm"),
        Tab(_("To be confirmed"), f"{base}confirm", current=kind == "confirm"),
    ]
    context = {"cycle": cycle, "unit": unit, "table": table, "tabs": tabs, "kind": kind,
               "may_run": runs(request, cycle)}  # fmt: skip
    return page(request, "evaluation/cycle_late.html", "evaluation/_cycle_late.html", context)


@both
def cycle_act(request: Request, unit_code: str, code: str, act: str) -> HttpResponse:
    """Ask before something is done with a cycle, for the reason too where one is kept."""
    cycle = cycle_or_404(request, unit_code, code)
    chosen = {one.id: one for one in shown.acts(cycle)}.get(act)
    if chosen is None or not runs(request, cycle):
        raise Http404
    given = request.POST if request.method == "POST" else None
    form = forms_cycles.ReasonForm(given) if chosen.reason else Form(given)
    if request.method == "POST" and form.is_valid():
        try:
            _do(request, cycle, act, form)
            return done(request, to=cycle, message=str(chosen.done))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"cycle": cycle, "act": chosen, "form": form, "back": cycle.get_absolute_url()}
    return page(request, "evaluation/cycle_act.html", "evaluation/_cycle_act.html", context)


def _do(request: Request, cycle: Any, act: str, form: Form) -> None:
    by, reason = actor_of(request.user), form.cleaned_data.get("reason", "")
    given: dict[str, Any] = {"cycle_id": cycle.pk, "by": by}
    direct: dict[str, Callable[[], object]] = {
        "lock": lambda: actions_cycles.lock_cycle(reason=reason, **given),
        "unlock": lambda: actions_cycles.unlock_cycle(reason=reason, **given),
        "reopen": lambda: actions_cycles.reopen_cycle(reason=reason, **given),
        "remind": lambda: actions_cycles.remind(**given),
    }
    if act in direct:
        direct[act]()
        return
    ordered = {"fill": tasks.FILL, "close": tasks.CLOSE, "recompute": tasks.RECKON}
    tasks.order(ordered[act], language=get_language() or "vi", **given)
