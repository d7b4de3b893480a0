"""Reading tokens for screens."""

from django.db.models import QuerySet
from django.utils import timezone

from ngangtam.doors.api.models import Token
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.rules import Viewer


def tokens_for(viewer: Viewer) -> QuerySet[Token]:
    """The viewer's own tokens, the newest first; the secrets are nowhere."""
    if not isinstance(viewer, User):
        return Token.objects.none()
    return Token.objects.filter(user=viewer).order_by("-pk")


def token_for(viewer: Viewer, pk: int) -> Token | None:
    return tokens_for(viewer).filter(pk=pk).first()


def state_of(token: Token) -> str:
    """Return how a token stands: revoked, over or holds."""
    if token.revoked_at is not None:
        return "revoked"
    return "over" if token.expires_at <= timezone.now() else "holds"
