from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignInConfig(AppConfig):
    name = "ngangtam.doors.sign_in"
    label = "sign_in"

    def ready(self) -> None:
        from ngangtam.doors.sign_in.queries import runs_the_system
        from ngangtam.foundation.ui import navigation

        navigation.register(
            navigation.Entry(
                _("Accounts"), "account-list", icon="user-cog", section="system", order=20,
                allowed=lambda request: runs_the_system(request.user),
            )
        )  # fmt: skip
