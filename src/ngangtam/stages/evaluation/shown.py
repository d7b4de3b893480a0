"""How the office's pages put things: acts on a cycle, groups, what the caps did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.personnel.catalogues import choices, label
from ngangtam.stages.evaluation import tasks
from ngangtam.stages.evaluation.models import Class, Cycle
from ngangtam.stages.evaluation.steps import LEADERS

Text = str | Promise
KINDS: Final = [(code, name) for code, name in Cycle.Kind.choices]
STATES: Final = [(code, name) for code, name in Cycle.State.choices]
TONES: Final = {"excellent": "violet", "good": "green", "completed": "blue", "failed": "red"}
# Heads of narrow columns, best first.
SHORT: Final = (_("Excellent"), _("Good"), pgettext_lazy("class", "Completed"), _("Failed"))
SHORT_OF: Final = dict(zip(TONES, SHORT, strict=True))
_S: Final = Cycle.State


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done with a cycle: how it is asked, and what is said afterwards."""

    id: str
    label: Text
    icon: str
    title: Text
    text: Text
    done: Text
    states: Sequence[str]
    reason: bool = False
    tone: str = "plain"


ACTS: Final = (
    Act("remind", _("Remind"), "bell", _("Remind those who are late?"),
        _("Everybody whose own points are missing, and every head with sheets to confirm, sees it"
          " on the start page until it is done. No letter is sent."),
        _("They are reminded."), (_S.OPEN,)),
    Act("close", _("Close and reckon"), "calculator", _("Close the cycle?"),
        _("Every sheet is reckoned: scores, conditions, the caps inside each agency and group."
          " Afterwards nobody scores any more. A task that nobody confirmed counts as not done; a"
          " sheet that nobody confirmed has no total."),
        _("The cycle is being closed."), (_S.OPEN, _S.LOCKED), tone="primary"),
    Act("fill", _("Take in newcomers"), "user-plus", _("Take in who came since?"),
        _("Who holds a post in the period and has no sheet yet gets one; sheets that are not"
          " confirmed follow their person to another unit. What is there stays."),
        _("Newcomers are being taken in."), (_S.OPEN,)),
    Act("lock", _("Lock"), "lock", _("Lock the cycle?"),
        _("Nobody scores or confirms any more until it is unlocked. Who is sending at this moment"
          " ends first."),
        _("The cycle is locked."), (_S.OPEN,), reason=True),
    Act("unlock", _("Unlock"), "lock-open", _("Unlock the cycle?"),
        _("People score and confirm again."), _("The cycle is open again."), (_S.LOCKED,),
        reason=True, tone="primary"),
    Act("recompute", _("Reckon anew"), "refresh", _("Reckon anew?"),
        _("What has changed since is taken in: a task confirmed late, a discipline recorded. Equal"
          " results change nothing; others become a new run, and the old one stays."),
        _("The cycle is being reckoned anew."), (_S.CLOSED,)),
    Act("reopen", _("Reopen"), "lock-open", _("Reopen the closed cycle?"),
        _("People score and confirm again. This is possible until the first class is decided."),
        _("The cycle is open again."), (_S.CLOSED,), reason=True, tone="danger"),
)  # fmt: skip


def acts(cycle: Cycle) -> list[Act]:
    """Return what may be done with a cycle as it stands."""
    return [one for one in ACTS if cycle.state in one.states]


# What is said while the worker is at it: by the job, and within a reckoning by its parts.
_JOBS: Final = {
    tasks.FILL: _("The sheets are being made"),
    tasks.CLOSE: _("The cycle is being closed"),
    tasks.RECKON: _("The cycle is being reckoned anew"),
}
_PARTS: Final = {
    "read": _("Reading sheets and confirmed work"), "score": _("Reckoning the scores"),
    "caps": _("Counting the caps"), "write": _("Writing the results"),
}  # fmt: skip


def job_label(job: tasks.Job) -> str:
    """Return what a job does, in words; "" without one."""
    label = str(_JOBS.get(job.task, ""))
    if job.state == "waiting":
        return gettext("%(work)s – in line") % {"work": label}
    step = _PARTS.get(job.step)
    return f"{label}: {step}" if step else label


def group_label(group: str) -> str:
    """Return a similar-task group in words."""
    if group == LEADERS:
        return gettext("Leadership")
    return label("title_kind", group) if group else ""


def groups(known: Iterable[str]) -> list[str]:
    """Return what groups are called that somebody may choose: those there are, and the usual."""
    usual = [LEADERS, *(code for code, _name in choices("title_kind"))]
    return sorted({group_label(one) for one in (*known, *usual) if one})


def group_code(words: str) -> str:
    """Return the code of a group that is called so; other words are a group of their own."""
    said = fold(words)
    usual = [LEADERS, *(code for code, _name in choices("title_kind"))]
    return next((code for code in usual if fold(group_label(code)) == said), said)[:60]


def cap_words(outcome: str, by: str) -> str:
    """Return what the caps did to somebody, in words; "" when they did nothing."""
    if outcome == "exceeds":
        if by == "group":
            return gettext("beyond the cap of the group")
        return gettext("beyond the cap of the agency")
    if outcome == "tie":
        if by == "group":
            return gettext("equal totals at the border of the group: the authority chooses")
        return gettext("equal totals at the border of the agency: the authority chooses")
    return ""


def class_label(code: str) -> str:
    return str(Class(code).label) if code in Class.values else ""


def distribution(counts: Sequence[int]) -> list[dict[str, Any]]:
    """Return the four classes with their counts, best first."""
    return [
        {"code": code, "label": name, "count": count, "tone": TONES[code]}
        for (code, name), count in zip(Class.choices, counts, strict=True)
    ]
