"""The yearly review of a plan: every entry with what the file shows, judged one by one."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.planning import actions_review, forms, queries
from ngangtam.stages.planning.views.plans import plan_or_404


@require_safe
def review(request: Request, pk: int) -> HttpResponse:
    plan = plan_or_404(request.user, pk)
    found = queries.review_of(request.user, plan)
    lines = queries.review_lines(found) if found else []
    keeps = may(request.user, Permission.PLAN_KEEP, str(plan.path))
    context = {
        "plan": plan, "review": found, "lines": lines, "due": queries.review_due(plan),
        "open": found is not None and found.closed_at is None,
        "left": sum(not line.outcome for line in lines), "keeps": keeps, "today": today(),
        "sealed": queries.sealed_parts(request.user, plan.path, today()),
        "may_open": keeps and plan.state in ("draft", "approved"),
    }  # fmt: skip
    return page(request, "planning/review.html", "planning/_review.html", context)


@require_POST
def review_open(request: Request, pk: int) -> HttpResponse:
    plan = plan_or_404(request.user, pk)
    try:
        made = actions_review.open_review(plan_id=plan.pk, by=actor_of(request.user), today=today())
    except DomainError as error:
        return done(request, to=plan, message="; ".join(error.messages))
    return done(request, to=made, message=str(_("The review is open. Go through every person.")))


@require_POST
def line(request: Request, pk: int) -> HttpResponse:
    found = queries.line_of(request.user, pk)
    if found is None:
        raise Http404
    form = forms.LineForm(request.POST)
    said = str(_("Say whether the person stays or goes out."))
    if form.is_valid():
        try:
            actions_review.judge_line(
                line_id=pk, outcome=form.cleaned_data["outcome"],
                reason=form.cleaned_data["reason"], by=actor_of(request.user), today=today(),
            )  # fmt: skip
            said = str(_("Noted: %(name)s") % {"name": found.entry.full_name})
        except DomainError as error:
            said = "; ".join(error.messages)
    return done(request, to=found.review, message=said)


@require_POST
def review_close(request: Request, pk: int) -> HttpResponse:
    plan = plan_or_404(request.user, pk)
    found = queries.review_of(request.user, plan)
    if found is None:
        raise Http404
    try:
        actions_review.close_review(review_id=found.pk, by=actor_of(request.user))
    except DomainError as error:
        return done(request, to=found, message="; ".join(error.messages))
    return done(request, to=plan, message=str(_("The review is closed.")))
