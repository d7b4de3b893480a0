"""What the people behind a cell may be sorted by."""

from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.tables import Column, Listing
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.statistics.counting import Part
from ngangtam.oversight.statistics.model import Form
from ngangtam.oversight.statistics.queries import Shown

LABELS: Final[dict[Part, str | Promise]] = {
    "counted": _("Counted in the cell"), "unknown": _("Unknown: facts are missing"),
}  # fmt: skip
PEOPLE: Final = Listing(
    columns=[Column("unit", order=("unit",)), Column("name", order=("name",))],
    default_sort="unit", target="statistics-people",
    keep=("unit", "on", "row", "column", "part"), tie="",
)  # fmt: skip


def part_tabs(place: Place, form: Form, shown: Shown, current: Part) -> list[Tab]:
    """Return the two lists of people behind a cell."""
    asked = urlencode({"row": shown.row.id, "column": shown.column.id})
    base = f"{reverse('statistics-people', args=[form.id])}?{place.query}&{asked}"
    return [Tab(words, f"{base}&part={part}", part == current) for part, words in LABELS.items()]
