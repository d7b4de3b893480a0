"""What the pages share: tabs of a unit, months to step through."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.stages.work import queries


@dataclass(frozen=True, slots=True)
class Months:
    """The month that a page shows, and the way to those beside it."""

    month: date
    before: str
    after: str

    @property
    def code(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def label(self) -> str:
        return f"{self.month:%m/%Y}"


def months(month: date, base: str = "") -> Months:
    before, after = queries.beside(month)
    return Months(month, f"{base}?month={before:%Y-%m}", f"{base}?month={after:%Y-%m}")


# The unit comes from a query; views know no models.
def unit_of(viewer: Viewer, code: str) -> Any:
    """Return a unit whose work the viewer leads or reads. Errors: Http404."""
    unit = queries.led_unit(viewer, code)
    if unit is None:
        raise Http404
    return unit


def assigning_unit(viewer: Viewer, code: str) -> Any:
    """Return a unit in which the viewer assigns work. Errors: Http404."""
    unit = unit_of(viewer, code)
    if not may(viewer, Permission.WORK_ASSIGN, str(unit.path)):
        raise Http404
    return unit


def tabs(viewer: Viewer, unit: Any, current: str) -> list[Tab]:
    """Return the views of a unit's work that the viewer may open."""
    offered = [("products", _("Catalogue"), "product-list", "list-details")]
    offered.insert(0, ("plan", _("Year plan"), "unit-plan", "list-tree"))
    if queries.reads(viewer, unit):
        offered.insert(0, ("month", _("Month"), "unit-work", "calendar-event"))
    return [
        Tab(words, reverse(url, args=[unit.code]), current=name == current, icon=icon)
        for name, words, url, icon in offered
    ]
