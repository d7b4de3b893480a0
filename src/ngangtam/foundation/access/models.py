"""Who signs in, and which role each holds over which subtree from when to when."""

import hashlib
from datetime import date
from typing import Any, ClassVar, Final, Self

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.roles import GRANTABLE
from ngangtam.foundation.kernel.models import EffectiveDated, EffectiveQuerySet, LtreeField

# What stands in the table of accounts for a hash that lies elsewhere; see ADR 0026.
KEPT: Final = "kept$"


class User(AbstractUser):
    """A person who signs in. Rights come from grants alone; there is no superuser of files.

    Shape: `password` is a mark of the hash, which changes with it; the hash itself lies in
        `Password`, where the database puts it.
    """

    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    position = models.CharField(_("position"), max_length=200, blank=True)

    privacy: ClassVar = {
        "username": "internal", "password": "sensitive", "full_name": "internal",
        "position": "internal", "email": "personal", "first_name": "internal",
        "last_name": "internal", "last_login": "internal", "date_joined": "internal",
        "is_active": "internal", "is_staff": "internal", "is_superuser": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.full_name or self.username

    # The signature is the framework's.
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the account; afterwards the password here is what the table holds of it."""
        super().save(*args, **kwargs)
        if self.password and not self.password.startswith(("!", KEPT)):
            self.password = KEPT + hashlib.sha256(self.password.encode()).hexdigest()

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password. A hash of an older kind is made anew on the way."""

        def renew(raw: str) -> None:
            self.set_password(raw)
            # Not a password that somebody chose just now, which would be validated.
            self._password = None
            self.save(update_fields=["password"])

        return check_password(raw_password, self._hash(), renew)

    def _hash(self) -> str:
        if not self.password.startswith(KEPT):
            return self.password
        with connection.cursor() as cursor:
            cursor.execute("select ngangtam_password(%s)", [self.username])
            row = cursor.fetchone()
        return str(row[0] or "") if row else ""


class Password(models.Model):
    """The hash of one account's password. The web reads it through a function alone, of whoever
    is signing in; the database moves every hash here that is written to the account."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    hash = models.CharField(max_length=128)

    privacy: ClassVar = {"user": "internal", "hash": "sensitive"}

    class Meta:
        verbose_name = _("password")
        verbose_name_plural = _("passwords")

    def __str__(self) -> str:
        return str(self.user)


class GrantQuerySet(EffectiveQuerySet["Grant"]):
    def in_force(self, day: date) -> Self:
        """Grants that confer their role on the day: one that waits confers nothing."""
        return self.on(day).filter(waiting=False)


class Grant(EffectiveDated):
    """One role over one subtree for one period, given by one person and confirmed by another.

    `path` is the tree path of the topmost unit; the tree itself lives a floor above. Without
    `given_by` the owner of the instance gave it, on the command line. To end a grant early its
    period is cut; one that was refused or withdrawn, or that ends before it began, is voided.
    """

    class Ending(models.TextChoices):
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ENDED = "ended", _("ended early")

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name=_("holder"))
    role = models.CharField(
        _("role"), max_length=30, choices=[(role.id, role.label) for role in GRANTABLE]
    )
    path = LtreeField(_("subtree"))
    unit_label = models.CharField(_("unit"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(_("given at"), null=True, db_default=Now())
    waiting = models.BooleanField(
        _("waits for confirmation"), default=False, db_default=False, editable=False
    )
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    ending = models.CharField(
        _("ending"), max_length=10, choices=Ending.choices, blank=True, db_default=""
    )
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True, db_default="")
    kept_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    kept_at = models.DateTimeField(_("last reviewed at"), null=True)

    # The base's manager is an instance in the eyes of mypy, and so is this one.
    objects = GrantQuerySet.as_manager()  # type: ignore[misc]

    privacy: ClassVar = dict.fromkeys(
        (
            "user", "role", "path", "unit_label", "reason", "given_by", "given_at", "waiting",
            "confirmed_by", "confirmed_at", "ending", "ended_by", "ended_at", "end_reason",
            "kept_by", "kept_at", "valid", "voided_at",
        ),
        "internal",
    )  # fmt: skip

    class Meta(EffectiveDated.Meta):
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        indexes = [GistIndex(fields=["path"], name="access_grant_path")]
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.CheckConstraint(
                name="access_grant_not_to_oneself",
                condition=~Q(user=F("given_by")),
                violation_error_message=_("Nobody grants a role to themselves."),
            ),
            models.CheckConstraint(
                name="access_grant_confirmed_by_another",
                condition=~Q(confirmed_by=F("given_by")) & ~Q(confirmed_by=F("user")),
                violation_error_message=_("Somebody else must confirm a grant."),
            ),
            models.CheckConstraint(
                name="access_grant_two_persons",
                condition=Q(waiting=True)
                | Q(given_by__isnull=True)
                | Q(confirmed_by__isnull=False)
                | Q(role__in=[role.id for role in GRANTABLE if not role.guarded]),
                violation_error_message=_("This role must be confirmed by a second person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.user} – {self.unit_label or self.path}"

    def get_absolute_url(self) -> str:
        return reverse("grant-detail", args=[self.pk])


class RolePermission(models.Model):
    """The roles of the code, laid down for the database's own wall to read."""

    role = models.CharField(max_length=30)
    permission = models.CharField(max_length=40)
    # Of the role: whether a second person must confirm a grant of it.
    guarded = models.BooleanField(default=True, db_default=True)

    privacy: ClassVar = {"role": "public", "permission": "public", "guarded": "public"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="access_rolepermission_one")
        ]


class Reading(models.Model):
    """Somebody looked at sensitive parts of the records of some subjects: one row a view.

    Kept beside the audit's event so that a person can be told who looked, however many people
    the view was of. The reader is kept in words too, so that history keeps its words.
    """

    at = models.DateTimeField(_("at"), db_default=Now())
    reader = models.ForeignKey(User, models.PROTECT, related_name="+")
    reader_label = models.CharField(_("who looked"), max_length=400)
    subject_type = models.CharField(max_length=60)
    subjects = ArrayField(models.BigIntegerField())
    parts = ArrayField(models.CharField(max_length=30), verbose_name=_("parts"))
    purpose = models.CharField(_("purpose"), max_length=300)

    privacy: ClassVar = {
        "at": "internal", "reader": "internal", "reader_label": "personal",
        "subject_type": "internal", "subjects": "personal", "parts": "personal",
        "purpose": "personal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes = [GinIndex(fields=["subjects"], name="access_reading_subjects")]

    def __str__(self) -> str:
        return f"{self.reader_label}: {', '.join(self.parts)}"
