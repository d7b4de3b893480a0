from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "ngangtam.records.organisation"
    label = "organisation"
