"""Things in order: tabs, timelines, trees, files to send."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.forms import BoundField
from django.utils.safestring import SafeString

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.foundation.ui.components.html import draw
from ngangtam.foundation.ui.components.marks import Text, Tone

Day = date | PartialDate | None


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views of the same thing, each with its own address."""

    label: Text
    href: str
    current: bool = False
    count: int | None = None
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One dated entry. `voided` is the reason why it no longer holds."""

    day: Day
    title: Text
    until: Day = None
    raw: str = ""
    detail: Text = ""
    source: Text = ""
    href: str = ""
    tone: Tone = "gray"
    icon: str = ""
    voided: Text = ""

    @property
    def year(self) -> int | None:
        known = self.day.day if isinstance(self.day, PartialDate) else self.day
        return known.year if isinstance(known, date) else None


@dataclass(frozen=True, slots=True)
class Node:
    """One line of a tree. `load` is an address that gives the children when first opened."""

    label: Text
    href: str = ""
    children: Sequence["Node"] = ()
    count: int | None = None
    note: Text = ""
    open: bool = False
    current: bool = False
    icon: str = ""
    load: str = ""


def tabs(items: Sequence[Tab], *, label: str) -> SafeString:
    """{% tabs items label=… %} — links to the other views of this thing."""
    return draw("tabs", items=items, label=label)


def timeline(entries: Iterable[Moment], *, id: str = "timeline") -> SafeString:
    """{% timeline entries %} — grouped by year in the order given; voided ones behind a toggle."""
    entries = list(entries)
    years = [(year, list(group)) for year, group in groupby(entries, key=lambda one: one.year)]
    voided = sum(bool(one.voided) for one in entries)
    return draw("timeline", years=years, voided=voided, id=id)


def tree(nodes: Sequence[Node], *, label: str) -> SafeString:
    """{% tree nodes label=… %} — a folding outline; works without a script."""
    return draw("tree", nodes=nodes, label=label)


def tree_items(nodes: Sequence[Node]) -> SafeString:
    """{% tree_items nodes %} — only the lines, as the answer to a node's `load`."""
    return draw("tree_items", nodes=nodes)


def drop_zone(field: BoundField, *, accept: str = "", hint: str = "") -> SafeString:
    """{% drop_zone form.files accept=".docx,.csv" hint=… %} — a file input made large."""
    attrs: dict[str, str | bool] = {"accept": accept} if accept else {}
    described = field.aria_describedby if hasattr(field, "aria_describedby") else None
    if described:
        attrs["aria-describedby"] = described
    return draw("drop_zone", field=field, widget=field.as_widget(attrs=attrs), hint=hint)
