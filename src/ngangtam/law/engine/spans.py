"""Reckoning with days: completed years and months, the road map of retirement, and the day on which
a comparison with a number turns."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from ngangtam.foundation.kernel.days import add_months, months_between

SpanKind = Literal["years", "months", "year_difference"]


def span(kind: SpanKind, first: date, last: date) -> int:
    """Return the completed years or months from `first` to `last`, or the difference of years.

    Shape: negative when `last` is earlier; a birthday on 29 February is completed on 1 March of a
        year that lacks it.
    """
    if kind == "year_difference":
        return last.year - first.year
    months = months_between(first, last)
    return months // 12 if kind == "years" else months


def latest_first(kind: SpanKind, last: date, least: int) -> date | None:
    """Return the last `first` for which span(kind, first, last) >= least; None out of range."""
    try:
        if kind == "year_difference":
            return date(last.year - least, 12, 31)
        return add_months(last, -(least * 12 if kind == "years" else least))
    except (ValueError, OverflowError):
        return None


def earliest_last(kind: SpanKind, first: date, least: int) -> date | None:
    """Return the first `last` for which span(kind, first, last) >= least; None out of range."""
    try:
        if kind == "year_difference":
            return date(first.year + least, 1, 1)
        reached = add_months(first, least * 12 if kind == "years" else least)
        return reached if reached.day == first.day else reached + timedelta(days=1)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Steps:
    """The road map for one gender.

    Units: months of age. From `first` in `first_year`, rising by `step` a year up to `last`.
        `before`: the age for those who reached it before `first_year`; None: no text says.
    Source: parameter `retirement.age.roadmap`.
    """

    first_year: int
    first: int
    step: int
    last: int
    before: int | None = None

    @property
    def years(self) -> int:
        """How many yearly steps lie between the first age and the last."""
        return -(-(self.last - self.first) // self.step) if self.step else 0

    def months(self, born: int) -> int | None:
        """Return the age of retirement for someone born in month `born` (year * 12 + month - 1).

        The age that counts is the one in force in the year in which it is reached.
        """
        if born + self.first < self.first_year * 12:
            return self.before
        late = born - (self.first_year * 12 + 11 - self.first)
        steps = max(0, -(-late // (12 - self.step)))
        return min(self.last, self.first + self.step * min(steps, self.years))


def read_steps(table: object) -> dict[str, Steps]:
    """Return the road map per gender from the value of the parameter.

    Errors: ValueError naming what is wrong.
    """
    if not isinstance(table, dict) or set(table) != {"male", "female"}:
        raise ValueError("the road map needs male and female")
    found: dict[str, Steps] = {}
    for gender, row in table.items():
        names = {"first_year", "first", "step", "last"}
        if not isinstance(row, dict) or not names <= set(row) <= names | {"before"}:
            raise ValueError(f"the road map of {gender} needs first_year, first, step, last")
        if not all(isinstance(value, int) and value > 0 for value in row.values()):
            raise ValueError(f"the road map of {gender} holds something else than numbers")
        steps = Steps(**row)
        if not (steps.first <= steps.last and steps.step < 12):
            raise ValueError(f"the road map of {gender} does not rise by less than a year")
        found[gender] = steps
    return found


def last_of_month(index: int) -> date:
    """Return the last day of month `index` (year * 12 + month - 1)."""
    year, month = divmod(index, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def retirement_day(born: date, steps: Steps) -> date | None:
    """Return the last day of the month in which the age of retirement is reached.

    Shape: None for those who reached it before the road map began, unless `before` is set.
    Source: parameter `retirement.age.roadmap`, which cites the texts.
    """
    month = born.year * 12 + born.month - 1
    months = steps.months(month)
    return None if months is None else last_of_month(month + months)


@lru_cache(maxsize=4096)
def first_birth(steps: Steps, reach: date) -> date | None:
    """Return the earliest day of birth whose retirement day is on or after `reach`.

    Shape: the first day covered by the road map when even that person retires later;
        None when nobody born before the year 9900 does.
    """
    low, high = covered_from(steps), 9900 * 12
    while low < high:
        middle = (low + high) // 2
        months = steps.months(middle)
        if months is not None and last_of_month(middle + months) >= reach:
            high = middle
        else:
            low = middle + 1
    return None if low >= 9900 * 12 else date(low // 12, low % 12 + 1, 1)


def covered_from(steps: Steps) -> int:
    """Return the first month of birth for which the road map knows a retirement day."""
    return 1880 * 12 if steps.before is not None else steps.first_year * 12 - steps.first
