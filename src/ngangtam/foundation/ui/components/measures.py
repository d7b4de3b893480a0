"""Figures: tiles, shares against a target, meters, progress of long work, charts."""

from typing import Literal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.charts.picture import Picture
from ngangtam.foundation.ui.components.html import draw
from ngangtam.foundation.ui.components.marks import Tone

Comparison = Literal[">=", ">", "<=", "<", ""]
State = Literal["waiting", "running", "done", "failed"]


def stat(
    label: object, *, value: formats.Number | None, unit: str = "",
    target: formats.Number | None = None, gap: str = "", unknown: int = 0, href: str = "",
    tone: str = "", digits: int | None = None,
    note: str = "",
) -> SafeString:  # fmt: skip
    """{% stat "Nữ" value=12.4 unit="%" target=15 gap="thiếu 3 nữ" unknown=4 %} — one figure.

    `value=None` says "unknown"; `tone` colours the gap (green, amber, red).
    """
    return draw(
        "stat", label=label, shown=None if value is None else formats.number(value, digits),
        unit=unit, target=None if target is None else formats.number(target), gap=gap,
        unknown=unknown, href=href, tone=tone, note=note,
    )  # fmt: skip


def share_bar(
    *, met: int, not_met: int, unknown: int = 0, target: formats.Number | None = None,
    label: str = "", comparison: Comparison = ">=", words: bool = True,
) -> SafeString:  # fmt: skip
    """{% share_bar met=120 not_met=30 unknown=12 target=15 %} — a share of people on 0–100 %.

    Units: counts of people; `target` in percent.
    Shape: the filled part is certain; the hatched part are people whose facts are missing, so the
        true share lies somewhere in it; the line is the target.
    """
    total = met + not_met + unknown
    known = 100 * met / total if total else 0.0
    silent = met + not_met == 0  # nobody's facts are known: that is no share of nought
    share = _("unknown") if silent else formats.percent(known)
    band = 100 * unknown / total if total else 0.0
    state = _state(known, band, None if target is None else float(target), comparison)
    said = _("%(share)s: %(met)s of %(total)s") % {
        "share": share, "met": formats.number(met), "total": formats.number(total)
    }  # fmt: skip
    if unknown:
        said += ", " + _("%(count)s unknown") % {"count": formats.number(unknown)}
    if target is not None:
        said += ", " + _("target %(target)s") % {"target": formats.percent(target)}
    return draw(
        "share_bar", label=f"{label}: {said}" if label else said, state=state, total=total,
        known=f"{known:.3f}", band=f"{band:.3f}", goal=None if target is None else f"{target:.3f}",
        met=formats.number(met), all=formats.number(total), unknown=unknown, words=words,
        share=share, silent=silent, target=None if target is None else formats.percent(target),
        comparison={">=": "≥", "<=": "≤"}.get(comparison, comparison),
    )  # fmt: skip


def _state(known: float, band: float, target: float | None, comparison: Comparison) -> str:
    """Return how the fill is painted.

    Shape: `met` for certain, `short` for certain, `open` when the unknown could decide it, `plain`
        where there is nothing to reach.
    """
    if target is None or not comparison:
        return "plain"
    ends = [
        {">=": end >= target, ">": end > target, "<=": end <= target, "<": end < target}[comparison]
        for end in (known, known + band)
    ]
    if all(ends):
        return "met"
    return "open" if any(ends) else "short"


def meter(
    value: formats.Number, maximum: formats.Number = 100, *, label: str, tone: Tone = "blue",
    text: str = "",
) -> SafeString:  # fmt: skip
    """{% meter 62 100 label="Hồ sơ đầy đủ" %} — a bar from nothing to `maximum`."""
    part = 100 * float(value) / float(maximum) if maximum else 0.0
    return draw(
        "meter", value=f"{float(value):g}", maximum=f"{float(maximum or 1):g}", label=label,
        tone=tone, text=text or formats.percent(part),
    )  # fmt: skip


def progress(
    url: str, *, label: str, value: int = 0, total: int = 0, state: State = "running",
    note: str = "", id: str = "progress",
) -> SafeString:  # fmt: skip
    """{% progress url label=… value=40 total=100 state="running" %} — long work, as it goes."""
    figure = ""
    if total:
        figure = _("%(value)s of %(total)s") % {
            "value": formats.number(value), "total": formats.number(total)
        }  # fmt: skip
    looks: dict[str, tuple[Tone, str]] = {
        "waiting": ("gray", "hourglass"),
        "running": ("blue", "loader-2"),
        "done": ("green", "circle-check"),
        "failed": ("red", "alert-circle"),
    }
    tone, picture = looks[state]
    return draw(
        "progress", url=url, label=label, value=value, total=total, state=state, note=note, id=id,
        figure=figure, tone=tone, picture=picture, live=state in {"running", "waiting"},
    )  # fmt: skip


def chart(picture: Picture, *, caption: str = "", note: str = "", rows: bool = True) -> SafeString:
    """{% chart picture caption=… %} — a picture of `ui.charts`, its numbers behind a toggle."""
    return draw("chart", picture=picture, caption=caption or picture.title, note=note, rows=rows)
