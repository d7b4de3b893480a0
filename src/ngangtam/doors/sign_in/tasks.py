"""What the worker does every day: idle accounts, sessions and counters that are over."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from ngangtam.doors.sign_in import actions
from ngangtam.doors.sign_in.models import Session, Tries


@app.periodic(cron="10 1 * * *")
@app.task(name="sign_in.daily", queueing_lock="sign_in.daily")
def daily(timestamp: int, **_given: Any) -> dict[str, int]:
    """Disable idle accounts; sweep what is over."""
    return {
        "disabled": actions.disable_idle(),
        "sessions": Session.objects.filter(expire_date__lt=timezone.now()).delete()[0],
        "tries": Tries.objects.filter(first_at__lt=timezone.now() - timedelta(days=7)).delete()[0],
    }
