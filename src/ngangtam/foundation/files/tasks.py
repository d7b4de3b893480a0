"""What the worker does for the store by itself."""

from procrastinate.contrib.django import app

from ngangtam.foundation.files import steps


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="files-sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Clear away, each night, bytes that no row speaks of."""
    steps.sweep()
