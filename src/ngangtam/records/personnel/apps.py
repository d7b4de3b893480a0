from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonnelConfig(AppConfig):
    name = "ngangtam.records.personnel"
    label = "personnel"

    def ready(self) -> None:
        from ngangtam.foundation.ui.navigation import Entry, register

        register(
            Entry(_("People"), "person-list", "users", "records", order=10),
            Entry(_("Units"), "unit-list", "sitemap", "records", order=20),
            Entry(_("Decisions"), "decision-list", "file-certificate", "records", order=30),
        )
