"""What the worker does for the audit: seal every minute, look at everything every night."""

from procrastinate.contrib.django import app

from ngangtam.foundation.audit import once, sealing, verifying


@app.periodic(cron="* * * * *")
@app.task(pass_context=False, queueing_lock="audit-seal")
def seal(timestamp: int) -> None:
    """Append what was committed to the tree; a checkpoint follows when one is due."""
    sealing.seal_new(wait=False)


@app.periodic(cron="40 2 * * *")
@app.task(pass_context=False, queueing_lock="audit-verify")
def verify(timestamp: int) -> None:
    """Look at everything once a night; the page of the audit shows what was found."""
    verifying.verify_and_seal()


@app.periodic(cron="30 1 * * *")
@app.task(pass_context=False, queueing_lock="audit-once")
def forget(timestamp: int) -> None:
    """Remove, each night, the marks of acts that nobody sends again."""
    once.sweep()
