"""Plans of units: the list, one plan as a table, what is done with it as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.components.marks import Text
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.planning import actions, cases, exports, forms, queries

STATES: Final = (
    ("draft", _("draft")), ("in_review", _("in review")), ("approved", _("approved")),
    ("ended", _("ended")),
)  # fmt: skip
LISTING: Final = Listing(
    columns=[Column("unit", order=("unit__name_plain",)), Column("term", order=("-term",))],
    filters=[Filter("q", _("Search")), Filter("state", _("State"), choices=STATES)],
    default_sort="unit", target="plan-table",
)  # fmt: skip


def plan_or_404(viewer: Viewer, pk: int) -> Any:
    plan = queries.plan_of(viewer, pk)
    if plan is None:
        raise Http404
    return plan


@require_safe
def plan_list(request: Request) -> HttpResponse:
    if not queries.reads_plans(request.user):
        raise Http404
    asked = LISTING.read(request.GET)
    rows = queries.plan_rows(request.user, asked.values).order_by(*asked.order_by)
    context = {
        "table": asked.cut(rows, total=rows.count()), "today": today(),
        "may_open": may(request.user, Permission.PLAN_KEEP),
    }  # fmt: skip
    return page(request, "planning/plan_list.html", "planning/_plan_table.html", context)


@require_http_methods(["GET", "POST"])
def plan_open(request: Request) -> HttpResponse:
    if not may(request.user, Permission.PLAN_KEEP):
        raise Http404
    units = queries.units_for(request.user)
    form = forms.PlanForm(
        request.POST or None,
        initial={**forms.first_term(today()), "unit": units[0] if len(units) == 1 else None},
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            plan = actions.open_plan(
                unit_code=data["unit"].code, term=data["term"], first=data["first"],
                until=data["until"], counted_on=data["counted_on"], by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=plan, message=str(_("The plan is open. Add its titles next.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "title": _("Open a succession plan"), "button": _("Open"), "icon": "plus",
        "lead": _("One plan a unit and term. Next you add the titles, then people for each."),
        "back": reverse("planning-list"), "crumbs": [],
    }  # fmt: skip
    return page(request, "planning/act.html", "planning/_act.html", context)


@require_safe
def plan_detail(request: Request, pk: int) -> HttpResponse:
    plan = plan_or_404(request.user, pk)
    board = queries.board(request.user, plan, today())
    context = {
        "plan": plan, "board": board, "today": today(),
        "acts": [act for act in ACTS.values() if act.allowed(board)],
        "above": queries.has_above(plan) and board.may_keep,
    }  # fmt: skip
    return page(request, "planning/plan_detail.html", "planning/_plan_board.html", context)


@require_safe
def plan_print(request: Request, pk: int) -> HttpResponse:
    plan = plan_or_404(request.user, pk)
    context = {
        "plan": plan, "board": queries.board(request.user, plan, today()), "today": today(),
        "paper": True,
    }  # fmt: skip
    return page(request, "planning/plan_print.html", "planning/plan_print.html", context)


@require_safe
def plan_export(request: Request, pk: int) -> HttpResponse:
    return exports.plan_response(plan_or_404(request.user, pk), today())


@require_safe
def outlook(request: Request, pk: int) -> HttpResponse:
    """The targets today, and as they would be if the first in line took what falls free."""
    plan = plan_or_404(request.user, pk)
    effects, taking = queries.outlook(plan, today())
    context = {"plan": plan, "effects": effects, "taking": taking, "today": today()}
    return page(request, "planning/outlook.html", "planning/_outlook.html", context)


@require_safe
def mine(request: Request) -> HttpResponse:
    """The viewer's own places in plans, once they were approved."""
    context = {"entries": queries.own_entries(request.user)}
    return page(request, "planning/mine.html", "planning/_mine.html", context)


