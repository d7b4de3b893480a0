from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentConfig(AppConfig):
    name = "ngangtam.stages.appointment"
    label = "appointment"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.ui import glances
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.appointment import (
            carrying,
            guarded,
            knowing,
            navigation,
            places,
            queries,
        )
        from ngangtam.stages.procedure import knowing as facts
        from ngangtam.stages.procedure import starting

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        carrying.register()
        facts.register(knowing.known)
        places.register()
        for stage, where, label in (
            ("appointment", "vacancy-list", _("Fill a post")),
            ("reappointment", "term-list", _("Reappoint")),
            ("secondment", "vacancy-list", _("Second somebody")),
            ("nomination", "vacancy-list", _("Nominate for election")),
        ):
            starting.register(stage, where, label, queries.runs)
        glances.register(
            examinations=navigation.examinations, posts_counted=navigation.posts_counted
        )
        register(
            Entry(_("Appointment"), "vacancy-list", "armchair", "personnel", order=65,
                  allowed=navigation.may_read),
            Entry(_("My terms"), "term-mine", "calendar", "home", order=65,
                  allowed=navigation.holds_post),
            Entry(_("My examinations"), "exam-list", "school", "home", order=70,
                  allowed=navigation.sits_or_competes),
        )  # fmt: skip
