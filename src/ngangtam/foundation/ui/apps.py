from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ngangtam.foundation.ui"
    label = "ui"
