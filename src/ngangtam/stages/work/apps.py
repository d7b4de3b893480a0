from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "ngangtam.stages.work"
    label = "work"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.stages.work import guarded

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
