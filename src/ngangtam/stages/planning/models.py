"""Succession plans: which titles are planned for, who stands in the plan, since when and why."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.models import LtreeField
from ngangtam.records.organisation.models import Decision, Post, Unit
from ngangtam.records.personnel.models import Person, Record


class Plan(models.Model):
    """The succession plan of one unit for one term (quy hoạch cán bộ của một nhiệm kỳ).

    Shape: [first, until) is the term; ages are counted on `counted_on`. `figures` are what the
        authority set for this plan where the rulebook has no confirmed figure, by the name of
        the measure, and `figures_basis` the document that says so.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        ENDED = "ended", _("ended")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    term = models.CharField(_("term"), max_length=40)
    first = models.DateField(_("first day of the term"))
    until = models.DateField(_("first day after the term"))
    counted_on = models.DateField(_("day on which age is counted"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    figures = models.JSONField(_("figures set by the authority"), default=dict, blank=True)
    figures_basis = models.CharField(_("basis of the figures"), max_length=300, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="+", verbose_name=_("decision")
    )
    approved_on = models.DateField(_("approved on"), null=True)
    reviewed_on = models.DateField(_("last reviewed on"), null=True)
    answer = models.CharField(_("remark or reason of return"), max_length=1000, blank=True)
    # Raised with every change: a form that shows an older one is refused.
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    privacy: ClassVar = dict.fromkeys(
        ("unit", "path", "term", "first", "until", "counted_on", "state", "figures",
         "figures_basis", "made_by", "made_at", "submitted_by", "approved_by", "decision",
         "approved_on", "reviewed_on", "answer", "version"), "internal",
    )  # fmt: skip

    class Meta:
        verbose_name = _("succession plan")
        verbose_name_plural = _("succession plans")
        constraints = [
            models.CheckConstraint(
                name="planning_plan_term", condition=Q(until__gt=F("first")),
                violation_error_message=_("A term ends after it begins."),
            ),
            models.UniqueConstraint(
                fields=["unit", "term"], condition=~Q(state="ended"), name="planning_plan_once",
                violation_error_message=_("This unit already has a plan for this term."),
            ),
            models.CheckConstraint(
                name="planning_plan_approved",
                condition=~Q(state="approved")
                | Q(approved_on__isnull=False, decision__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["path", "state"], name="planning_plan_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit.name} · {self.term}"

    def get_absolute_url(self) -> str:
        return reverse("planning-detail", args=[self.pk])


class PlanTitle(models.Model):
    """One title that a plan names people for. Shape: `name` as the post was called then."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="titles")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))
    name = models.CharField(_("title"), max_length=300)
    unit_name = models.CharField(_("unit"), max_length=300)
    position = models.PositiveIntegerField(_("order"), default=0)
    removed_at = models.DateTimeField(_("taken off at"), null=True, editable=False)

    privacy: ClassVar = dict.fromkeys(
        ("plan", "post", "name", "unit_name", "position", "removed_at"), "internal"
    )

    class Meta:
        verbose_name = _("planned title")
        verbose_name_plural = _("planned titles")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "post"], condition=Q(removed_at__isnull=True),
                name="planning_title_once",
                violation_error_message=_("This title already stands in the plan."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class PlanEntry(models.Model):
    """One person for one title: proposed, in since, out since, each with its reason and decision.

    Shape: who, as the person was called and placed when proposed, so that the list stays readable
        to those who may read the plan and not the file. `findings` are what the rules said then;
        `judgement` is what a person decided where they could not say. `record` is what the file
        holds of it. `science` and `ready_on` are a person's judgement, None while nobody gave one.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        IN = "in", _("in the plan")
        LEAVING = "leaving", _("to be taken out")
        OUT = "out", _("out of the plan")
        DROPPED = "dropped", _("proposal dropped")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="entries")
    title = models.ForeignKey(PlanTitle, models.PROTECT, related_name="entries")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    path = LtreeField(editable=False)
    number = models.CharField(_("file number"), max_length=20)
    full_name = models.CharField(_("full name"), max_length=150)
    headline = models.CharField(_("present post"), max_length=300, blank=True)
    workplace = models.CharField(_("unit"), max_length=300, blank=True)
    elsewhere = models.BooleanField(_("from elsewhere"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PROPOSED
    )
    findings = models.JSONField(_("findings"), default=list)
    judgement = models.CharField(_("judgement"), max_length=1000, blank=True)
    in_reason = models.CharField(_("reason for being planned"), max_length=1000)
    in_since = models.DateField(_("in the plan since"), null=True)
    in_decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    out_reason = models.CharField(_("reason for leaving"), max_length=1000, blank=True)
    out_since = models.DateField(_("out of the plan since"), null=True)
    out_decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    science = models.BooleanField(_("science or technology background"), null=True)
    ready_on = models.DateField(_("ready, as judged, on"), null=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added at"), db_default=Now())
    leaving_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")

    privacy: ClassVar = {
        **dict.fromkeys(
            ("plan", "title", "person", "path", "number", "elsewhere", "position", "state",
             "in_since", "in_decision", "out_since", "out_decision", "added_by", "added_at",
             "leaving_by", "record"), "internal",
        ),
        **dict.fromkeys(
            ("full_name", "headline", "workplace", "findings", "judgement", "in_reason",
             "out_reason", "science", "ready_on"), "personal",
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = _("entry of a succession plan")
        verbose_name_plural = _("entries of succession plans")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "person"], condition=Q(state__in=["proposed", "in", "leaving"]),
                name="planning_entry_once",
                violation_error_message=_("This person already stands under this title."),
            ),
            models.CheckConstraint(
                name="planning_entry_in",
                condition=~Q(state__in=["in", "leaving", "out"])
                | Q(in_since__isnull=False, in_decision__isnull=False),
            ),
            models.CheckConstraint(
                name="planning_entry_out",
                condition=~Q(state="out")
                | Q(out_since__isnull=False, out_decision__isnull=False) & ~Q(out_reason=""),
            ),
            models.CheckConstraint(
                name="planning_entry_leaving",
                condition=~Q(state="leaving") | ~Q(out_reason=""),
                violation_error_message=_("Say why."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["person", "state"], name="planning_entry_of_person"),
            models.Index(fields=["plan", "state"], name="planning_entry_of_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} – {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("planning-entry", args=[self.pk])


class PlanReview(models.Model):
    """One yearly review of a plan: every entry is gone through, then the review is closed."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reviews")
    path = LtreeField(editable=False)
    day = models.DateField(_("day"))
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    privacy: ClassVar = dict.fromkeys(
        ("plan", "path", "day", "opened_by", "opened_at", "closed_at"), "internal"
    )

    class Meta:
        verbose_name = _("review of a plan")
        verbose_name_plural = _("reviews of plans")
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(closed_at__isnull=True), name="planning_review_once",
                violation_error_message=_("A review of this plan is already open."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.plan} · {self.day:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("planning-review", args=[self.plan_id])


class ReviewLine(models.Model):
    """One entry in one review. Shape: `evidence` is what the rules found on the day of review."""

    class Outcome(models.TextChoices):
        OPEN = "", _("not yet judged")
        STAYS = "stays", _("stays")
        LEAVES = "leaves", _("goes out")

    review = models.ForeignKey(PlanReview, models.PROTECT, related_name="lines")
    entry = models.ForeignKey(PlanEntry, models.PROTECT, related_name="review_lines")
    path = LtreeField(editable=False)
    evidence = models.JSONField(_("evidence"), default=list)
    outcome = models.CharField(
        _("outcome"), max_length=6, choices=Outcome.choices, blank=True, default=""
    )
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(_("judged at"), null=True, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("review", "entry", "path", "outcome", "judged_by", "judged_at"), "internal"
        ),
        **dict.fromkeys(("evidence", "reason"), "personal"),
    }

    class Meta:
        verbose_name = _("line of a review")
        verbose_name_plural = _("lines of reviews")
        constraints = [
            models.UniqueConstraint(fields=["review", "entry"], name="planning_line_once"),
            models.CheckConstraint(
                name="planning_line_reason",
                condition=~Q(outcome="leaves") | ~Q(reason=""),
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.get_outcome_display()}"


class PlanList(models.Model):
    """A list that was sent to the level above: the entries as they stood, and their digest.

    Shape: `rows` are plain texts in the order of the plan; `digest` is SHA-256 of them.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="lists")
    path = LtreeField(editable=False)
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("sent to"))
    to_path = LtreeField(editable=False)
    name = models.CharField(_("name"), max_length=300)
    day = models.DateField(_("day"))
    rows = models.JSONField(_("rows"), default=list)
    digest = models.CharField(_("digest"), max_length=64)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent at"), db_default=Now())
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(_("seen at"), null=True, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("plan", "path", "to_unit", "to_path", "name", "day", "digest", "sent_by", "sent_at",
             "seen_by", "seen_at"), "internal",
        ),
        "rows": "personal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("list sent to the level above")
        verbose_name_plural = _("lists sent to the level above")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "to_unit", "digest"], name="planning_list_once",
                violation_error_message=_("This very list was already sent there."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("planning-sent", args=[self.pk])
