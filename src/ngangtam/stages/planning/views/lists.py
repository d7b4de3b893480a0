"""Lists that go to the level above: sent, read there, seen."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.planning import actions_review, exports, forms, queries
from ngangtam.stages.planning.rows import Line
from ngangtam.stages.planning.views.plans import plan_or_404

LISTING = Listing(target="sent-table", tie="")


@require_safe
def sent_list(request: Request) -> HttpResponse:
    if not queries.reads_plans(request.user):
        raise Http404
    rows = queries.lists_for(request.user)
    context = {"table": LISTING.read(request.GET).cut(rows, total=rows.count())}
    return page(request, "planning/sent_list.html", "planning/_sent_table.html", context)


@require_safe
def sent(request: Request, pk: int) -> HttpResponse:
    found = queries.list_of(request.user, pk)
    if found is None:
        raise Http404
    context = {
        "sent": found,
        "lines": [Line.kept(row) for row in found.rows],
        "may_see": queries.may_see_list(request.user, found),
    }
    return page(request, "planning/sent.html", "planning/_sent.html", context)


@require_safe
def export(request: Request, pk: int, style: str) -> HttpResponse:
    found = queries.list_of(request.user, pk)
    if found is None:
        raise Http404
    return exports.list_response(found, style)


@require_POST
def seen(request: Request, pk: int) -> HttpResponse:
    found = queries.list_of(request.user, pk)
    if found is None:
        raise Http404
    try:
        actions_review.see_list(list_id=pk, by=actor_of(request.user))
    except DomainError as error:
        return done(request, to=found, message="; ".join(error.messages))
    return done(request, to=found, message=str(_("It is noted that you have seen the list.")))


@require_http_methods(["GET", "POST"])
def send(request: Request, pk: int) -> HttpResponse:
    plan = plan_or_404(request.user, pk)
    if not may(request.user, Permission.PLAN_KEEP, str(plan.path)):
        raise Http404
    form = forms.SendForm(
        request.POST or None,
        units=queries.units_above(plan),
        initial={"name": _("Succession plan %(plan)s") % {"plan": plan}},
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = actions_review.send_list(
                plan_id=plan.pk, to_code=data["to"], name=data["name"], level=data["level"],
                by=actor_of(request.user), today=today(),
            )  # fmt: skip
            return done(request, to=made, message=str(_("The list is sent.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "title": _("Send a list to the level above"), "button": _("Send"),
        "icon": "send", "back": plan.get_absolute_url(),
        "lead": _("A copy of who stands in the plan today, with a digest; nobody changes it."),
        "crumbs": [(str(plan), plan.get_absolute_url())],
    }  # fmt: skip
    return page(request, "planning/act.html", "planning/_act.html", context)
