"""Words on the pages of cases. `{% load cases %}`."""

from datetime import date

from django import template

from ngangtam.stages.procedure import words

register = template.Library()


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
