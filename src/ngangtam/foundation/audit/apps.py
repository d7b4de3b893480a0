from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    name = "ngangtam.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        pre_migrate.connect(_before, sender=self)
        post_migrate.connect(_after, sender=self)


def _before(using: str, **_: Any) -> None:
    from ngangtam.foundation.audit import setting_up

    setting_up.before_migrations(using)


def _after(using: str, **_: Any) -> None:
    from ngangtam.foundation.audit import setting_up

    setting_up.after_migrations(using)
