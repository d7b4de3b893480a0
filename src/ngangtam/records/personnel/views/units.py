"""The tree of units, a unit's page, and the organisation chart."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.days import parse_day, today
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.ui.components.flows import Node, Tab
from ngangtam.foundation.ui.http import Request, page
from ngangtam.records.organisation import queries as organisation
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.queries import people as people_queries
from ngangtam.records.personnel.queries import units as queries
from ngangtam.records.personnel.queries.reach import Reach, reach_of
from ngangtam.records.personnel.queries.units import Branch

SHOWN_PEOPLE = 20
MOST_LOWER = 8


def _day(request: Request) -> date:
    read = parse_day(request.GET.get("day", "")).value
    return read.day if read.day and read.precision == "day" else today()


def _unit(request: Request, code: str) -> Any:
    unit = organisation.get_unit(request.user, code)
    if unit is None:
        raise Http404
    return unit


def _tree(unit: Any, day: date, depth: int, reach: Reach) -> Branch:
    if day == today():
        branch = queries.branches(unit, day, depth, most=MOST_LOWER)
    else:
        branch = queries.branches_on(unit, day, depth)
    return queries.veil(branch, str(unit.path), reach)


def _home(reach: Reach) -> str:
    """Return the code of the unit at which the viewer's tree begins."""
    tops = reach.over(Permission.PERSON_VIEW) or reach.over(Permission.TARGET_VIEW)
    return queries.code_at(tops[0]) if tops else queries.code_at("")


@require_safe
def unit_list(request: Request) -> HttpResponse:
    q = fold(request.GET.get("q", ""))[:100]
    day = today()
    context: dict[str, Any] = {"q": q, "day": day}
    if q:
        context["found"] = organisation.search_units(request.user, q, on=day)
    else:
        reach = reach_of(request.user, day)
        unit = _unit(request, _home(reach))
        branch = queries.veil(queries.branches(unit, day, 1), str(unit.path), reach)
        context |= {"nodes": [_node(branch, open_=True)], "home": unit, "branch": branch}
    return page(request, "personnel/unit_list.html", "personnel/_unit_tree.html", context)


@require_safe
def unit_branch(request: Request, code: str) -> HttpResponse:
    """The lines under one unit, for a tree that opens."""
    unit, reach = _unit(request, code), reach_of(request.user, today())
    branch = queries.veil(queries.branches(unit, today(), 1), str(unit.path), reach)
    return render(request, "personnel/_unit_branch.html", {"nodes": _node(branch).children})


def _node(branch: Branch, *, open_: bool = False) -> Node:
    known = bool(branch.below)
    return Node(
        label=branch.name, href=reverse("unit-detail", args=[branch.code]),
        children=[_node(one) for one in branch.below], count=branch.people, open=open_,
        icon="building" if branch.units else "point",
        load="" if known or not branch.units else reverse("unit-branch", args=[branch.code]),
    )  # fmt: skip


@require_safe
def unit_detail(request: Request, code: str) -> HttpResponse:
    unit, day = _unit(request, code), _day(request)
    tab = request.GET.get("tab", "posts")
    if tab not in ("posts", "people"):
        raise Http404
    reach = reach_of(request.user, today())
    branch = _tree(unit, day, 1, reach)
    context = {
        **_frame(unit, day, tab), "branch": branch, "way": organisation.way_to(unit),
        "may_change": reach.may(Permission.PERSON_CHANGE, unit.path),
    }  # fmt: skip
    if tab == "posts":
        context |= {"posts": queries.posts_of(unit, day, reach),
                    "staffing": organisation.strength([unit.pk], day)[:-1],
                    "allowed": queries.establishment_below(unit, day)}  # fmt: skip
    else:
        wish = people_queries.Wish(under=str(unit.path), take=SHOWN_PEOPLE)
        context["found"] = people_queries.find(reach, wish)
    return page(request, "personnel/unit_detail.html", f"personnel/_unit_{tab}.html", context)


def _frame(unit: Any, day: date, tab: str) -> dict[str, Any]:
    base = reverse("unit-detail", args=[unit.code])
    chosen = f"&day={day:%d/%m/%Y}" if day != today() else ""
    return {
        "unit": unit, "day": day, "today": today(), "tab": tab, "chosen": chosen,
        "kind": label("unit_kind", unit.kind),
        "tabs": [
            Tab(_("Posts and seats"), f"{base}?tab=posts{chosen}", tab == "posts",
                icon="armchair"),
            Tab(_("People"), f"{base}?tab=people{chosen}", tab == "people", icon="users"),
            Tab(_("History of the unit"), reverse("unit-history", args=[unit.code]),
                icon="history"),
        ],
    }  # fmt: skip


@require_safe
def unit_chart(request: Request, code: str) -> HttpResponse:
    unit, day = _unit(request, code), _day(request)
    context = {
        **_frame(unit, day, "chart"),
        "branch": _tree(unit, day, 2, reach_of(request.user, today())),
        "way": organisation.way_to(unit), "most": MOST_LOWER,
    }  # fmt: skip
    return page(request, "personnel/unit_chart.html", "personnel/_unit_chart.html", context)
