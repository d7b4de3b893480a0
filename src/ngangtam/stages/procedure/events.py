"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    OPENED = "case.opened"
    COMPLETED = "case.step_completed"
    CONVENED = "case.meeting_convened"
    SETTLED = "case.tie_settled"
    DECIDED = "case.decided"
    ASKED = "case.opinion_asked"
    ANSWERED = "case.opinion_given"
    SILENT = "case.opinion_silent"
    ATTACHED = "case.paper_attached"
    CHECKED = "case.paper_checked"
    RETURNED = "case.paper_returned"
    UNNEEDED = "case.paper_not_needed"
    JUDGED = "case.conditions_judged"
    RULED = "case.condition_ruled"
    SPECIAL = "case.special_allowed"
    DRAWN = "case.paper_drawn_up"
    BROUGHT_IN = "case.subject_brought_in"
    TAKEN_OUT = "case.subject_taken_out"
    HELD = "case.held"
    LIFTED = "case.hold_lifted"
    WITHDRAWN = "case.withdrawn"
    REMINDED = "case.reminded"
    FEED_MADE = "case.feed_made"
    FEED_REVOKED = "case.feed_revoked"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.OPENED: _("Case opened"),
    EventType.COMPLETED: _("Step of a case completed"),
    EventType.CONVENED: _("Meeting of a case convened"),
    EventType.SETTLED: _("Exactly half: the head decided"),
    EventType.DECIDED: _("Case decided"),
    EventType.ASKED: _("Opinion asked in a case"),
    EventType.ANSWERED: _("Opinion given in a case"),
    EventType.SILENT: _("Silence of a body recorded"),
    EventType.ATTACHED: _("Paper put into the dossier"),
    EventType.CHECKED: _("Paper of the dossier checked"),
    EventType.RETURNED: _("Paper of the dossier returned"),
    EventType.UNNEEDED: _("Paper of the dossier found not to be needed"),
    EventType.JUDGED: _("Conditions of a case judged"),
    EventType.RULED: _("Open condition decided by a person"),
    EventType.SPECIAL: _("Special case allowed"),
    EventType.DRAWN: _("Paper of a case drawn up"),
    EventType.BROUGHT_IN: _("Subject brought into a case"),
    EventType.TAKEN_OUT: _("Subject taken out of a case"),
    EventType.HELD: _("Hold placed"),
    EventType.LIFTED: _("Hold lifted"),
    EventType.WITHDRAWN: _("Case withdrawn"),
    EventType.REMINDED: _("Deadlines of cases reminded of"),
    EventType.FEED_MADE: _("Calendar address made"),
    EventType.FEED_REVOKED: _("Calendar address revoked"),
}
