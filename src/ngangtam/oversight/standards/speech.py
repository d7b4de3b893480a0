"""The language of the page, for words that the rulebook carries in both."""

from collections.abc import Mapping

from django.utils.translation import get_language


def language() -> str:
    """Return `en` for an English page, else `vi`."""
    return "en" if (get_language() or "").startswith("en") else "vi"


def said(words: Mapping[str, str] | None) -> str:
    """Return the words in the language of the page; "" when there are none."""
    return words[language()] if words else ""
