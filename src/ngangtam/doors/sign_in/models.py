"""Sessions, what is known of an account beside its password, and tries that failed."""

from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionManager(BaseSessionManager["Session"]):
    """Rows are written by the store in `sessions.py`, which seals what they hold."""


class Session(AbstractBaseSession):
    """One sign-in of one browser.

    The key is a digest of the cookie and the data are sealed: whoever reads the table, by a
    backup or by a hole in the web, can neither become somebody nor learn a secret in passing.
    """

    session_key = models.CharField(_("session"), max_length=64, primary_key=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )
    started_at = models.DateTimeField(_("started at"))
    started_from = models.CharField(_("started from"), max_length=64, blank=True)
    device = models.CharField(_("device"), max_length=300, blank=True)
    seen_at = models.DateTimeField(_("last seen at"))
    locked_at = models.DateTimeField(_("locked at"), null=True)

    objects = SessionManager()  # type: ignore[misc]

    privacy: ClassVar = {
        "session_key": "internal", "session_data": "internal", "expire_date": "internal",
        "account": "internal", "started_at": "internal", "started_from": "internal",
        "device": "internal", "seen_at": "internal", "locked_at": "internal",
    }  # fmt: skip

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = _("session")  # type: ignore[assignment]
        verbose_name_plural = _("sessions")  # type: ignore[assignment]
        indexes = [models.Index(fields=["account", "-seen_at"], name="sign_in_session_account")]

    @classmethod
    # The base class asks for the store's type, which imports this module.
    def get_session_store_class(cls):  # type: ignore[no-untyped-def]
        from ngangtam.doors.sign_in.sessions import SessionStore

        return SessionStore


class Standing(models.Model):
    """What stands beside an account: whose password it is, and who switched it off.

    An account without a row has a password of its own and was never touched.
    """

    class Why(models.TextChoices):
        ADMINISTRATOR = "administrator", _("By an administrator")
        IDLE = "idle", _("Not used for too long")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="standing"
    )
    must_change = models.BooleanField(_("password was handed over"), default=False)
    given_until = models.DateTimeField(_("handed-over password holds until"), null=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    given_at = models.DateTimeField(_("handed over at"), null=True)
    changed_at = models.DateTimeField(_("password chosen at"), null=True)
    factors_removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    disabled_at = models.DateTimeField(_("disabled at"), null=True)
    disabled_why = models.CharField(
        _("why disabled"), max_length=20, choices=Why.choices, blank=True
    )
    enabled_at = models.DateTimeField(_("enabled at"), null=True)

    privacy: ClassVar = {
        "user": "internal", "must_change": "internal", "given_until": "internal",
        "given_by": "internal", "given_at": "internal", "changed_at": "internal",
        "factors_removed_by": "internal", "disabled_at": "internal", "disabled_why": "internal",
        "enabled_at": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("standing of an account")
        verbose_name_plural = _("standing of accounts")

    def __str__(self) -> str:
        return str(self.user)


class Tries(models.Model):
    """Failed tries in a row, of one account or from one address.

    Names that no account bears are counted alike, so that the answer tells nobody which exist;
    the name itself is kept as a keyed digest, because people type passwords into that field.
    """

    key = models.CharField(_("counted"), max_length=80, unique=True)
    label = models.CharField(_("counted for"), max_length=200)
    count = models.PositiveIntegerField(_("tries"), default=0)
    first_at = models.DateTimeField(_("first at"))
    locked_until = models.DateTimeField(_("locked until"), null=True)

    privacy: ClassVar = {
        "key": "internal", "label": "internal", "count": "internal", "first_at": "internal",
        "locked_until": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("failed tries")
        verbose_name_plural = _("failed tries")
        indexes = [models.Index(fields=["first_at"], name="sign_in_tries_first")]

    def __str__(self) -> str:
        return self.label


class Identity(models.Model):
    """What an identity provider will say of the holder of an account, laid down by an
    administrator: the value of one claim, as a keyed digest with its last letters."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities")
    provider = models.CharField(_("provider"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64)
    ending = models.CharField(_("last letters"), max_length=4)

    privacy: ClassVar = {
        "user": "internal", "provider": "internal", "digest": "personal", "ending": "personal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("identity at a provider")
        verbose_name_plural = _("identities at providers")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "digest"],
                name="sign_in_identity_one_account",
                violation_error_message=_("This identity already belongs to another account."),
            ),
            models.UniqueConstraint(
                fields=["provider", "user"],
                name="sign_in_identity_one_each",
                violation_error_message=_("This account already has an identity there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} …{self.ending}"
