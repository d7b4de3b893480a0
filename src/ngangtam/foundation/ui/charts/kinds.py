"""The five kinds of chart that the rooms use. Words arrive translated, numbers as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.charts import palette
from ngangtam.foundation.ui.charts.picture import Picture

Number = int | float
# JSON that Vega-Lite reads; its values have no common type.
Json = dict[str, Any]
Comparison = Literal[">=", ">", "<=", "<"]
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH: Final = 640
ROW: Final = 30
DASH: Final = [4, 3]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `value=None` is drawn as unknown."""

    label: str
    value: Number | None


@dataclass(frozen=True, slots=True)
class Share:
    """One bar of people: who meets something, who does not, of whom nobody knows."""

    label: str
    met: int
    not_met: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Band:
    """One age band of a pyramid, in people."""

    label: str
    men: int
    women: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One measured day of a line; `value=None` breaks the line."""

    day: date
    value: Number | None


def _with_unit(value: Number | None, unit: str, digits: int | None = None) -> str:
    if value is None:
        return _("unknown")
    text = formats.number(value, digits)
    return f"{text}{unit}" if unit in {"", "%"} else f"{text} {unit}"


def _reached(value: Number, target: Number, comparison: Comparison) -> bool:
    return {
        ">=": value >= target, ">": value > target, "<=": value <= target, "<": value < target
    }[comparison]  # fmt: skip


def _target_words(target: Number, unit: str) -> str:
    return _("target %(target)s") % {"target": _with_unit(target, unit)}


def _rule(target: Number, unit: str, channel: Literal["x", "y"]) -> list[Json]:
    """Return the dashed line of a target and its words at the end of it."""
    where: Json = {"datum": target, "type": "quantitative"}
    rule: Json = {
        "mark": {"type": "rule", "strokeDash": DASH, "strokeWidth": 1.5},
        "encoding": {channel: where},
    }
    text: Json = {"mark": {"type": "text", "text": _target_words(target, unit)}}
    if channel == "x":
        text["mark"] |= {"y": -8, "align": "center"}
        text["encoding"] = {"x": where}
    else:
        text["mark"] |= {"align": "left", "baseline": "bottom", "dx": 4, "dy": -4}
        text["encoding"] = {"y": where, "x": {"value": 0}}
    # One row of data: a rule drawn once for every bar would come out thick.
    return [{"data": {"values": [{}]}, **layer} for layer in (rule, text)]


def _axis(unit: str, **more: object) -> Json:
    suffix = f" + '{unit}'" if unit == "%" else ""
    return {"title": None, "tickCount": 6, "labelExpr": f"datum.label{suffix}", **more}


def _labels() -> Json:
    """Return the axis of names down the left side."""
    return {
        "field": "label", "type": "nominal", "sort": None,
        "axis": {"title": None, "grid": False, "labelColor": palette.TEXT},
    }  # fmt: skip


def bars(
    items: Sequence[Bar], *, title: str, target: Number | None = None, unit: str = "%",
    comparison: Comparison = ">=", digits: int | None = None, width: int = WIDTH,
) -> Picture:  # fmt: skip
    """Return horizontal bars, with the line of the target where there is one.

    Units: values and `target` in `unit`.
    """

    def colour(value: Number | None) -> str:
        if target is None or value is None:
            return palette.PLAIN
        return palette.MET if _reached(value, target, comparison) else palette.SHORT

    rows = [
        {"label": item.label, "value": item.value or 0, "colour": colour(item.value),
         "text": _with_unit(item.value, unit, digits)}
        for item in items
    ]  # fmt: skip
    top = max([*(item.value or 0 for item in items), target or 0, 1]) * 1.08
    layers: list[Json] = [
        {"mark": {"type": "bar", "height": 16},
         "encoding": {"color": {"field": "colour", "type": "nominal", "scale": None}}},
        {"mark": {"type": "text", "align": "left", "dx": 6},
         "encoding": {"text": {"field": "text"}}},
    ]  # fmt: skip
    x = {"field": "value", "type": "quantitative", "axis": _axis(unit),
         "scale": {"domain": [0, top], "nice": False}}  # fmt: skip
    layers = [_placed(layer, x=x, y=_labels()) for layer in layers]
    if target is not None:
        layers += _rule(target, unit, "x")
    low = [item.label for item in items if item.value is None]
    said = "; ".join(f"{row['label']} {row['text']}" for row in rows)
    return Picture(
        spec=_layered(rows, layers, height=ROW * len(items), width=width),
        title=title,
        description=said + (f". {_target_words(target, unit)}" if target is not None else ""),
        heads=(_("Name"), _("Value")),
        rows=[(str(row["label"]), "" if row["label"] in low else str(row["text"])) for row in rows],
    )


def _placed(layer: Json, **encoding: Json) -> Json:
    return {**layer, "encoding": {**encoding, **layer["encoding"]}}


def _layered(rows: Sequence[Json], layers: Sequence[Json], *, height: float, width: int) -> Json:
    return {
        "$schema": SCHEMA, "width": width, "height": height, "data": {"values": list(rows)},
        "layer": list(layers), "autosize": {"type": "fit-x", "contains": "padding"},
    }  # fmt: skip


def shares(
    items: Sequence[Share], *, title: str, target: Number | None = None,
    words: tuple[str, str, str] | None = None, width: int = WIDTH,
) -> Picture:  # fmt: skip
    """Return bars of 100 %: met, unknown (hatched, next to met), not met; and the target.

    Units: counts of people; `target` in percent. `words` name the three parts in that order.
    """
    met, unknown, not_met = words or (_("met"), _("unknown"), _("not met"))
    rows: list[Json] = []
    for item in items:
        total = item.met + item.not_met + item.unknown
        at = 0.0
        for part, amount in ((met, item.met), (unknown, item.unknown), (not_met, item.not_met)):
            end = at + (100 * amount / total if total else 0.0)
            rows.append({"label": item.label, "part": part, "from": at, "to": end})
            at = end
    colours = [palette.MET, palette.UNKNOWN, palette.REST]
    x: Json = {"field": "from", "type": "quantitative", "axis": _axis("%"),
               "scale": {"domain": [0, 100]}}  # fmt: skip
    colour: Json = {"field": "part", "type": "nominal", "sort": [met, unknown, not_met],
                    "scale": {"domain": [met, unknown, not_met], "range": colours},
                    "legend": {"offset": 10 if target is None else 26}}  # fmt: skip
    bar: Json = {"mark": {"type": "bar", "height": 16, "cornerRadiusEnd": 0},
                 "encoding": {"x2": {"field": "to"}, "color": colour}}  # fmt: skip
    layers = [_placed(bar, x=x, y=_labels())]
    if target is not None:
        layers += _rule(target, "%", "x")
    return Picture(
        spec=_layered(rows, layers, height=ROW * len(items), width=width),
        title=title,
        description="; ".join(_share_words(item) for item in items),
        heads=(_("Name"), met, not_met, unknown, _("Share")),
        rows=[
            (item.label, formats.number(item.met), formats.number(item.not_met),
             formats.number(item.unknown), _share_of(item))
            for item in items
        ],
    )  # fmt: skip


def _share_of(item: Share) -> str:
    total = item.met + item.not_met + item.unknown
    return formats.percent(100 * item.met / total) if total else ""


def _share_words(item: Share) -> str:
    return f"{item.label} {_share_of(item) or _('nobody')}"


def pyramid(bands: Sequence[Band], *, title: str, width: int = WIDTH) -> Picture:
    """Return men to the left and women to the right, one row a band, the first band lowest.

    Units: people. Those of unknown gender stand in the table and the description only.
    """
    men, women = _("Men"), _("Women")
    rows = [
        {"label": band.label, "who": who, "signed": sign * amount, "text": formats.number(amount)}
        for band in reversed(bands)
        for who, sign, amount in ((men, -1, band.men), (women, 1, band.women))
    ]
    widest = max([1, *(max(band.men, band.women) for band in bands)]) * 1.25
    x: Json = {
        "field": "signed", "type": "quantitative", "stack": None,
        "scale": {"domain": [-widest, widest], "nice": False},
        "axis": {"title": _("people"), "tickCount": 8, "format": ",.0f",
                 "labelExpr": "format(abs(datum.value), ',.0f')"},
    }  # fmt: skip
    scale = {"domain": [men, women], "range": [palette.PLAIN, palette.WOMEN]}
    colour: Json = {"field": "who", "type": "nominal", "sort": [men, women], "scale": scale}
    bar: Json = {"type": "bar", "height": 18, "cornerRadiusEnd": 0}
    layers: list[Json] = [{"mark": bar, "encoding": {"color": colour}}]
    for sign, align, shift in (("<", "right", -5), (">", "left", 5)):
        layers.append(
            {"mark": {"type": "text", "align": align, "dx": shift},
             "transform": [{"filter": f"datum.signed {sign} 0"}],
             "encoding": {"text": {"field": "text"}}}
        )  # fmt: skip
    layers = [_placed(layer, x=x, y=_labels()) for layer in layers]
    return Picture(
        spec=_layered(rows, layers, height=26 * len(bands), width=width),
        title=title,
        description="; ".join(
            f"{band.label}: {men} {formats.number(band.men)}, {women} {formats.number(band.women)}"
            for band in bands
        ),
        heads=(_("Age"), men, women, _("unknown")),
        rows=[
            (band.label, formats.number(band.men), formats.number(band.women),
             formats.number(band.unknown))
            for band in bands
        ],
    )  # fmt: skip


def line(
    points: Sequence[Point], *, title: str, target: Number | None = None, unit: str = "%",
    digits: int | None = None, width: int = WIDTH,
) -> Picture:  # fmt: skip
    """Return a value over time, with the line of the target and the last value written out."""
    known = [point for point in points if point.value is not None]
    rows = [
        {"day": point.day.isoformat(), "value": point.value, "last": point in known[-1:],
         "text": _with_unit(point.value, unit, digits)}
        for point in points
    ]  # fmt: skip
    top = max([*(point.value or 0 for point in known), target or 0, 1]) * 1.15
    # The measured days themselves are marked: any other tick would name another month.
    ticks = [int(datetime(*point.day.timetuple()[:3], tzinfo=UTC).timestamp() * 1000)
             for point in points]  # fmt: skip
    x: Json = {"field": "day", "type": "temporal", "scale": {"type": "utc", "nice": False},
               "axis": {"title": None, "format": "%m/%Y", "grid": False, "values": ticks,
                        "domain": True, "labelOverlap": True, "labelFlush": True}}  # fmt: skip
    y: Json = {"field": "value", "type": "quantitative", "axis": _axis(unit, tickCount=5),
               "scale": {"domain": [0, top], "nice": False}}  # fmt: skip
    stroke: Json = {"type": "line", "color": palette.PLAIN, "strokeWidth": 2.5}
    dot: Json = {"type": "point", "color": palette.PLAIN, "fill": palette.PLAIN, "size": 36,
                 "opacity": 1}  # fmt: skip
    layers: list[Json] = [
        {"mark": stroke, "encoding": {}},
        {"mark": dot, "encoding": {}},
        {"mark": {"type": "text", "align": "right", "dy": -12, "fontWeight": 600},
         "transform": [{"filter": {"field": "last", "equal": True}}],
         "encoding": {"text": {"field": "text"}}},
    ]  # fmt: skip
    layers = [_placed(layer, x=x, y=y) for layer in layers]
    if target is not None:
        layers += _rule(target, unit, "y")
    return Picture(
        spec=_layered(rows, layers, height=220, width=width),
        title=title,
        description="; ".join(f"{formats.day(point.day)} {row['text']}"
                              for point, row in zip(points, rows, strict=True)),
        heads=(_("Day"), _("Value")),
        rows=[(formats.day(point.day), str(row["text"]))
              for point, row in zip(points, rows, strict=True)],
    )  # fmt: skip


def histogram(
    values: Sequence[Number | None], *, title: str, step: Number = 5, unit: str = "",
    edges: Sequence[Number] = (), width: int = WIDTH,
) -> Picture:  # fmt: skip
    """Return how many values fall into each step; `edges` are drawn as dashed lines.

    Shape: a bin holds `start <= value < start + step`. None is counted as unknown beside it.
    """
    known = [value for value in values if value is not None]
    unknown = len(values) - len(known)
    counts: dict[Number, int] = {}
    for value in known:
        start = value // step * step
        counts[start] = counts.get(start, 0) + 1
    first, last = (min(counts), max(counts)) if counts else (0, 0)
    bins = round((last - first) / step) + 1 if counts else 0
    steps = [first + step * turn for turn in range(bins)]
    rows: list[Json] = [
        {"from": at, "to": at + step, "n": counts.get(at, 0),
         "text": formats.number(counts[at]) if counts.get(at) else ""}
        for at in steps
    ]  # fmt: skip
    x: Json = {"field": "from", "type": "quantitative",
               "scale": {"domain": [first, last + step], "nice": False},
               "axis": {"title": unit or None, "grid": False, "domain": True,
                        "values": [*steps, last + step]}}  # fmt: skip
    y: Json = {"field": "n", "type": "quantitative", "stack": None,
               "axis": {"title": _("people"), "tickCount": 5, "format": ",.0f"}}  # fmt: skip
    mark: Json = {"type": "bar", "color": palette.PLAIN, "binSpacing": 2, "cornerRadiusEnd": 0}
    across: Json = {"x": {**x, "bin": "binned"}, "x2": {"field": "to"}, "y": y}
    bar: Json = {"mark": mark, "encoding": across}
    text: Json = {"mark": {"type": "text", "dy": -7},
                  "transform": [{"calculate": "(datum.from + datum.to) / 2", "as": "mid"}],
                  "encoding": {"x": {"field": "mid", "type": "quantitative"}, "y": y,
                               "text": {"field": "text"}}}  # fmt: skip
    layers = [bar, text]
    for edge in edges:
        layers.append({"data": {"values": [{}]},
                       "mark": {"type": "rule", "strokeDash": DASH, "strokeWidth": 1.5},
                       "encoding": {"x": {"datum": edge, "type": "quantitative"}}})  # fmt: skip
    said = [f"{formats.number(row['from'])}–{formats.number(row['to'])}" for row in rows]
    table = [(label, formats.number(row["n"])) for label, row in zip(said, rows, strict=True)]
    if unknown:
        table.append((_("unknown"), formats.number(unknown)))
    return Picture(
        spec=_layered(rows, layers, height=220, width=width),
        title=title,
        description="; ".join(f"{label} {unit}: {count}" for label, count in table),
        heads=(unit or _("From – to"), _("people")),
        rows=table,
    )
