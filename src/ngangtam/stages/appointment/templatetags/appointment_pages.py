"""Words of this room's pages: citations, labels in two languages, a value by its key."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from ngangtam.foundation.ui.components import marks
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.stages.appointment.starts import words

register = template.Library()


@register.simple_tag
def cite(pinpoint: str) -> SafeString | str:
    """Return a citation of the rulebook; the pinpoint itself where no file gives it."""
    try:
        found = rulebook().cite(pinpoint)
    except KeyError:
        return pinpoint
    text = found.instrument
    return marks.citation(
        text.number, pin=found.pin, title=words(text.title),
        href=reverse("law-instrument", args=[text.id]), confidence=text.confidence,
    )  # fmt: skip


@register.filter
def in_words(label: Mapping[str, str]) -> str:
    """Return a label in the reader's language."""
    return words(label)


@register.filter
def of(held: Mapping[str, Any], key: str) -> Any:
    """Return what a mapping holds under a key, None for nothing."""
    return held.get(key)
