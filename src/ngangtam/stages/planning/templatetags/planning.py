"""Tags and filters for the pages of succession plans."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ngangtam.foundation.ui.components import marks
from ngangtam.stages.planning.exports import flag_label

register = template.Library()
TONES = {"proposed": "blue", "in": "green", "leaving": "amber", "out": "gray", "dropped": "gray",
         "draft": "gray", "in_review": "amber", "approved": "green", "ended": "gray"}  # fmt: skip


@register.filter
def tone_of(state: str) -> str:
    return TONES.get(state, "gray")


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.filter
def flag_words(flag: str) -> str:
    return flag_label(flag)


@register.simple_tag
def stands(outcome: str) -> SafeString:
    """Return how something stands; of nobody there is nothing to say."""
    if outcome == "nobody":
        return format_html('<span class="muted">{}</span>', _("nobody"))
    return marks.finding(outcome)


@register.filter
def time_left(months: int | None) -> str | SafeString:
    """Return months as years and months; a day that has passed, or is not known, says so."""
    if months is None:
        return marks.unknown()
    if months < 0:
        return format_html('<span class="text-danger">{}</span>', _("the day has passed"))
    years, rest = divmod(months, 12)
    if not years:
        return _("%(n)s months") % {"n": rest}
    if not rest:
        return _("%(n)s years") % {"n": years}
    return _("%(years)s years %(months)s months") % {"years": years, "months": rest}
