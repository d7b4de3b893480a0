"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    OPENED = "confidence.opened"
    LOOKED = "confidence.looked"
    LEFT_OUT = "confidence.left_out"
    TAKEN_IN = "confidence.taken_in"
    CONVENED = "confidence.convened"
    DONE = "confidence.done"
    FIXED = "confidence.fixed"
    REOPENED = "confidence.reopened"
    CANCELLED = "confidence.cancelled"
    COUNTED = "confidence.counted"
    RELEASED = "confidence.released"
    CASE_NAMED = "confidence.case_named"
    SET_ASIDE = "confidence.set_aside"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.OPENED: _("Round of votes of confidence opened"),
    EventType.LOOKED: _("People of a vote of confidence listed from the postings"),
    EventType.LEFT_OUT: _("Somebody left out of a vote of confidence"),
    EventType.TAKEN_IN: _("Somebody put into a vote of confidence"),
    EventType.CONVENED: _("Voters of a vote of confidence named"),
    EventType.DONE: _("Deadline of a vote of confidence noted as met"),
    EventType.FIXED: _("Lists of a vote of confidence closed"),
    EventType.REOPENED: _("Lists of a vote of confidence opened again"),
    EventType.CANCELLED: _("Round of votes of confidence called off"),
    EventType.COUNTED: _("Results of a vote of confidence taken over from the count"),
    EventType.RELEASED: _("Results of a vote of confidence released"),
    EventType.CASE_NAMED: _("Case named for a low vote of confidence"),
    EventType.SET_ASIDE: _("Low vote of confidence set aside"),
}
