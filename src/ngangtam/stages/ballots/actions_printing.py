"""Printing the minutes of counting."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.ballots import minutes, queries
from ngangtam.stages.ballots.events import EventType


@transaction.atomic(durable=True)
def print_minutes(*, poll_id: int, style: minutes.Style, at: datetime, by: User) -> minutes.Paper:
    """Return the minutes of counting; that they were printed is recorded.

    Errors: Forbidden for who neither runs, watches nor counts the vote; DomainError before it is
        counted.
    """
    poll = queries.get_poll(by, poll_id)
    if poll is None or not queries.part_in(by, poll).inside:
        raise Forbidden(_("You have no part in this vote."))
    try:
        paper = minutes.print_(poll, style, at)
    except LookupError as error:
        raise DomainError(_("There are no minutes before the vote is counted.")) from error
    record(EventType.PRINTED, by=by, subject=poll, style=style)
    return paper
