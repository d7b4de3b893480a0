from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "ngangtam.records.intake"
    label = "intake"
