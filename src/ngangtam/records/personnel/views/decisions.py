"""The list of decisions, one decision, and recording one."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel import actions, forms, shown
from ngangtam.records.personnel.queries import decisions as queries
from ngangtam.records.personnel.queries.file import Days
from ngangtam.records.personnel.queries.reach import actor_of, reach_of

LISTING = Listing(
    columns=[
        Column("day", order=("day", "id")),
        Column("number", order=("number",)),
        Column("body", order=("body", "day")),
    ],
    filters=[
        Filter("q", _("Search")),
        Filter("kind", _("Kind"), forms.DECISION_KINDS),
        Filter("year", _("Year"), kind="number"),
    ],
    default_sort="-day",
    target="decision-table",
)


@require_safe
def decision_list(request: Request) -> HttpResponse:
    query = LISTING.read(request.GET)
    reach = reach_of(request.user, today())
    if not reach.may(Permission.PERSON_VIEW):
        raise Http404
    rows = queries.search(
        queries.decisions_for(request.user, reach), query.values["q"], query.values["kind"],
        query.values["year"],
    )  # fmt: skip
    table = query.cut(rows.order_by(*query.order_by))
    context = {
        "table": table, "kinds": dict(forms.DECISION_KINDS),
        "may_add": reach.may(Permission.PERSON_CHANGE),
    }  # fmt: skip
    return page(request, "personnel/decision_list.html", "personnel/_decision_table.html", context)


@require_safe
def decision_detail(request: Request, pk: int) -> HttpResponse:
    reach = reach_of(request.user, today())
    decision = queries.decisions_for(request.user, reach).filter(pk=pk).first()
    if decision is None:
        raise Http404
    resting = queries.resting_on(decision, reach)
    context = {
        "decision": decision, "resting": resting,
        "kind": dict(forms.DECISION_KINDS).get(decision.kind, decision.kind),
        "postings": [(row.person, shown.posting_line(row, Days())) for row in resting.postings],
        "records": [(row.person, shown.record_line(row, Days())) for row in resting.records],
    }  # fmt: skip
    return page(
        request, "personnel/decision_detail.html", "personnel/_decision_detail.html", context
    )


@require_http_methods(["GET", "POST"])
def decision_add(request: Request) -> HttpResponse:
    if not reach_of(request.user, today()).may(Permission.PERSON_CHANGE):
        raise Http404
    form = forms.DecisionForm(request.POST or None)
    if form.is_valid():
        try:
            decision = actions.record_decision(**form.cleaned_data, by=actor_of(request.user))
            to = reverse("decision-detail", args=[decision.pk])
            return done(request, to=to, message=str(_("The decision is recorded.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "title": _("Record a decision"), "back": reverse("decision-list"),
        "label": _("Save"),
    }  # fmt: skip
    return page(request, "personnel/change.html", "personnel/_change_form.html", context)
