from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "ngangtam.records.organisation"
    label = "organisation"

    def ready(self) -> None:
        from ngangtam.foundation.ui.navigation import Entry, register

        register(Entry(_("Areas"), "area-list", icon="map", section="records", order=40))
