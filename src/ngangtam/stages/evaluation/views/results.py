"""The own classes, and what an agency publishes."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.evaluation import (
    actions_results,
    forms_results,
    queries_comparison,
    queries_results,
)


@require_safe
def mine(request: Request) -> HttpResponse:
    """The viewer's own classes, newest first."""
    found = queries_results.own_classes(request.user, today())
    return page(request, "evaluation/result_mine.html", "evaluation/_result_mine.html",
                {"classes": found})  # fmt: skip


def _own(request: Request, pk: int) -> queries_results.Own:
    found = queries_results.get_own_class(request.user, pk, today())
    if found is None:
        raise Http404
    return found


@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    """One own class; opening it is noted once."""
    own = _own(request, pk)
    if own.fresh and request.method == "GET":
        actions_results.see(rating_id=pk, by=actor_of(request.user))
    context = {"own": own, "position": queries_comparison.among_equals(own.rating.sheet_id),
               "fewest": queries_comparison.FEWEST}  # fmt: skip
    return page(request, "evaluation/result_detail.html", "evaluation/_result.html", context)


@require_http_methods(["GET", "POST"])
def petition(request: Request, pk: int) -> HttpResponse:
    """Petition against the own class."""
    own = _own(request, pk)
    form = forms_results.PetitionForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            made = actions_results.petition(
                rating_id=pk, text=form.cleaned_data["text"], files=form.cleaned_data["proof"],
                today=today(), by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=made, message=str(_("Your petition is sent.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "own": own}
    return page(request, "evaluation/petition_new.html", "evaluation/_petition_new.html", context)


def _place(request: Request, code: str, cycle: str) -> tuple[Any, Any]:
    body = queries_results.body_of(request.user, code)
    found = queries_results.cycle_for(body, cycle) if body is not None else None
    if body is None or found is None:
        raise Http404
    return body, found


@require_safe
def publication(request: Request, code: str, cycle: str) -> HttpResponse:
    return _publication(request, *_place(request, code, cycle))


def _publication(request: Request, body: Any, cycle: Any, **more: Any) -> HttpResponse:
    publishes = queries_results.may_publish(request.user, body)
    context = {
        "body": body, "cycle": cycle, "publishes": publishes,
        "lines": queries_results.published(cycle, body, today()),
        "totals": queries_results.shows_totals(today()),
        "standing": queries_results.standing(cycle, body) if publishes else None, **more,
    }  # fmt: skip
    return page(request, "evaluation/publication.html", "evaluation/_publication.html", context)


@require_POST
def notify(request: Request, code: str, cycle: str) -> HttpResponse:
    """Tell everybody of the agency whose class is decided."""
    return _act(request, code, cycle, actions_results.notify, _told_words)


@require_POST
def publish(request: Request, code: str, cycle: str) -> HttpResponse:
    """Publish every decided class of the agency."""
    return _act(request, code, cycle, actions_results.publish, _published_words)


def _told_words(count: int) -> str:
    return ngettext("%(count)s person is told.", "%(count)s people are told.", count) % {
        "count": count
    }


def _published_words(count: int) -> str:
    return ngettext("%(count)s class is published.", "%(count)s classes are published.", count) % {
        "count": count
    }


def _act(
    request: Request, code: str, cycle: str, act: Callable[..., actions_results.Told],
    words: Callable[[int], str],
) -> HttpResponse:  # fmt: skip
    body, found = _place(request, code, cycle)
    form = django_forms.Form(request.POST)
    try:
        told = act(cycle_id=found.pk, body_code=code, by=actor_of(request.user))
        return done(request, to=request.path.rsplit("/", 2)[0] + "/", message=words(told.now))
    except DomainError as error:
        form.add_error(None, ValidationError(error.messages))
    return _publication(request, body, found, form=form)
