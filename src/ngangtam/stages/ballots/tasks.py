"""What the worker does for votes: forget what waits too long, and let nothing of it lie about."""

import logging
from datetime import timedelta
from typing import Final

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from procrastinate.contrib.django import app

from ngangtam.stages.ballots.models import Poll, Share, Teller

_log = logging.getLogger(__name__)

# Words that were entered wait so long for those of the other tellers.
WAITS: Final = timedelta(hours=12)
# So long after a box was closed, opened or destroyed what told of it is looked for and taken away.
_LATELY: Final = timedelta(hours=2)


@app.periodic(cron="20 * * * *")
@app.task(name="ballots.forget_words", pass_context=False, queueing_lock="ballots-forget")
def forget(timestamp: int) -> None:
    """Forget parts that were passed on and waited too long."""
    forget_words()
    _rewrite()


@app.periodic(cron="*/10 * * * *")
@app.task(name="ballots.forget_log", pass_context=False, queueing_lock="ballots-forget-log")
def forget_log_lately(timestamp: int) -> None:
    """Take away the log of boxes that were closed, opened or destroyed lately."""
    since = timezone.now() - _LATELY
    lately = Q(closed_at__gt=since) | Q(counted_at__gt=since) | Q(annulled_at__gt=since)
    if Poll.objects.filter(lately, on_paper=False).exists():
        _rewrite()
        forget_log()


def forget_log() -> bool:
    """Let go of the write-ahead log so far; return whether this server lets us.

    The log holds every mark and every sealed paper with its transaction, until its segments are
    written over. The embedded server gives segments back instead of keeping them for later
    (`wal_recycle`); a server of the operator's may keep them, or send them elsewhere.
    """
    if connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_switch_wal()")
            cursor.execute("checkpoint")
    except DatabaseError as error:
        _log.warning("the log of closed boxes stays until it is written over: %s", error)
        return False
    return True


def forget_words() -> int:
    """Destroy parts that tellers passed on long ago; return of how many tellers.

    Their own parts stay: they enter their words once more.
    """
    with transaction.atomic():
        late = Share.objects.exclude(holder=F("part")).filter(at__lt=timezone.now() - WAITS)
        tellers = set(late.values_list("part_id", flat=True))
        late.delete()
        Teller.objects.filter(pk__in=tellers).update(entered=False)
    return len(tellers)


def _rewrite() -> None:
    """Write the small table of parts anew: a deleted row stays in its page until then."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"vacuum full {Share._meta.db_table}")
