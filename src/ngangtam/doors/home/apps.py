from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "ngangtam.doors.home"
    label = "home"

    def ready(self) -> None:
        from ngangtam.foundation.ui import navigation

        navigation.register(
            navigation.Entry(_("Start"), "home", icon="home", section="home", order=0)
        )
