"""The room of papers about a person."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "ngangtam.records.papers"
    label = "papers"
    verbose_name = _("Papers about a person")

    def ready(self) -> None:
        from ngangtam.foundation.papers.shelves import register
        from ngangtam.records.papers.events import LABELS
        from ngangtam.records.papers.printing import SHELF
        from ngangtam.records.personnel import events

        register(SHELF)
        # The history of a file says in words that a paper was printed.
        events.LABELS.update(LABELS)
