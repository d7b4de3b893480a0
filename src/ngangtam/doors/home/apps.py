from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "ngangtam.doors.home"
    label = "home"
