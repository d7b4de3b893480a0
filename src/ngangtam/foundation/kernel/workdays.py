"""Working days of public bodies: Monday to Friday without the public holidays of Vietnam.

The days that a year's notice gives in exchange, or asks to be worked, stand in `workdays.yaml` of
the instance: two lists of days, `days_off` and `days_worked`.
"""

import functools
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import holidays
import yaml

from ngangtam.foundation.kernel.home import home

_SATURDAY: Final = 5
_FILE: Final = "workdays.yaml"


def is_working(day: date) -> bool:
    """Whether public bodies work on a day."""
    off, worked = _local()
    if day in worked:
        return True
    return day.weekday() < _SATURDAY and day not in off and day not in _public(day.year)


def after(day: date, count: int) -> date:
    """Return the working day that comes `count` working days after a day."""
    found = day
    while count > 0:
        found += timedelta(days=1)
        count -= is_working(found)
    return found


def before(day: date, count: int) -> date:
    """Return the working day that comes `count` working days before a day."""
    found = day
    while count > 0:
        found -= timedelta(days=1)
        count -= is_working(found)
    return found


def between(first: date, last: date) -> int:
    """Return how many working days lie after `first` up to `last`; negative when it has passed."""
    if last < first:
        return -between(last, first)
    days = (first + timedelta(days=turn) for turn in range(1, (last - first).days + 1))
    return sum(is_working(day) for day in days)


@functools.lru_cache(maxsize=64)
def _public(year: int) -> Mapping[date, str]:
    return holidays.country_holidays("VN", years=year)


def _local() -> tuple[frozenset[date], frozenset[date]]:
    """Return the days off and the days worked that this instance was told of."""
    path = home() / _FILE
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        return frozenset(), frozenset()
    return _read(str(path), stamp)


@functools.lru_cache(maxsize=4)
def _read(path: str, _stamp: int) -> tuple[frozenset[date], frozenset[date]]:
    said: dict[str, Any] = yaml.safe_load(Path(path).read_text("utf-8")) or {}
    return _days(said, "days_off"), _days(said, "days_worked")


def _days(said: Mapping[str, Any], key: str) -> frozenset[date]:
    days = said.get(key) or ()
    return frozenset(day if isinstance(day, date) else date.fromisoformat(str(day)) for day in days)
