"""What this room writes into the audit."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SIGNED_IN: Final = "account.signed_in"
SIGNED_OUT: Final = "account.signed_out"
LOCKED_OUT: Final = "account.locked_out"
PASSWORD_CHOSEN: Final = "account.password_chosen"  # noqa: S105 - an event
PASSWORD_GIVEN: Final = "account.password_given"  # noqa: S105 - an event
CREATED: Final = "account.created"
DISABLED: Final = "account.disabled"
ENABLED: Final = "account.enabled"
FACTOR_ADDED: Final = "account.factor_added"
FACTOR_REMOVED: Final = "account.factor_removed"
FACTORS_FORGOTTEN: Final = "account.factors_forgotten"
CODES_MADE: Final = "account.recovery_codes_made"
SESSIONS_ENDED: Final = "account.sessions_ended"
IDENTITY_LAID_DOWN: Final = "account.identity_laid_down"
IDENTITY_REMOVED: Final = "account.identity_removed"
LINKED: Final = "account.linked"
UNLINKED: Final = "account.unlinked"

LABELS: Final[dict[str, str | Promise]] = {
    SIGNED_IN: _("Signed in"),
    SIGNED_OUT: _("Signed out"),
    LOCKED_OUT: _("Sign-in locked after failed tries"),
    PASSWORD_CHOSEN: _("Password changed by its owner"),
    PASSWORD_GIVEN: _("Password reset by an administrator"),
    CREATED: _("Account opened"),
    DISABLED: _("Account disabled"),
    ENABLED: _("Account enabled again"),
    FACTOR_ADDED: _("Second step added"),
    FACTOR_REMOVED: _("Second step removed"),
    FACTORS_FORGOTTEN: _("Second steps removed by an administrator"),
    CODES_MADE: _("Recovery codes made anew"),
    SESSIONS_ENDED: _("Sessions ended"),
    IDENTITY_LAID_DOWN: _("Identity at a provider laid down"),
    IDENTITY_REMOVED: _("Identity at a provider removed"),
    LINKED: _("Account linked to an identity provider"),
    UNLINKED: _("Account untied from an identity provider"),
}
