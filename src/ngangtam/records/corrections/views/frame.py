"""What the pages of officers share: tabs, and rows put into words."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.components.marks import Tone
from ngangtam.foundation.ui.http import Request, page
from ngangtam.foundation.ui.tables import Page
from ngangtam.records.personnel.kinds import WITNESSED, WITNESSED_FIELDS

__all__ = ["WITNESSED", "WITNESSED_FIELDS", "Line", "Queue", "may_see_queue", "show", "tabs"]

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


@dataclass(frozen=True, slots=True)
class Queue:
    """One of the three lists of officers: its words, the tab it stands under, what fills it."""

    name: str
    title: str | Promise
    lead: str | Promise
    nothing: str | Promise
    why_nothing: str | Promise
    part: str
    target: str
    icon: str = "circle-check"


def show(request: Request, queue: Queue, table: Page) -> HttpResponse:
    """Answer with a list: whole, or its table alone for htmx."""
    context = {
        "queue": queue, "table": table, "lines": [Line.of(row) for row in table.rows],
        "tabs": tabs(request.user, queue.name),
    }  # fmt: skip
    return page(request, "corrections/queue.html", queue.part, context)


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
