"""A vote as its actions and reads need it: its setting, who may act on it, and plain helpers."""

import json
import re
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine.counting_rules import Share
from ngangtam.records.corrections.queries import own_person
from ngangtam.stages.ballots.models import Option, Poll, Teller
from ngangtam.stages.ballots.reckoning import Name, Setting


def setting_of(poll: Poll) -> Setting:
    """Return everything about a vote that its count depends on, but the papers."""
    names = tuple(
        Name(option.key, option.label, option.born)
        for option in Option.objects.filter(poll=poll).order_by("position")
    )
    return Setting(
        kind=poll.kind, rules=poll.rules, day=poll.day, names=names, seats=poll.seats,
        max_choices=poll.max_choices, write_ins=poll.write_ins, convened=poll.convened,
        present=poll.present, share_of=poll.share_of,
    )  # fmt: skip


def locked(poll_id: int) -> Poll:
    """Return a vote that nobody else changes meanwhile."""
    rows = Poll.objects.select_related("unit").select_for_update(of=("self",))
    found = rows.filter(pk=poll_id).first()
    if found is None:
        raise Forbidden(_("You have no part in this vote."))
    return found


def teller_of(poll: Poll, user: User) -> Teller | None:
    """Return the seat of a teller."""
    return Teller.objects.filter(poll=poll, user=user).first()


def runs(poll: Poll, user: User) -> bool:
    """Whether somebody prepares, opens and annuls this vote: never about themselves."""
    return may(user, Permission.BALLOT_RUN, str(poll.path)) and not is_about(poll, user)


def is_about(poll: Poll, user: User) -> bool:
    """Whether somebody stands on the paper of this vote."""
    mine = own_person(user)
    return mine is not None and Option.objects.filter(poll=poll, person=mine).exists()


def require_running(poll: Poll, user: User) -> None:
    """Errors: Forbidden without BALLOT_RUN there, or for who stands on the paper."""
    if not may(user, Permission.BALLOT_RUN, str(poll.path)):
        raise Forbidden(_("You have no grant for this act in this unit."))
    if is_about(poll, user):
        raise Forbidden(_("Nobody runs a vote about themselves."))


def in_state(poll: Poll, *states: str) -> None:
    """Errors: DomainError when the vote stands elsewhere, for instance after a second click."""
    if poll.state not in states:
        raise DomainError(
            _("This vote stands at “%(state)s” meanwhile; look at it again.")
            % {"state": poll.get_state_display()}
        )


_QUORUM = re.compile(r"(>?)\s*([1-9]\d{0,2})/([1-9]\d{0,2})")


def read_quorum(text: str) -> Share | None:
    """Return a quorum as it is written: "2/3" of the convened at least, ">1/2" more than half.

    Errors: DomainError for anything else.
    """
    if not text:
        return None
    found = _QUORUM.fullmatch(text.strip())
    if found is None or int(found[2]) > int(found[3]):
        raise DomainError(_("Write the quorum as 2/3, or as >1/2 for more than half."))
    return Share(int(found[2]), int(found[3]), found[1] or ">=")


def quorums(poll: Poll) -> list[Share]:
    """Return every quorum that this vote must have: its own and its counting rule's."""
    law = setting_of(poll).law()
    both = (read_quorum(poll.quorum), law.quorum if law is not None else None)
    return [one for one in both if one is not None]


def quorum_needed(poll: Poll) -> int:
    """Return how many must be present; 0 where nothing asks for a quorum."""
    return max((one.needed(poll.convened) for one in quorums(poll)), default=0)


def call(sql: str, arguments: Iterable[str | int | bytes]) -> object:
    """Return the one value that a function of the database answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(arguments))
        row = cursor.fetchone()
    return row[0] if row else None


def counts_of(poll: Poll, user: Viewer) -> list[tuple[str, dict[str, Any]]]:
    """Return (name, figures) of everybody who counted on paper; nothing before the own ones."""
    with connection.cursor() as cursor:
        cursor.execute("select name, figures from ngangtam_ballot_counts(%s, %s)",
                       [poll.pk, user.pk])  # fmt: skip
        rows = cursor.fetchall()
    return [(name, json.loads(told) if isinstance(told, str) else told) for name, told in rows]
