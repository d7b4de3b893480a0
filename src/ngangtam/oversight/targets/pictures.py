"""The charts of a target: units side by side, and the years behind."""

from collections.abc import Sequence
from typing import Final, cast

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import charts
from ngangtam.foundation.ui.charts import Picture
from ngangtam.law.engine.model import Target
from ngangtam.oversight.targets.queries import Child, Past

MOST_BARS: Final = 30
_UP_OR_DOWN: Final = (">=", ">", "<=", "<")


def children(target: Target, units: Sequence[Child]) -> Picture | None:
    """Return the units that have a value as bars with the target's line; None for fewer than two.

    Shape: at most `MOST_BARS`, those farthest from the target first.
    """
    known = [one for one in units if one.row.measure and one.row.measure.value is not None]
    if len(known) < 2 or target.low is None or target.comparison not in _UP_OR_DOWN:
        return None
    worst_first = sorted(
        known, key=lambda one: one.sort_value, reverse=target.comparison in ("<", "<=")
    )
    return charts.bars(
        [charts.Bar(one.name, one.sort_value) for one in worst_first[:MOST_BARS]],
        title=said(target.label),
        target=target.low,
        unit="%" if target.unit == "percent" else "",
        comparison=cast(charts.kinds.Comparison, target.comparison),
    )


def trend(target: Target, past: Sequence[Past]) -> Picture | None:
    """Return the value over the years; None where fewer than two days have one."""
    points = [
        charts.Point(one.day, one.row.measure.value if one.row and one.row.measure else None)
        for one in past
    ]
    if sum(point.value is not None for point in points) < 2:
        return None
    return charts.line(
        points, title=said(target.label), target=target.low,
        unit="%" if target.unit == "percent" else "",
    )  # fmt: skip
