"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    OPENED = "person.opened"
    IDENTITY_CHANGED = "person.identity_changed"
    SENSITIVE_READ = "person.sensitive_read"
    POSTING_ADDED = "posting.added"
    POSTING_ENDED = "posting.ended"
    POSTING_CORRECTED = "posting.corrected"
    POSTING_VOIDED = "posting.voided"
    RECORD_ADDED = "record.added"
    RECORD_CORRECTED = "record.corrected"
    RECORD_VOIDED = "record.voided"
    RECORD_RESTORED = "record.restored"
    POSTING_RESTORED = "posting.restored"
    DECISION_RECORDED = "decision.recorded"
    LIST_EXPORTED = "people.exported"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.OPENED: _("File opened"),
    EventType.IDENTITY_CHANGED: _("Identity changed"),
    EventType.SENSITIVE_READ: _("Sensitive part read"),
    EventType.POSTING_ADDED: _("Posting added"),
    EventType.POSTING_ENDED: _("Posting ended"),
    EventType.POSTING_CORRECTED: _("Posting corrected"),
    EventType.POSTING_VOIDED: _("Posting voided"),
    EventType.RECORD_ADDED: _("Record added"),
    EventType.RECORD_CORRECTED: _("Record corrected"),
    EventType.RECORD_VOIDED: _("Record voided"),
    EventType.RECORD_RESTORED: _("Record restored"),
    EventType.POSTING_RESTORED: _("Posting restored"),
    EventType.DECISION_RECORDED: _("Decision recorded"),
    EventType.LIST_EXPORTED: _("List exported"),
}
