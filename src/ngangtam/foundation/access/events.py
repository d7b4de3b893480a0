"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    GIVEN = "grant.given"
    CONFIRMED = "grant.confirmed"
    REFUSED = "grant.refused"
    WITHDRAWN = "grant.withdrawn"
    ENDED = "grant.ended"
    KEPT = "grant.kept"
    LIST_EXPORTED = "grant.exported"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.GIVEN: _("Role given"),
    EventType.CONFIRMED: _("Role confirmed"),
    EventType.REFUSED: _("Role refused"),
    EventType.WITHDRAWN: _("Role withdrawn before it was confirmed"),
    EventType.ENDED: _("Role ended early"),
    EventType.KEPT: _("Roles reviewed and kept"),
    EventType.LIST_EXPORTED: _("List of roles exported"),
}
