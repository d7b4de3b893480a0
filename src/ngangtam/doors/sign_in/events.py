"""What this room writes into the audit."""

from typing import Final

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
CODE_USED: Final = "account.recovery_code_used"
SESSIONS_ENDED: Final = "account.sessions_ended"
IDENTITY_LAID_DOWN: Final = "account.identity_laid_down"
IDENTITY_REMOVED: Final = "account.identity_removed"
LINKED: Final = "account.linked"
UNLINKED: Final = "account.unlinked"
