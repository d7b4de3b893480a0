"""Tags and filters for the pages of cycles and proposals."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from ngangtam.foundation.ui.components import marks
from ngangtam.foundation.ui.formats import number
from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.stages.evaluation import shown
from ngangtam.stages.evaluation.criteria import in_language

register = template.Library()


@register.filter
def said(text: Text2) -> str:
    """Return a text of the rulebook in the language of the reader."""
    return in_language(text)


@register.filter
def group(code: str) -> str:
    return shown.group_label(code)


@register.filter
def tone(code: str) -> str:
    return shown.TONES.get(code, "gray")


@register.filter
def short(code: str) -> str:
    """Return a class in one or two words, for narrow columns."""
    return str(shown.SHORT_OF.get(code, code))


@register.filter
def cap_words(one: Any) -> str:
    return shown.cap_words(one.outcome, one.by)


@register.filter
def distribution(counts: Sequence[int]) -> list[dict[str, str]]:
    """Return the classes that somebody has, as badges say them."""
    return [
        {"text": f"{one['label']}: {number(one['count'])}", "tone": one["tone"], "count": "1"}
        for one in shown.distribution(counts) if one["count"]
    ]  # fmt: skip


@register.filter
def class_counts(line: Any) -> list[dict[str, Any]]:
    """Return how many are proposed for each class, and how many have it by score."""
    return [
        {"name": name, "proposed": proposed, "scored": scored}
        for name, proposed, scored in zip(shown.SHORT, line.proposed, line.levels, strict=True)
    ]


@register.simple_tag
def cite(pinpoint: str) -> SafeString | str:
    """Return a citation of the rulebook; the pinpoint itself where no file gives it."""
    try:
        found = rulebook().cite(pinpoint)
    except KeyError:
        return pinpoint
    text = found.instrument
    return marks.citation(
        text.number, pin=found.pin, title=in_language(text.title),
        href=reverse("law-instrument", args=[text.id]), confidence=text.confidence,
    )  # fmt: skip
