from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfidenceConfig(AppConfig):
    name = "ngangtam.stages.confidence"
    label = "confidence"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.ui import glances
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.ballots import listening
        from ngangtam.stages.confidence import actions, guarded, navigation

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        listening.register("confidence:", actions.take_over)
        glances.register(
            own_confidence=navigation.own_results, low_confidence=navigation.low_results
        )
        register(
            Entry(_("Votes of confidence"), "confidence-list", "scale", "personnel", order=75,
                  allowed=navigation.may_read, count=navigation.waiting),
            Entry(_("My votes of confidence"), "confidence-mine", "scale", "home", order=60,
                  allowed=navigation.has_results),
        )  # fmt: skip
