"""What the audit calls the actions of this room. Casting a paper is none: see ADR 0045."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    PREPARED = "ballot.prepared"
    SEATED = "ballot.teller_seated"
    RESEATED = "ballot.tellers_seated_anew"
    PRESENCE = "ballot.presence_noted"
    OPENED = "ballot.opened"
    CLOSED = "ballot.closed"
    WORDS_ENTERED = "ballot.words_entered"
    FIGURES_ENTERED = "ballot.figures_entered"
    COUNTED = "ballot.counted"
    ANNULLED = "ballot.annulled"
    PRINTED = "ballot.minutes_printed"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.PREPARED: _("Vote prepared"),
    EventType.SEATED: _("Teller took the seat"),
    EventType.RESEATED: _("Keys of a vote made anew"),
    EventType.PRESENCE: _("Presence at a vote noted"),
    EventType.OPENED: _("Voting opened"),
    EventType.CLOSED: _("Box closed"),
    EventType.WORDS_ENTERED: _("Teller entered the words"),
    EventType.FIGURES_ENTERED: _("Teller entered figures of a count"),
    EventType.COUNTED: _("Vote counted"),
    EventType.ANNULLED: _("Vote annulled"),
    EventType.PRINTED: _("Minutes of counting printed"),
}
