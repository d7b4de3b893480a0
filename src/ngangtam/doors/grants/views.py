"""Pages of roles: the matrix, who holds what, giving, confirming, ending, the yearly review."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.doors.grants import exports, forms, queries
from ngangtam.doors.grants.queries import Line
from ngangtam.foundation.access import actions
from ngangtam.foundation.access import queries as access
from ngangtam.foundation.access.roles import GRANTABLE, ROLES, SAYS, Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.organisation import secrecy
from ngangtam.records.personnel.queries.reach import actor_of

LISTING = Listing(
    columns=[
        Column("holder", order=("user__username",)),
        Column("role", order=("role", "user__username")),
        Column("unit", order=("unit_label", "user__username")),
        Column("given", order=("-given_at",)),
    ],
    filters=[
        Filter("q", _("Search")),
        Filter("role", _("Role"), lambda: [(role.id, role.label) for role in GRANTABLE]),
        Filter(
            "state", _("State"),
            [("in_force", _("in force")), ("waiting", _("waits for confirmation")),
             ("mine", _("waits for me")), ("due", _("due for review")),
             ("ahead", _("begins later")), ("closed", _("closed")), ("every", _("all"))],
            any_label=_("in force or waiting"),
        ),
    ],
    default_sort="given",
    target="grant-table",
)  # fmt: skip


@require_safe
def role_list(request: Request) -> HttpResponse:
    """What each role may do, for everybody who signs in."""
    context = {
        "roles": list(ROLES.values()),
        "rows": [
            (SAYS[row.permission], row.permission, [role in row.roles for role in ROLES])
            for row in access.matrix()
        ],
        "ceiling": secrecy.ceiling(today()),
    }
    return page(request, "grants/role_list.html", "grants/_role_table.html", context)


@require_safe
def grant_list(request: Request) -> HttpResponse:
    _must_see(request)
    query, viewer, day = LISTING.read(request.GET), actor_of(request.user), today()
    table = query.cut(queries.listed(viewer, query.values, day).order_by(*query.order_by))
    context = {
        "table": table, "lines": queries.lines(table.rows, viewer, day), "today": day,
        "mine": access.waiting_for(viewer).count(), "due": queries.due(viewer, day).count(),
        "may_give": may(viewer, Permission.GRANT_GIVE), "export": query.url(page="").lstrip("?"),
    }  # fmt: skip
    return page(request, "grants/grant_list.html", "grants/_grant_table.html", context)


def _must_see(request: Request) -> None:
    """Whoever sees no roles but their own finds no list: they are on the page of the account."""
    if not any(may(request.user, verb) for verb in access.SEES_GRANTS):
        raise Http404


@require_safe
def grant_export(request: Request, style: str) -> HttpResponse:
    _must_see(request)
    query, viewer, day = LISTING.read(request.GET), actor_of(request.user), today()
    rows = queries.listed(viewer, query.values, day).order_by(*query.order_by)
    lines = queries.lines(rows[: exports.MOST_ROWS], viewer, day)
    actions.note_export(asked=query.active, grants=len(lines), by=viewer)
    return exports.response(lines, style=style, today=day)


@require_http_methods(["GET", "POST"])
def grant_give(request: Request) -> HttpResponse:
    viewer = actor_of(request.user)
    if not may(viewer, Permission.GRANT_GIVE):
        raise Http404
    sought = {
        name: fold(request.GET.get(name, "").replace("\0", ""))[:100] for name in ("who", "where")
    }
    accounts = queries.accounts(viewer, sought["who"])
    units = queries.units_to_grant(viewer, sought["where"], today())
    if request.method == "POST":
        chosen = queries.unit_to_grant(viewer, request.POST.get("unit", "").replace("\0", ""))
        units = [chosen] if chosen else []
    form = forms.GiveForm(request.POST or None, accounts=accounts, units=units)
    if form.is_valid():
        data = form.cleaned_data
        last = data["last_day"]
        try:
            grant = actions.give(
                user_id=data["user"].pk, role=data["role"], path=str(units[0].path),
                unit_label=units[0].name, first_day=data["first_day"],
                until=last + timedelta(days=1) if last else None, reason=data["reason"],
                by=viewer,
            )  # fmt: skip
            return done(request, to=grant, message=str(_("The role is given.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "sought": sought, "units": units, "accounts": accounts}
    return page(request, "grants/grant_give.html", "grants/_give_form.html", context)


def _line(request: Request, pk: int) -> Line:
    grant = access.grants_for(request.user).filter(pk=pk).first()
    if grant is None:
        raise Http404
    return queries.lines([grant], actor_of(request.user), today())[0]


@require_safe
def grant_detail(request: Request, pk: int) -> HttpResponse:
    line = _line(request, pk)
    return _detail(request, line, forms.EndForm() if line.may_end else None)


def _detail(request: Request, line: Line, end: Any = None, refusal: Any = None) -> HttpResponse:
    wrong = end if end is not None and end.errors else refusal
    context = {
        "line": line, "grant": line.grant, "says": [SAYS[verb] for verb in Permission
                                                   if verb in line.role.permissions],
        "end_form": end, "reason_form": refusal or forms.ReasonForm(),
        "form": wrong if wrong is not None and wrong.errors else None,
    }  # fmt: skip
    return page(request, "grants/grant_detail.html", "grants/_grant_detail.html", context)


@require_POST
def grant_confirm(request: Request, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = forms.ReasonForm({"reason": "-"})
    return _act(
        request, line, form, lambda _data: actions.confirm(grant_id=pk, by=actor_of(request.user)),
        str(_("The role is confirmed and takes effect.")),
    )  # fmt: skip


@require_POST
def grant_refuse(request: Request, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = forms.ReasonForm(request.POST)
    return _act(
        request, line, form,
        lambda data: actions.refuse(grant_id=pk, reason=data["reason"], by=actor_of(request.user)),
        str(_("The role is refused.")),
    )  # fmt: skip


@require_POST
def grant_withdraw(request: Request, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = forms.ReasonForm(request.POST)
    return _act(
        request, line, form,
        lambda data: actions.withdraw(
            grant_id=pk, reason=data["reason"], by=actor_of(request.user)
        ),
        str(_("The role is withdrawn.")),
    )  # fmt: skip


@require_POST
def grant_end(request: Request, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = forms.EndForm(request.POST)
    return _act(
        request, line, form,
        lambda data: actions.end(
            grant_id=pk, on=data["on"], reason=data["reason"], by=actor_of(request.user)
        ),
        str(_("The role is ended.")),
    )  # fmt: skip


def _act(
    request: Request, line: Line, form: Any, act: Callable[[dict[str, Any]], Any], message: str
) -> HttpResponse:
    """Carry out one act on a grant, or show the page again with what is wrong."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
            return done(request, to=line.grant, message=message)
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    is_end = isinstance(form, forms.EndForm)
    return _detail(request, line, form if is_end else None, None if is_end else form)


@require_http_methods(["GET", "POST"])
def grant_review(request: Request) -> HttpResponse:
    """The yearly review: roles that nobody has looked at for a year, to be kept or ended."""
    viewer, day = actor_of(request.user), today()
    if not any(may(viewer, verb) for verb in (Permission.GRANT_GIVE, Permission.GRANT_CONFIRM)):
        raise Http404
    error = ""
    if request.method == "POST":
        chosen = [int(one) for one in request.POST.getlist("grant") if one.isdecimal()][:500]
        try:
            kept = actions.keep(
                grant_ids=access.grants_for(viewer)
                .filter(pk__in=chosen)
                .values_list("pk", flat=True),
                by=viewer,
            )
            message = str(_("%(count)s roles are reviewed and kept.")) % {"count": kept}
            return done(request, to=reverse("grant-review"), message=message)
        except DomainError as problem:
            error = "; ".join(problem.messages)
    rows = queries.due(viewer, day).order_by("unit_label", "user__username", "pk")[:500]
    context = {
        "lines": queries.lines(rows, viewer, day), "months": queries.review_months(day),
        "error": error,
    }  # fmt: skip
    return page(request, "grants/grant_review.html", "grants/_review_table.html", context)
