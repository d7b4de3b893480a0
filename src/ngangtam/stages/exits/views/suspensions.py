"""Temporary suspensions: begin, extend once, end early, and how one stands."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import Request, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.exits import actions_suspension, forms, queries, shown
from ngangtam.stages.exits.views.frame import ask, attempt


@require_http_methods(["GET", "POST"])
def suspend(request: Request, number: str) -> HttpResponse:
    """Record an authority's decision that suspends somebody."""
    row = queries.person_for(request.user, number, Permission.CASE_RUN)
    if row is None:
        raise Http404
    form = forms.SuspendForm(
        request.POST or None, grounds=queries.choices_of("suspension", today())
    )
    back = reverse("exit-person", args=[number])
    if request.method == "POST":
        answer = attempt(
            request, form,
            lambda: actions_suspension.suspend(
                person_number=number, ground=form.cleaned_data["ground"],
                reason=form.cleaned_data["reason"], first=form.cleaned_data["first"],
                last=form.cleaned_data["last"], paper=form.paper,
                confirmed_length=form.cleaned_data["confirmed_length"], today=today(),
                by=actor_of(request.user),
            ),
            to=lambda made: made, message=_("The suspension is recorded."),
        )  # fmt: skip
        if answer is not None:
            return answer
    return ask(
        request, form, title=_("Record a suspension"), eyebrow=row.full_name, lead=row.headline,
        text=_(
            "A suspension is no discipline. It begins and ends as the decision says, and it is"
            " over by itself after its last day."
        ), label=_("Record the suspension"), icon="clock", back=back, possible=True,
        limit=_limit_words(), crumbs=[(_("Leaving a post"), reverse("exit-start")),
                                      (row.full_name, back)],
    )  # fmt: skip


def _limit_words() -> str:
    found = actions_suspension.limit("party", today())
    if found.days is None:
        return _("No confirmed text in force says how many working days it may last.")
    return _("At most %(days)s working days.") % {"days": found.days}


def _get(request: Request, pk: int) -> Any:
    found = queries.get_suspension(request.user, pk)
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def suspension(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _get(request, pk))


def _detail(request: Request, row: Any, **more: Any) -> HttpResponse:
    day = today()
    running = row.state == "running"
    mine = queries.person_for(request.user, row.person.number, Permission.CASE_VIEW) is None
    runs = running and not mine and may(request.user, Permission.CASE_RUN, str(row.path))
    ground = queries.ground_of(row.ground)
    regime = row.post.regime if row.post is not None else "party"
    most = actions_suspension.limit(regime, row.last, extension=True)
    context = {
        "row": row, "left": shown.days_left(row, day), "label": queries.label_of(row.ground),
        "cites": ground.cites if ground else (), "note": shown.note_of(ground),
        "working_days": actions_suspension.working_days(row.first, row.last), "mine": mine,
        "may_extend": runs and row.extended_to is None and day <= row.last, "may_end": runs,
        "extension": most.days,
        "extend_form": forms.ExtendForm(prefix="more", initial={"version": row.version}),
        "end_form": forms.EndForm(prefix="end", initial={"version": row.version}), **more,
    }  # fmt: skip
    return page(request, "exits/suspension.html", "exits/_suspension.html", context)


@require_POST
def extend(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = forms.ExtendForm(request.POST, prefix="more")
    answer = attempt(
        request, form,
        lambda: actions_suspension.extend(
            suspension_id=pk, to=form.cleaned_data["to"], reason=form.cleaned_data["reason"],
            paper=form.paper, confirmed_length=form.cleaned_data["confirmed_length"],
            version=form.cleaned_data["version"], today=today(), by=actor_of(request.user),
        ),
        to=lambda _made: row, message=_("The suspension is extended."),
    )  # fmt: skip
    return answer or _detail(request, row, form=form, extend_form=form)


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = forms.EndForm(request.POST, prefix="end")
    answer = attempt(
        request, form,
        lambda: actions_suspension.end_early(
            suspension_id=pk, on=form.cleaned_data["back"], reason=form.cleaned_data["reason"],
            paper=form.paper, version=form.cleaned_data["version"], by=actor_of(request.user),
        ),
        to=lambda _made: row, message=_("The suspension has ended."),
    )  # fmt: skip
    return answer or _detail(request, row, form=form, end_form=form)
