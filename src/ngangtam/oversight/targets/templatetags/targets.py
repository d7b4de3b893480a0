"""Marks of targets in templates. `{% load targets %}`."""

from typing import Final

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from ngangtam.foundation.ui.components import marks, measures
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.targets import words
from ngangtam.oversight.targets.listings import ASLEEP, OUTCOMES
from ngangtam.oversight.targets.queries import Row

register = template.Library()
_LOOKS: Final[dict[str, tuple[marks.Tone, str, str]]] = {
    "met": ("green", "circle-check", ""),
    "not_met": ("red", "circle-x", ""),
    "unknown": ("amber", "help-circle", "open"),
    "nobody": ("gray", "users", "open"),
    "not_yet": ("gray", "calendar-due", "off"),
    "off": ("gray", "circle-off", "off"),
    "hidden": ("gray", "eye-off", "open"),
}


@register.simple_tag
def target_state(outcome: str) -> SafeString:
    """{% target_state row.outcome %} — reached, not reached, unknown, and why it sleeps."""
    tone, picture, style = _LOOKS[outcome]
    return marks.badge(OUTCOMES[outcome], tone, icon=picture, style=style)


@register.simple_tag
def target_tile(place: Place, outcome: str, count: int) -> SafeString:
    """{% target_tile place "met" summary.met %} — a count that opens what it counts."""
    label = dict([*OUTCOMES.items(), ASLEEP])[outcome]
    address = f"{reverse('target-list')}?{place.query}&outcome={outcome}"
    return measures.stat(label, value=count, href=address)


@register.filter
def counted_words(row: Row) -> str:
    """{{ row|counted_words }} — the people behind a share."""
    return words.counted_words(row.measure) if row.measure else ""
