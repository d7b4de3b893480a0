"""What is known of a kept file. The bytes lie in the store, under their hash."""

import secrets
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


def token() -> str:
    """Return a name for addresses that nobody guesses."""
    return secrets.token_urlsafe(18)


class StoredFile(models.Model):
    """One file that somebody sent. Two people who send the same bytes have two rows.

    The hash is not unique, or the refusal of a second one would tell of the first. Who may read a
    row is said by the room that attaches it, in a policy of its own; see ADR 0031.
    """

    token = models.CharField(max_length=40, unique=True, default=token, editable=False)
    hash = models.CharField(_("hash"), max_length=64)
    size = models.PositiveIntegerField(_("size"))
    kind = models.CharField(_("kind"), max_length=10)
    name = models.CharField(_("name"), max_length=160)
    sent_by = models.BigIntegerField(_("sent by"), null=True)
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)

    privacy: ClassVar = {
        "token": "internal", "hash": "personal", "size": "personal", "kind": "personal",
        "name": "personal", "sent_by": "internal", "sent_at": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [models.Index(fields=["hash"], name="files_storedfile_hash")]

    def __str__(self) -> str:
        return self.name
