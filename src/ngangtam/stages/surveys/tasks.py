"""What time alone does with surveys: one whose last day has passed closes by itself."""

import logging
from datetime import date

from procrastinate.contrib.django import app

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.stages.surveys import actions, queries

_LOG = logging.getLogger(__name__)


@app.periodic(cron="15 0 * * *")
@app.task(queueing_lock="surveys-close", pass_context=False)
def close_over(timestamp: int) -> None:
    """Close, shortly after midnight, every survey whose last day has passed."""
    close_all_over(today())


def close_all_over(day: date) -> int:
    """Close every survey that is over; returns how many. One that cannot be closed holds no other
    up: its page says why when somebody closes it by hand."""
    closed = 0
    for pk in queries.over(day):
        try:
            actions.close_by_itself(survey_id=pk, today=day)
            closed += 1
        except DomainError as error:
            _LOG.warning("survey %s stays open: %s", pk, error.messages[0])
    return closed
