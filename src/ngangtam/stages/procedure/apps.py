from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcedureConfig(AppConfig):
    name = "ngangtam.stages.procedure"
    label = "procedure"
    verbose_name = _("Personnel cases")

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.papers.shelves import register as shelve
        from ngangtam.foundation.ui import glances
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.ballots import listening
        from ngangtam.stages.procedure import (
            actions_meetings,
            contents,
            guarded,
            navigation,
            queries,
            voting,
        )

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        shelve(contents.SHELF)
        listening.register(voting.PREFIX, actions_meetings.hear)
        glances.register(
            case_steps=queries.steps_waiting, case_overdue=queries.steps_overdue,
            case_soon=queries.steps_soon, case_opinions=queries.opinions_waiting,
        )  # fmt: skip
        register(
            Entry(_("Personnel cases"), "case-list", "folders", "personnel", order=5,
                  allowed=navigation.may_read, count=navigation.waiting),
        )  # fmt: skip
