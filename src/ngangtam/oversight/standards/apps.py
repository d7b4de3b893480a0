from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui import navigation


class StandardsConfig(AppConfig):
    name = "ngangtam.oversight.standards"
    label = "standards"

    def ready(self) -> None:
        navigation.register(
            navigation.Entry(_("Ask the law"), "law-home", icon="scale", section="law", order=10),
            navigation.Entry(
                _("Title standards"), "standard-list", icon="certificate", section="law", order=20
            ),
        )
