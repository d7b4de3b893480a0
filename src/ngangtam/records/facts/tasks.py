"""Keeping the snapshot of today ready, so that nobody who opens a page waits for it."""

from procrastinate.contrib.django import app

from ngangtam.foundation.kernel.days import today
from ngangtam.records.facts import build


# Every minute, and so also at midnight; one small query when nothing has changed.
@app.periodic(cron="* * * * *")
@app.task(pass_context=False, queueing_lock="facts-warm")
def keep_warm(timestamp: int) -> None:
    """Build or mend today's snapshot after a committed change, and on a new day."""
    build.warm(today())
