"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    OPENED = "committees.opened"
    CHANGED = "committees.changed"
    ADDED = "committees.candidate_added"
    TAKEN_OFF = "committees.candidate_taken_off"
    FIGURES_SET = "committees.figures_set"
    APPROVED = "committees.approved"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.OPENED: _("Structure plan of a committee opened"),
    EventType.CHANGED: _("Numbers of a structure plan changed"),
    EventType.ADDED: _("Candidate put on the list of a committee"),
    EventType.TAKEN_OFF: _("Candidate taken off the list of a committee"),
    EventType.FIGURES_SET: _("Shares of a structure plan set"),
    EventType.APPROVED: _("Structure plan of a committee approved"),
}
