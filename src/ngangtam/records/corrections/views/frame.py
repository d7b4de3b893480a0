"""What the pages of officers share: tabs, and rows put into words."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.components.marks import Tone
from ngangtam.records.personnel.kinds import WITNESSED, WITNESSED_FIELDS

__all__ = ["WITNESSED", "WITNESSED_FIELDS", "Line", "may_see_queue", "tabs"]

_TONES: Final[dict[str, Tone]] = {
    "waiting": "amber", "confirming": "violet", "accepted": "green", "refused": "red",
    "withdrawn": "gray", "confirmed": "green", "linked": "green", "ended": "gray",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One request, proposal or link with its state in words. Shape: `days` it has waited."""

    row: Any
    state: str
    tone: Tone
    days: int

    @classmethod
    def of(cls, row: Any) -> "Line":
        begun = getattr(row, "asked_at", None) or row.proposed_at
        ended = row.decided_at if row.state not in {"waiting", "confirming"} else None
        return cls(
            row, row.get_state_display(), _TONES[row.state],
            max(0, ((ended or timezone.now()) - begun).days),
        )  # fmt: skip


def may_see_queue(viewer: Viewer) -> bool:
    """Whether the viewer keeps files, or confirms whose account is whose."""
    return may(viewer, Permission.PERSON_CHANGE) or may(viewer, Permission.GRANT_CONFIRM)


def tabs(viewer: Viewer, current: str) -> list[Tab]:
    """Return the tabs of the officers' pages that the viewer may open."""
    offered: list[tuple[str, str | Promise, str, str]] = [
        ("requests", _("Requests"), "request-list", "message-report"),
        ("proposals", _("Second officer"), "proposal-list", "users"),
        ("links", _("Accounts of officials"), "link-list", "user-check"),
    ]
    if not may(viewer, Permission.PERSON_CHANGE):
        offered = offered[2:]
    return [
        Tab(words, reverse(url), current=name == current, icon=icon)
        for name, words, url, icon in offered
    ]
