"""Working days: Monday to Friday. Public holidays are decided year by year and known nowhere here,
so that each stretches a period that is counted here."""

from datetime import date, timedelta

_SATURDAY = 5


def after(day: date, count: int) -> date:
    """Return the working day that comes `count` working days after a day."""
    found = day
    while count > 0:
        found += timedelta(days=1)
        count -= found.weekday() < _SATURDAY
    return found


def between(first: date, last: date) -> int:
    """Return how many working days lie after `first` up to `last`; negative when it has passed."""
    if last < first:
        return -between(last, first)
    days = (first + timedelta(days=turn) for turn in range(1, (last - first).days + 1))
    return sum(day.weekday() < _SATURDAY for day in days)
