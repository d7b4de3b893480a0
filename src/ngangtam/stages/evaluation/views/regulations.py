"""What a unit settles for its evaluations: points of its regulation, fields of its deputies."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of, own_person
from ngangtam.stages.evaluation import actions_regulations as actions
from ngangtam.stages.evaluation import criteria, forms_regulations, regulations
from ngangtam.stages.evaluation.queries_team import unit_for

both = require_http_methods(["GET", "POST"])


def _unit(request: Request, code: str) -> Any:
    unit = unit_for(request.user, code)
    if unit is None:
        raise Http404
    return unit


@both
def unit_points(request: Request, code: str) -> HttpResponse:
    """The points that the regulation of a public unit gives to each item of the results."""
    unit = _unit(request, code)
    scheme = regulations.scheme_in(unit, today())
    rows = regulations.set_for(unit, scheme)
    may_set = may(request.user, Permission.EVALUATION_DECIDE, str(unit.path))
    if request.method == "POST" and not may_set:
        raise Http404
    labels = criteria.result_labels(scheme)
    form = _points_form(request, unit, rows, labels) if may_set else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            actions.set_points(
                unit_code=unit.code, scheme=scheme, first=form.cleaned_data["first"],
                basis=form.cleaned_data["basis"], version=form.cleaned_data["version"],
                points=form.points("s", regulations.STAFF),
                leader_points=form.points("m", regulations.MANAGERS), by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=reverse("unit-points", args=[unit.code]),
                        message=_("The points are set."))  # fmt: skip
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "unit": unit, "rows": [_told(row, labels) for row in rows], "form": form,
        "back": reverse("team-list"),
    }  # fmt: skip
    return page(request, "evaluation/unit_points.html", "evaluation/_unit_points.html", context)


def _points_form(request: Request, unit: Any, rows: list[Any], labels: dict[str, str]) -> Any:
    own = [row for row in rows if row.unit_id == unit.pk]
    shown = rows[0] if rows else None
    initial: dict[str, Any] = {"version": max((row.pk for row in own), default=0)}
    if shown is not None:
        initial |= {f"s_{part}": value for part, value in shown.points.items()}
        initial |= {f"m_{part}": value for part, value in shown.leader_points.items()}
    return forms_regulations.PointsForm(request.POST or None, labels=labels, initial=initial)


def _told(row: Any, labels: dict[str, str]) -> dict[str, Any]:
    def said(points: dict[str, float]) -> list[tuple[str, float]]:
        return [(labels.get(part, part), value) for part, value in points.items()]

    return {"row": row, "staff": said(row.points), "managers": said(row.leader_points)}


@require_safe
def unit_fields(request: Request, code: str) -> HttpResponse:
    """The deputies of a unit, and for whom each answers."""
    unit = _unit(request, code)
    context = {
        "unit": unit, "deputies": regulations.deputies_of(unit, today()),
        "may_set": may(request.user, Permission.WORK_ASSIGN, str(unit.path)),
        "me": own_person(request.user), "back": reverse("team-list"),
    }  # fmt: skip
    return page(request, "evaluation/unit_fields.html", "evaluation/_unit_fields.html", context)


@both
def field_set(request: Request, code: str, number: str) -> HttpResponse:
    """Say for which units and people a deputy answers."""
    unit = _unit(request, code)
    found = [one for one in regulations.deputies_of(unit, today()) if one.person.number == number]
    held = may(request.user, Permission.WORK_ASSIGN, str(unit.path))
    if not found or not held or found[0].person.pk == own_person(request.user):
        raise Http404
    [deputy] = found
    units, people = regulations.may_be_led(unit, today())
    chosen_units, chosen_people = regulations.chosen(deputy.field)
    form = forms_regulations.FieldForm(
        request.POST or None, units=units, people=[one for one in people if one[0] != number],
        initial={"version": regulations.last_field(unit, deputy.person.pk),
                 "units": chosen_units, "people": chosen_people},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.set_field(
                unit_code=unit.code, person_number=number, first=given["first"],
                units=given.get("units", []), people=given.get("people", []),
                version=given["version"], by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=reverse("unit-fields", args=[unit.code]),
                        message=_("The field is set."))  # fmt: skip
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"unit": unit, "deputy": deputy, "form": form,
               "back": reverse("unit-fields", args=[unit.code])}  # fmt: skip
    return page(request, "evaluation/field_set.html", "evaluation/_field_set.html", context)
