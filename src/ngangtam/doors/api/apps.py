from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "ngangtam.doors.api"
    label = "api"

    def ready(self) -> None:
        from ngangtam.foundation.ui import navigation

        navigation.register(
            navigation.Entry(_("API"), "api-reference", icon="key", section="system", order=60)
        )
