"""Who signs in, and which role each holds over which subtree from when to when."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.roles import ROLES
from ngangtam.foundation.kernel.models import EffectiveDated, LtreeField


class User(AbstractUser):
    """A person who signs in. Rights come from grants alone; there is no superuser of files."""

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


class Grant(EffectiveDated):
    """One role over one subtree for one period.

    `path` is the tree path of the topmost unit; the tree itself lives a floor above.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(
        _("role"), max_length=30, choices=[(role.id, role.label) for role in ROLES.values()]
    )
    path = LtreeField(_("subtree"))
    unit_label = models.CharField(_("unit"), max_length=300, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    privacy: ClassVar = {
        "user": "internal", "role": "internal", "path": "internal", "unit_label": "internal",
        "given_by": "internal", "valid": "internal", "voided_at": "internal",
    }  # fmt: skip

    class Meta(EffectiveDated.Meta):
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        indexes = [GistIndex(fields=["path"], name="access_grant_path")]
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.CheckConstraint(
                name="access_grant_not_to_oneself",
                condition=~models.Q(user=models.F("given_by")),
                violation_error_message=_("Nobody grants a role to themselves."),
            ),
        ]


class RolePermission(models.Model):
    """The roles of the code, laid down for the database's own wall to read."""

    role = models.CharField(max_length=30)
    permission = models.CharField(max_length=40)

    privacy: ClassVar = {"role": "public", "permission": "public"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="access_rolepermission_one")
        ]
