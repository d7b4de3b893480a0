"""A unit's month for its head: who has what, how it stands, confirmed many at once."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.work import (
    actions_head,
    actions_plan,
    exports,
    forms,
    queries,
    queries_products,
)
from ngangtam.stages.work.actions_head import Confirmation
from ngangtam.stages.work.views import frame

LOOKS: Final = [
    ("unconfirmed", _("waits for confirmation")), ("silent", _("not reported yet")),
    ("late", _("late")), ("no_evidence", _("no evidence")),
    ("cause", _("objective cause claimed")), ("proposed", _("proposed")),
]  # fmt: skip
LISTING = Listing(
    columns=[
        Column("person", order=("person__name_key", "due")),
        Column("title", order=("title",)),
        Column("due", order=("due", "person__name_key")),
        Column("quantity", order=("quantity",), numeric=True, down_first=True),
        Column("state", order=("state", "due")),
    ],
    filters=[
        Filter("q", _("Search")),
        Filter("person", _("Person"), kind="number"),
        Filter("look", _("Show"), LOOKS),
        Filter("state", _("State"), queries.S.choices, any_label=_("under way")),
    ],
    default_sort="person",
    target="unit-table",
    keep=("month",),
)  # fmt: skip


@require_safe
def unit_home(request: Request) -> HttpResponse:
    """The units whose work the viewer leads; straight into the only one."""
    units = queries.led_units(request.user)
    if not units:
        raise Http404
    if len(units) == 1:
        return done(request, to=reverse("unit-work", args=[units[0].code]))
    return page(request, "work/unit_list.html", "work/_unit_list.html", {"units": units})


@require_safe
def unit_work(request: Request, code: str) -> HttpResponse:
    unit, day = frame.unit_of(request.user, code), today()
    month = queries.month_of(request.GET.get("month", ""), day)
    query = LISTING.read(request.GET)
    whole = queries.unit_tasks(request.user, unit, month)
    rows = queries.narrowed(whole, query.values, day).order_by(*query.order_by)
    table = query.cut(rows)
    counts = queries.counts(whole, day)
    context = {
        "unit": unit, "table": table, "lines": queries.lines(request.user, table.rows, day),
        "months": frame.months(month), "counts": counts, "today": day,
        "looks": [(look, label, counts[look]) for look, label in LOOKS],
        "tabs": frame.tabs(request.user, unit, "month"),
        "may_assign": may(request.user, Permission.WORK_ASSIGN, str(unit.path)),
        "export": query.url(page="").lstrip("?"), "here": request.get_full_path(),
        "person": rows[0].person if query.values["person"] and table.rows else None,
    }  # fmt: skip
    return page(request, "work/unit_work.html", "work/_unit_table.html", context)


@require_POST
def unit_confirm(request: Request, code: str) -> HttpResponse:
    """Confirm the chosen tasks as their people reported them: all or none."""
    unit = frame.assigning_unit(request.user, code)
    chosen = [one.partition(":") for one in request.POST.getlist("task")][:500]
    said = [
        Confirmation(int(pk), version=int(version) if version.isdecimal() else None)
        for pk, _colon, version in chosen
        if pk.isdecimal()
    ]
    back = request.POST.get("next", "")
    to = back if back.startswith(reverse("own-work")) else reverse("unit-work", args=[unit.code])
    if not said:
        messages.error(request, _("Choose the tasks to confirm."))
        return done(request, to=to)
    try:
        made = actions_head.confirm_many(
            unit_id=unit.pk, confirmations=said, by=actor_of(request.user)
        )
    except DomainError as error:
        messages.error(request, " ".join(error.messages))
        return done(request, to=to)
    words = ngettext("%(count)s task is confirmed.", "%(count)s tasks are confirmed.", len(made))
    return done(request, to=to, message=words % {"count": len(made)})


@require_http_methods(["GET", "POST"])
def unit_assign(request: Request, code: str) -> HttpResponse:
    """Give a task to several people at once, once or every month."""
    unit = frame.assigning_unit(request.user, code)
    month = queries.month_of(request.GET.get("month", ""), today())
    form = forms.AssignForm(
        request.POST or None, products=queries_products.in_month(unit.path, month),
        people=queries.people_of(request.user, unit), initial={"month": f"{month:%Y-%m}"},
    )  # fmt: skip
    if form.is_valid():
        try:
            made = _assign(unit, form, actor_of(request.user))
            words = ngettext("%(count)s task is given.", "%(count)s tasks are given.", made)
            to = f"{reverse('unit-work', args=[unit.code])}?month={month:%Y-%m}"
            return done(request, to=to, message=words % {"count": made})
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "unit": unit, "months": frame.months(month),
        "load": queries.load_of(request.user, unit, month),
    }  # fmt: skip
    return page(request, "work/assign.html", "work/_assign_form.html", context)


def _assign(unit: Any, form: forms.AssignForm, by: Any) -> int:
    data = form.cleaned_data
    return actions_plan.assign_people(
        unit_id=unit.pk, work=form.work(), people=data["people"], shared=data["how"] == "shared",
        until=data["until"], by=by,
    )  # fmt: skip


@require_safe
def unit_print(request: Request, code: str) -> HttpResponse:
    """The month on paper, everything that the filters leave."""
    unit, day = frame.unit_of(request.user, code), today()
    month = queries.month_of(request.GET.get("month", ""), day)
    query = LISTING.read(request.GET)
    rows = queries.narrowed(queries.unit_tasks(request.user, unit, month), query.values, day)
    tasks = list(rows.order_by(*query.order_by)[: exports.MOST_ROWS])
    context = {
        "unit": unit, "lines": queries.lines(request.user, tasks, day), "today": day,
        "months": frame.months(month), "sums": queries.sums(tasks, day),
        "back": f"{reverse('unit-work', args=[unit.code])}{query.url()}",
    }  # fmt: skip
    return page(request, "work/unit_print.html", "work/unit_print.html", context)


@require_safe
def unit_export(request: Request, code: str, style: str) -> HttpResponse:
    """The month as a file for a spreadsheet, everything that the filters leave."""
    unit, day = frame.unit_of(request.user, code), today()
    month = queries.month_of(request.GET.get("month", ""), day)
    query = LISTING.read(request.GET)
    rows = queries.narrowed(queries.unit_tasks(request.user, unit, month), query.values, day)
    tasks = list(rows.order_by(*query.order_by)[: exports.MOST_ROWS])
    lines = queries.lines(request.user, tasks, day)
    return exports.response(lines, name=f"cong-viec-{unit.code}-{month:%Y-%m}", style=style)
