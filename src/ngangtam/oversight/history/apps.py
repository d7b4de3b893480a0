from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HistoryConfig(AppConfig):
    name = "ngangtam.oversight.history"
    label = "history"

    def ready(self) -> None:
        from ngangtam.foundation.ui.navigation import Entry, register
        from ngangtam.oversight.history import guarded

        guarded.declare()
        register(
            Entry(_("Journal"), "audit-list", "history", "oversight", order=80, allowed=_audits)
        )


def _audits(request: Any) -> bool:
    from ngangtam.oversight.history.queries import may_audit

    return may_audit(request.user)
