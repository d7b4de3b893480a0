"""Verbs of accounts. What an account's owner does, and what an administrator does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.doors.sign_in import events
from ngangtam.doors.sign_in.limits import IDLE_ACCOUNT, limit
from ngangtam.doors.sign_in.models import Identity, Session, Standing
from ngangtam.doors.sign_in.passwords import make_password
from ngangtam.doors.sign_in.seal import digest
from ngangtam.doors.sign_in.sessions import row_key
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.access.steps import Owner
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold

Result = TypeVar("Result")
# Who opens and resets accounts: a signed-in person with the grant, or the owner of the machine.
Administrator: TypeAlias = User | AnonymousUser | Owner

# --- by the owner --------------------------------------------------------------------------


# What an event says of itself differs by event.
@transaction.atomic(durable=True)
def with_event(event: str, *, do: Callable[[], Result], by: User, **what: Any) -> Result:
    """Let the sign-in library change the actor's own account, with the event of it.

    Both are written or neither.
    """
    result = do()
    record(event, by=by, subject=by, **what)
    return result


@transaction.atomic(durable=True)
def choose_password(*, password: str, session_key: str, by: User) -> None:
    """Give the own account a new password and end every other session of it.

    Errors: ValidationError when the password is too short or too easy, or is the old one.
    """
    user = User.objects.select_for_update().get(pk=by.pk)
    if user.check_password(password):
        raise DomainError(_("The new password must differ from the old one."))
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    by.password = user.password
    Standing.objects.update_or_create(
        user=user,
        defaults={"must_change": False, "given_until": None, "changed_at": timezone.now()},
    )
    ended = _end(user, but=row_key(session_key))
    record(events.PASSWORD_CHOSEN, by=by, subject=user, sessions_ended=ended)


@transaction.atomic(durable=True)
def end_session(*, key: str, by: User) -> int:
    """End one session of one's own."""
    ended, _rows = Session.objects.filter(account=by, pk=key).delete()
    if ended:
        record(events.SESSIONS_ENDED, by=by, subject=by, sessions_ended=ended)
    return ended


@transaction.atomic(durable=True)
def end_other_sessions(*, session_key: str, by: User) -> int:
    """End every session of one's own but this."""
    ended = _end(by, but=row_key(session_key))
    record(events.SESSIONS_ENDED, by=by, subject=by, sessions_ended=ended)
    return ended


@transaction.atomic(durable=True)
def link(request: HttpRequest, sociallogin: SocialLogin, *, to: User, by: User) -> None:
    """Tie what an identity provider says to an account."""
    sociallogin.connect(request, to)
    record(events.LINKED, by=by, subject=to, provider=sociallogin.account.provider)


@transaction.atomic(durable=True)
def unlink(*, provider: str, by: User) -> None:
    """Untie one's own account from an identity provider.

    Errors: DomainError when no password would be left to sign in with.
    """
    if not by.has_usable_password():
        raise DomainError(_("This account has no password: it could not be entered any more."))
    if SocialAccount.objects.filter(user=by, provider=provider).delete()[0]:
        record(events.UNLINKED, by=by, subject=by, provider=provider)


def lock(*, session_key: str) -> None:
    """Lock one's own screen; no event: nothing is changed and nobody is refused."""
    Session.objects.filter(pk=row_key(session_key), locked_at=None).update(locked_at=timezone.now())


def unlock(*, session_key: str) -> None:
    """Open one's own screen again, after the password or a passkey was given."""
    Session.objects.filter(pk=row_key(session_key)).update(locked_at=None, seen_at=timezone.now())


def seen(*, session_key: str) -> None:
    """Note that somebody is at the screen."""
    Session.objects.filter(pk=row_key(session_key), locked_at=None).update(seen_at=timezone.now())


# --- by an administrator -------------------------------------------------------------------


@transaction.atomic(durable=True)
def create_account(
    *, username: str, full_name: str, position: str, by: Administrator
) -> tuple[User, str]:
    """Open an account without any grant; return it and the password to hand over.

    Errors: Forbidden without `system.run`; DomainError when the name is taken.
    """
    _require(by)
    password = make_password()
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username, password=password, full_name=fold(full_name), position=fold(position)
            )
    except IntegrityError as error:
        raise DomainError(_("This name is taken.")) from error
    _hand_over(user, by)
    record(events.CREATED, by=by, subject=user, username=username)
    return user, password


@transaction.atomic(durable=True)
def give_password(*, user_id: int, by: Administrator) -> tuple[User, str]:
    """Replace a password that was lost; return the account and the password to hand over.

    The owner must change it at once, every session ends, second steps stay.
    Errors: Forbidden without `system.run`; DomainError for one's own account, and for who has
        just taken its second steps away: one pair of hands must not open somebody's account.
    """
    user = _locked(user_id, by)
    standing = Standing.objects.filter(user=user).first()
    if standing and by.pk and standing.factors_removed_by_id == by.pk:
        raise DomainError(
            _("You removed the second step of this account; another administrator must reset its "
              "password.")
        )  # fmt: skip
    password = make_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    _hand_over(user, by)
    ended = _end(user)
    record(events.PASSWORD_GIVEN, by=by, subject=user, sessions_ended=ended)
    return user, password


