"""Values with how sure they are: a point on its interval, a name a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.charts import palette
from ngangtam.foundation.ui.charts.kinds import DASH, ROW, SCHEMA, WIDTH, Json, Number
from ngangtam.foundation.ui.charts.picture import Picture

_WIDE: Final = 3


@dataclass(frozen=True, slots=True)
class Ranged:
    """One value with its interval [low, high]; `flagged` is drawn in the colour that warns."""

    label: str
    value: Number
    low: Number
    high: Number
    flagged: bool = False


def ranges(
    items: Sequence[Ranged], *, title: str, mark: Number | None = None, mark_label: str = "",
    width: int = WIDTH,
) -> Picture:  # fmt: skip
    """Return intervals beside each other on a scale of 100 %, with a dashed line at `mark`.

    Units: per cent.
    """
    rows: list[Json] = [
        {"label": one.label, "value": one.value, "low": one.low, "high": one.high,
         "colour": palette.SHORT if one.flagged else palette.PLAIN}
        for one in items
    ]  # fmt: skip
    y: Json = {"field": "label", "type": "nominal", "sort": None,
               "axis": {"title": None, "grid": False, "labelColor": palette.TEXT,
                        "labelLimit": 220}}  # fmt: skip
    scale: Json = {"domain": [0, 100], "nice": False}
    axis: Json = {"title": None, "tickCount": 6, "labelExpr": "datum.label + '%'"}
    colour: Json = {"field": "colour", "type": "nominal", "scale": None}
    layers: list[Json] = [
        {"mark": {"type": "rule", "strokeWidth": _WIDE},
         "encoding": {"x": {"field": "low", "type": "quantitative", "scale": scale, "axis": axis},
                      "x2": {"field": "high"}, "y": y, "color": colour}},
        {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
         "encoding": {"x": {"field": "value", "type": "quantitative", "scale": scale},
                      "y": y, "color": colour}},
    ]  # fmt: skip
    if mark is not None:
        where: Json = {"x": {"datum": mark, "type": "quantitative"}}
        layers += [
            {"data": {"values": [{}]},
             "mark": {"type": "rule", "strokeDash": DASH, "strokeWidth": 1.5}, "encoding": where},
            {"data": {"values": [{}]},
             "mark": {"type": "text", "text": mark_label, "y": -8, "align": "center"},
             "encoding": where},
        ]  # fmt: skip
    spec: Json = {
        "$schema": SCHEMA, "width": width, "height": ROW * len(items), "data": {"values": rows},
        "layer": layers, "autosize": {"type": "fit-x", "contains": "padding"},
    }  # fmt: skip
    told = [(one.label, formats.percent(one.value), _between(one)) for one in items]
    return Picture(
        spec=spec,
        title=title,
        description="; ".join(f"{label} {value} ({span})" for label, value, span in told),
        heads=(_("Name"), _("Value"), _("Interval")),
        rows=told,
    )


def _between(one: Ranged) -> str:
    return f"{formats.number(one.low, 1)}–{formats.percent(one.high, 1)}"
