"""What the worker does by itself each morning."""

from procrastinate.contrib.django import app

from ngangtam.foundation.kernel.days import today
from ngangtam.stages.appointment import actions_clock


@app.periodic(cron="20 5 * * *")
@app.task(name="appointment.clock", queueing_lock="appointment-clock", pass_context=False)
def run(timestamp: int) -> None:
    """Open the cases of reappointment that are due."""
    actions_clock.run_clocks(today=today())
