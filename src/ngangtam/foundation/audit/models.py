"""What happened: one event an action, never changed, never removed; and what proves it.

`Event` is for people. Everything below it is for `ngangtam audit verify`: which rows each
transaction wrote, the leaves and nodes of the hash tree over both, its signed checkpoints.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One action that somebody carried out.

    The actor and the subject are kept as id and label without foreign keys, so that history
    never blocks and never changes its words. `path` is where the subject stood at the time; it
    stays text, because places that move must not rewrite what happened. `previous` is the
    newest event that the writer saw, so that no event goes missing unnoticed from between.
    """

    at = models.DateTimeField(_("at"))
    type = models.CharField(_("type"), max_length=60)
    actor_id = models.BigIntegerField(_("actor"), null=True)
    actor = models.CharField(_("actor"), max_length=150)
    subject_type = models.CharField(_("subject"), max_length=60)
    subject_id = models.BigIntegerField(_("subject"), null=True)
    subject = models.CharField(_("subject"), max_length=200)
    path = models.TextField(_("place"), null=True)  # noqa: DJ001 - no place is not the place ""
    what = models.JSONField(_("what"), default=dict)
    cites = models.JSONField(_("citations"), default=list)
    xact = models.BigIntegerField(null=True, editable=False)
    previous = models.BigIntegerField(null=True, editable=False)
    seal = models.BinaryField(null=True, editable=False)

    privacy: ClassVar = {
        "at": "internal", "type": "internal", "actor_id": "internal", "actor": "internal",
        "subject_type": "internal", "subject_id": "internal", "subject": "personal",
        "path": "internal", "what": "personal", "cites": "public", "xact": "internal",
        "previous": "internal", "seal": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id", "-id"], name="audit_event_of_subject"
            ),
            models.Index(fields=["actor_id", "-id"], name="audit_event_actor"),
            models.Index(fields=["type", "-id"], name="audit_event_of_type"),
            models.Index(fields=["at"], name="audit_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class Change(models.Model):
    """Which rows one statement wrote, with a digest of each; laid down by the table's guard.

    `op` is I (inserted), U (changed), D (removed) or B (a baseline: taken as it stood).
    """

    at = models.DateTimeField()
    xact = models.BigIntegerField()
    pid = models.IntegerField()
    login = models.TextField()
    table = models.CharField(max_length=63, db_column="table_name")
    version = models.SmallIntegerField()
    op = models.CharField(max_length=1)
    pks = ArrayField(models.BigIntegerField())
    digests = ArrayField(models.BinaryField())

    privacy: ClassVar = dict.fromkeys(
        ("at", "xact", "pid", "login", "table", "version", "op", "pks", "digests"), "internal"
    )

    class Meta:
        indexes = [models.Index(fields=["table", "id"], name="audit_change_of_table")]


class Sealing(models.Model):
    """One pass of the sealer: the leaves that it appended, and how far it has seen everything."""

    at = models.DateTimeField()
    first = models.BigIntegerField()
    size = models.BigIntegerField()
    seen_event = models.BigIntegerField()
    seen_change = models.BigIntegerField()
    horizon = models.BigIntegerField()
    settled_event = models.BigIntegerField()
    settled_change = models.BigIntegerField()
    seal = models.BinaryField()

    privacy: ClassVar = dict.fromkeys(
        ("at", "first", "size", "seen_event", "seen_change", "horizon", "settled_event",
         "settled_change", "seal"), "internal",
    )  # fmt: skip


class Leaf(models.Model):
    """The place of an event (`kind` e) or a change (c) in the tree."""

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=1)
    ref = models.BigIntegerField()
    sealing = models.IntegerField()
    hash = models.BinaryField()
    seal = models.BinaryField()

    privacy: ClassVar = dict.fromkeys(
        ("index", "kind", "ref", "sealing", "hash", "seal"), "internal"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="audit_leaf_once")]


class Node(models.Model):
    """A complete subtree of height 8, 16, 24 …"""

    pk = models.CompositePrimaryKey("band", "index")
    band = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    privacy: ClassVar = dict.fromkeys(("pk", "band", "index", "hash"), "internal")


class Checkpoint(models.Model):
    """The tree at one time, signed."""

    at = models.DateTimeField(_("at"))
    size = models.BigIntegerField(_("size"))
    root = models.BinaryField(_("root"))
    note = models.TextField(_("signed note"))

    privacy: ClassVar = dict.fromkeys(("at", "size", "root", "note"), "internal")

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")


class Verification(models.Model):
    """One verification: what was looked at and what was found."""

    at = models.DateTimeField(_("at"))
    seconds = models.FloatField()
    events = models.BigIntegerField()
    changes = models.BigIntegerField()
    rows = models.BigIntegerField()
    found = models.IntegerField()
    findings = models.JSONField(default=list)
    seal = models.BinaryField()

    privacy: ClassVar = dict.fromkeys(
        ("at", "seconds", "events", "changes", "rows", "found", "findings", "seal"), "internal"
    )

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")


class Once(models.Model):
    """An act that was asked for under a mark, so that the same sending does not do it again.

    `status` and `location` say how it was answered, `body` only to programs; `status` is None as
    long as nobody was answered.
    """

    viewer_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sending = models.CharField(max_length=32)
    event_id = models.BigIntegerField()
    at = models.DateTimeField()
    status = models.SmallIntegerField(null=True)
    location = models.CharField(max_length=2000, default="", db_default="")
    body = models.TextField(default="", db_default="")

    privacy: ClassVar = {
        "viewer_id": "internal", "key": "internal", "digest": "internal", "sending": "internal",
        "event_id": "internal", "at": "internal", "status": "internal", "location": "internal",
        "body": "personal",
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer_id", "key"], name="audit_once_of_viewer")
        ]
        indexes = [models.Index(fields=["at"], name="audit_once_at")]
