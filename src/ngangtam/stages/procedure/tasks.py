"""What the worker does for cases by itself: silence, results of votes, reminders."""

import logging

from procrastinate.contrib.django import app

from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.days import today
from ngangtam.stages.procedure import actions_meetings, actions_opinions, queries, reminders

_log = logging.getLogger(__name__)


@app.periodic(cron="10 0,6,12,18 * * *")
@app.task(name="procedure.silence", queueing_lock="procedure-silence", pass_context=False)
def silence(timestamp: int) -> None:
    """Record as silence every opinion whose deadline has passed."""
    count = actions_opinions.pass_over(today=today())
    if count:
        _log.info("opinions recorded as silence: %s", count)


@app.periodic(cron="0 0 * * 1-5")  # in UTC: seven in the morning here
@app.task(name="procedure.remind", queueing_lock="procedure-remind", pass_context=False)
def remind(timestamp: int) -> None:
    """Write to everybody whose deadlines in cases have passed or come soon, on working days."""
    day = today()
    if reminders.is_mail_set_up() and workdays.is_working(day):
        sent = reminders.send(reminders.due(day, within=queries.SOON))
        _log.info("letters about deadlines: %s", sent)


@app.task(name="procedure.take_result", pass_context=False)
def take_result(poll_id: int) -> None:
    """Let a case go on with a vote that was counted by somebody who may not carry the case."""
    actions_meetings.take_counted(poll_id=poll_id, today=today())
