"""Tokens: what a program shows instead of a password."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Token(models.Model):
    """A secret by which a program acts as one user, for some scopes, until a day.

    The secret itself is shown once and kept nowhere; here lies its keyed digest. What a token may
    do never changes: a trigger lets it be used and revoked, nothing else.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens",
        verbose_name=_("account"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(_("last letters"), max_length=4, editable=False)
    scopes = ArrayField(models.CharField(max_length=30), verbose_name=_("scopes"))
    networks = ArrayField(
        models.CharField(max_length=50), default=list, blank=True, verbose_name=_("addresses")
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now(), editable=False)
    made_by = models.CharField(_("made by"), max_length=150, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("last used at"), null=True, editable=False)
    used_from = models.CharField(_("last used from"), max_length=64, blank=True, db_default="")
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_by = models.CharField(_("revoked by"), max_length=150, blank=True, db_default="")

    privacy: ClassVar = {
        **dict.fromkeys(
            ("user", "name", "ending", "scopes", "networks", "made_at", "made_by", "expires_at",
             "used_at", "used_from", "revoked_at", "revoked_by"), "internal",
        ),
        "digest": "sensitive",
    }  # fmt: skip

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(
                name="api_token_has_scopes",
                condition=Q(scopes__len__gt=0),
                violation_error_message=_("Choose at least one scope."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"
