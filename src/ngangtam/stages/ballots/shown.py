"""What pages say of a vote: where it stands, what is next, its result in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine.counting_rules import MARKS
from ngangtam.stages.ballots import figures, queries
from ngangtam.stages.ballots.marking import WRITTEN
from ngangtam.stages.ballots.models import Poll
from ngangtam.stages.ballots.reckoning import Setting, judge
from ngangtam.stages.ballots.wording import MARK_LABELS, WHY

TONES: Final = {
    "prepared": "gray", "open": "amber", "closed": "violet", "counted": "green",
    "annulled": "red",
}  # fmt: skip
NOT_ELECTED: Final = {
    "below_majority": gettext_lazy("below the majority"),
    "exactly_half": gettext_lazy("exactly half"),
    "fewer_votes": gettext_lazy("fewer votes than the seats reach"),
    "tied": gettext_lazy("equal votes for the last seat"),
    "younger": gettext_lazy("equal votes, the older one is seated"),
    "quorum_missed": gettext_lazy("quorum missed"),
    "threshold_not_confirmed": gettext_lazy("the threshold waits to be confirmed"),
}  # fmt: skip
DECIDES: Final = {
    "head": gettext_lazy("The head decides."),
    "reballot": gettext_lazy("Those with equal votes are voted on again."),
    "authority": gettext_lazy("The rule does not settle it: the authority in charge decides."),
}  # fmt: skip
REFUSED: Final = {
    "no_rule": gettext_lazy("No counting rule was in force: the figures stand without a result."),
}  # fmt: skip
ZONES: Final = {
    "over_half": gettext_lazy("more than half low, less than two thirds"),
    "two_thirds": gettext_lazy("two thirds low or more"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One name with its votes.

    Shape: `figures` are (mark, papers); `file` is the person, where the viewer may read the file.
    """

    key: str
    label: str
    votes: int
    figures: tuple[tuple[str, int], ...]
    state: str
    tone: str
    note: str
    levels: Mapping[str, Any] | None
    file: Any = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A result in words."""

    figures: Mapping[str, Any]
    lines: list[Line]
    invalid: list[tuple[str, int]]
    base: int | None
    needed: int | None
    decides: str
    unfilled: int
    refused: str
    marks: list[str]


def result(
    setting: Setting, kept: Mapping[str, Any], files: Mapping[str, Any] | None = None
) -> Shown:
    """Return a kept result in words, the most votes first. Shape: `files` is key → person."""
    labels = {one.key: one.label for one in setting.names}
    outcome = kept["outcome"] or {}
    why = dict(outcome.get("not_elected", []))
    marks = MARKS[setting.kind]
    lines = []
    for key, found in kept["votes"].items():
        level = kept["confidence"].get(key)
        state, tone, note = _standing(key, outcome, why, level)
        lines.append(Line(
            key=key, label=labels.get(key, key.removeprefix(WRITTEN)),
            votes=found.get(marks[0], 0),
            figures=tuple((str(MARK_LABELS[mark]), found.get(mark, 0)) for mark in marks),
            state=state, tone=tone, note=note, levels=level,
            file=(files or {}).get(key),
        ))  # fmt: skip
    order = {key: at for at, key in enumerate(labels)}
    lines.sort(key=lambda one: (-one.votes, order.get(one.key, len(order)), one.label))
    return Shown(
        figures=kept["figures"], lines=lines,
        invalid=[(str(WHY.get(name, name)), number) for name, number in kept["invalid"].items()],
        base=outcome.get("base"), needed=outcome.get("needed"),
        decides=str(DECIDES.get(outcome.get("decides", ""), "")),
        unfilled=outcome.get("seats_unfilled", 0),
        refused=str(REFUSED.get(kept["refused"], _("The rule refuses these figures: %(why)s.")
                                % {"why": kept["refused"]})) if kept["refused"] else "",
        marks=[str(MARK_LABELS[mark]) for mark in marks],
    )  # fmt: skip


def _standing(
    key: str, outcome: Mapping[str, Any], why: Mapping[str, str], level: Mapping[str, Any] | None
) -> tuple[str, str, str]:
    if level is not None:
        zone = str(ZONES.get(level["zone"], level["zone"]))
        return zone, ("red" if zone else "green"), ""
    if key in outcome.get("elected", []):
        return _("reaches the majority"), "green", ""
    if key in outcome.get("undecided", []):
        return _("not settled"), "amber", str(NOT_ELECTED.get(why.get(key, ""), ""))
    if key in why:
        return _("not reached"), "gray", str(NOT_ELECTED.get(why[key], why[key]))
    return "", "gray", ""


@dataclass(frozen=True, slots=True)
class Compare:
    """What tellers of a meeting counted, beside each other.

    Shape: `rows` are (what, (teller, figure) in the order of `names`, whether they differ).
    """

    names: list[str]
    rows: list[tuple[str, list[tuple[str, int]], bool]]

    @property
    def differ(self) -> bool:
        return any(differs for _what, _figures, differs in self.rows)


def counts(setting: Setting, told: list[tuple[str, dict[str, Any]]]) -> Compare | None:
    """Return the counts of the tellers line by line; None where there is none."""
    if not told:
        return None
    every = [one for _name, one in told]
    rows: list[tuple[str, list[int]]] = [
        (_("Papers issued"), [one["issued"] for one in every]),
        (_("Papers that came back"), [one["returned"] for one in every]),
        (_("Valid papers"), [one["valid"] for one in every]),
    ]
    for code in figures.REASONS:
        counted = [one["invalid"].get(code, 0) for one in every]
        if any(counted):
            rows.append((_("Invalid: %(why)s") % {"why": why(code)}, counted))
    marks = figures.marks_of(setting)
    keys = [one.key for one in setting.names]
    keys += sorted({key for one in every for key in one["votes"] if key not in keys})
    for key in keys:
        name = figures.label_of(setting, key)
        for mark in marks:
            label = name if len(marks) == 1 else f"{name}: {MARK_LABELS[mark]}"
            rows.append((label, [one["votes"].get(key, {}).get(mark, 0) for one in every]))
    names = [name for name, _one in told]
    return Compare(
        names,
        [(label, list(zip(names, counted, strict=True)), len(set(counted)) > 1)
         for label, counted in rows],
    )  # fmt: skip


def marks_in_words(setting: Setting, marks: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (name, mark) of one paper, in the order of the paper."""
    found = [(one.label, str(MARK_LABELS[marks[one.key]]))
             for one in setting.names if one.key in marks]  # fmt: skip
    written = [key for key in marks if key.startswith(WRITTEN)]
    return found + [(key.removeprefix(WRITTEN), _("written in")) for key in sorted(written)]


