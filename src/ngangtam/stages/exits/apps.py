from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExitsConfig(AppConfig):
    name = "ngangtam.stages.exits"
    label = "exits"
    verbose_name = _("Leaving a post")

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.stages.confidence import following
        from ngangtam.stages.exits import asking, guarded, navigation, offering
        from ngangtam.stages.exits import effects as ours
        from ngangtam.stages.procedure import effects, ending, knowing, opening, starting

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
        effects.register("posting.end", ours.end_posting)
        effects.register("posting.lower", ours.lower_posting)
        for name in ("suspension", "suspension.begin"):
            effects.register(name, ours.begin_suspension)
        opening.register(ours.on_opening)
        ending.register(ours.on_ending)
        knowing.register(ours.known_of)
        for fact in (*asking.STATED, *asking.WATCHED):
            knowing.place([fact], asking.place_of(fact))
        following.register(offers=offering.offers, counted=offering.counted)
        for stage in ("removal", "resignation", "dismissal", "suspension", "retirement"):
            starting.register(stage, "exit-start", _("Leaving a post"), navigation.runs)
        register(
            Entry(_("Leaving a post"), "exit-start", "user-minus", "personnel", order=80,
                  allowed=navigation.may_read),
            Entry(_("My leaving of a post"), "exit-mine", "mail", "home", order=60,
                  allowed=navigation.has_post),
        )  # fmt: skip
