"""The figures that a plan is measured against: the rulebook's, else the authority's own.

No percentage is given by the text in force as far as it was seen. Until an authority confirms a
figure, in the rulebook or for one plan, a share is shown and not judged.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.law.engine.rulebook import rulebook
from ngangtam.stages.planning.models import Plan

# What an authority may set for one plan: the name, and the parameter of the rulebook before it.
OF_PARAMETER: Final[dict[str, str]] = {
    "young_percent": "planning.young_percent",
    "women_percent": "planning.women_percent",
    "minority_percent": "planning.minority_percent",
    "science_percent": "planning.science_percent",
    "band_width": "planning.age_band_width_years",
}
LABELS: Final[dict[str, str | Promise]] = {
    "young_under": _("young means under the age of"),
    "band_width": _("years between the age bands"),
    "young_percent": _("share of young officials, % at least"),
    "women_percent": _("share of women, % at least"),
    "minority_percent": _("share of ethnic minorities, % at least"),
    "science_percent": _("share with a science or technology background, % at least"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Shape: `value` None while nobody confirmed one; `basis` when the plan's own."""

    name: str
    value: int | None
    cites: tuple[str, ...] = ()
    basis: str = ""

    @property
    def label(self) -> str | Promise:
        return LABELS[self.name]


def figure(plan: Plan, name: str) -> Figure:
    """Return a figure for a plan on the day on which it counts."""
    return of_figures(name, plan.counted_on, plan.unit.level, plan.figures, plan.figures_basis)


def of_figures(name: str, day: date, level: str, own: dict[str, Any], basis: str) -> Figure:
    parameter = OF_PARAMETER.get(name) or (
        "planning.young_under_age.central" if level == "central"
        else "planning.young_under_age.local"
    )  # fmt: skip
    found = rulebook().lookup(parameter, day)
    if found.state == "in_force" and isinstance(found.value, int):
        return Figure(name, found.value, found.cites)
    set_here = own.get(name)
    if isinstance(set_here, int):
        return Figure(name, set_here, basis=basis)
    return Figure(name, None, found.cites)


def all_figures(plan: Plan) -> list[Figure]:
    """Return every figure that the plan is measured against."""
    return [figure(plan, name) for name in LABELS]


def limit(ident: str, day: date) -> tuple[Any, tuple[str, ...]]:
    """Return (value, citations) of a limit of the rulebook; None while none is in force."""
    found = rulebook().lookup(ident, day)
    return (found.value if found.state == "in_force" else None), found.cites


def bands(plan: Plan) -> tuple[int, ...] | None:
    """Return the ages at which one band ends and the next begins; None while not confirmed.

    Shape: one fewer than there are bands; the first is the age under which somebody is young.
    """
    count, _cites = limit("planning.age_bands", plan.counted_on)
    young, width = figure(plan, "young_under").value, figure(plan, "band_width").value
    if count is None or young is None or width is None:
        return None
    return tuple(young + width * step for step in range(int(count) - 1))
