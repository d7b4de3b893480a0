from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BallotsConfig(AppConfig):
    name = "ngangtam.stages.ballots"
    label = "ballots"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.papers.shelves import register as register_shelf
        from ngangtam.foundation.ui import glances
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.ballots import guarded, minutes, navigation

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        register_shelf(minutes.SHELF)
        glances.register(
            rolls=navigation.rolls, tellers=navigation.tellers, voting=navigation.voting,
            telling=navigation.telling,
        )  # fmt: skip
        register(
            Entry(_("Votes asked of you"), "ballot-mine", "checkbox", "home", order=42,
                  allowed=navigation.is_asked, count=navigation.waiting),
            Entry(_("Votes"), "ballot-list", "checkbox", "personnel", order=70,
                  allowed=navigation.may_read),
        )  # fmt: skip
