"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    PRINTED = "paper.printed"


LABELS: Final[dict[str, str | Promise]] = {EventType.PRINTED: _("Paper about the person printed")}
