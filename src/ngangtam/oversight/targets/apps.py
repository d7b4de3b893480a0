from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "ngangtam.oversight.targets"
    label = "targets"
