from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "ngangtam.doors.demo"
    label = "demo"
