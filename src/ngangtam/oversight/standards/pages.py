"""The tabs over the pages of the law."""

from collections.abc import Callable
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.ui.components import flows
from ngangtam.oversight.standards.book import Rulebook, rulebook

Count = Callable[[Rulebook], int]
TABS: Final[dict[str, tuple[str | Promise, str, Count | None]]] = {
    "home": (gettext_lazy("Ask"), "law-home", None),
    "instruments": (gettext_lazy("Texts"), "law-instruments", lambda book: len(book.instruments)),
    "parameters": (gettext_lazy("Parameters"), "law-parameters", lambda book: len(book.parameters)),
    "standards": (gettext_lazy("Standards"), "standard-list", lambda book: len(book.standards)),
    "targets": (gettext_lazy("Targets"), "law-targets", lambda book: len(book.targets)),
    "indicators": (
        gettext_lazy("Definitions"), "law-indicators", lambda book: len(book.indicators),
    ),
    "schemes": (gettext_lazy("Evaluation"), "law-schemes", lambda book: len(book.schemes)),
    "procedures": (
        gettext_lazy("Procedures"), "law-procedures", lambda book: len(book.procedures),
    ),
    "facts": (gettext_lazy("Vocabulary"), "law-facts", None),
    "conflicts": (gettext_lazy("Conflicts"), "law-conflicts", lambda book: len(book.conflicts)),
    "check": (gettext_lazy("Check"), "law-check", None),
}  # fmt: skip


def law_tabs(current: str) -> SafeString:
    """{% law_tabs "parameters" %} — the views of the rulebook, this one marked."""
    book = rulebook()
    items = [
        flows.Tab(label, reverse(url), name == current, count(book) if count else None)
        for name, (label, url, count) in TABS.items()
    ]
    return flows.tabs(items, label=_("Law"))
