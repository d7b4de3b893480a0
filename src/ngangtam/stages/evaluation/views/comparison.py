"""Among equals, units beside each other, and a scheme that is tried."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import charts
from ngangtam.foundation.ui.charts import Bar, Ranged
from ngangtam.foundation.ui.http import Request, page
from ngangtam.stages.evaluation import (
    forms_results,
    queries_comparison,
    queries_results,
    trying,
)


@require_safe
def equals(request: Request, pk: int) -> HttpResponse:
    """Where one person stands among holders of the same kind of post and level."""
    sheet = queries_comparison.sheet_for(request.user, pk)
    if sheet is None:
        raise Http404
    position = queries_comparison.among_equals(pk)
    picture = None
    if position is not None:
        bars = [Bar(label, count) for label, count in position.levels]
        picture = charts.bars(
            bars, title=gettext("Classes of all holders"), unit="", digits=0, width=560
        )
    context = {"sheet": sheet, "position": position, "picture": picture,
               "fewest": queries_comparison.FEWEST}  # fmt: skip
    return page(request, "evaluation/equals.html", "evaluation/_equals.html", context)


def _place(request: Request, code: str, cycle: str) -> tuple[Any, Any]:
    """Return a unit whose evaluation the viewer reads, and its cycle."""
    unit = queries_results.body_of(request.user, code)
    found = queries_results.cycle_for(unit, cycle) if unit is not None else None
    if unit is None or found is None:
        raise Http404
    verbs = (Permission.EVALUATION_VIEW, Permission.EVALUATION_RUN)
    if not any(may(request.user, verb, str(unit.path)) for verb in verbs):
        raise Http404
    return unit, found


@require_safe
def calibration(request: Request, code: str, cycle: str) -> HttpResponse:
    """How the units below use the classes, each beside its own results."""
    unit, found = _place(request, code, cycle)
    made = queries_comparison.calibration(request.user, found, unit)
    ranges = [
        Ranged(line.name, line.good.value, line.good.low, line.good.high, line.stands_out)
        for line in made.lines
    ]
    whole = made.whole.good.value if made.whole is not None else None
    picture = charts.ranges(
        ranges, title=gettext("Share of good or better, with 95 % intervals"), mark=whole,
        mark_label=gettext("all units"),
    ) if ranges else None  # fmt: skip
    context = {"made": made, "unit": unit, "cycle": found, "picture": picture,
               "small": queries_comparison.SMALL,
               "standing_out": [line for line in made.lines if line.stands_out]}  # fmt: skip
    return page(request, "evaluation/calibration.html", "evaluation/_calibration.html", context)


@require_safe
def try_scheme(request: Request, code: str, cycle: str) -> HttpResponse:
    """What another scheme would have changed in a cycle, and for whom."""
    unit, found = _place(request, code, cycle)
    schemes = [(ident, said(label)) for ident, label in trying.schemes_to_try()]
    form = forms_results.TryForm(request.GET or None, schemes=schemes)
    trial = None
    if form.is_valid():
        try:
            trial = trying.try_scheme(
                request.user, found, unit, form.cleaned_data["scheme"],
                form.cleaned_data["instead_of"],
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"unit": unit, "cycle": found, "form": form, "trial": trial,
               "counts": _counts(trial), "moves": _moves(trial)}  # fmt: skip
    return page(request, "evaluation/try_scheme.html", "evaluation/_try_scheme.html", context)


def _counts(trial: trying.Trial | None) -> list[tuple[str, str, int, bool]]:
    if trial is None:
        return []
    return [
        (trying.label(before), trying.label(after), number, before != after)
        for before, after, number in trial.counts
    ]


def _moves(trial: trying.Trial | None) -> list[tuple[trying.Move, str, str]]:
    if trial is None:
        return []
    return [(one, trying.label(one.before), trying.label(one.after)) for one in trial.moves[:500]]
