from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class PersonnelConfig(AppConfig):
    name = "ngangtam.records.personnel"
    label = "personnel"

    def ready(self) -> None:
        from ngangtam.foundation.ui.navigation import Entry, register

        register(
            Entry(_("People"), "person-list", "users", "records", order=10,
                  allowed=_reads_files),
            Entry(_("Units"), "unit-list", "sitemap", "records", order=20),
            Entry(_("Decisions"), "decision-list", "file-certificate", "records", order=30,
                  allowed=_reads_files),
        )  # fmt: skip


def _reads_files(request: HttpRequest) -> bool:
    # Imported late: the models of access are not ready when apps are listed.
    from ngangtam.foundation.access.roles import Permission
    from ngangtam.foundation.access.rules import may

    return may(request.user, Permission.PERSON_VIEW)
