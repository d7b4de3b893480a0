"""What a password must be. Lengths come from the rulebook, not from settings."""

import secrets
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ngangtam.doors.sign_in.limits import PASSWORD, PASSWORD_WITH_MFA, limit
from ngangtam.foundation.kernel.days import today

# No letter that can be taken for another when it is read aloud or from paper.
_LETTERS: Final = "abcdefghkmnpqrstuvwxyz23456789"
_DISTINCT: Final = 5


def needed_length(user: Any = None) -> int:
    """Return how long a password of this account must be: shorter with a second step.

    Source: parameters `security.password_length`, `security.password_length_with_mfa`.
    """
    with_factor = (
        user is not None
        and user.pk is not None
        and Authenticator.objects.filter(user_id=user.pk)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .exists()
    )
    return limit(PASSWORD_WITH_MFA if with_factor else PASSWORD, today()).value


class LengthByRule:
    """Refuses a password that is shorter than the rulebook says."""

    def validate(self, password: str, user: Any = None) -> None:
        least = needed_length(user)
        if len(password) < least:
            raise ValidationError(
                ngettext(
                    "The password must have at least %(least)d character.",
                    "The password must have at least %(least)d characters.",
                    least,
                )
                % {"least": least},
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        return _("At least %(least)d characters; several words in a row are easy to remember.") % {
            "least": needed_length()
        }


class EnoughLetters:
    """Refuses a password of a few letters over and over."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(set(password)) < _DISTINCT:
            raise ValidationError(
                _("The password repeats too few different characters."), code="password_monotone"
            )

    def get_help_text(self) -> str:
        return ""


def make_password() -> str:
    """Return a password to hand over: 16 letters in four groups, about 78 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
