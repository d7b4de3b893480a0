"""Tasks in words: their state, their deadline, what is missing of a clear assignment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.components.marks import Text, Tone
from ngangtam.stages.work.models import Task

S = Task.State
TONES: Final[dict[str, Tone]] = {
    S.PLANNED: "violet", S.ASSIGNED: "blue", S.REPORTED: "amber", S.RETURNED: "red",
    S.CONFIRMED: "green", S.HANDED_OVER: "gray", S.CANCELLED: "gray",
}  # fmt: skip
SOON: Final = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A short word with its colour; the word alone says it too."""

    words: Text
    tone: Tone
    icon: str = ""


def state(task: Task) -> Said:
    """Return the state in words; a proposal of a person waits, a plan does not."""
    if task.state == S.PLANNED and task.person_id is not None:
        return Said(_("proposed, waits for the head"), "violet")
    if task.state == S.REPORTED:
        return Said(_("reported, waits for confirmation"), "amber")
    return Said(task.get_state_display(), TONES[task.state])


def deadline(task: Task, today: date) -> Said:
    """Return how the deadline stands: kept, missed, near, or ahead."""
    if task.state in (S.CANCELLED, S.HANDED_OVER):
        return Said("", "gray")
    if task.done_on is not None:
        days = (task.done_on - task.due).days
        if days <= 0:
            return Said(_("done in time"), "green", "check")
        late = ngettext("done %(days)s day late", "done %(days)s days late", days)
        return Said(late % {"days": days}, "red", "alert-circle")
    return Said("", "gray") if task.state == S.CONFIRMED else _ahead((task.due - today).days)


def _ahead(days: int) -> Said:
    """Return how far off a deadline is of which nobody said that it was met."""
    if days < 0:
        gone = ngettext("%(days)s day overdue", "%(days)s days overdue", -days)
        return Said(gone % {"days": -days}, "red", "alert-circle")
    if days == 0:
        return Said(_("due today"), "amber", "alert-triangle")
    left = ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    return Said(left, "amber", "clock") if days <= SOON else Said(left, "gray")


# The five clarities that every line of a plan must have, in the order in which they are said.
CLEAR: Final[dict[str, Text]] = {
    "person": gettext_lazy("clear person"),
    "task": gettext_lazy("clear task"),
    "duty": gettext_lazy("clear responsibility"),
    "due": gettext_lazy("clear deadline"),
    "product": gettext_lazy("clear product"),
}


_FIELDS: Final[dict[str, Text]] = {
    "title": gettext_lazy("task"),
    "quantity": gettext_lazy("quantity"),
    "due": gettext_lazy("deadline"),
    "done_on": gettext_lazy("done on"),
    "failures": gettext_lazy("major faults"),
    "delays": gettext_lazy("delays"),
    "remainder": gettext_lazy("left over"),
    "kept": gettext_lazy("stays"),
    "until": gettext_lazy("until"),
    "count": gettext_lazy("tasks"),
}


def told(what: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an event of the audit says of a task, in words."""
    before, after = what.get("before") or {}, what.get("after") or {}
    for name, new in after.items():
        yield f"{_FIELDS.get(name, name)}: {_plain(before.get(name))} → {_plain(new)}"
    for name in ("quantity", "due", "done_on", "failures", "delays", "kept", "remainder", "until"):
        if what.get(name) not in (None, "", 0, "0") and name not in after:
            yield f"{_FIELDS[name]}: {_plain(what[name])}"
    if what.get("count", 1) != 1:
        yield f"{_FIELDS['count']}: {what['count']}"
    for name in ("reason", "cause"):
        if what.get(name):
            yield f"“{what[name]}”"


def _plain(value: Any) -> str:
    text = "" if value is None else str(value)
    year, _dash, rest = text.partition("-")
    if len(text) == 10 and year.isdecimal() and rest:
        return formats.day(date.fromisoformat(text))
    try:
        return formats.number(Decimal(text))
    except InvalidOperation:
        return text
