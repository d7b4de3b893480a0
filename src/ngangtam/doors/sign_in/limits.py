"""The numbers that the security of an instance rests on: from the rulebook, else from settings.

The rulebook speaks first. Where it says nothing on that day, or waits for the authority in charge
to confirm a number, the instance's own default holds (`NGANGTAM_SECURITY_DEFAULTS`): a limit that
is missing must never mean that there is none.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from django.conf import settings

from ngangtam.law.engine import LawError, rulebook

FAILED_LOGINS: Final = "security.failed_logins"
SESSION_IDLE: Final = "security.session_idle_minutes"
ADMIN_IDLE: Final = "security.admin_idle_minutes"
IDLE_ACCOUNT: Final = "security.idle_account_days"
PASSWORD: Final = "security.password_length"  # noqa: S105 - the name of a number
PASSWORD_WITH_MFA: Final = "security.password_length_with_mfa"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Limit:
    """One number with the places of the law that it rests on; none when it is a default."""

    value: int
    cites: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def limit(id_: str, on: date) -> Limit:
    """Return the number in force on that day.

    Source: parameters `security.*`; settings where the rulebook has no confirmed number.
    """
    try:
        found = rulebook().value(id_, on=on)
    except LawError:
        found = None
    if found is not None and isinstance(found.value, int) and found.value > 0:
        return Limit(found.value, tuple(found.cites))
    return Limit(settings.NGANGTAM_SECURITY_DEFAULTS[id_])
