"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    CYCLE_OPENED = "evaluation.cycle_opened"
    CYCLE_CHANGED = "evaluation.cycle_changed"
    CYCLE_REMINDED = "evaluation.cycle_reminded"
    CYCLE_LOCKED = "evaluation.cycle_locked"
    CYCLE_UNLOCKED = "evaluation.cycle_unlocked"
    CYCLE_CLOSED = "evaluation.cycle_closed"
    CYCLE_RECKONED = "evaluation.cycle_reckoned"
    SHEETS_ADDED = "evaluation.sheets_added"
    SHEET_CHANGED = "evaluation.sheet_changed"
    GROUPS_SET = "evaluation.groups_set"
    SHEET_REPORTED = "evaluation.sheet_reported"
    SHEETS_REPORTED = "evaluation.sheets_reported"
    SHEET_RETURNED = "evaluation.sheet_returned"
    SHEET_CONFIRMED = "evaluation.sheet_confirmed"
    SHEETS_CONFIRMED = "evaluation.sheets_confirmed"
    SHEET_REOPENED = "evaluation.sheet_reopened"
    SHEET_EXEMPTED = "evaluation.sheet_exempted"
    SHEET_REFUSED = "evaluation.sheet_refused"
    CLASS_DECIDED = "evaluation.class_decided"
    CLASSES_DECIDED = "evaluation.classes_decided"
    CLASS_REPLACED = "evaluation.class_replaced"
    CLASSES_NOTICED = "evaluation.classes_noticed"
    CLASSES_PUBLISHED = "evaluation.classes_published"
    CLASS_SEEN = "evaluation.class_seen"
    POINTS_SET = "evaluation.points_set"
    FIELD_SET = "evaluation.field_set"
    PETITION_SENT = "evaluation.petition_sent"
    PETITION_WITHDRAWN = "evaluation.petition_withdrawn"
    PETITION_ANSWERED = "evaluation.petition_answered"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.CYCLE_OPENED: _("Evaluation cycle opened"),
    EventType.CYCLE_CHANGED: _("Evaluation cycle changed"),
    EventType.CYCLE_REMINDED: _("Those who are late reminded"),
    EventType.CYCLE_LOCKED: _("Evaluation cycle locked"),
    EventType.CYCLE_UNLOCKED: _("Evaluation cycle unlocked"),
    EventType.CYCLE_CLOSED: _("Evaluation cycle closed"),
    EventType.CYCLE_RECKONED: _("Evaluation reckoned anew"),
    EventType.SHEETS_ADDED: _("Evaluation sheets made"),
    EventType.SHEET_CHANGED: _("Particulars of an evaluation sheet changed"),
    EventType.GROUPS_SET: _("Similar-task group of several sheets set"),
    EventType.SHEET_REPORTED: _("Own points sent"),
    EventType.SHEETS_REPORTED: _("Own points of several people sent"),
    EventType.SHEET_RETURNED: _("Evaluation sheet returned"),
    EventType.SHEET_CONFIRMED: _("Evaluation sheet confirmed"),
    EventType.SHEETS_CONFIRMED: _("Several evaluation sheets confirmed"),
    EventType.SHEET_REOPENED: _("Confirmed evaluation sheet reopened"),
    EventType.SHEET_EXEMPTED: _("Person not rated in a cycle"),
    EventType.SHEET_REFUSED: _("Act on an evaluation sheet refused"),
    EventType.CLASS_DECIDED: _("Class decided"),
    EventType.CLASSES_DECIDED: _("Several classes decided"),
    EventType.CLASS_REPLACED: _("Decided class replaced"),
    EventType.CLASSES_NOTICED: _("People told of their classes"),
    EventType.CLASSES_PUBLISHED: _("Classes published"),
    EventType.CLASS_SEEN: _("Own class opened"),
    EventType.POINTS_SET: _("Points of a unit's regulation set"),
    EventType.FIELD_SET: _("Field of a deputy set"),
    EventType.PETITION_SENT: _("Petition against a class sent"),
    EventType.PETITION_WITHDRAWN: _("Petition against a class withdrawn"),
    EventType.PETITION_ANSWERED: _("Petition against a class answered"),
}
