from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrantsConfig(AppConfig):
    name = "ngangtam.doors.grants"
    label = "grants"

    def ready(self) -> None:
        from ngangtam.foundation.ui.navigation import Entry, register

        register(
            Entry(_("Roles held"), "grant-list", "key", "system", order=10, allowed=_sees_grants),
            Entry(_("What each role may do"), "role-list", "lock", "system", order=15),
        )


def _sees_grants(request: Any) -> bool:
    from ngangtam.foundation.access.queries import SEES_GRANTS
    from ngangtam.foundation.access.rules import may

    return any(may(request.user, verb) for verb in SEES_GRANTS)
