"""What time alone changes: postings that begin or end today, units decided ahead."""

from procrastinate.contrib.django import app

from ngangtam.foundation.audit.steps import accounted
from ngangtam.foundation.kernel.days import today
from ngangtam.records.organisation.changes import settle as settle_units
from ngangtam.records.personnel import steps


@app.periodic(cron="5 0 * * *")
@app.task(pass_context=False)
def begin_the_day(timestamp: int) -> None:
    """Bring today's columns up to the new day, shortly after midnight by the worker's clock."""
    day = today()
    # Decided long ago by somebody; tonight it is time that acts, and the audit says so.
    with accounted("day.begun", day=day.isoformat()):
        settle_units(None, day)
        steps.refresh_everybody(day=day)
