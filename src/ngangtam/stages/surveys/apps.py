from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "ngangtam.stages.surveys"
    label = "surveys"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.ui import glances
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.surveys import guarded, navigation

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        glances.register(surveys=navigation.asked)
        register(
            Entry(_("Opinions asked of you"), "survey-mine", "message-circle", "home", order=40,
                  allowed=navigation.has_own_file, count=navigation.waiting),
            Entry(_("Surveys"), "survey-list", "messages", "work", order=60,
                  allowed=navigation.may_read),
        )  # fmt: skip
