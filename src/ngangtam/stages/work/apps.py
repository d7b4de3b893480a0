from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "ngangtam.stages.work"
    label = "work"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.work import guarded, navigation

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        register(
            Entry(_("My work"), "own-work", "checklist", "home", order=25,
                  allowed=navigation.has_own_work),
            Entry(_("Assigned work"), "unit-work-home", "clipboard-list", "work", order=20,
                  allowed=navigation.may_lead),
        )  # fmt: skip
