"""Reasons that people give: kept with what they did, never empty."""

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold


def given(reason: str, asked: str = "", *, most: int = 1000) -> str:
    """Return a reason as it is kept. Shape: `asked` is what is said where there is none.

    Errors: DomainError without one.
    """
    kept = fold(reason)[:most]
    if not kept:
        raise DomainError(asked or _("Say why."))
    return kept
