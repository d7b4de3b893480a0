from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitteesConfig(AppConfig):
    name = "ngangtam.stages.committees"
    label = "committees"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.committees import cases, guarded
        from ngangtam.stages.planning import navigation
        from ngangtam.stages.procedure import effects, opening, starting

        for table, versions in guarded.TABLES.items():
            guard(table, *versions)
        effects.register(cases.EFFECT, cases.elected)
        opening.register(cases.on_opening)
        starting.register(cases.STAGE, "committee-list", _("Committee personnel"))
        register(
            Entry(_("Committee personnel"), "committee-list", "users-group", "personnel", order=62,
                  allowed=navigation.may_read)
        )  # fmt: skip