def why(code: str) -> str:
    """Return why a paper is invalid, in words."""
    return str(WHY.get(code, code))


def warning(setting: Setting, marks: Mapping[str, str]) -> str:
    """Return what the voter should know before the paper lies in the box, "" for nothing."""
    law = setting.law()
    code = judge(setting, marks)
    if code == "blank":
        return _("The paper is blank. By the counting rule it will count as invalid.")
    if not marks:
        return _("The paper is blank: it counts for nobody.")
    if code == "too_many":
        return _("%(chosen)s names are chosen, at most %(most)s are allowed. By the counting rule"
                 " the paper will count as invalid.") % {
            "chosen": len(marks), "most": setting.max_choices
        }  # fmt: skip
    if code:
        return _("By the counting rule this paper will count as invalid: %(why)s.") % {
            "why": why(code)
        }
    if law is not None and law.kind in {"yes_no", "confidence"} and len(marks) < len(setting.names):
        return _("Some names have no mark.")
    return ""


def next_step(poll: Poll, tellers: list[Any], present: int) -> str:
    """Return what is next, and whose it is. Units: `present` as noted so far."""
    unseated = ", ".join(str(one.user) for one in tellers if one.lock is None)
    waiting = ", ".join(str(one.user) for one in tellers if not one.entered)
    entered = sum(1 for one in tellers if one.entered)
    said = {
        "seats": _("Tellers who still have to take their seats: %(names)s. Each does so with the"
                   " own account, under “Votes asked of you”.") % {"names": unseated},
        "presence": _("Whoever runs the vote notes who is present."),
        "prepared": _("Everything is ready: whoever runs the vote opens the voting."),
        "meeting": _("At the meeting: whoever runs the vote says how many are present and opens"
                     " the voting."),
        "paper": _("Two tellers enter what they counted, each alone; the same figures are the"
                   " result."),
        "open": _("The voters vote. Nobody sees anything but how many have. When all have, or the"
                  " time is over, close the box."),
        "closed": _("Tellers enter their words: %(entered)s of %(needed)s needed so far. Not yet:"
                    " %(names)s.") % {"entered": entered, "needed": poll.needed, "names": waiting},
        "annulled": _("Annulled: %(reason)s") % {"reason": poll.reason},
    }  # fmt: skip
    return said.get(stage_of(poll, tellers, present), "")


def stage_of(poll: Poll, tellers: list[Any], present: int) -> str:
    """Return where a vote stands, as its page sees it: the state, or what is missing in it."""
    if poll.state == Poll.State.OPEN and poll.on_paper:
        return "paper"
    if poll.state != Poll.State.PREPARED:
        return str(poll.state)
    if poll.on_paper:
        return "meeting"
    if any(one.lock is None for one in tellers):
        return "seats"
    return "prepared" if present else "presence"


def rule_in_words(poll: Poll) -> dict[str, Any]:
    """Return the counting rule of a vote for its page."""
    law = queries.rule_of(poll)
    if law is None:
        return {}
    return {
        "label": said(law.label), "note": said(law.note), "confirmed": law.is_confirmed,
        "confidence": law.confidence, "cites": law.cites, "unconfirmed": law.unconfirmed,
    }  # fmt: skip
