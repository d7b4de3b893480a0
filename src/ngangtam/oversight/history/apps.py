from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "ngangtam.oversight.history"
    label = "history"

    def ready(self) -> None:
        from ngangtam.oversight.history import guarded

        guarded.declare()
