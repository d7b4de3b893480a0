from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "ngangtam.records.facts"
    label = "facts"
