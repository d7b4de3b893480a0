"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    LINK_PROPOSED = "account.link_proposed"
    LINK_CONFIRMED = "account.linked"
    LINK_REFUSED = "account.link_refused"
    LINK_ENDED = "account.link_ended"
    ASKED = "request.asked"
    ATTACHED = "request.attached"
    WITHDRAWN = "request.withdrawn"
    ACCEPTED = "request.accepted"
    REFUSED = "request.refused"
    PROPOSED = "proposal.proposed"
    CONFIRMED = "proposal.confirmed"
    PROPOSAL_REFUSED = "proposal.refused"
    PROPOSAL_WITHDRAWN = "proposal.withdrawn"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.LINK_PROPOSED: _("Account proposed for a person"),
    EventType.LINK_CONFIRMED: _("Account linked to a person"),
    EventType.LINK_REFUSED: _("Link of an account refused"),
    EventType.LINK_ENDED: _("Link of an account ended"),
    EventType.ASKED: _("Correction asked for"),
    EventType.ATTACHED: _("Proof attached"),
    EventType.WITHDRAWN: _("Request for correction withdrawn"),
    EventType.ACCEPTED: _("Request for correction accepted"),
    EventType.REFUSED: _("Request for correction refused"),
    EventType.PROPOSED: _("Change proposed to a second officer"),
    EventType.CONFIRMED: _("Change confirmed by a second officer"),
    EventType.PROPOSAL_REFUSED: _("Change refused by a second officer"),
    EventType.PROPOSAL_WITHDRAWN: _("Proposed change withdrawn"),
}
