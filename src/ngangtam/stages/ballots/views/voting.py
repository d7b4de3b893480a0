"""The voter's pages: what one is asked, the paper, the second look, the receipt."""

from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.ui.http import Request, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.ballots import (
    actions,
    evening,
    folding,
    forms,
    queries,
    receipts,
    shown,
    standing,
)
from ngangtam.stages.ballots.views.frame import both, poll_or_404, told


@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """The votes to which the viewer is called, and those in which the viewer counts."""
    asked = queries.asked_of(request.user)
    seats = [(one, queries.waits_for_teller(one)) for one in queries.seats_of(request.user)]
    context = {
        "waiting": [one for one in asked if one.waits],
        "others": [one for one in asked if not one.waits],
        "seats": seats, "tones": shown.TONES,
    }  # fmt: skip
    return page(request, "ballots/mine.html", "ballots/_mine.html", context)


@never_cache
@sensitive_post_parameters()
@sensitive_variables("form", "marks", "context")
@both
def vote(request: Request, pk: int) -> HttpResponse:
    """Fill in a paper, look at it again, drop it into the box, take the receipt.

    Shape: the second look seals the paper; what is sent then is sealed already, and the same when
        the button is pressed twice. No message, session or address holds any of it.
    """
    found = queries.voter_in(request.user, pk)
    if found is None:
        raise Http404
    poll, present, voted = found
    if request.method == "POST" and "sealed" in request.POST:
        return _drop(request, poll)
    setting = standing.setting_of(poll)
    bound = request.POST if request.method == "POST" else None
    form = forms.PaperForm(bound, setting=setting)
    why_not = _why_not(poll, present=present, voted=voted)
    context: dict[str, Any] = {"poll": poll, "form": form, "setting": setting, "why_not": why_not,
                               "sent": evening.sent(setting)}  # fmt: skip
    if form.is_bound and form.is_valid() and "change" not in request.POST and not why_not:
        marks = form.marks()
        sealed = folding.fold_and_seal(poll, setting, marks)
        proof = receipts.vouch(pk, actor_of(request.user).pk, sealed)
        context |= {
            "form": None, "lines": shown.marks_in_words(setting, marks),
            "warning": shown.warning(setting, marks), "carried": form.carried(),
            "sealed_form": forms.SealedForm(initial={"sealed": sealed.hex(), "proof": proof}),
        }  # fmt: skip
        blank: dict[str, Any] = {"lines": [], "warning": "", "carried": []}
        return evening.page(request, "look", context, blank, setting)
    blank = {"form": forms.PaperForm(setting=setting)} if form.is_bound else {}
    return evening.page(request, "vote", context, blank, setting)


def _why_not(poll: Any, *, present: bool, voted: bool) -> str:
    """Return why the viewer cannot vote now, "" when it is possible."""
    late = poll.closes_at is not None and poll.closes_at <= timezone.now()
    reasons = [
        (voted, _("You have voted. What lies in the box cannot be taken out again, not even"
                       " by you.")),
        (poll.on_paper, _("This vote is held on paper, at the meeting.")),
        (poll.state == "prepared", _("The voting is not open yet.")),
        (poll.state != "open", _("The voting is over.")),
        (late, _("The time for voting is over; no paper is taken any more.")),
        (not present, _("You are not noted as present. Tell whoever runs the vote.")),
    ]  # fmt: skip
    return next((said for true, said in reasons if true), "")


def _drop(request: Request, poll: Any) -> HttpResponse:
    form = forms.SealedForm(request.POST)
    status = 422
    context: dict[str, Any] = {"poll": poll, "form": form}
    if form.is_valid():
        try:
            sealed = bytes.fromhex(form.cleaned_data["sealed"])
            done = actions.cast(poll_id=poll.pk, sealed=sealed, by=actor_of(request.user),
                                proof=form.cleaned_data["proof"])  # fmt: skip
            context |= {"code": receipts.code(poll.pk, done.receipt)}
            status = 200
        except DomainError as error:
            told(form, error)
        except (Forbidden, ValueError):
            form.add_error(None, _("This is no paper of this vote."))
    return render(request, "ballots/receipt.html", context, status=status)


@never_cache
@both
def receipt_list(request: Request, pk: int) -> HttpResponse:
    """The public list of receipts, and a look for the own one. What is asked is kept nowhere."""
    poll = poll_or_404(request, pk)
    part = queries.part_in(request.user, poll)
    form = forms.ReceiptForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"poll": poll, "part": part, "form": form}
    if poll.state in {"closed", "counted"} and not poll.on_paper:
        if form.is_valid():
            context["answer"] = _looked_up(poll, form)
        context["receipts"] = [receipts.shown(bytes(one.digest))
                               for one in queries.receipts_of(poll)]  # fmt: skip
    return page(request, "ballots/receipts.html", "ballots/_receipts.html", context)


def _looked_up(poll: Any, form: django_forms.Form) -> str:
    """Return what a typed code is: found, missing, unknown."""
    read = receipts.read(poll.pk, form.cleaned_data["code"])
    if read is None:
        return "unknown"
    if queries.holds_receipt(poll, read.short):
        return "found"
    return "missing" if read.issued else "unknown"