@require_http_methods(["GET", "POST"])
def plan_case(request: Request, pk: int) -> HttpResponse:
    """Let a procedure decide about the plan: meetings, conditions, the decision, one by one."""
    plan = plan_or_404(request.user, pk)
    if not queries.board(request.user, plan, today()).may_start:
        raise Http404
    roads = cases.roads(plan, today())
    form = forms.CaseForm(
        request.POST or None, roads=[one for one in roads if one.is_on],
        initial={"version": plan.version},
    )  # fmt: skip
    if form.is_valid():
        try:
            made = cases.open_for_plan(
                plan_id=plan.pk, procedure=form.cleaned_data["procedure"], version=form.seen,
                by=actor_of(request.user), today=today(),
            )  # fmt: skip
            return done(request, to=made, message=str(_("The case is open; its first step waits.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "plan": plan, "roads": roads}
    return page(request, "planning/case.html", "planning/_case.html", context)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do with a plan as a whole."""

    id: str
    label: Text
    said: Text
    icon: str
    lead: Text
    allowed: Callable[[Any], bool]
    make: Callable[[Any, Any], django_forms.Form]
    run: Callable[[Any, Any, Any], object]
    tone: str = "primary"


def _form(cls: type[django_forms.Form]) -> Callable[[Any, Any], django_forms.Form]:
    return lambda data, plan: cls(data, initial={"version": plan.version})


def _figures(data: Any, plan: Any) -> django_forms.Form:
    start = {"version": plan.version, "basis": plan.figures_basis, **plan.figures}
    return forms.FiguresForm(data, initial=start)


def _decides(board: Any) -> bool:
    return bool(board.may_approve and board.plan.state == "in_review" and not board.why_not)


_ACTS: Final = (
    Act(
        "approve", _("Approve …"), _("The plan is approved; the files hold it."), "check",
        _("Everybody proposed comes in, everybody proposed to leave goes out, from the day of the "
          "decision. The rules are looked at once more."),
        lambda board: _decides(board) and not board.case_failed, _form(forms.DecisionForm),
        lambda plan, form, by: actions.approve(
            plan_id=plan.pk, document=form.document(), version=form.seen, by=by, today=today()
        ),
    ),
    Act(
        "return", _("Return …"), _("The plan is returned."), "arrow-back-up",
        _("Who keeps the plan reads the reason and may change it again."),
        _decides, _form(forms.ReasonForm),
        lambda plan, form, by: actions.give_back(
            plan_id=plan.pk, reason=form.cleaned_data["reason"], version=form.seen, by=by
        ), "plain",
    ),
    Act(
        "submit", _("Send for approval …"), _("The plan waits for approval."), "send",
        _("Nothing changes in it until it is approved or returned. Somebody else approves it."),
        lambda board: board.may_keep and board.waiting > 0, _form(forms.PlainForm),
        lambda plan, form, by: actions.submit(plan_id=plan.pk, version=form.seen, by=by),
    ),
    Act(
        "figures", _("Set figures …"), _("The figures are set."), "adjustments",
        _("No text in force gives these figures as far as it was seen. What the authority sets "
          "here counts for this plan alone, where the rulebook has no confirmed figure."),
        lambda board: board.may_approve and board.plan.state != "ended", _figures,
        lambda plan, form, by: actions.set_figures(
            plan_id=plan.pk, figures=form.figures(), basis=form.cleaned_data["basis"],
            version=form.seen, by=by,
        ), "plain",
    ),
    Act(
        "end", _("End the plan …"), _("The plan has ended."), "ban",
        _("Everybody leaves the plan from the day of the decision. It cannot be opened again."),
        lambda board: board.may_approve and not board.why_not and board.plan.state == "approved",
        _form(forms.EndForm),
        lambda plan, form, by: actions.end(
            plan_id=plan.pk, document=form.document(), reason=form.cleaned_data["reason"],
            version=form.seen, by=by, today=today(),
        ), "danger",
    ),
)  # fmt: skip
ACTS: Final[dict[str, Act]] = {act.id: act for act in _ACTS}


@require_http_methods(["GET", "POST"])
def plan_act(request: Request, pk: int, act: str) -> HttpResponse:
    plan = plan_or_404(request.user, pk)
    chosen = ACTS.get(act)
    if chosen is None or not chosen.allowed(queries.board(request.user, plan, today())):
        raise Http404
    form = chosen.make(request.POST if request.method == "POST" else None, plan)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.run(plan, form, actor_of(request.user))
            return done(request, to=plan, message=str(chosen.said))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "title": str(chosen.label).rstrip(" …"), "button": chosen.label,
        "icon": chosen.icon, "lead": chosen.lead, "back": plan.get_absolute_url(),
        "tone": chosen.tone, "crumbs": [(str(plan), plan.get_absolute_url())],
    }  # fmt: skip
    return page(request, "planning/act.html", "planning/_act.html", context)
