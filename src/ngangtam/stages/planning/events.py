"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    PLAN_OPENED = "planning.plan_opened"
    TITLES_ADDED = "planning.titles_added"
    TITLE_REMOVED = "planning.title_removed"
    PROPOSED = "planning.proposed"
    DROPPED = "planning.dropped"
    JUDGED = "planning.judged"
    LEAVING = "planning.leaving"
    STAYING = "planning.staying"
    FIGURES_SET = "planning.figures_set"
    SUBMITTED = "planning.submitted"
    RETURNED = "planning.returned"
    APPROVED = "planning.approved"
    ENDED = "planning.ended"
    REVIEW_OPENED = "planning.review_opened"
    REVIEWED = "planning.reviewed"
    REVIEW_CLOSED = "planning.review_closed"
    LIST_SENT = "planning.list_sent"
    LIST_SEEN = "planning.list_seen"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.PLAN_OPENED: _("Succession plan opened"),
    EventType.TITLES_ADDED: _("Titles added to a succession plan"),
    EventType.TITLE_REMOVED: _("Title taken off a succession plan"),
    EventType.PROPOSED: _("Proposed for a succession plan"),
    EventType.DROPPED: _("Proposal for a succession plan dropped"),
    EventType.JUDGED: _("Readiness judged in a succession plan"),
    EventType.LEAVING: _("Proposed to leave a succession plan"),
    EventType.STAYING: _("Proposal to leave a succession plan taken back"),
    EventType.FIGURES_SET: _("Figures of a succession plan set"),
    EventType.SUBMITTED: _("Succession plan sent for approval"),
    EventType.RETURNED: _("Succession plan returned"),
    EventType.APPROVED: _("Succession plan approved"),
    EventType.ENDED: _("Succession plan ended"),
    EventType.REVIEW_OPENED: _("Yearly review of a plan opened"),
    EventType.REVIEWED: _("Entry of a plan reviewed"),
    EventType.REVIEW_CLOSED: _("Yearly review of a plan closed"),
    EventType.LIST_SENT: _("List sent to the level above"),
    EventType.LIST_SEEN: _("List seen by the level above"),
}
