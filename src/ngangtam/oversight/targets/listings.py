"""What the lists of targets may be filtered and sorted by."""

from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.tables import Column, Filter, Listing, Query
from ngangtam.law.engine.model import IndicatorSet, Target
from ngangtam.oversight.standards.book import rulebook
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.standards.queries import resolutions
from ngangtam.oversight.targets.measures import Part
from ngangtam.oversight.targets.queries import ASLEEP_TOO

STANDARD_SET: Final = "standard"
OUTCOMES: Final[dict[str, str | Promise]] = {
    "met": _("Reached"),
    "not_met": _("Not reached"),
    "unknown": _("Unknown"),
    "nobody": _("Nobody to count"),
    "not_yet": _("Not yet in force"),
    "off": _("Switched off"),
    "hidden": _("Small group"),
}
ASLEEP: Final = (ASLEEP_TOO, _("Switched off, not yet in force"))
PARTS: Final[dict[Part, str | Promise]] = {
    "met": _("Counted towards the target"),
    "not_met": _("Counted, but not towards it"),
    "unknown": _("Unknown: facts are missing"),
}


def sets() -> list[tuple[str, str]]:
    """Return the sets of definitions, for choosing."""
    return [(one.id, said(one.label)) for one in rulebook().indicators.values()]


TARGETS = Listing(
    filters=[
        Filter("resolution", _("Resolution"), choices=resolutions),
        Filter("outcome", _("State"), choices=[*OUTCOMES.items(), ASLEEP]),
    ],
    target="target-groups", page_size=100, sizes=(100,), keep=("unit", "on"),
)  # fmt: skip
CHILDREN = Listing(
    columns=[
        Column("name", order=("name",)),
        Column("people", order=("people",), numeric=True, down_first=True),
        Column("value", order=("value",), down_first=True),
        Column("gap", order=("gap",), down_first=True),
    ],
    default_sort="name", target="target-children", keep=("unit", "on"), tie="",
)  # fmt: skip
PEOPLE = Listing(
    columns=[Column("unit", order=("unit",)), Column("name", order=("name",))],
    default_sort="unit", target="target-people", keep=("unit", "on", "part"), tie="",
)  # fmt: skip
INDICATORS = Listing(
    filters=[Filter("definitions", _("Definitions"), choices=sets, any_label=_("Everyday"))],
    target="indicator-table", page_size=100, sizes=(100,), keep=("unit", "on"),
)  # fmt: skip


def definitions(asked: Query) -> IndicatorSet:
    """Return the set of definitions asked for; the everyday one by default."""
    book = rulebook()
    return book.indicators.get(asked.values["definitions"]) or book.indicators[STANDARD_SET]


def part_tabs(place: Place, target: Target, current: Part | None = None) -> list[Tab]:
    """Return the three lists of people behind a target; none for a viewer without file access."""
    if not place.sees_some_people or target.measure is None:
        return []
    address = f"{reverse('target-people', args=[target.id])}?{place.query}&part="
    return [Tab(label, address + part, part == current) for part, label in PARTS.items()]
