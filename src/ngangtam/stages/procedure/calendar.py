"""Deadlines as a calendar: number and step alone, nobody's name."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from ngangtam.stages.procedure.queries import Task


def feed(tasks: Sequence[Task], *, host: str, at: datetime) -> bytes:
    """Return the deadlines of these tasks, each with a reminder a day before."""
    found = Calendar()
    found.add("prodid", "-//Ngang Tam//Cases//VI")
    found.add("version", "2.0")
    found.add("x-wr-calname", _("Ngang Tầm: deadlines of cases"))
    for task in tasks:
        if task.step.due is None or task.case.fictional:
            continue
        event = Event()
        event.add("uid", f"step-{task.step.pk}@{host}")
        event.add("dtstamp", at.astimezone(UTC))
        event.add("dtstart", task.step.due)
        event.add("dtend", task.step.due + timedelta(days=1))
        event.add("summary", f"{task.case.number}: {task.label}")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{task.case.number}: {task.label}")
        alarm.add("trigger", timedelta(days=-1))
        event.add_component(alarm)
        found.add_component(event)
    text: bytes = found.to_ical()
    return text
