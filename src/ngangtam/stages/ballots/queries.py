"""Reads for screens, which start from the viewer; the first few are for the rooms above."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.law.engine.counting import ConfidenceOutcome, CountingRules, Outcome, Tally
from ngangtam.records.personnel.models import Person
from ngangtam.stages.ballots import choosing, merkle, reckoning, standing
from ngangtam.stages.ballots.marking import WRITTEN
from ngangtam.stages.ballots.models import (
    OpenedPaper,
    Option,
    PaperCount,
    Poll,
    Receipt,
    Result,
    Roll,
    Teller,
)

SEES: Final = (Permission.BALLOT_RUN, Permission.CASE_VIEW)


# -- for the rooms above ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PollResult:
    """What a counted vote says.

    Shape: `tally` and `outcome` as the counting of the law gives them, with option keys (the place
        on the paper as text); `confidence` for votes of confidence instead of `outcome`. `votes`
        is key → mark → papers, `invalid` reason → papers. `people` is key → person.
    """

    poll: Poll
    tally: Tally
    outcome: Outcome | None
    confidence: Mapping[str, ConfidenceOutcome]
    votes: Mapping[str, Mapping[str, int]]
    invalid: Mapping[str, int]
    people: Mapping[str, int | None]
    labels: Mapping[str, str]


def result_of(poll_id: int) -> PollResult | None:
    """Return the result of a vote, reckoned anew; None while it is not counted."""
    poll = Poll.objects.filter(pk=poll_id).first()
    kept = Result.objects.filter(poll_id=poll_id).first()
    if poll is None or kept is None:
        return None
    setting = standing.setting_of(poll)
    counted = reckoning.reckon(setting, figures_in(kept.figures))
    rows = Option.objects.filter(poll=poll)
    return PollResult(
        poll=poll, tally=counted.tally, outcome=counted.outcome, confidence=counted.confidence,
        votes=counted.votes, invalid=counted.invalid,
        people={row.key: row.person_id for row in rows} | people_written_in(poll),
        labels={key: key.removeprefix(WRITTEN) for key in counted.votes}
        | {row.key: row.label for row in rows},
    )  # fmt: skip


def people_written_in(poll: Poll) -> dict[str, int]:
    """Return key → person of the names written in that tellers of a meeting looked up."""
    found: dict[str, int] = {}
    if poll.on_paper and poll.write_ins:
        for row in PaperCount.objects.filter(poll=poll).order_by("version"):
            found |= row.figures.get("people", {})
    return found


def figures_in(said: Mapping[str, Any]) -> reckoning.Figures:
    """Return the figures of a kept result, without what was concluded from them."""
    told = said["figures"]
    return reckoning.Figures(
        issued=told["issued"], returned=told["returned"], valid=told["valid"],
        invalid=said["invalid"], votes=said["votes"],
    )  # fmt: skip


def poll_by_reference(reference: str) -> Poll | None:
    """Return the vote that serves something: the last round, annulled only without others."""
    rows = Poll.objects.filter(reference=reference).order_by("-pk")
    return rows.exclude(state=Poll.State.ANNULLED).first() or rows.first()


# -- for the screens -------------------------------------------------------------------------------


def polls_for(viewer: Viewer) -> QuerySet[Poll]:
    """Votes of the viewer's units, and those in which the viewer counts."""
    if not isinstance(viewer, User):
        return Poll.objects.none()
    within = Q(pk__in=Teller.objects.filter(user=viewer).values("poll"))
    for permission in SEES:
        for path in scopes(viewer, permission):
            within |= Q(path__within=path)
    return Poll.objects.filter(within).select_related("unit")


def get_poll(viewer: Viewer, pk: int) -> Poll | None:
    """Return a vote that the viewer runs, watches, counts, or is called to."""
    if not isinstance(viewer, User):
        return None
    called = Q(pk__in=Roll.objects.filter(voter=viewer).values("poll"))
    rows = Poll.objects.filter(called | Q(pk__in=polls_for(viewer).values("pk")))
    return rows.select_related("unit", "previous").filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Part:
    """What a viewer is in one vote."""

    runs: bool
    reads: bool
    teller: Teller | None
    called: bool
    present: bool
    voted: bool

    @property
    def inside(self) -> bool:
        """Whether the viewer sees more of the vote than a voter does."""
        return self.runs or self.reads or self.teller is not None


