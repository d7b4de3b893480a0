from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui import navigation


class StandardsConfig(AppConfig):
    name = "ngangtam.oversight.standards"
    label = "standards"

    def ready(self) -> None:
        from ngangtam.oversight.standards import candidates
        from ngangtam.stages.procedure import knowing

        knowing.register(candidates.known)
        knowing.explain(candidates.FACT, candidates.explained)
        knowing.place([candidates.FACT], candidates.hints)
        navigation.register(
            navigation.Entry(_("Ask the law"), "law-home", icon="scale", section="law", order=10),
            navigation.Entry(
                _("Title standards"), "standard-list", icon="certificate", section="law", order=20
            ),
        )
