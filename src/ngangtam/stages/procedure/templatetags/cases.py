"""Words and citations on the pages of cases. `{% load cases %}`."""

from collections.abc import Mapping
from datetime import date

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from ngangtam.foundation.ui.components import marks
from ngangtam.law.engine import rulebook
from ngangtam.stages.procedure import words

register = template.Library()


@register.filter
def said(text: Mapping[str, str] | None) -> str:
    """Return words of the rulebook in the language of the reader."""
    return words.said(text)


@register.filter
def stage(code: str) -> str:
    return str(words.STAGES.get(code, code))


@register.filter
def tone(state: str) -> str:
    """Return the colour of a state of a case or a step."""
    return {**words.TONES, **words.STEP_TONES}.get(state, "gray")


@register.filter
def kind_icon(kind: str) -> str:
    return words.ICONS.get(kind, "circle")


@register.filter
def came_to(result: str) -> str:
    """Return how a step came out, in words."""
    return words.result(result) if result else ""


@register.filter
def due(day: date | None, today: date) -> words.Word | None:
    """Return how far off a deadline is."""
    return words.deadline(day, today)


@register.simple_tag
def cite(pinpoint: str) -> SafeString | str:
    """Return a citation of the rulebook; the pinpoint itself where no file gives it."""
    try:
        found = rulebook().cite(pinpoint)
    except KeyError:
        return pinpoint
    text = found.instrument
    return marks.citation(
        text.number, pin=found.pin, title=words.said(text.title),
        href=reverse("law-instrument", args=[text.id]), confidence=text.confidence,
    )  # fmt: skip
