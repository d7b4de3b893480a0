"""Where the bars of a value's history stand: a small timeline drawn by the page itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.html import strip_tags

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import formats
from ngangtam.law.engine.model import Dated, Parameter
from ngangtam.oversight.standards.values import value_words

WIDTH = 720
LETTER = 7  # the width of a letter at the size that the picture uses
SHORTEST_AXIS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class PeriodBar:
    """One value as a bar. Units: pixels of the picture's own grid."""

    x: int
    width: int
    value: str
    title: str
    tick: str
    chosen: bool
    off: bool

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def fits(self) -> bool:
        """Whether the value can be written inside."""
        return len(self.value) * LETTER < self.width - 8


@dataclass(frozen=True, slots=True)
class Periods:
    """The history of a value as bars on one axis, the day asked as a line."""

    bars: list[PeriodBar]
    label: str
    day: str
    day_x: int | None
    width: int = WIDTH

    @property
    def day_anchor(self) -> str:
        return "end" if self.day_x is not None and self.day_x > WIDTH // 2 else "start"

    @property
    def day_label_x(self) -> int:
        shift = -5 if self.day_anchor == "end" else 5
        return (self.day_x or 0) + shift


def periods(parameter: Parameter, day: date) -> Periods | None:
    """Return the timeline of a parameter; None when it has no dated value."""
    values = parameter.values
    if not values:
        return None
    first = values[0].period.from_
    last = max([day, *(value.period.until or value.period.from_ for value in values)])
    last = max(last, first + SHORTEST_AXIS) + (max(last, first + SHORTEST_AXIS) - first) / 8

    def place(at: date) -> int:
        return round((at - first) / (last - first) * WIDTH)

    bars = _bars(parameter, values, day, place, last)
    label = f"{said(parameter.label)}: " + "; ".join(bar.title for bar in bars)
    shown = place(day) if first <= day <= last else None
    return Periods(bars, label, formats.day(day), shown)


def _bars(
    parameter: Parameter,
    values: Sequence[Dated],
    day: date,
    place: Callable[[date], int],
    last: date,
) -> list[PeriodBar]:
    bars: list[PeriodBar] = []
    free = -100
    for value in values:
        start, end = place(value.period.from_), place(value.period.until or last)
        words = _short(parameter, value)
        since = formats.day(value.period.from_)
        tick = since if start >= free else ""
        if tick:
            free = start + len(tick) * LETTER + 8
        lasted = formats.period(value.period.from_, value.period.until, day)
        bars.append(
            PeriodBar(
                x=start, width=max(end - start - 2, 3), value=words,
                title=f"{lasted}: {words}", tick=tick, chosen=day in value.period,
                off="to_confirm" in (parameter.status, value.confidence),
            )
        )  # fmt: skip
    return bars


def _short(parameter: Parameter, value: Dated) -> str:
    if isinstance(value.value, dict | list):
        return "…"
    return strip_tags(value_words(parameter, value.value))
