"""What is wrong with the shape of a value, in the language of the answer."""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_WORDS: Final[dict[str, Promise]] = {
    "missing": _("This field is required."),
    "extra_forbidden": _("There is no such field."),
    "too_long": _("At most %(max_length)s."),
    "too_short": _("At least %(min_length)s."),
    "string_too_long": _("At most %(max_length)s letters."),
    "string_too_short": _("At least %(min_length)s letters."),
    "literal_error": _("One of: %(expected)s."),
    "enum": _("One of: %(expected)s."),
    "greater_than_equal": _("At least %(ge)s."),
    "less_than_equal": _("At most %(le)s."),
    "value_error": _("This day lies too far away."),
}


def words_for(kind: str, about: dict[str, Any]) -> str:
    """Return the words for one kind of error of the library that reads the shapes."""
    words = _WORDS.get(kind)
    if words is not None:
        return str(words) % about
    if kind.startswith("date"):
        return gettext("Write the day as 2026-03-31.")
    return gettext("This value does not have the right type.")
