from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "ngangtam.stages.planning"
    label = "planning"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.planning import guarded, joining, navigation

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        joining.join()
        register(
            Entry(_("My succession plan"), "planning-mine", "stairs-up", "home", order=60,
                  allowed=navigation.is_planned),
            Entry(_("Succession plans"), "planning-list", "sitemap", "personnel", order=60,
                  allowed=navigation.may_read),
            Entry(_("Balance of successors"), "planning-balance", "scale", "personnel", order=61,
                  allowed=navigation.may_read),
        )  # fmt: skip
