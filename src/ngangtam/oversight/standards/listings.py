"""What the lists of the law may be filtered by."""

from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.speech import language
from ngangtam.foundation.ui.tables import Filter, Listing
from ngangtam.oversight.standards import names, queries, queries_procedures
from ngangtam.oversight.standards.book import rulebook

SEARCH = Filter("q", _("Search"))
DAY = Filter("on", _("Day"), kind="day")
REGIME = Filter("regime", _("Regime"), choices=list(names.REGIMES.items()))
STATUS = Filter(
    "status", _("State"), choices=[("shipped", _("In use")), ("to_confirm", _("Switched off"))]
)


def levels() -> list[tuple[str, str]]:
    """Return the levels of the system, for a filter."""
    entries = rulebook().catalogues["level"].entries
    return [(entry.code, entry.label[language()]) for entry in entries]


HOME = Listing(filters=[SEARCH], target="law-found", page_size=100)
INSTRUMENTS = Listing(
    filters=[
        SEARCH,
        Filter("confidence", _("Confidence"), choices=list(names.CONFIDENCES.items())),
        Filter("issuer", _("Issuer"), choices=queries.issuers),
        Filter("on", _("In force on"), kind="day"),
    ],
    target="instrument-table",
)
PARAMETERS = Listing(
    filters=[
        SEARCH,
        DAY,
        REGIME,
        Filter("state", _("State"), choices=list(names.STATES.items())),
    ],
    target="parameter-table",
)
PARAMETER = Listing(filters=[DAY], target="parameter-body")
STANDARDS = Listing(
    filters=[SEARCH, Filter("level", _("Level"), choices=levels), REGIME, STATUS],
    target="standard-table",
)
TARGETS = Listing(
    filters=[SEARCH, Filter("resolution", _("Resolution"), choices=queries.resolutions), STATUS],
    target="law-target-table", page_size=100, sizes=(100, 200),
)  # fmt: skip
FACTS = Listing(
    filters=[
        SEARCH,
        Filter("privacy", _("Class"), choices=list(names.CLASSES.items())),
    ],
    target="fact-table", page_size=100, sizes=(100, 200),
)  # fmt: skip
PROCEDURES = Listing(
    filters=[
        SEARCH,
        Filter("stage", _("Kind of work"), choices=queries_procedures.stages),
        REGIME,
        STATUS,
        Filter("on", _("In force on"), kind="day"),
    ],
    target="procedure-table",
)
PROCEDURE = Listing(filters=[DAY], target="procedure-body")
