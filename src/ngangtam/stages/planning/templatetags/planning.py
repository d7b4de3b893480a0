"""Tags and filters for the pages of succession plans."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ngangtam.foundation.ui.components import marks
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.stages.planning.exports import flag_label

register = template.Library()
TONES = {"proposed": "blue", "in": "green", "leaving": "amber", "out": "gray", "dropped": "gray",
         "draft": "gray", "in_review": "amber", "approved": "green", "ended": "gray"}  # fmt: skip


@register.filter
def spoken(text: Mapping[str, str] | None) -> str:
    """Return a text that is kept in both languages, in the reader's."""
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    return (text or {}).get(language, "")


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


@register.simple_tag
def pinpoint(cite: str) -> SafeString | str:
    """Return a citation of the rulebook; the pinpoint itself where no file gives it."""
    try:
        found = rulebook().cite(cite)
    except KeyError:
        return cite
    text = found.instrument
    return marks.citation(
        text.number, pin=found.pin, title=spoken(text.title),
        href=reverse("law-instrument", args=[text.id]), confidence=text.confidence,
    )  # fmt: skip


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
