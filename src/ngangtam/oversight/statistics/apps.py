"""The room of statistical forms."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    name = "ngangtam.oversight.statistics"
    label = "statistics"
    verbose_name = _("Statistical forms")

    def ready(self) -> None:
        from ngangtam.foundation.papers.shelves import register
        from ngangtam.foundation.ui import navigation
        from ngangtam.oversight.statistics.exports import SHELF

        register(SHELF)
        navigation.register(
            navigation.Entry(
                _("Statistical forms"), "statistics-list", icon="table", section="oversight",
                order=30, allowed=_may_see,
            )
        )  # fmt: skip


def _may_see(request: HttpRequest) -> bool:
    # Imported late: the models of access are not ready when apps are listed.
    from ngangtam.foundation.access.roles import Permission
    from ngangtam.foundation.access.rules import may

    return may(request.user, Permission.TARGET_VIEW)
