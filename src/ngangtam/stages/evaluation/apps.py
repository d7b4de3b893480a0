from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "ngangtam.stages.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.papers.shelves import register as shelve
        from ngangtam.foundation.ui import glances
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.evaluation import guarded, months, navigation, queries_results
        from ngangtam.stages.evaluation.printing import SHELF
        from ngangtam.stages.work.closing import say_what_is_closed

        say_what_is_closed(months.why_closed)
        shelve(SHELF)
        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        glances.register(petitions=queries_results.waiting, unseen_classes=queries_results.unseen)
        register(
            Entry(_("My month"), "my-month", "calendar-event", "home", order=30,
                  allowed=navigation.has_own_file),
            Entry(_("The unit's month"), "team-list", "users-group", "work", order=30,
                  allowed=navigation.may_score),
            Entry(_("Evaluation"), "cycle-list", "clipboard-check", "work", order=40,
                  allowed=navigation.may_read),
            Entry(_("My classes"), "result-mine", "award", "home", order=35,
                  allowed=navigation.has_own_file, count=navigation.unseen),
            Entry(_("Petitions"), "petition-list", "message-report", "work", order=50,
                  allowed=navigation.may_answer, count=navigation.petitions),
        )  # fmt: skip
