from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CorrectionsConfig(AppConfig):
    name = "ngangtam.records.corrections"
    label = "corrections"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.ui import glances
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.records.corrections import guarded, navigation, queries, rosters
        from ngangtam.records.personnel import waiting, witnessing
        from ngangtam.records.personnel.queries.reach import say_own_person

        say_own_person(queries.own_person)
        waiting.say_what_waits(queries.waiting_on)
        witnessing.say_who_keeps(rosters.propose, rosters.withdraw)
        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        glances.register(
            own_file=queries.linked, requests=queries.requests_waiting,
            proposals=queries.proposals_waiting,
        )  # fmt: skip
        register(
            Entry(_("My file"), "own-file", "user-circle", "home", order=20,
                  allowed=navigation.has_own_file),
            Entry(_("Requests for correction"), "request-list", "message-report", "records",
                  order=40, allowed=navigation.may_decide, count=navigation.waiting),
        )  # fmt: skip
