"""Running surveys and reading what came of them."""

from datetime import timedelta
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.surveys import actions, forms, queries, showing

LISTING = Listing(
    columns=[
        Column("closes", order=("-closes_on", "-pk")),
        Column("about", order=("person__name_key", "unit__name", "pk")),
    ],
    filters=[
        Filter("state", _("State"), [("open", _("open")), ("closed", _("closed"))]),
    ],
    default_sort="closes",
    target="survey-table",
)


@require_safe
def survey_list(request: Request) -> HttpResponse:
    """Surveys of the viewer's units, and the closed ones about the viewer."""
    query = LISTING.read(request.GET)
    rows = queries.surveys_for(request.user)
    if not rows.exists() and not queries.may_read(request.user):
        raise Http404
    if query.values.get("state"):
        rows = rows.filter(state=query.values["state"])
    table = query.cut(rows.order_by(*query.order_by))
    context = {"table": table, "units": queries.units_to_ask_in(request.user)}
    return page(request, "surveys/survey_list.html", "surveys/_survey_table.html", context)


def _get(request: Request, pk: int) -> Any:
    survey = queries.get_survey(request.user, pk)
    if survey is None:
        raise Http404
    return survey


@never_cache
@require_safe
def survey_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _get(request, pk))


def _detail(request: Request, survey: Any, **more: Any) -> HttpResponse:
    told = queries.results(survey)
    language = get_language() or "vi"
    runs = queries.may_run(request.user, survey) and survey.state == "open"
    context = {
        "survey": survey, "runs": runs, "own": queries.is_about(request.user, survey),
        "counts": showing.counted(queries.counts(survey.pk)) if runs else [],
        "groups": [showing.group_of(one, survey.questions, language) for one in told],
        "untold": showing.untold(survey, told),
        "total": showing.total_of(queries.total(survey, told), survey.questions, language),
        "least": survey.least or queries.fewest(today()),
        "weights_set": bool(queries.weights(survey.closes_on)),
        "codes_form": forms.CodesForm() if runs else None, **more,
    }  # fmt: skip
    return page(request, "surveys/survey_detail.html", "surveys/_survey.html", context)


@require_http_methods(["GET", "POST"])
def survey_open(request: Request, code: str) -> HttpResponse:
    """Open a survey about somebody of a unit, or about the unit."""
    unit = queries.unit_to_ask_in(request.user, code)
    if unit is None:
        raise Http404
    form = forms.OpenForm(
        request.POST or None, cycles=queries.cycles_of(unit),
        initial={"closes_on": today() + timedelta(days=7),
                 "person": request.GET.get("person", "")},
    )  # fmt: skip
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.open_survey(
                cycle_id=data["cycle"], unit_code=queries.place_of(data["person"], code),
                person_number=data["person"], closes_on=data["closes_on"], today=today(),
                by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=made.survey, message=str(_("The survey is open.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "unit": unit, "people": queries.people_to_ask_about(unit, today())}
    return page(request, "surveys/survey_open.html", "surveys/_survey_open.html", context)


@require_POST
def survey_close(request: Request, pk: int) -> HttpResponse:
    survey = _get(request, pk)
    form = django_forms.Form(request.POST)
    try:
        actions.close(survey_id=pk, today=today(), by=actor_of(request.user))
        return done(request, to=survey, message=str(_("The survey is closed and counted.")))
    except DomainError as error:
        form.add_error(None, ValidationError(error.messages))
    return _detail(request, survey, form=form)


@never_cache
@require_POST
def survey_codes(request: Request, pk: int) -> HttpResponse:
    """Make codes and show them this once, for printing."""
    survey = _get(request, pk)
    form = forms.CodesForm(request.POST)
    if form.is_valid():
        try:
            made = actions.make_codes(
                survey_id=pk, side=form.cleaned_data["side"], count=form.cleaned_data["count"],
                by=actor_of(request.user),
            )  # fmt: skip
            address = request.build_absolute_uri(reverse("survey-answer-by-code"))
            context = {"survey": survey, "codes": made, "address": address}
            return render(request, "surveys/codes.html", context)
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _detail(request, survey, codes_form=form, form=form)
