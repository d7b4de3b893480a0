from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "ngangtam.records.intake"
    label = "intake"

    def ready(self) -> None:
        from ngangtam.foundation.access.roles import Permission
        from ngangtam.foundation.access.rules import may
        from ngangtam.foundation.ui.navigation import Entry, register

        register(
            Entry(
                _("Bring in a roster"), "intake-upload", "upload", "records", order=60,
                allowed=lambda request: may(request.user, Permission.INTAKE_RUN),
            )
        )  # fmt: skip
