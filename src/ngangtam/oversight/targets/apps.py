from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui import navigation


class TargetsConfig(AppConfig):
    name = "ngangtam.oversight.targets"
    label = "targets"

    def ready(self) -> None:
        navigation.register(
            navigation.Entry(
                _("Targets"), "target-list", icon="target-arrow", section="oversight", order=10,
                allowed=_may_see,
            ),
            navigation.Entry(
                _("Indicators"), "target-indicators", icon="chart-bar", section="oversight",
                order=20, allowed=_may_see,
            ),
        )  # fmt: skip


def _may_see(request: HttpRequest) -> bool:
    # Imported late: the models of access are not ready when apps are listed.
    from ngangtam.foundation.access.roles import Permission
    from ngangtam.foundation.access.rules import may

    # Asked once a request: the menu asks for each of the entries.
    if not hasattr(request, "_sees_targets"):
        request._sees_targets = may(request.user, Permission.TARGET_VIEW)  # type: ignore[attr-defined]
    return bool(request._sees_targets)  # type: ignore[attr-defined]
