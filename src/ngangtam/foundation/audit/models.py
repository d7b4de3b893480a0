"""What happened: one event an action, never changed, never removed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One action that somebody carried out.

    The actor and the subject are kept as id and label without foreign keys, so that history
    never blocks and never changes its words.
    """

    at = models.DateTimeField(_("at"), auto_now_add=True)
    type = models.CharField(_("type"), max_length=60)
    actor_id = models.BigIntegerField(_("actor"), null=True)
    actor = models.CharField(_("actor"), max_length=150)
    subject_type = models.CharField(_("subject"), max_length=60)
    subject_id = models.BigIntegerField(_("subject"), null=True)
    subject = models.CharField(_("subject"), max_length=200)
    what = models.JSONField(_("what"), default=dict)
    cites = models.JSONField(_("citations"), default=list)

    privacy: ClassVar = {
        "at": "internal", "type": "internal", "actor_id": "internal", "actor": "internal",
        "subject_type": "internal", "subject_id": "internal", "subject": "personal",
        "what": "personal", "cites": "public",
    }  # fmt: skip

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_event_subject"),
            models.Index(fields=["actor_id", "-id"], name="audit_event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"
