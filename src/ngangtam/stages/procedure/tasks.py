"""What the worker does for cases by itself: silence after a deadline, results of votes."""

import logging

from procrastinate.contrib.django import app

from ngangtam.foundation.kernel.days import today
from ngangtam.stages.procedure import actions_meetings, actions_opinions

_log = logging.getLogger(__name__)


@app.periodic(cron="10 0,6,12,18 * * *")
@app.task(name="procedure.silence", queueing_lock="procedure-silence", pass_context=False)
def silence(timestamp: int) -> None:
    """Record as silence every opinion whose deadline has passed."""
    count = actions_opinions.pass_over(today=today())
    if count:
        _log.info("opinions recorded as silence: %s", count)


@app.task(name="procedure.take_result", pass_context=False)
def take_result(poll_id: int) -> None:
    """Let a case go on with a vote that was counted by somebody who may not carry the case."""
    actions_meetings.take_counted(poll_id=poll_id, today=today())
