from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "ngangtam.foundation.kernel"
    label = "kernel"