@transaction.atomic(durable=True)
def forget_factors(*, user_id: int, by: Administrator) -> User:
    """Remove all second steps of an account whose owner lost them.

    Errors: Forbidden without `system.run`; DomainError for one's own account, when there are
        none, and for who has handed over its present password.
    """
    user = _locked(user_id, by)
    standing = Standing.objects.filter(user=user).first()
    if standing and by.pk and standing.must_change and standing.given_by_id == by.pk:
        raise DomainError(
            _("You handed over the password of this account; another administrator must remove "
              "its second step.")
        )  # fmt: skip
    removed = _forget(user, by)
    if not removed:
        raise DomainError(_("This account has no second step."))
    Standing.objects.update_or_create(user=user, defaults={"factors_removed_by_id": by.pk})
    _end(user)
    record(events.FACTORS_FORGOTTEN, by=by, subject=user, removed=removed)
    return user


@transaction.atomic(durable=True)
def disable(*, user_id: int, reason: str, by: Administrator) -> User:
    """Switch an account off; its sessions end at once.

    Errors: Forbidden without `system.run`; DomainError for one's own account or an idle one.
    """
    user = _locked(user_id, by)
    if not user.is_active:
        raise DomainError(_("This account is already disabled."))
    _switch_off(user, Standing.Why.ADMINISTRATOR)
    record(events.DISABLED, by=by, subject=user, reason=fold(reason))
    return user


@transaction.atomic(durable=True)
def enable(*, user_id: int, by: Administrator) -> User:
    """Switch an account on again; the days of not using it are counted from now.

    Errors: Forbidden without `system.run`; DomainError when it is not disabled.
    """
    user = _locked(user_id, by)
    if user.is_active:
        raise DomainError(_("This account is not disabled."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    Standing.objects.update_or_create(
        user=user,
        defaults={"disabled_at": None, "disabled_why": "", "enabled_at": timezone.now()},
    )
    record(events.ENABLED, by=by, subject=user)
    return user


@transaction.atomic(durable=True)
def lay_down_identity(*, user_id: int, provider: str, value: str, by: Administrator) -> Identity:
    """Say under which identity a provider will name the owner of an account.

    Errors: Forbidden without `system.run`; DomainError for one's own account, an unknown
        provider, or an identity that belongs to another account.
    """
    user = _locked(user_id, by)
    if provider not in {app["provider_id"] for app in settings.NGANGTAM_OIDC}:
        raise DomainError(_("There is no such identity provider."))
    value = fold(value)
    try:
        with transaction.atomic():
            identity = Identity.objects.create(
                user=user, provider=provider, digest=digest(value, purpose="identity"),
                ending=value[-3:],
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Identity, error) from error
    record(events.IDENTITY_LAID_DOWN, by=by, subject=user, provider=provider)
    return identity


@transaction.atomic(durable=True)
def remove_identity(*, user_id: int, provider: str, by: Administrator) -> None:
    """Take back what was laid down; a link that was made stays until its owner unties it."""
    user = _locked(user_id, by)
    if Identity.objects.filter(user=user, provider=provider).delete()[0]:
        record(events.IDENTITY_REMOVED, by=by, subject=user, provider=provider)


# --- by the clock --------------------------------------------------------------------------


def disable_idle() -> int:
    """Disable every account that nobody used for the number of days that the rulebook says.

    A program that comes with the account's token uses it too.
    Source: parameter `security.idle_account_days`. One event an account.
    """
    days = limit(IDLE_ACCOUNT, today())
    since = timezone.now() - timedelta(days=days.value)
    rows = User.objects.filter(is_active=True, date_joined__lt=since)
    rows = rows.exclude(last_login__gte=since).exclude(standing__enabled_at__gte=since)
    rows = rows.exclude(api_tokens__used_at__gte=since)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    return sum(_disable_one(pk, days.value, days.cites) for pk in found)


@transaction.atomic(durable=True)
def _disable_one(user_id: int, days: int, cites: tuple[str, ...]) -> bool:
    user = User.objects.select_for_update().get(pk=user_id)
    if not user.is_active:
        return False
    _switch_off(user, Standing.Why.IDLE)
    record(events.DISABLED, by=Owner(), subject=user, reason="idle", days=days, cites=cites)
    return True


def _require(by: Administrator) -> None:
    if not isinstance(by, Owner):
        require(by, Permission.SYSTEM_RUN)


def _locked(user_id: int, by: Administrator) -> User:
    _require(by)
    if user_id == by.pk:
        raise DomainError(_("Another administrator must do this to your account."))
    return User.objects.select_for_update().get(pk=user_id)


def _forget(user: User, by: Administrator) -> int:
    if isinstance(by, Owner):
        # On the machine itself there is no wall to pass.
        return int(Authenticator.objects.filter(user=user).delete()[0])
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_forget_factors(%s)", [user.pk])
        return int(cursor.fetchone()[0])


def _hand_over(user: User, by: Administrator) -> None:
    now = timezone.now()
    Standing.objects.update_or_create(
        user=user,
        defaults={
            "must_change": True, "given_by_id": by.pk, "given_at": now,
            "given_until": now + timedelta(hours=settings.NGANGTAM_GIVEN_PASSWORD_HOURS),
        },
    )  # fmt: skip


def _switch_off(user: User, why: Standing.Why) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    Standing.objects.update_or_create(
        user=user, defaults={"disabled_at": timezone.now(), "disabled_why": why}
    )
    _end(user)


def _end(user: User, but: str = "") -> int:
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_end_sessions(%s, %s)", [user.pk, but])
        return int(cursor.fetchone()[0])
