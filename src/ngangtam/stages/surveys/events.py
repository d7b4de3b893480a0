"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    OPENED = "survey.opened"
    CODES_MADE = "survey.codes_made"
    ANSWERED = "survey.answered"
    CLOSED = "survey.closed"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.OPENED: _("Survey opened"),
    EventType.CODES_MADE: _("Codes for paper slips made"),
    EventType.ANSWERED: _("Answered a survey"),
    EventType.CLOSED: _("Survey closed and counted"),
}