def part_in(viewer: Viewer, poll: Poll) -> Part:
    """Return what the viewer is in a vote."""
    if not isinstance(viewer, User):
        return Part(False, False, None, False, False, False)
    line = Roll.objects.filter(poll=poll, voter=viewer).first()
    voted = line is not None and bool(
        standing.call("select ngangtam_ballot_voted(%s, %s)", [poll.pk, viewer.pk])
    )
    return Part(
        runs=standing.runs(poll, viewer),
        reads=any(may(viewer, verb, str(poll.path)) for verb in SEES),
        teller=standing.teller_of(poll, viewer),
        called=line is not None, present=line is not None and line.present, voted=voted,
    )  # fmt: skip


def voter_in(viewer: Viewer, pk: int) -> tuple[Poll, bool, bool] | None:
    """Return (vote, present, has voted) of a vote to which the viewer is called; else None."""
    if not isinstance(viewer, User):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.present, ngangtam_ballot_voted(r.poll_id, r.voter_id) from ballots_roll r"
            " where r.poll_id = %s and r.voter_id = %s", [pk, viewer.pk],
        )  # fmt: skip
        line = cursor.fetchone()
    if not line:
        return None
    poll = next(iter(Poll.objects.select_related("unit").filter(pk=pk).order_by()), None)
    return (poll, bool(line[0]), bool(line[1])) if poll is not None else None


@dataclass(frozen=True, slots=True)
class Asked:
    """One vote to which the viewer is called."""

    poll: Poll
    present: bool
    voted: bool

    @property
    def waits(self) -> bool:
        """Whether a paper can be cast now."""
        return (
            self.poll.state == Poll.State.OPEN
            and not self.poll.on_paper and self.present and not self.voted
        )  # fmt: skip


def asked_of(viewer: Viewer, most: int = 50) -> list[Asked]:
    """Return the votes to which the viewer is called, newest first."""
    if not isinstance(viewer, User):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.poll_id, r.present, ngangtam_ballot_voted(r.poll_id, r.voter_id)"
            " from ballots_roll r where r.voter_id = %s order by r.poll_id desc limit %s",
            [viewer.pk, most],
        )
        rows = cursor.fetchall()
    polls = Poll.objects.select_related("unit").in_bulk([poll for poll, *_more in rows])
    return [Asked(polls[poll], here, voted) for poll, here, voted in rows if poll in polls]


def seats_of(viewer: Viewer) -> list[Teller]:
    """Return the seats of the viewer as a teller whose votes are not ended."""
    if not isinstance(viewer, User):
        return []
    ended = (Poll.State.COUNTED, Poll.State.ANNULLED)
    rows = Teller.objects.filter(user=viewer).exclude(poll__state__in=ended)
    return list(rows.select_related("poll__unit").order_by("-poll"))


def waits_for_teller(seat: Teller) -> bool:
    """Whether a teller has something to do now."""
    poll = seat.poll
    if poll.on_paper:
        return poll.state == Poll.State.OPEN
    if poll.state == Poll.State.PREPARED:
        return seat.lock is None
    return poll.state == Poll.State.CLOSED and not seat.entered


def waiting(viewer: Viewer) -> int:
    """Return how many votes wait for the viewer, as a voter or as a teller."""
    voting = sum(1 for one in asked_of(viewer) if one.waits)
    return voting + sum(1 for seat in seats_of(viewer) if waits_for_teller(seat))


def is_asked(viewer: Viewer) -> bool:
    """Whether the viewer stands on any roll or counts anywhere."""
    if not isinstance(viewer, User):
        return False
    rolls = Roll.objects.filter(voter=viewer)
    return rolls.exists() or Teller.objects.filter(user=viewer).exists()


def may_read(viewer: Viewer) -> bool:
    """Whether the viewer runs or watches votes anywhere."""
    return any(may(viewer, verb) for verb in SEES)


def rounds_of(poll: Poll) -> list[Poll]:
    """Return the next rounds of a vote."""
    return list(Poll.objects.filter(previous=poll).order_by("pk"))


