from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "ngangtam.foundation.access"
    label = "access"

    def ready(self) -> None:
        post_migrate.connect(_open_the_second_wall)


def _open_the_second_wall(sender: Any, using: str, **_: Any) -> None:
    from ngangtam.foundation.access.wall import settle

    settle(using, sender)
