"""What the command line calls: tokens of any account, by the owner of the instance."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ngangtam.doors.api import actions
from ngangtam.doors.api.models import Token
from ngangtam.doors.api.queries import state_of
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.steps import Owner
from ngangtam.foundation.kernel.problems import DomainError


def make(
    *, username: str, name: str, scopes: Sequence[str], days: int, networks: Sequence[str]
) -> actions.Made:
    """Make a token for an account. Errors: DomainError as `actions.make`, or without account."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise DomainError(_("There is no account %(name)s.") % {"name": username})
    return actions.make(
        user_id=user.pk, name=name, scopes=scopes, days=days, networks=networks, by=Owner()
    )


def revoke(number: int) -> Token:
    """Revoke a token. Errors: DomainError when there is none, or none that holds."""
    if not Token.objects.filter(pk=number).exists():
        raise DomainError(_("There is no token with this number."))
    return actions.revoke(token_id=number, by=Owner())


def listed(username: str | None) -> list[dict[str, object]]:
    """Return every token, of one account or of all, the newest first; never a secret."""
    rows = Token.objects.select_related("user").order_by("-pk")
    if username:
        rows = rows.filter(user__username=username)
    return [
        {"number": row.pk, "account": row.user.get_username(), "name": row.name,
         "ending": row.ending, "scopes": ", ".join(row.scopes),
         "addresses": ", ".join(row.networks), "expires_at": row.expires_at,
         "used_at": row.used_at, "state": state_of(row)}
        for row in rows
    ]  # fmt: skip
