"""What the worker does for votes: forget what waits too long, and let nothing of it lie about."""

from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django import app

from ngangtam.stages.ballots.models import Share, Teller

# Words that were entered wait so long for those of the other tellers.
WAITS: Final = timedelta(hours=12)


@app.periodic(cron="20 * * * *")
@app.task(name="ballots.forget_words", pass_context=False, queueing_lock="ballots-forget")
def forget(timestamp: int) -> None:
    """Forget parts that were passed on and waited too long."""
    forget_words()
    _rewrite()


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
