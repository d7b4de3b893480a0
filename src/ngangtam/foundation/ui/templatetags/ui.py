"""Every component as a template tag, and the filters. `{% load ui %}`."""

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import Widget
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ngangtam.foundation.access.queries import name_of
from ngangtam.foundation.kernel.days import PartialDate, today
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.components import (
    blocks,
    drawing,
    flows,
    html,
    lists,
    marks,
    measures,
)
from ngangtam.foundation.ui.forms import kind_of

register = template.Library()

for tag in (
    html.icon, marks.badge, marks.finding, marks.finding_mark, marks.verdict, marks.confidence,
    marks.citation, marks.wording, marks.unknown, blocks.crumb, blocks.action, lists.sort_header,
    lists.pager, lists.filter_fields, lists.search_box, measures.stat, measures.share_bar,
    measures.meter, measures.progress, measures.chart, flows.tabs, flows.timeline, flows.tree,
    flows.tree_items, flows.drop_zone, drawing.bpmn,
):  # fmt: skip
    register.simple_tag(tag)

for block in (
    blocks.panel, blocks.page_header, blocks.notice, blocks.key_values, blocks.pair, blocks.empty,
    blocks.stats, lists.table, lists.filter_bar,
):  # fmt: skip
    register.simple_block_tag(block)
register.simple_block_tag(takes_context=True)(blocks.confirm)


@register.simple_tag(takes_context=True)
def account(context: Context, username: str | None) -> SafeString:
    """{% account row.recorded_by %} — who it is, with the account's name in a tooltip.

    Shape: words that name no account (an import, the set-up) stand as they are; a dash for none.
    """
    if not username:
        return format_html("{}", "–")
    request = context.get("request")
    # Once a request and name, however many rows the same person wrote.
    known: dict[str, str] = {} if request is None else request.__dict__.setdefault("_names", {})
    if username not in known:
        known[username] = name_of(username)
    if not known[username]:
        return format_html("{}", username)
    return format_html('<span title="{}">{}</span>', username, known[username])


register.filter("said", said)


@register.filter
def day(value: object, fallback: str | None = None) -> str:
    """{{ value|day }} — dd/mm/yyyy; unknown when there is none, or `fallback`."""
    if isinstance(value, PartialDate) and str(value):
        return formats.day(value)
    if isinstance(value, date):
        return formats.day(value)
    return _none(fallback)


@register.filter
def moment(value: object, fallback: str | None = None) -> str:
    """{{ value|moment }} — 08:30 21/11/2026, local time."""
    return formats.moment(value) if isinstance(value, datetime) else _none(fallback)


@register.filter
def period(first: object, until: object = None) -> str:
    """{{ first|period:until }} — 01/03/2021 – 28/02/2025; "– now" when `until` is None.

    Shape: `until` is the first day on which it no longer holds; the last day is shown.
    """
    return formats.period(
        first if isinstance(first, date | PartialDate) and str(first) else None,
        until if isinstance(until, date) else None,
        today(),
    )


@register.filter
def last_day(until: object, first: object = None) -> str:
    """{{ until|last_day:first }} — the day before `until`, as precise as `first` is known."""
    if not isinstance(until, date):
        return ""
    return formats.last_day(until, first if isinstance(first, PartialDate) else None)


@register.filter
def number(value: object, digits: int | None = None) -> str:
    """{{ value|number }} — 1.234,5; unknown when it is no number."""
    return formats.number(value, digits) if formats.is_number(value) else _none(None)  # type: ignore[arg-type]


@register.filter
def percent(value: object, digits: int | None = None) -> str:
    """{{ value|percent }} — 12,4%; the value is 0 to 100."""
    return formats.percent(value, digits) if formats.is_number(value) else _none(None)  # type: ignore[arg-type]


@register.filter
def signed(value: object, digits: int | None = None) -> str:
    """{{ value|signed }} — +3 or −2."""
    return formats.signed(value, digits) if formats.is_number(value) else _none(None)  # type: ignore[arg-type]


# A template hands over whatever it has.
@register.filter
def dash(value: Any) -> Any:
    """{{ value|dash }} — a dash where there is nothing."""
    return "—" if value in (None, "") else value


@register.filter
def initials(value: object) -> str:
    """{{ name|initials }} — two letters for a round mark."""
    return formats.initials(str(value or ""))


@register.filter
def tone(value: str) -> str:
    """{{ message.level_tag|tone }} — the tone for one of Django's message levels."""
    return marks.as_tone(value)


@register.filter
def field_kind(widget: Widget) -> str:
    """{{ field.field.widget|field_kind }} — what the form templates draw the field as."""
    return kind_of(widget)


@register.filter
def isoday(value: str) -> str:
    """{{ "2026-03-05"|isoday }} — a day of a query string, as people write it."""
    return formats.day(date.fromisoformat(value))


def _none(fallback: str | None) -> str | SafeString:
    return marks.unknown() if fallback is None else fallback
