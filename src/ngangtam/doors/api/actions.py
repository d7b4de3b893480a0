"""Verbs on tokens: make one, revoke one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.doors.api import events, tokens
from ngangtam.doors.api.models import Token
from ngangtam.doors.api.scopes import Scope
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.steps import Owner
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.text import fold

MOST_DAYS: Final = 366
MOST_TOKENS: Final = 50


@dataclass(frozen=True, slots=True)
class Made:
    """A new token, and its secret: the only time that it is seen."""

    token: Token
    secret: str


@transaction.atomic(durable=True)
def make(
    *, user_id: int, name: str, scopes: Collection[str], days: int, networks: Collection[str] = (),
    by: User | Owner,
) -> Made:  # fmt: skip
    """Make a token that acts as a user.

    Units: `days` from now, at most `MOST_DAYS`.
    Errors: Forbidden for somebody else's account, unless the owner of the instance asks;
        DomainError without a name or a scope, for an unknown scope, a range that is none, too
        long a time, a closed account, or when the account already has `MOST_TOKENS`.
    """
    if not isinstance(by, Owner) and by.pk != user_id:
        raise Forbidden(_("A token is made for one's own account."))
    user = User.objects.get(pk=user_id)
    ranges = _allow(user, name=name, scopes=scopes, days=days, networks=networks)
    secret = tokens.fresh()
    token = Token.objects.create(
        user=user, name=fold(name)[:100], digest=tokens.digest_of(secret), ending=secret[-4:],
        scopes=sorted(set(scopes)), networks=ranges, made_by=by.get_username(),
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    record(
        events.MADE, by=by, subject=token, account=user.get_username(), scopes=token.scopes,
        networks=ranges, expires_at=token.expires_at.isoformat(),
    )  # fmt: skip
    return Made(token, secret)


def _allow(
    user: User, *, name: str, scopes: Collection[str], days: int, networks: Collection[str]
) -> list[str]:
    """Return the address ranges in their one spelling. Errors: DomainError."""
    if not user.is_active:
        raise DomainError(_("This account is closed."))
    if not fold(name):
        raise DomainError(_("Give the token a name that says which program uses it."))
    if not scopes:
        raise DomainError(_("Choose at least one scope."))
    if unknown := set(scopes) - set(Scope):
        raise DomainError(_("There is no such scope: %s") % ", ".join(sorted(unknown)))
    if not 1 <= days <= MOST_DAYS:
        raise DomainError(_("A token holds for at most %(days)s days.") % {"days": MOST_DAYS})
    open_ones = Token.objects.filter(
        user=user, revoked_at__isnull=True, expires_at__gt=timezone.now()
    )
    if open_ones.count() >= MOST_TOKENS:
        raise DomainError(_("There are too many tokens; revoke those that nobody uses."))
    return [range_of(one) for one in networks]


def range_of(text: str) -> str:
    """Return an address range in its one spelling. Errors: DomainError when it is none."""
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise DomainError(
            _("This is no address range: %s. Write 10.1.0.0/16 or one address.") % text[:50]
        ) from error


@transaction.atomic(durable=True)
def revoke(*, token_id: int, by: User | Owner) -> Token:
    """End a token at once.

    Errors: Forbidden for somebody else's token; DomainError when it is already revoked.
    """
    token = Token.objects.select_for_update(of=("self",)).select_related("user").get(pk=token_id)
    if not isinstance(by, Owner) and token.user_id != by.pk:
        raise Forbidden(_("This token belongs to another account."))
    if token.revoked_at is not None:
        raise DomainError(_("This token is already revoked."))
    token.revoked_at, token.revoked_by = timezone.now(), by.get_username()
    token.save(update_fields=["revoked_at", "revoked_by"])
    record(events.REVOKED, by=by, subject=token, account=token.user.get_username())
    return token
