"""What pages show of a round: where it stands, what is next, and who does it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.access.rules import Viewer
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.confidence import law, queries
from ngangtam.stages.confidence.following import Offer, offers_on
from ngangtam.stages.confidence.models import Due, Regime, Result, Round, Subject
from ngangtam.stages.procedure import starting

STATES: Final = [(one.value, one.label) for one in Round.State]
REGIMES: Final = [(one.value, one.label) for one in Regime]
TONES: Final = {"draft": "amber", "fixed": "blue", "counted": "green", "cancelled": "gray"}
_MOST_DUES: Final = 6


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be done now."""

    label: str | Promise
    href: str
    icon: str
    tone: str = "plain"


def start(unit: Unit, day: date) -> dict[str, Any]:
    """Return what the form of a new round holds at first."""
    elected = unit.kind in ("council", "national_assembly")
    words = {"year": day.year, "unit": unit.name}
    return {
        "regime": Regime.ELECTED if elected else Regime.PARTY,
        "title": _("Votes of confidence %(year)s – %(unit)s") % words,
        "share_of": Round.ShareOf.BALLOTS,
    }


@dataclass(frozen=True, slots=True)
class Told:
    """A result with the cases that may be opened on it."""

    line: queries.ResultLine
    offers: Sequence[Offer] = ()


def lines(found: Iterable[queries.ResultLine], viewer: Viewer | None = None) -> list[Told]:
    """Return results as they are shown, with the cases that the viewer may open on them."""
    told = list(found)
    offers = offers_on(viewer, [one.row for one in told]) if viewer is not None else {}
    return [Told(one, offers.get(one.row.pk, ())) for one in told]


def soonest(rows: Iterable[Due], today: date) -> list[tuple[Due, str, bool]]:
    """Return what is due first: (row, what, whether it is late)."""
    return [(row, law.due_label(row.code), row.due < today) for row in list(rows[:_MOST_DUES])]  # type: ignore[index]


def round_context(viewer: Viewer, one: Round, today: date) -> dict[str, Any]:
    """Return everything that the page of a round shows."""
    runs = queries.may_run(viewer, one)
    subjects = queries.subjects_of(one)
    poll = queries.poll_of(one) if one.state != Round.State.DRAFT else None
    voters = queries.voters_of(one).count()
    results = queries.results_of(one) if one.state == Round.State.COUNTED else []
    case, aside = _may_follow(viewer, one)
    rules = law.rules_of(one.regime, one.day)
    return {
        "round": one, "runs": runs, "tone": TONES[one.state],
        "standing": [row for row in subjects if row.state == Subject.State.IN],
        "left_out": [row for row in subjects if row.state == Subject.State.OUT],
        "left_out_cites": [law.LEFT_OUT[one.regime]],
        "voters": voters, "without": queries.without_account(one) if voters else 0,
        "dues": queries.dues_of(one, today),
        "notes": law.notes_for(one),
        "rules": rules,
        "denominator": _denominator(one),
        "poll": poll, "results": lines(results, viewer), "may_case": case, "may_aside": aside,
        "next": _next(one, voters=voters, poll=poll, results=results),
        "buttons": _buttons(one, poll) if runs else [],
    }  # fmt: skip


def where_cases_begin(viewer: Viewer) -> str:
    """Return the page on which a case of leaving a post is opened; '' where none is for them."""
    starts = [one for one in starting.starts(viewer) if one.stage in ("dismissal", "removal")]
    return reverse(starts[0].url_name) if starts else ""


def _may_follow(viewer: Viewer, one: Round) -> tuple[bool, bool]:
    first = Result(path=one.path, person_id=0)
    return queries.may_follow(viewer, first)


def _denominator(one: Round) -> str:
    if one.regime == Regime.ELECTED:
        return str(Round.ShareOf.BALLOTS.label)
    return str(one.get_share_of_display())


def _next(one: Round, *, voters: int, poll: Any, results: list[Any]) -> str:
    """Return the next step in one sentence, and by whom."""
    if one.state == Round.State.CANCELLED:
        return _("This round was called off: %(reason)s") % {"reason": one.reason}
    if one.state == Round.State.COUNTED:
        waits = sum(1 for line in results if line.row.followed == Result.Followed.WAITS)
        said = _("%(count)s low results wait to be considered by a named person.")
        return said % {"count": waits} if waits else _("The results are in; nothing waits.")
    if one.state == Round.State.FIXED and (poll is None or poll.state == "annulled"):
        return _("The lists are closed. Prepare the vote: name the tellers.")
    if one.state == Round.State.FIXED:
        said = _("The vote is at “%(state)s”; it goes on in the room of votes.")
        return said % {"state": poll.get_state_display()}
    if voters:
        return _("When both lists are right and confirmed by the authority, close them.")
    return _("Look at who is voted on, then say who votes.")


def _buttons(one: Round, poll: Any) -> list[Button]:
    def act(slug: str, label: str | Promise, icon: str, tone: str = "plain") -> Button:
        return Button(label, reverse("confidence-act", args=[one.pk, slug]), icon, tone)

    if one.state == Round.State.DRAFT:
        return [
            act("convene", gettext_lazy("Who votes …"), "users", "primary"),
            act("take-in", gettext_lazy("Add somebody …"), "user-plus"),
            act("look", gettext_lazy("List from the postings again …"), "refresh"),
            act("fix", gettext_lazy("Close the lists …"), "lock"),
            act("cancel", gettext_lazy("Call off …"), "ban", "danger"),
        ]
    free = poll is None or poll.state == "annulled"
    if one.state == Round.State.FIXED and free:
        return [
            act("vote", gettext_lazy("Prepare the vote …"), "mail", "primary"),
            act("reopen", gettext_lazy("Open the lists again …"), "lock-open"),
            act("cancel", gettext_lazy("Call off …"), "ban", "danger"),
        ]
    if one.state == Round.State.COUNTED and one.released_at is None:
        return [act("release", gettext_lazy("Release the results …"), "send", "primary")]
    return []
