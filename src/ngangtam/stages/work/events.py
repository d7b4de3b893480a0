"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    PRODUCT_ADDED = "work.product_added"
    PRODUCT_CHANGED = "work.product_changed"
    PRODUCT_ENDED = "work.product_ended"
    PLANNED = "work.planned"
    BROKEN_DOWN = "work.broken_down"
    ASSIGNED = "work.assigned"
    REPEATED = "work.repeated"
    SHARED = "work.shared"
    HANDED_OVER = "work.handed_over"
    CHANGED = "work.changed"
    CANCELLED = "work.cancelled"
    RESTORED = "work.restored"
    PROPOSED = "work.proposed"
    WITHDRAWN = "work.withdrawn"
    ACCEPTED = "work.accepted"
    REFUSED = "work.refused"
    REPORTED = "work.reported"
    REPORT_TAKEN_BACK = "work.report_taken_back"
    ATTACHED = "work.evidence_added"
    DETACHED = "work.evidence_removed"
    CAUSE_CLAIMED = "work.cause_claimed"
    CAUSE_WITHDRAWN = "work.cause_withdrawn"
    CAUSE_CONFIRMED = "work.cause_confirmed"
    CAUSE_REFUSED = "work.cause_refused"
    CONFIRMED = "work.confirmed"
    RETURNED = "work.returned"
    REOPENED = "work.reopened"
    IMPORT_CHECKED = "work.import_checked"
    IMPORTED = "work.imported"
    IMPORT_DISCARDED = "work.import_discarded"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.PRODUCT_ADDED: _("Product added to the catalogue"),
    EventType.PRODUCT_CHANGED: _("Product of the catalogue corrected"),
    EventType.PRODUCT_ENDED: _("Product of the catalogue ended"),
    EventType.PLANNED: _("Task planned for a unit"),
    EventType.BROKEN_DOWN: _("Task broken down"),
    EventType.ASSIGNED: _("Work assigned"),
    EventType.REPEATED: _("Task repeated every month"),
    EventType.SHARED: _("Task shared out"),
    EventType.HANDED_OVER: _("Task handed over"),
    EventType.CHANGED: _("Task changed"),
    EventType.CANCELLED: _("Task cancelled"),
    EventType.RESTORED: _("Task restored"),
    EventType.PROPOSED: _("Own task proposed"),
    EventType.WITHDRAWN: _("Proposed task withdrawn"),
    EventType.ACCEPTED: _("Proposed task accepted"),
    EventType.REFUSED: _("Proposed task refused"),
    EventType.REPORTED: _("Work reported"),
    EventType.REPORT_TAKEN_BACK: _("Report taken back"),
    EventType.ATTACHED: _("Evidence attached"),
    EventType.DETACHED: _("Evidence taken away"),
    EventType.CAUSE_CLAIMED: _("Objective cause claimed"),
    EventType.CAUSE_WITHDRAWN: _("Claim of an objective cause withdrawn"),
    EventType.CAUSE_CONFIRMED: _("Objective cause confirmed"),
    EventType.CAUSE_REFUSED: _("Objective cause refused"),
    EventType.CONFIRMED: _("Work confirmed"),
    EventType.RETURNED: _("Report returned"),
    EventType.REOPENED: _("Confirmation taken back"),
    EventType.IMPORT_CHECKED: _("List of tasks handed in"),
    EventType.IMPORTED: _("List of tasks brought in"),
    EventType.IMPORT_DISCARDED: _("List of tasks discarded"),
}
