"""What this room's pages look up: a value by its key."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(held: Mapping[str, Any], key: str) -> Any:
    """Return what a mapping holds under a key, None for nothing."""
    return held.get(key)
