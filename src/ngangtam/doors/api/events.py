"""What this room writes into the audit."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MADE: Final = "token.made"
REVOKED: Final = "token.revoked"

LABELS: Final[dict[str, str | Promise]] = {
    MADE: _("API token made"),
    REVOKED: _("API token revoked"),
}
