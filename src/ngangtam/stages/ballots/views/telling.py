"""What tellers do: take the seat, open the box, say what they counted on paper."""

import secrets
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.ballots import (
    actions,
    choosing,
    forms,
    keys,
    queries,
    seating,
    shown,
    standing,
)
from ngangtam.stages.ballots.views.frame import both, part_or_404, poll_or_404, told


@never_cache
@sensitive_post_parameters()
@sensitive_variables("drawn", "form")
@both
def seat(request: Request, pk: int) -> HttpResponse:
    """Take the seat: words are drawn, shown once, written down, and proved by three of them.

    Nothing is kept before that: a page that was lost is drawn anew, with other words.
    """
    poll = poll_or_404(request, pk)
    part = part_or_404(request, poll, need="teller")
    context: dict[str, Any] = {"poll": poll, "part": part}
    if request.method == "POST" and "lock" in request.POST:
        form, right = _proved(request, pk)
        if right:
            try:
                actions.take_seat(poll_id=pk, lock=bytes.fromhex(form.cleaned_data["lock"]),
                                  by=actor_of(request.user))  # fmt: skip
                return done(request, to=poll, message=_("Your seat is taken. Keep your words."))
            except DomainError as error:
                told(form, error)
        else:
            form.add_error(None, _("At least one of the three words is another one. Look at what"
                                   " you wrote; or draw new words."))  # fmt: skip
        return page(request, "ballots/seat.html", "ballots/_seat.html",
                    {**context, "form": form, "proving": True})  # fmt: skip
    if request.method == "POST" and part.teller is not None and part.teller.lock is None:
        drawn = keys.draw()
        asked = sorted(secrets.SystemRandom().sample(range(1, keys.WORDS + 1), 3))
        proof = seating.promise(pk, actor_of(request.user).pk, drawn, asked)
        form = forms.SeatForm(asked=asked, initial={"lock": drawn.lock.hex(), "proof": proof})
        # Not by page(): an htmx swap would leave the words in the history of the browser.
        return render(request, "ballots/seat.html",
                      {**context, "form": form, "words": drawn.words, "proving": True})  # fmt: skip
    return page(request, "ballots/seat.html", "ballots/_seat.html", context)


def _proved(request: Request, pk: int) -> tuple[forms.SeatForm, bool]:
    asked = seating.asked_in(request.POST.get("proof", ""))
    form = forms.SeatForm(request.POST, asked=asked)
    if not form.is_valid():
        return form, False
    right = seating.is_kept(
        pk, actor_of(request.user).pk, form.cleaned_data["lock"], form.cleaned_data["proof"],
        form.typed(),
    )  # fmt: skip
    return form, right


@never_cache
@sensitive_post_parameters()
@sensitive_variables("form")
@both
def words(request: Request, pk: int) -> HttpResponse:
    """Enter the own words to open the box."""
    poll = poll_or_404(request, pk)
    part = part_or_404(request, poll, need="teller")
    form = forms.WordsForm(request.POST or None)
    if form.is_valid():
        try:
            entered = actions.enter_words(poll_id=pk, words=form.cleaned_data["words"],
                                          by=actor_of(request.user))  # fmt: skip
            message = (
                _("Your part is in. %(missing)s more tellers are needed.")
                % {"missing": entered.missing}
                if entered.missing else _("The box is open and the papers are counted.")
            )  # fmt: skip
            return done(request, to=poll, message=message)
        except DomainError as error:
            told(form, error)
    context = {"poll": poll, "part": part, "form": form, "tellers": queries.tellers_of(poll)}
    return page(request, "ballots/words.html", "ballots/_words.html", context)


@never_cache
@both
def figures(request: Request, pk: int) -> HttpResponse:
    """Say what was counted on paper."""
    poll = poll_or_404(request, pk)
    part = part_or_404(request, poll, need="teller")
    setting = standing.setting_of(poll)
    own = queries.own_count(poll, part.teller)
    people = choosing.People(request.user, today())
    initial = forms.FiguresForm.initial_of(own.figures, own.version, people) if own else {}
    form = forms.FiguresForm(request.POST or None, setting=setting, people=people, initial=initial)
    if "more" not in request.POST and form.is_valid():
        try:
            compared = actions.enter_figures(
                poll_id=pk, given=form.given(), version=form.cleaned_data["version"],
                by=actor_of(request.user),
            )  # fmt: skip
            to = poll if compared.agreed else reverse("ballot-figures", args=[pk])
            return done(request, to=to, message=_said(compared))
        except DomainError as error:
            told(form, error)
    context = {"poll": poll, "part": part, "form": form, "own": own,
               "counts": shown.counts(setting, standing.counts_of(poll, request.user))
               if own else None}  # fmt: skip
    return page(request, "ballots/figures.html", "ballots/_figures.html", context)


@never_cache
@require_safe
def people_options(request: Request) -> HttpResponse:
    """Options for a name that was found on papers: people whose files the viewer may read."""
    if not queries.may_read(request.user) and not queries.seats_of(request.user):
        raise Http404
    typed = request.GET.get(request.GET.get("of", ""), "")[:100]
    options = choosing.People(request.user, today()).offered(typed)
    return render(request, "ballots/_people_options.html", {"options": options})


def _said(compared: actions.Compared) -> str:
    if compared.agreed:
        return _("Two tellers counted the same: the vote is counted.")
    if compared.differing:
        return _("Your figures differ from those of another teller; compare them and count again.")
    return _("Your figures are kept. A second teller now enters theirs, without seeing yours.")
