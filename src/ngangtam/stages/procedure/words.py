"""Cases in words: their state, deadlines, results, and who is called to a step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.components.marks import Text, Tone
from ngangtam.law.engine.procedures import BODIES, RESULT_WORDS, StepRule
from ngangtam.stages.procedure.duties import WHO
from ngangtam.stages.procedure.models import Case, Step

TONES: Final[dict[str, Tone]] = {
    Case.State.RUNNING: "blue", Case.State.FROZEN: "red", Case.State.DONE: "green",
    Case.State.REFUSED: "gray", Case.State.WITHDRAWN: "gray",
}  # fmt: skip
STEP_TONES: Final[dict[str, Tone]] = {
    Step.State.WAITING: "amber", Step.State.DONE: "green", Step.State.REFUSED: "red",
    Step.State.SKIPPED: "gray",
}  # fmt: skip
ICONS: Final = {
    "document": "file-text", "opinion": "messages", "dossier": "folder", "gates": "checklist",
    "meeting": "users", "appraise": "search", "decide": "gavel", "notice": "speakerphone",
    "record": "notes",
}  # fmt: skip
STAGES: Final[dict[str, Text]] = {
    "planning": gettext_lazy("Succession planning"),
    "appointment": gettext_lazy("Appointment"),
    "reappointment": gettext_lazy("Reappointment"),
    "secondment": gettext_lazy("Secondment"),
    "nomination": gettext_lazy("Nomination for election"),
    "exam": gettext_lazy("Competitive examination"),
    "removal": gettext_lazy("Leaving a post"),
    "resignation": gettext_lazy("Resignation"),
    "dismissal": gettext_lazy("Dismissal from a post"),
    "suspension": gettext_lazy("Temporary suspension"),
    "retirement": gettext_lazy("Retirement"),
    "confidence": gettext_lazy("Vote of confidence"),
    "committee": gettext_lazy("Committee personnel"),
}
SOON: Final = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A short word with its colour; the word alone says it too."""

    words: Text
    tone: Tone
    icon: str = ""


def deadline(due: date | None, today: date) -> Word | None:
    """Return how far off a deadline is, in working days; None without one."""
    if due is None:
        return None
    if due < today:
        gone = -workdays.between(today, due) if workdays.between(today, due) else 1
        words = ngettext("%(days)s working day overdue", "%(days)s working days overdue", gone)
        return Word(words % {"days": gone}, "red", "alert-circle")
    left = workdays.between(today, due)
    if due == today:
        return Word(_("due today"), "amber", "alert-triangle")
    words = ngettext("%(days)s working day left", "%(days)s working days left", left)
    return Word(words % {"days": left}, "amber" if left <= SOON else "gray", "clock")


def who(rule: StepRule) -> str:
    """Return who is called to a step."""
    if rule.body and rule.body in BODIES:
        return f"{WHO[rule.role]} – {said(BODIES[rule.body])}"
    return str(WHO[rule.role])


def result(word: str) -> str:
    """Return how a step came out, in words."""
    extra = {
        "head_decides": _("exactly half: the head decides"),
        "reballot": _("tied: voted on again"),
    }
    return extra.get(word) or said(RESULT_WORDS.get(word)) or word


_LABELS: Final[dict[str, Text]] = {
    "number": gettext_lazy("number"), "day": gettext_lazy("day"),
    "signer": gettext_lazy("signed by"),
    "body": gettext_lazy("issued by"), "effective_on": gettext_lazy("in force from"),
    "convened": gettext_lazy("convened"), "present": gettext_lazy("present"),
    "issued": gettext_lazy("papers issued"), "returned": gettext_lazy("papers returned"),
    "valid": gettext_lazy("valid"), "invalid": gettext_lazy("invalid"),
    "place": gettext_lazy("place"), "papers": gettext_lazy("papers"),
    "judged": gettext_lazy("conditions judged"), "special": gettext_lazy("special cases"),
    "elected": gettext_lazy("chosen"),
}  # fmt: skip


def answers(told: Mapping[str, Any]) -> list[str]:
    """Return what was said at a step, a phrase each."""
    found = []
    for key, label in _LABELS.items():
        value = told.get(key)
        if value in (None, "", [], {}):
            continue
        if key in {"day", "effective_on"}:
            value = formats.day(date.fromisoformat(str(value)))
        elif isinstance(value, list):
            value = ", ".join(str(one) for one in value)
        found.append(f"{label} {value}" if key == "number" else f"{label}: {value}")
    return found
