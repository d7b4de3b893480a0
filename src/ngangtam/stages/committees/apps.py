from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitteesConfig(AppConfig):
    name = "ngangtam.stages.committees"
    label = "committees"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.committees import guarded
        from ngangtam.stages.planning import navigation

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        register(
            Entry(_("Committee personnel"), "committee-list", "users-group", "work", order=62,
                  allowed=navigation.may_read)
        )  # fmt: skip
