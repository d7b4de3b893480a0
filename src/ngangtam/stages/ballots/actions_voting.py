"""The voting itself: opening it, casting a paper, closing the box; annulling a vote."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.ballots import merkle, receipts, standing
from ngangtam.stages.ballots.events import EventType
from ngangtam.stages.ballots.models import Poll, Receipt, Roll, Teller

# Among fewer, whoever knows who voted knows how: one paper names its voter, two name each other's.
FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class Cast:
    """A paper that lies in the box. Shape: `receipt` is the hash that the voter takes home."""

    receipt: bytes
    again: bool


@transaction.atomic(durable=True)
def open_poll(
    *, poll_id: int, present: int | None = None, closes_at: datetime | None = None, by: User
) -> Poll:
    """Open the voting, once enough of the convened are present.

    Shape: `present` for a vote on paper; else who was noted present counts.
    Errors: Forbidden without BALLOT_RUN; DomainError when a teller has not taken the seat, the
        quorum is missed, too few are present for a secret, or the voting would end before it
        begins.
    """
    poll = standing.locked(poll_id)
    standing.require_running(poll, by)
    standing.in_state(poll, Poll.State.PREPARED)
    if poll.on_paper:
        if present is None:
            raise DomainError(_("Say how many are present."))
        here = present
    else:
        here = _ready_to_vote(poll)
    if here > poll.convened:
        raise DomainError(_("More people cannot be present than were convened."))
    needed = standing.quorum_needed(poll)
    if here < max(needed, 1):
        raise DomainError(
            _("The quorum is missed: %(here)s of %(convened)s convened are present,"
              " %(needed)s are needed. The vote is not opened.")
            % {"here": here, "convened": poll.convened, "needed": max(needed, 1)}
        )  # fmt: skip
    if not poll.on_paper and here < FEWEST:
        raise DomainError(
            _("Only %(here)s are present. A vote of fewer than %(fewest)s papers is not secret:"
              " its result tells who voted how. Hold it on paper, or with more people.")
            % {"here": here, "fewest": FEWEST}
        )  # fmt: skip
    if closes_at is not None and closes_at <= timezone.now():
        raise DomainError(_("The voting would end before it begins."))
    poll.present, poll.opened_at, poll.closes_at = here, timezone.now(), closes_at
    if not poll.on_paper:
        poll.box = str(standing.call("select ngangtam_ballot_make_box(%s)", [poll.pk]))
    poll.state = Poll.State.OPEN
    poll.save(update_fields=["present", "opened_at", "closes_at", "box", "state"])
    record(EventType.OPENED, by=by, subject=poll, present=here, convened=poll.convened,
           needed=needed, closes_at=closes_at.isoformat() if closes_at else None)  # fmt: skip
    return poll


def _ready_to_vote(poll: Poll) -> int:
    missing = Teller.objects.filter(poll=poll, lock__isnull=True).select_related("user")
    if names := ", ".join(str(one.user) for one in missing.order_by("position")):
        raise DomainError(
            _("Not all tellers have taken their seats yet: %(names)s.") % {"names": names}
        )
    if poll.lock is None:
        raise DomainError(_("The box has no key yet."))
    return Roll.objects.filter(poll=poll, present=True).count()


_REFUSED: Final = {
    "none": lambda: _("You do not stand on the roll of this vote."),
    "closed": lambda: _("The voting is not open."),
    "late": lambda: _("The time for voting is over; no paper is taken any more."),
    "absent": lambda: _("You are not noted as present. Tell whoever runs the vote."),
    "used": lambda: _("You have voted before. Each voter has one paper."),
    "bad": lambda: _("This is no paper of this vote."),
}


@transaction.atomic(durable=True)
def cast(*, poll_id: int, sealed: bytes, proof: str, by: User) -> Cast:
    """Drop a sealed paper into the box, once. Sent twice, the same paper lies in it once.

    There is no event of the audit: it would have a time. What was cast is accounted for when the
    box is closed; see ADR 0045.
    Errors: Forbidden for a paper that was not made here for this voter; DomainError for who is
        not called, not present or has voted, and outside of the voting's time.
    """
    if not receipts.is_vouched(poll_id, by.pk, sealed, proof):
        raise Forbidden(_REFUSED["bad"]())
    outcome = str(standing.call("select ngangtam_ballot_cast(%s, %s, %s)",
                                [poll_id, by.pk, sealed]))  # fmt: skip
    if outcome in _REFUSED:
        raise DomainError(_REFUSED[outcome]())
    return Cast(receipts.digest(sealed), again=outcome == "same")


@transaction.atomic(durable=True)
def close_poll(*, poll_id: int, by: User) -> Poll:
    """End the voting and close the box: everything that could tie a paper to a voter goes.

    Errors: Forbidden for who neither runs the vote nor counts it; DomainError when too few papers
        lie in it for a secret, and when papers were added or taken away: then the vote can only be
        annulled.
    """
    poll = standing.locked(poll_id)
    if not standing.runs(poll, by) and standing.teller_of(poll, by) is None:
        raise Forbidden(_("You have no grant for this act in this unit."))
    standing.in_state(poll, Poll.State.OPEN)
    if poll.on_paper:
        raise DomainError(_("A vote on paper is closed by counting it."))
    with connection.cursor() as cursor:
        cursor.execute("select papers, marks from ngangtam_ballot_close(%s)", [poll.pk])
        papers, marks = cursor.fetchone() or (0, 0)
    if papers != marks:
        raise DomainError(
            _("%(papers)s papers lie in the box and %(marks)s voters are marked. Somebody changed"
              " the database; the box stays shut, and the vote has to be annulled.")
            % {"papers": papers, "marks": marks}
        )  # fmt: skip
    if papers < FEWEST:
        raise DomainError(
            _("Only %(papers)s papers lie in the box. With fewer than %(fewest)s the result would"
              " tell who voted how: wait for more, or annul the vote.")
            % {"papers": papers, "fewest": FEWEST}
        )  # fmt: skip
    digests = Receipt.objects.filter(poll=poll).order_by("digest")
    poll.root = merkle.root([bytes(one) for one in digests.values_list("digest", flat=True)])
    poll.papers, poll.closed_at, poll.state = papers, timezone.now(), Poll.State.CLOSED
    poll.save(update_fields=["root", "papers", "closed_at", "state"])
    record(EventType.CLOSED, by=by, subject=poll, papers=papers, present=poll.present,
           root=poll.root.hex())  # fmt: skip
    return poll


@transaction.atomic(durable=True)
def annul(*, poll_id: int, reason: str, by: User) -> Poll:
    """Annul a vote with a reason. Its box is destroyed; a result that stood stays readable."""
    poll = standing.locked(poll_id)
    standing.require_running(poll, by)
    if poll.state == Poll.State.ANNULLED:
        raise DomainError(_("This vote was annulled before."))
    if not reason.strip():
        raise DomainError(_("Say why the vote is annulled."))
    before = poll.state
    poll.reason, poll.annulled_at = reason.strip()[:500], timezone.now()
    poll.state = Poll.State.ANNULLED
    poll.save(update_fields=["reason", "annulled_at", "state"])
    standing.call("select ngangtam_ballot_destroy(%s)", [poll.pk])
    record(EventType.ANNULLED, by=by, subject=poll, reason=poll.reason, before=before)
    return poll
