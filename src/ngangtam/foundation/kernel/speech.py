"""The language of the page, for words that are kept in both."""

from collections.abc import Mapping
from typing import Literal

from django.utils.translation import get_language


def language() -> Literal["vi", "en"]:
    """Return `en` for an English page, else `vi`."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def said(words: Mapping[str, str] | None) -> str:
    """Return the words in the language of the page, the Vietnamese ones where it has none.

    Shape: "" for no words.
    """
    if not words:
        return ""
    return words.get(language()) or words.get("vi", "")
