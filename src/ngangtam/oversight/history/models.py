"""The journal: events as the viewer of the connection may read them."""

from typing import ClassVar

from django.db import models
from django.urls import reverse


class Line(models.Model):
    """An event as one viewer sees it; a view of the database, which asks who is looking.

    `readable` says whether the words about a person are there: an auditor who may not read the
    file finds no name and no facts.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    type = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=150)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=200)
    path = models.TextField(null=True)  # noqa: DJ001 - no place is not the place ""
    what = models.JSONField()
    cites = models.JSONField()
    xact = models.BigIntegerField(null=True)
    readable = models.BooleanField()

    privacy: ClassVar = {
        "id": "internal", "at": "internal", "type": "internal", "actor_id": "internal",
        "actor": "internal", "subject_type": "internal", "subject_id": "internal",
        "subject": "personal", "path": "internal", "what": "personal", "cites": "public",
        "xact": "internal", "readable": "internal",
    }  # fmt: skip

    class Meta:
        managed = False
        db_table = "audit_journal"

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("audit-detail", args=[self.pk])
