"""Leaving a post before its time, and at its end: proposals to consider, what authorities found,
letters of resignation, suspensions, and what was left behind by a decision.

Removal, resignation, dismissal, suspension and retirement are five different things; see ADR 0050.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.files.models import StoredFile
from ngangtam.foundation.kernel.models import LtreeField
from ngangtam.records.organisation.models import Decision, Post, Unit
from ngangtam.records.personnel.models import Person, Posting


class Exit(models.TextChoices):
    """The ways out of a post. Suspension leaves the post held; retirement needs no ground."""

    REMOVAL = "removal", _("removal from the post")
    RESIGNATION = "resignation", _("resignation")
    DISMISSAL = "dismissal", _("dismissal from the post")
    SUSPENSION = "suspension", _("temporary suspension")
    RETIREMENT = "retirement", _("retirement")


class Proposal(models.Model):
    """Somebody meets a ground on a day: a proposal to consider, with evidence. It decides nothing.

    Shape: `evidence` is {reason, value {vi, en}, cites, facts: [{fact, label, value, rests_on}],
        asked}; `mark` is a digest of what it rests on, so that the same evidence comes up once and
        new evidence comes up again. `confirmed` False: the text of the ground is to be confirmed.
    """

    class State(models.TextChoices):
        STANDING = "standing", _("to be considered")
        ASIDE = "aside", _("set aside")
        OPENED = "opened", _("case opened")
        GONE = "gone", _("no longer met")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    ground = models.CharField(_("ground"), max_length=100)
    exit = models.CharField(_("way out"), max_length=12, choices=Exit.choices)
    confirmed = models.BooleanField(_("text confirmed"))
    evidence = models.JSONField(_("evidence"), default=dict)
    mark = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.STANDING
    )
    first_seen = models.DateField(_("met since"))
    last_seen = models.DateField(_("looked at last"))
    gone_on = models.DateField(_("no longer met since"), null=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    case_number = models.CharField(_("case"), max_length=20, blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("unit", "path", "post", "first_seen", "last_seen", "gone_on", "settled_by",
             "settled_at", "told_at", "version", "confirmed", "mark"), "internal",
        ),
        **dict.fromkeys(
            ("person", "ground", "exit", "evidence", "state", "reason", "case_number"),
            "sensitive",
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = _("proposal to consider")
        verbose_name_plural = _("proposals to consider")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "ground", "mark"], name="exits_proposal_once"
            ),
            models.CheckConstraint(
                name="exits_proposal_settled",
                condition=~Q(state="aside") | ~Q(reason="") & Q(settled_at__isnull=False),
                violation_error_message=_("Setting aside needs a reason."),
            ),
            models.CheckConstraint(
                name="exits_proposal_case",
                condition=~Q(state="opened") | ~Q(case_number=""),
            ),
        ]
        indexes = [
            models.Index(fields=["path", "state"], name="exits_proposal_of_unit"),
            models.Index(fields=["person", "state"], name="exits_proposal_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_exit_display()}"

    def get_absolute_url(self) -> str:
        return reverse("exit-proposal", args=[self.pk])


class Statement(models.Model):
    """What an authority found, on a document: a ground that no fact can tell of, or a figure.

    Shape: `about` is the id of a ground, or the name of a fact in `grounds/facts.yaml` or in
        `case_facts.yaml`; `figure` and `of` give a figure (low votes `of` all votes; per cent `of`
        100), `word` a yes or no.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    path = LtreeField(editable=False)
    about = models.CharField(_("about"), max_length=100)
    day = models.DateField(_("found on"))
    until = models.DateField(_("holds until"), null=True, blank=True)
    figure = models.DecimalField(_("figure"), max_digits=12, decimal_places=3, null=True)
    of = models.DecimalField(_("out of"), max_digits=12, decimal_places=3, null=True)
    word = models.BooleanField(_("found"), null=True)
    says = models.CharField(_("what was found"), max_length=1000)
    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="+", verbose_name=_("document")
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())
    voided_at = models.DateTimeField(_("voided at"), null=True, editable=False)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(_("reason for voiding"), max_length=300, blank=True)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("path", "day", "until", "decision", "file", "recorded_by", "recorded_at",
             "voided_at", "voided_by", "void_reason"), "internal",
        ),
        **dict.fromkeys(("person", "about", "figure", "of", "word", "says"), "sensitive"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("finding of an authority")
        verbose_name_plural = _("findings of authorities")
        constraints = [
            models.CheckConstraint(
                name="exits_statement_says",
                condition=Q(figure__isnull=False) | Q(word__isnull=False),
            ),
            models.CheckConstraint(
                name="exits_statement_share",
                condition=Q(of__isnull=True) | Q(of__gt=0, figure__gte=0, figure__lte=F("of")),
                violation_error_message=_("The figure lies between 0 and the whole."),
            ),
        ]
        indexes = [models.Index(fields=["person", "about"], name="exits_statement_of_person")]

    def __str__(self) -> str:
        return f"{self.person} – {self.about}"


class Letter(models.Model):
    """An official's own letter of resignation: written by the own account, withdrawn by it."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        TAKEN_UP = "taken_up", _("being considered")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REFUSED = "refused", _("not accepted")
        AGREED = "agreed", _("agreed to")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))
    ground = models.CharField(_("ground"), max_length=100)
    text = models.TextField(_("letter"), max_length=4000)
    wished = models.DateField(_("wished from"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), db_default=Now())
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SENT)
    case_number = models.CharField(_("case"), max_length=20, blank=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("unit", "path", "post", "sent_at", "sent_by", "answered_by", "answered_at",
             "version"), "internal",
        ),
        **dict.fromkeys(
            ("person", "ground", "text", "wished", "state", "case_number", "answer"), "sensitive"
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = _("letter of resignation")
        verbose_name_plural = _("letters of resignation")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "post"], condition=Q(state__in=("sent", "taken_up")),
                name="exits_letter_one_waits",
                violation_error_message=_("Your letter for this post is already being considered."),
            ),
            models.CheckConstraint(
                name="exits_letter_taken_up",
                condition=~Q(state="taken_up") | ~Q(case_number=""),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["path", "state"], name="exits_letter_of_unit")]

    def __str__(self) -> str:
        return f"{self.person} – {self.post}"

    def get_absolute_url(self) -> str:
        return reverse("exit-letter", args=[self.pk])


class Suspension(models.Model):
    """A temporary suspension from work. It is no discipline, and it ends by itself.

    Shape: `last` is the last day, `extended_to` the last day of the one extension; `limit` how
        many working days the text allowed on the first day, None where that is to be confirmed.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("in force")
        LAPSED = "lapsed", _("lapsed by itself")
        ENDED = "ended", _("ended early")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    ground = models.CharField(_("ground"), max_length=100)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    limit = models.PositiveSmallIntegerField(_("working days at most"), null=True)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    case_number = models.CharField(_("case"), max_length=20, blank=True)
    reason = models.CharField(_("reason"), max_length=1000)
    extended_to = models.DateField(_("extended to"), null=True)
    extension_limit = models.PositiveSmallIntegerField(_("working days at most"), null=True)
    extension = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    extension_reason = models.CharField(_("reason of the extension"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    ended_on = models.DateField(_("ended on"), null=True)
    end_reason = models.CharField(_("reason of the end"), max_length=1000, blank=True)
    ending = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("unit", "path", "post", "limit", "extension_limit", "decision", "extension",
             "ending", "made_by", "made_at", "version"), "internal",
        ),
        **dict.fromkeys(
            ("person", "ground", "first", "last", "case_number", "reason", "extended_to",
             "extension_reason", "state", "ended_on", "end_reason"), "sensitive",
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="running"), name="exits_suspension_one_runs",
                violation_error_message=_("This person is already suspended."),
            ),
            models.CheckConstraint(
                name="exits_suspension_days",
                condition=Q(last__gte=F("first"))
                & (Q(extended_to__isnull=True) | Q(extended_to__gt=F("last"))),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="exits_suspension_over",
                condition=Q(state="running", ended_on__isnull=True)
                | ~Q(state="running") & Q(ended_on__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["path", "state"], name="exits_suspension_of_unit")]

    def __str__(self) -> str:
        return f"{self.person} – {self.first:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("exit-suspension", args=[self.pk])


class Departure(models.Model):
    """What a decision did: a posting ended, why, and what the text says of the time afterwards."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    exit = models.CharField(_("way out"), max_length=12, choices=Exit.choices)
    ground = models.CharField(_("ground"), max_length=100, blank=True)
    day = models.DateField(_("left on"))
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    case_number = models.CharField(_("case"), max_length=20, blank=True)
    to_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    privacy: ClassVar = {
        **dict.fromkeys(
            ("unit", "path", "posting", "decision", "to_post", "decided_by", "made_at"),
            "internal",
        ),
        **dict.fromkeys(("person", "exit", "ground", "day", "case_number"), "sensitive"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("departure from a post")
        verbose_name_plural = _("departures from posts")
        constraints = [
            models.UniqueConstraint(
                fields=["posting"], name="exits_departure_once",
                violation_error_message=_("This posting was already ended by a decision."),
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["path", "day"], name="exits_departure_of_unit")]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_exit_display()}"
