"""Tags and filters for the pages of cycles and proposals."""

from collections.abc import Sequence
from typing import Any

from django import template

from ngangtam.foundation.ui.formats import number
from ngangtam.stages.evaluation import shown

register = template.Library()


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
