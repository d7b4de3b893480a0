"""The account that a bench works with, and takes away again. Django must be ready.

Both write outside of actions: the caller has an event of the audit stand for it.
"""

from datetime import date
from typing import Final

from django.utils import timezone

from ngangtam.foundation.access.models import Grant, User
from ngangtam.foundation.kernel.models import span
from ngangtam.records.organisation.models import Unit
from ngangtam.records.organisation.steps import root_unit

SINCE: Final = date(2020, 1, 1)


def open_account(username: str, password: str | None = None, unit: Unit | None = None) -> User:
    """Let an account keep the files of a unit, of everybody by default.

    Without a password nobody can sign in with it.
    """
    user, made = User.objects.get_or_create(
        username=username, defaults={"is_active": password is not None}
    )
    if made and password is not None:
        user.set_password(password)
        user.save()
    path = (unit or root_unit()).path
    Grant.objects.create(user=user, role="personnel_officer", path=path, valid=span(SINCE))
    return user


def close_account(username: str) -> None:
    """Take the account and its grant away again; both stay readable."""
    User.objects.filter(username=username).update(is_active=False)
    grants = Grant.objects.filter(user__username=username, voided_at__isnull=True)
    grants.update(voided_at=timezone.now())
