"""How things of this room are shown: sentences, deadlines, states with their colour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.components.marks import Tone
from ngangtam.law.engine.grounds import Ground
from ngangtam.stages.exits import queries, refusing, swapping
from ngangtam.stages.exits.deadlines import Deadline
from ngangtam.stages.exits.models import Departure, Exit, Proposal, Suspension

TONES: Final[dict[str, Tone]] = {
    "standing": "amber", "aside": "gray", "opened": "blue", "gone": "gray",
    "running": "amber", "lapsed": "gray", "ended": "gray",
    "sent": "amber", "taken_up": "blue", "withdrawn": "gray", "refused": "red", "agreed": "green",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal in a list."""

    proposal: Proposal
    label: str
    tone: Tone
    reason: str


def line_of(proposal: Proposal) -> Line:
    return Line(
        proposal, queries.label_of(proposal.ground), TONES[proposal.state],
        said(proposal.evidence.get("value")),
    )  # fmt: skip


def note_of(ground: Ground | None) -> str:
    return said(ground.note) if ground is not None else ""


@dataclass(frozen=True, slots=True)
class After:
    """What the text says of the time after a way out; for information."""

    text: str
    cites: Sequence[str]


def after_of(ground: Ground | None) -> After | None:
    if ground is None or ground.after is None:
        return None
    return After(said(ground.after), ground.after_cites)


def after_of_departure(one: Departure) -> After | None:
    return after_of(queries.ground_of(one.ground))


def asked_of(proposal: Proposal) -> list[str]:
    """Return the spares that still need a person's word."""
    ground = queries.ground_of(proposal.ground)
    asked = set(proposal.evidence.get("asked", ()))
    if ground is None:
        return []
    return [said(spare.label) for spare in ground.spares if spare.id in asked]


def days_left(one: Suspension, today: date) -> str:
    """Return how long a suspension still lasts, in words."""
    if one.state != Suspension.State.RUNNING:
        return ""
    left = ((one.extended_to or one.last) - today).days
    if left < 0:
        return _("over; it is recorded tonight")
    return _("the last day is today") if left == 0 else _("%(days)s days left") % {"days": left}


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline as it is shown. Shape: `due` None while it is to be confirmed."""

    label: str
    due: date | None
    past: bool
    cites: Sequence[str]
    note: str


def dues(found: Iterable[Deadline], today: date) -> list[Due]:
    """Return deadlines in words: what is to be confirmed says what was read of it, and where."""
    return [
        Due(said(one.label), one.due, one.is_past(today), one.cites,
            said(one.note) if one.due is None else "")
        for one in found
    ]  # fmt: skip


def barring(people: Sequence[int], day: date) -> list[str]:
    """Return in words what stands in the way of a resignation of these people."""
    found = [refusing.in_words(one) for one in refusing.refusals(Exit.RESIGNATION, people, day)]
    return found + [
        _("A ground of dismissal stands: %(ground)s. Nothing may take its place.")
        % {"ground": one.label}
        for one in swapping.barriers(people, day)
    ]


def explained() -> list[tuple[str, str]]:
    """Return what each way out is, in one sentence; five different things."""
    words = {
        Exit.REMOVAL: _("decided by the authority on grounds of its own; since regulation 377"),
        Exit.RESIGNATION: _("asked for by the official, in a letter from the own account"),
        Exit.DISMISSAL: _("due when its ground stands; nothing else may take its place"),
        Exit.SUSPENSION: _("for a time, on working days; no discipline, and over by itself"),
        Exit.RETIREMENT: _("on the day that the law reckons from birth and gender"),
    }
    return [(str(exit_.label).capitalize(), words[exit_]) for exit_ in Exit]
