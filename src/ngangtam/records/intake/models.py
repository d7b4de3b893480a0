"""Batches: what was brought in, by whom, what became of every row, and what people decided."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.records.intake.headers.rows import RowKind
from ngangtam.records.organisation.models import Post, Source, Unit
from ngangtam.records.personnel.models import Person


class Batch(models.Model):
    """One roster brought in: its files, its mapping, its counts, and where it stands."""

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        CHECKED = "checked", _("Checked")
        WRITING = "writing", _("Being written")
        COMMITTED = "committed", _("Committed")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Refused")
        DISCARDED = "discarded", _("Discarded")

    class Posts(models.TextChoices):
        ONE = "one", _("Everybody holds the same post")
        COLUMN = "column", _("The post stands in the column of positions")

    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    post_title = models.CharField(_("post"), max_length=300)
    posts = models.CharField(_("posts"), max_length=6, choices=Posts.choices, default=Posts.ONE)
    day = models.DateField(_("day of the roster"))
    files = models.JSONField(_("files"), default=list)
    fingerprint = models.CharField(max_length=64, editable=False)
    mapping = models.JSONField(_("mapping"), default=dict)
    report = models.JSONField(_("report"), default=dict)
    error = models.CharField(_("error"), max_length=500, blank=True)
    rows_read = models.PositiveIntegerField(_("rows read"), default=0)
    rows_accepted = models.PositiveIntegerField(_("rows accepted"), default=0)
    rows_rejected = models.PositiveIntegerField(_("rows rejected"), default=0)
    people_new = models.PositiveIntegerField(_("new people"), default=0)
    people_known = models.PositiveIntegerField(_("people already known"), default=0)
    step = models.CharField(_("step"), max_length=20, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("brought in at"), auto_now_add=True)
    created_by = models.CharField(_("brought in by"), max_length=150)
    committed_at = models.DateTimeField(_("committed at"), null=True)
    committed_by = models.CharField(_("committed by"), max_length=150, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.CharField(_("undone by"), max_length=150, blank=True)
    undo_reason = models.CharField(_("reason for undoing"), max_length=300, blank=True)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("state", "unit", "post", "post_title", "posts", "day", "fingerprint", "error",
             "rows_read", "rows_accepted", "rows_rejected", "people_new", "people_known", "step",
             "done", "total", "source", "created_at", "created_by", "committed_at",
             "committed_by", "undone_at", "undone_by", "undo_reason"), "internal",
        ),
        "files": "internal", "mapping": "internal", "report": "sensitive",
    }  # fmt: skip

    class Meta:
        verbose_name = _("roster brought in")
        verbose_name_plural = _("rosters brought in")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                name="intake_batch_committed_once",
                condition=Q(state="committed"),
                violation_error_message=_("This roster has already been brought in."),
            )
        ]

    def __str__(self) -> str:
        return ", ".join(str(entry["name"]) for entry in self.files) or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("batch-detail", args=[self.pk])


class Row(models.Model):
    """One row of a source file, with every cell as it was written and its verdict.

    Shape: `cells` holds for each column 0 for a blank, else [raw, verdict, reason code].
    """

    class Outcome(models.TextChoices):
        NEW = "new", _("New person")
        KNOWN = "known", _("Added to a known person")
        REJECTED = "rejected", _("Rejected")
        SKIPPED = "skipped", _("Not a person")

    # Rows are written by the hundred thousand: found by batch and id, tied to both by the writer.
    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="rows", db_index=False, db_constraint=False
    )
    file = models.PositiveSmallIntegerField(_("file"))
    table = models.PositiveIntegerField(_("table"))
    left = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveIntegerField(_("row"))
    kind = models.PositiveSmallIntegerField(choices=[(kind.value, kind.name) for kind in RowKind])
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    worst = models.PositiveSmallIntegerField(_("worst verdict"), default=0)
    name = models.CharField(_("name"), max_length=150, blank=True)
    cells = models.JSONField(_("cells"), default=list)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("person"),
        db_index=False, db_constraint=False,
    )  # fmt: skip

    privacy: ClassVar = {
        **dict.fromkeys(
            ("batch", "file", "table", "left", "number", "kind", "outcome", "worst", "reason"),
            "internal",
        ),
        "name": "personal", "cells": "sensitive", "person": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("row of a roster")
        verbose_name_plural = _("rows of rosters")
        ordering = ["id"]
        indexes = [models.Index(fields=["batch", "id"], name="intake_row_of_batch")]

    def __str__(self) -> str:
        return f"{self.number}: {self.name}"


class Match(models.Model):
    """A row that may be somebody already known, or somebody twice in one roster.

    Shape: the row is named by `place` = "file.table.left.number", so that it keeps its meaning
        when the rows are written anew; `other_place` is the earlier row of the same roster.
    """

    class Kind(models.TextChoices):
        NUMBER = "number", _("Same personal number")
        BIRTH = "birth", _("Same name and date of birth")
        YEAR = "year", _("Same name and year of birth")
        ROSTER = "roster", _("Twice in this roster")

    class Decision(models.TextChoices):
        OPEN = "", _("Not decided")
        SAME = "same", _("The same person")
        DIFFERENT = "different", _("Different people")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="matches")
    place = models.CharField(_("row"), max_length=40)
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    other_place = models.CharField(max_length=40, blank=True)
    strong = models.BooleanField(_("further evidence agrees"), default=False)
    evidence = models.JSONField(_("evidence"), default=list)
    decision = models.CharField(
        _("decision"), max_length=9, choices=Decision.choices, blank=True, default=""
    )
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("batch", "place", "kind", "person", "other_place", "strong", "decision",
             "decided_by", "decided_at"), "internal",
        ),
        "name": "personal", "evidence": "sensitive",
    }  # fmt: skip

    class Meta:
        verbose_name = _("possible match")
        verbose_name_plural = _("possible matches")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "place", "person", "other_place"],
                nulls_distinct=False,
                name="intake_match_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MappingTemplate(models.Model):
    """A mapping that somebody settled on and named, for the next roster of the same kind."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    mapping = models.JSONField(_("mapping"), default=dict)
    created_at = models.DateTimeField(_("saved at"), auto_now_add=True)
    created_by = models.CharField(_("saved by"), max_length=150)

    privacy: ClassVar = dict.fromkeys(("name", "mapping", "created_at", "created_by"), "internal")

    class Meta:
        verbose_name = _("mapping template")
        verbose_name_plural = _("mapping templates")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
