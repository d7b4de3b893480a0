"""Answering: what one is asked, the questions, the second look before it is sent."""

from typing import Any

from django import forms as django_forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.surveys import actions, codes, forms, queries, screening
from ngangtam.stages.surveys.queries import Asked


@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """What the viewer is asked, open first."""
    day = today()
    asked = queries.asked_of(request.user)
    context = {
        "waiting": [one for one in asked if one.is_open(day)],
        "past": [one for one in asked if not one.is_open(day)],
    }
    return page(request, "surveys/mine.html", "surveys/_mine.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: Request, pk: int) -> HttpResponse:
    """Answer what one is asked by one's own account."""
    asked = next((one for one in queries.asked_of(request.user) if one.ticket == pk), None)
    if asked is None:
        raise Http404
    form = forms.AnswerForm(request.POST or None, questions=asked.questions, side=asked.side)
    return _answering(request, asked, form, None, reverse("survey-mine"))


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def by_code(request: Request) -> HttpResponse:
    """Answer with the code on a slip of paper, without an account."""
    code = request.POST.get("code", "")
    form = forms.CodeForm(request.POST or None)
    digest = codes.digest(code) if code else None
    found = queries.asked(digest=digest) if digest else []
    if not found:
        if form.is_valid():
            form.add_error("code", _("This code is not known. Look at the slip again."))
        return _code_page(request, form)
    if not found[0].is_open(today()):
        form.add_error("code", _("This code was used already, or the survey is closed."))
        return _code_page(request, form)
    started = any(name.startswith("q_") or name == "comment" for name in request.POST)
    answers = forms.AnswerForm(
        request.POST if started else None, questions=found[0].questions, side=found[0].side,
        initial={"code": code},
    )  # fmt: skip
    return _answering(request, found[0], answers, digest, reverse("survey-thanks"))


def _code_page(request: Request, form: django_forms.Form) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "surveys/code.html", {"form": form}, status=status)


def _answering(
    request: Request, asked: Asked, form: forms.AnswerForm, digest: bytes | None, back: str
) -> HttpResponse:
    """Show the questions, then what could give somebody away, then send."""
    context: dict[str, Any] = {
        "asked": asked, "form": form, "open": asked.is_open(today()), "by_code": digest is not None,
    }  # fmt: skip
    if form.is_bound and form.is_valid() and "change" not in request.POST:
        hints = _hints(request, asked, digest, form.cleaned_data["comment"])
        if hints and not form.cleaned_data["looked"]:
            return _second_look(request, context, hints)
        try:
            actions.answer(
                ratings=form.ratings, comment=form.cleaned_data["comment"], today=today(),
                ticket_id=None if digest else asked.ticket,
                code=form.cleaned_data["code"] if digest else "",
                by=None if digest else actor_of(request.user),
            )  # fmt: skip
            return done(request, to=back, message=str(_("Your answer lies in the box.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    full = "surveys/answer_by_code.html" if digest else "surveys/answer.html"
    return page(request, full, "surveys/_answer.html", context)


def _hints(
    request: Request, asked: Asked, digest: bytes | None, comment: str
) -> list[screening.Hint]:
    if not comment:
        return []
    names, titles = queries.names_around(asked.ticket, digest, request.user)
    return screening.find(comment, names, titles)


def _second_look(
    request: Request, context: dict[str, Any], hints: list[screening.Hint]
) -> HttpResponse:
    form = context["form"]
    found = {**context, "form": None, "carried": form.hidden(),
             "pieces": screening.pieces(form.cleaned_data["comment"], hints),
             "advice": sorted({hint.advice for hint in hints})}  # fmt: skip
    full = "surveys/look_by_code.html" if context["by_code"] else "surveys/look.html"
    return page(request, full, "surveys/_look.html", found)


@login_not_required
@require_safe
def thanks(request: Request) -> HttpResponse:
    return render(request, "surveys/thanks.html", {})
