from django.apps import AppConfig


class PersonnelConfig(AppConfig):
    name = "ngangtam.records.personnel"
    label = "personnel"