def undecided(poll: Poll) -> list[int]:
    """Return the places on the paper of those who would be voted on again."""
    kept = kept_result(poll)
    outcome = (kept.figures["outcome"] or {}) if kept else {}
    open_ = outcome.get("undecided", [])
    elected = outcome.get("elected", [])
    rows = [one for one in options_of(poll) if one.key not in elected]
    return [one.position for one in rows if not open_ or one.key in open_]


def options_of(poll: Poll) -> list[Option]:
    return list(Option.objects.filter(poll=poll).order_by("position"))


def tellers_of(poll: Poll) -> list[Teller]:
    return list(Teller.objects.filter(poll=poll).select_related("user").order_by("position"))


def roll_of(poll: Poll) -> QuerySet[Roll]:
    """The roll, by name; for whom the database lets read it."""
    rows = Roll.objects.filter(poll=poll).select_related("voter")
    return rows.order_by("voter__full_name", "voter__username")


def turnout(poll: Poll) -> int | None:
    """Return how many have voted; None for who may not know, and for a vote on paper."""
    found = standing.call("select ngangtam_ballot_turnout(%s)", [poll.pk])
    return None if found is None else int(str(found))


def rule_of(poll: Poll) -> CountingRules | None:
    """Return the counting rule of a vote as of its day."""
    return standing.setting_of(poll).law()


def kept_result(poll: Poll) -> Result | None:
    """Return the kept result, for whom the result is."""
    return Result.objects.filter(poll=poll).first()


def files_in(viewer: Viewer, poll: Poll, on: date) -> dict[str, Person]:
    """Return key → file of those on the papers whose files the viewer may read."""
    people = {row.key: row.person_id for row in options_of(poll)} | people_written_in(poll)
    files = choosing.People(viewer, on).files(one for one in people.values() if one)
    return {key: files[one] for key, one in people.items() if one in files}


def opened_papers(poll: Poll) -> list[tuple[dict[str, str], str]]:
    """Return the opened papers in the order in which they were published."""
    rows = OpenedPaper.objects.filter(poll=poll).order_by("number")
    return list(rows.values_list("marks", "invalid"))


def receipts_of(poll: Poll) -> QuerySet[Receipt]:
    return Receipt.objects.filter(poll=poll).order_by("digest")


def own_count(poll: Poll, teller: Teller | None) -> PaperCount | None:
    """Return what a teller has counted on paper."""
    return PaperCount.objects.filter(poll=poll, teller=teller).first() if teller else None


def holds_receipt(poll: Poll, short: bytes) -> bool:
    """Whether a receipt with this beginning is in the public list."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from ballots_receipt where poll_id = %s"
            " and substring(digest from 1 for %s) = %s)", [poll.pk, len(short), short],
        )  # fmt: skip
        (found,) = cursor.fetchone() or (False,)
    return bool(found)


@dataclass(frozen=True, slots=True)
class Recount:
    """The opened papers counted anew, beside what was announced."""

    counted: reckoning.Counted
    judged_otherwise: int
    papers: int
    same_result: bool
    same_papers: bool
    same_number: bool

    @property
    def sound(self) -> bool:
        return (
            self.same_result and self.same_papers and self.same_number
            and not self.judged_otherwise
        )  # fmt: skip


def recount(poll: Poll) -> Recount | None:
    """Count the published papers anew; None where there is no result, or no papers."""
    kept = kept_result(poll)
    if kept is None or poll.on_paper:
        return None
    setting = standing.setting_of(poll)
    papers = opened_papers(poll)
    judged = [(marks, why if why == "unreadable" else reckoning.judge(setting, marks))
              for marks, why in papers]  # fmt: skip
    counted = reckoning.reckon(
        setting, reckoning.add_up(setting, judged, issued=poll.present or len(papers))
    )
    root = merkle.root(reckoning.spelled(reckoning.in_order(papers)))
    return Recount(
        counted=counted,
        judged_otherwise=sum(one != other for one, other in zip(papers, judged, strict=True)),
        papers=len(papers), same_result=counted.said() == kept.figures,
        same_papers=root == bytes(kept.root),
        same_number=len(papers) == poll.papers == receipts_of(poll).count(),
    )  # fmt: skip
