from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcedureConfig(AppConfig):
    name = "ngangtam.stages.procedure"
    label = "procedure"
    verbose_name = _("Personnel cases")

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.stages.procedure import guarded

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
