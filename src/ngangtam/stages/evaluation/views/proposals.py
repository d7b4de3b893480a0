"""Proposals: agency by agency, what the caps and conditions did, and deciding classes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.evaluation import (
    actions_classes,
    exports_proposals,
    forms_cycles,
    queries_proposals,
    shown,
)
from ngangtam.stages.evaluation.actions_classes import OverCapError, Paper
from ngangtam.stages.evaluation.views.cycles import cycle_or_404, unit_or_404

both = require_http_methods(["GET", "POST"])


@require_safe
def proposal_list(request: Request, unit_code: str, code: str) -> HttpResponse:
    """What is proposed, one line an agency and scheme."""
    cycle = cycle_or_404(request, unit_code, code)
    unit = unit_or_404(request, cycle)
    found = queries_proposals.bodies(request.user, cycle, unit) if cycle.run else []
    context = {
        "cycle": cycle, "unit": unit, "bodies": found, "short_names": shown.SHORT,
        "deciding": queries_proposals.may_decide(request.user, cycle),
        "waiting": sum(one.waiting for one in found),
    }  # fmt: skip
    return page(request, "evaluation/proposal_list.html", "evaluation/_proposals.html", context)


def _proposals(request: Request, unit_code: str, code: str, body: str, scheme: str) -> Any:
    cycle = cycle_or_404(request, unit_code, code)
    found = queries_proposals.proposals(request.user, cycle, body, scheme)
    if found is None or not cycle.run:
        raise Http404
    return found


@require_safe
def proposal_detail(
    request: Request, unit_code: str, code: str, body: str, scheme: str
) -> HttpResponse:
    """One agency: how each number of the caps came about, who stays, who exceeds, and why."""
    found = _proposals(request, unit_code, code, body, scheme)
    context = {
        "found": found, "cycle": found.cycle,
        "deciding": queries_proposals.may_decide(request.user, found.cycle),
    }  # fmt: skip
    return page(request, "evaluation/proposal_detail.html", "evaluation/_proposal.html", context)


@require_safe
def proposal_export(
    request: Request, unit_code: str, code: str, body: str, scheme: str
) -> HttpResponse:
    return exports_proposals.excel(_proposals(request, unit_code, code, body, scheme))


@both
def proposal_decide(request: Request, unit_code: str, code: str) -> HttpResponse:
    """Decide everything as proposed, in one agency or in all at a unit and below it."""
    cycle = cycle_or_404(request, unit_code, code)
    unit = unit_or_404(request, cycle)
    if not queries_proposals.may_decide(request.user, cycle):
        raise Http404
    scheme = request.GET.get("scheme", "")
    rows = queries_proposals.bodies(request.user, cycle, unit)
    only = request.GET.get("body")
    rows = [one for one in rows
            if (not only or one.code == only) and (not scheme or one.scheme == scheme)]  # fmt: skip
    if not rows:
        raise Http404
    form = forms_cycles.PaperForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions_classes.decide_as_proposed(
                cycle_id=cycle.pk, body_codes=sorted({one.code for one in rows}), scheme=scheme,
                paper=Paper(**form.paper), by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=_list_url(cycle, unit), message=_told(made))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"cycle": cycle, "unit": unit, "bodies": rows, "form": form,
               "waiting": sum(one.waiting for one in rows),
               "open": sum(one.open for one in rows), "back": _list_url(cycle, unit)}  # fmt: skip
    return page(request, "evaluation/proposal_decide.html", "evaluation/_decide_all.html", context)


def _list_url(cycle: Any, unit: Any) -> str:
    return f"{reverse('class-proposal-list', args=[cycle.unit.code, cycle.code])}?unit={unit.code}"


def _told(made: actions_classes.Decided) -> str:
    said = ngettext("%(count)s class is decided.", "%(count)s classes are decided.",
                    made.decided) % {"count": made.decided}  # fmt: skip
    left = made.ties + made.unknown + made.refused
    return (
        said
        if not left
        else f"{said} " + _("%(left)s wait for a decision of their own.") % {"left": left}
    )


@both
def class_decide(request: Request, pk: int) -> HttpResponse:
    """Decide the class of one sheet, or replace the one that stands."""
    one = queries_proposals.candidate(request.user, pk)
    if one is None:
        raise Http404
    first = {"level": one.standing or None}
    given = request.POST if request.method == "POST" else None
    form = forms_cycles.ClassForm(given, initial=first, over=bool(given and "over" in given))
    back = reverse("class-proposal-detail", args=[
        one.sheet.cycle.unit.code, one.sheet.cycle.code, one.sheet.body.code, one.sheet.scheme,
    ])  # fmt: skip
    over = False
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, one, form)
            return done(request, to=back, message=_("The class is decided."))
        except OverCapError as error:
            form = forms_cycles.ClassForm(given, over=True)
            form.full_clean()
            form.add_error("confirmed", ValidationError(error.messages))
            over = True
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"one": one, "form": form, "back": back, "over": over, "cycle": one.sheet.cycle}
    return page(request, "evaluation/class_decide.html", "evaluation/_class_decide.html", context)


def _decide(request: Request, one: Any, form: forms_cycles.ClassForm) -> None:
    given: dict[str, Any] = {
        "level": form.cleaned_data["level"], "reason": form.cleaned_data["reason"],
        "paper": Paper(**form.paper), "by": actor_of(request.user),
    }  # fmt: skip
    if one.rating is not None:
        actions_classes.replace(rating_id=one.rating.pk, **given)
        return
    confirmed = bool(form.cleaned_data["confirmed"])
    actions_classes.decide(sheet_id=one.sheet.pk, confirmed=confirmed, **given)
