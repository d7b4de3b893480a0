"""The year plan of a unit: its tasks from their origin down to persons."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.work import (
    actions_plan,
    exports,
    forms,
    queries,
    queries_plan,
    queries_products,
)
from ngangtam.stages.work.views import frame
from ngangtam.stages.work.words import CLEAR


def _plan(request: Request, code: str) -> dict[str, object]:
    unit = queries.plan_unit(request.user, code)
    if unit is None:
        raise Http404
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else today().year
    roots = queries_plan.plan_of(request.user, unit, year, today())
    lines = [branch for root in roots for branch in root.walk()]
    gaps = {
        name: sum(any(mark.id == name for mark in branch.gaps) for branch in lines)
        for name in CLEAR
    }
    return {
        "unit": unit, "year": year, "roots": roots, "lines": lines, "today": today(),
        "gaps": [(CLEAR[name], number) for name, number in gaps.items()],
        "unclear": sum(bool(branch.gaps) for branch in lines),
    }  # fmt: skip


@require_safe
def unit_plan(request: Request, code: str) -> HttpResponse:
    context = _plan(request, code)
    unit = context["unit"]
    if request.GET.get("look") == "unclear":
        context["lines"] = [one for one in context["lines"] if one.gaps]  # type: ignore[attr-defined]
    context |= {
        "tabs": frame.tabs(request.user, unit, "plan"), "look": request.GET.get("look", ""),
        "years": queries_plan.years_of(request.user, unit, today()),  # type: ignore[arg-type]
        "may_assign": may(request.user, Permission.WORK_ASSIGN, str(unit.path)),  # type: ignore[attr-defined]
    }  # fmt: skip
    return page(request, "work/unit_plan.html", "work/_plan_tree.html", context)


@require_safe
def plan_print(request: Request, code: str) -> HttpResponse:
    context = _plan(request, code)
    return page(request, "work/plan_print.html", "work/plan_print.html", context)


@require_safe
def plan_export(request: Request, code: str) -> HttpResponse:
    context = _plan(request, code)
    return exports.plan_response(
        context["roots"],  # type: ignore[arg-type]
        name=f"ke-hoach-{code}-{context['year']}",
    )


@require_http_methods(["GET", "POST"])
def plan_add(request: Request, code: str) -> HttpResponse:
    """Write a task into the plan: nobody's yet, with its origin."""
    unit = frame.assigning_unit(request.user, code)
    month = today().replace(day=1)
    form = forms.WorkForm(
        request.POST or None, products=queries_products.in_month(unit.path, month)
    )
    if form.is_valid():
        try:
            task = actions_plan.plan(unit_id=unit.pk, work=form.work(), by=actor_of(request.user))
            return done(request, to=task, message=str(_("The task stands in the plan.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    back = reverse("unit-plan", args=[unit.code])
    context = {
        "form": form, "title": _("Add a task to the plan"), "button": _("Add"), "icon": "plus",
        "lead": _("Next you break it down to units and persons, until nothing is left over."),
        "back": back, "crumb": unit.name, "crumb_href": back,
    }  # fmt: skip
    return page(request, "work/act.html", "work/_act.html", context)
