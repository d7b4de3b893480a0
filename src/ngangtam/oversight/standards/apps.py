from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "ngangtam.oversight.standards"
    label = "standards"
