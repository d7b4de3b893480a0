from django.apps import AppConfig


class AppointmentConfig(AppConfig):
    name = "ngangtam.stages.appointment"
    label = "appointment"

    def ready(self) -> None:
        from ngangtam.foundation.audit.guards import guard
        from ngangtam.stages.appointment import guarded

        for table, columns in guarded.TABLES.items():
            guard(table, columns)
