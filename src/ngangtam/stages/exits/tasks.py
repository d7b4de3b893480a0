"""What the background worker does by itself: look at the grounds, let suspensions lapse."""

import contextlib
from typing import Final

import procrastinate
from django.db import transaction
from procrastinate.contrib.django import app

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.kernel.days import today
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.confidence.looking import area_of
from ngangtam.stages.confidence.models import Round
from ngangtam.stages.exits import actions_suspension, actions_watch

LOOK: Final = "exits.look"
LOOK_AFTER: Final = "exits.look_after"


@app.periodic(cron="40 1 * * *")
@app.task(name="exits.look_at_all", pass_context=False, queueing_lock="exits-look-at-all")
def look_at_all(timestamp: int) -> None:
    """Look at everybody, every night, one part of the organisation after the other."""
    for unit in Unit.objects.filter(parent__isnull=True, ended_on__isnull=True):
        actions_watch.watch(unit_id=unit.pk, day=today())


@app.periodic(cron="10 0 * * *")
@app.task(name="exits.lapse", pass_context=False, queueing_lock="exits-lapse")
def lapse(timestamp: int) -> None:
    """Record that suspensions whose last day has passed are over."""
    actions_suspension.lapse(today=today())


@app.task(name=LOOK, queue="exits")
def look(*, unit_id: int, user_id: int) -> None:
    """Look at one unit, because somebody asked for it."""
    by = User.objects.get(pk=user_id, is_active=True)
    unit = Unit.objects.get(pk=unit_id)
    require(by, Permission.CASE_RUN, str(unit.path))
    actions_watch.watch(unit_id=unit.pk, day=today(), by=by)


@app.task(name=LOOK_AFTER, queue="exits")
def look_after(*, round_id: int) -> None:
    """Look at the people of a round of votes of confidence that was counted."""
    one = Round.objects.select_related("unit").get(pk=round_id)
    unit = Unit.objects.filter(path=area_of(one), ended_on__isnull=True).first() or one.unit
    actions_watch.watch(unit_id=unit.pk, day=today())


def order_look_after(round_id: int) -> None:
    """Put the look after a count in line; one look suffices."""
    with contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued), transaction.atomic():
        task = app.configure_task(LOOK_AFTER, queueing_lock=f"{LOOK_AFTER}-{round_id}")
        task.defer(round_id=round_id)


def order_look(*, unit_id: int, by: User) -> bool:
    """Put a look at one unit in line; return whether one was not already waiting.

    Errors: Forbidden without CASE_RUN over the unit.
    """
    unit = Unit.objects.get(pk=unit_id)
    require(by, Permission.CASE_RUN, str(unit.path))
    lock = f"exits-look-{unit_id}"
    try:
        with transaction.atomic():
            app.configure_task(LOOK, queueing_lock=lock).defer(unit_id=unit_id, user_id=by.pk)
    except procrastinate.exceptions.AlreadyEnqueued:
        return False
    return True
