"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    WATCHED = "exit.watched"
    SET_ASIDE = "exit.set_aside"
    TAKEN_BACK = "exit.taken_back"
    OPENED = "exit.case_opened"
    TOLD = "exit.told"
    STATED = "exit.stated"
    STATEMENT_VOIDED = "exit.statement_voided"
    LETTER_SENT = "exit.letter_sent"
    LETTER_WITHDRAWN = "exit.letter_withdrawn"
    LETTER_TAKEN_UP = "exit.letter_taken_up"
    LETTER_REFUSED = "exit.letter_refused"
    SUSPENDED = "exit.suspended"
    EXTENDED = "exit.suspension_extended"
    ENDED_EARLY = "exit.suspension_ended"
    LAPSED = "exit.suspension_lapsed"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.WATCHED: _("Grounds of leaving a post looked at"),
    EventType.SET_ASIDE: _("Proposal to consider set aside"),
    EventType.TAKEN_BACK: _("Proposal to consider taken up again"),
    EventType.OPENED: _("Case of leaving a post opened"),
    EventType.TOLD: _("Person told of a proposal to consider"),
    EventType.STATED: _("Finding of an authority recorded"),
    EventType.STATEMENT_VOIDED: _("Finding of an authority struck out"),
    EventType.LETTER_SENT: _("Letter of resignation sent"),
    EventType.LETTER_WITHDRAWN: _("Letter of resignation withdrawn"),
    EventType.LETTER_TAKEN_UP: _("Letter of resignation taken up"),
    EventType.LETTER_REFUSED: _("Letter of resignation not accepted"),
    EventType.SUSPENDED: _("Suspended from work"),
    EventType.EXTENDED: _("Suspension extended"),
    EventType.ENDED_EARLY: _("Suspension ended early"),
    EventType.LAPSED: _("Suspension lapsed by itself"),
}
