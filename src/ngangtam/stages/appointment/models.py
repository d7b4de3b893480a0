"""How long somebody holds a post and on what goals; who opens reappointment; examinations."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.models import LtreeField
from ngangtam.records.organisation.models import Decision, Post, Unit
from ngangtam.records.personnel.models import Person, Posting


class Term(models.Model):
    """For how long somebody was put into a post: a term, a secondment, a probation.

    Shape: from `first` up to, not on, `until`. A posting may have one term after another; at most
        one of a kind runs. The end of a term ends nothing by itself: a decision does. `goals` is
        a list of {"goal", "measure", "reached", "note"}; only a probation has them.
    """

    class Kind(models.TextChoices):
        TERM = "term", _("Term of appointment")
        SECONDMENT = "secondment", _("Secondment")
        PROBATION = "probation", _("Probation")

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        RENEWED = "renewed", _("followed by a new term")
        PASSED = "passed", _("goals reached")
        FAILED = "failed", _("goals not reached")
        ENDED = "ended", _("ended")
        STRUCK = "struck", _("crossed out")

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="terms", verbose_name=_("person")
    )
    posting = models.ForeignKey(
        Posting, models.PROTECT, related_name="terms", verbose_name=_("posting")
    )
    # Where the post stood when the term began; the second wall reads it.
    path = LtreeField(editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    first = models.DateField(_("first day"))
    until = models.DateField(_("ends before"))
    goals = models.JSONField(_("goals"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="running")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="+", verbose_name=_("decision")
    )
    # The case by its number; empty for a term taken over from an older decision.
    case_number = models.CharField(_("case"), max_length=20, blank=True)
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    noticed_on = models.DateField(_("notice given on"), null=True)
    noticed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(_("conclusion"), max_length=1000, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("person", "posting", "path", "kind", "first", "until", "state", "decision",
             "case_number", "basis", "noticed_on", "noticed_by", "settled_at", "settled_by",
             "recorded_at", "recorded_by", "version"), "internal",
        ),
        **dict.fromkeys(("goals", "answer"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("term of a post")
        verbose_name_plural = _("terms of posts")
        constraints = [
            models.CheckConstraint(
                name="appointment_term_has_length", condition=Q(until__gt=models.F("first")),
                violation_error_message=_("A term ends after its first day."),
            ),
            models.CheckConstraint(
                name="appointment_term_rests_on",
                condition=Q(decision__isnull=False) | ~Q(basis=""),
                violation_error_message=_("A record rests on a decision or a named source."),
            ),
            models.UniqueConstraint(
                fields=["posting", "kind"], name="appointment_term_one_running",
                condition=Q(state="running"),
                violation_error_message=_("A term of this kind already runs in this posting."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["until"], name="appointment_term_until", condition=Q(state="running")
            ),
            models.Index(fields=["person"], name="appointment_term_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("term-detail", args=[self.pk])


class Clock(models.Model):
    """An officer's standing order to open cases of reappointment by themselves for a unit.

    Whatever the clock opens is opened in the name of this account, with its rights of that day.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set at"), db_default=Now())
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    stopped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # What the last run said, for the page: nothing when it went well.
    said = models.CharField(_("last run"), max_length=500, blank=True)
    ran_at = models.DateTimeField(_("last run at"), null=True)

    privacy: ClassVar = dict.fromkeys(
        ("unit", "path", "set_by", "set_at", "stopped_at", "stopped_by", "said", "ran_at"),
        "internal",
    )

    class Meta:
        verbose_name = _("clock of reappointment")
        verbose_name_plural = _("clocks of reappointment")
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], name="appointment_clock_once",
                condition=Q(stopped_at__isnull=True),
                violation_error_message=_("The clock of this unit is already set."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.unit)


class Examination(models.Model):
    """A competitive examination for one post, by a scheme that the authority itself wrote.

    Shape: `scheme` is the text of the scheme as it stood when the examination was announced, so
        that a later edit changes no running one. `closed` lists the rounds whose marks are
        complete and open to the council. `result` is written once, when it is published.
    """

    class State(models.TextChoices):
        OPEN = "open", _("taking entries")
        RUNNING = "running", _("in rounds")
        PUBLISHED = "published", _("result published")
        CANCELLED = "cancelled", _("cancelled")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))
    title = models.CharField(_("examination"), max_length=300)
    scheme_id = models.CharField(_("scheme"), max_length=60)
    scheme: Any = models.JSONField(_("scheme"))
    entries_until = models.DateField(_("entries until"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="open")
    closed: Any = models.JSONField(_("closed rounds"), default=list)
    result: Any = models.JSONField(_("result"), null=True)
    chosen = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    announced_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    announced_at = models.DateTimeField(_("announced at"), db_default=Now())
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_on = models.DateField(_("published on"), null=True)
    version = models.PositiveIntegerField(default=1)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("unit", "path", "post", "title", "scheme_id", "scheme", "entries_until", "state",
             "closed", "announced_by", "announced_at", "published_by", "published_on", "version"),
            "internal",
        ),
        **dict.fromkeys(("result", "chosen", "reason"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("examination")
        verbose_name_plural = _("examinations")
        indexes = [models.Index(fields=["-announced_at"], name="appointment_exam_recent")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exam-detail", args=[self.pk])


class Juror(models.Model):
    """Somebody on the council who marks, each for oneself."""

    examination = models.ForeignKey(Examination, models.PROTECT, related_name="jurors")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("juror"))
    chair = models.BooleanField(_("chair"), default=False)

    privacy: ClassVar = dict.fromkeys(("examination", "user", "chair"), "internal")

    class Meta:
        verbose_name = _("juror")
        verbose_name_plural = _("jurors")
        constraints = [
            models.UniqueConstraint(
                fields=["examination", "user"], name="appointment_juror_once",
                violation_error_message=_("This account is on the council already."),
            )
        ]  # fmt: skip


class Entrant(models.Model):
    """Somebody who competes; a withdrawal is kept with its reason."""

    class State(models.TextChoices):
        IN = "in", _("competing")
        WITHDRAWN = "withdrawn", _("withdrawn")
        BARRED = "barred", _("not admitted")

    examination = models.ForeignKey(Examination, models.PROTECT, related_name="entrants")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("candidate")
    )
    # As the person was called and placed when entered: the council reads no files.
    name = models.CharField(_("full name"), max_length=150)
    headline = models.CharField(_("present post"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="in")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    privacy: ClassVar = {
        **dict.fromkeys(("examination", "entered_by", "entered_at"), "internal"),
        **dict.fromkeys(("person", "name", "headline", "state", "reason"), "personal"),
    }

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [
            models.UniqueConstraint(
                fields=["examination", "person"], name="appointment_entrant_once",
                violation_error_message=_("This person is a candidate already."),
            )
        ]  # fmt: skip


class Mark(models.Model):
    """What one juror gave one candidate in one round; nobody else reads it before it closes."""

    entrant = models.ForeignKey(Entrant, models.PROTECT, related_name="marks")
    juror = models.ForeignKey(Juror, models.PROTECT, related_name="marks")
    round = models.CharField(_("round"), max_length=40)
    mark = models.DecimalField(_("mark"), max_digits=6, decimal_places=2)
    given_at = models.DateTimeField(_("marked at"), db_default=Now())

    privacy: ClassVar = {
        **dict.fromkeys(("entrant", "juror", "round", "given_at"), "internal"),
        "mark": "personal",
    }

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [
            models.UniqueConstraint(
                fields=["entrant", "juror", "round"], name="appointment_mark_once",
                violation_error_message=_("This mark was given already."),
            ),
            models.CheckConstraint(
                name="appointment_mark_not_below_nought", condition=Q(mark__gte=0),
                violation_error_message=_("A mark is not below nought."),
            ),
        ]  # fmt: skip


class Complaint(models.Model):
    """What a candidate says against the result, and the answer."""

    entrant = models.ForeignKey(Entrant, models.PROTECT, related_name="complaints")
    text = models.TextField(_("complaint"), max_length=4000)
    filed_on = models.DateField(_("filed on"))
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    due = models.DateField(_("answer due"))
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    upheld = models.BooleanField(_("upheld"), null=True)
    answered_on = models.DateField(_("answered on"), null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    privacy: ClassVar = {
        **dict.fromkeys(("entrant", "filed_on", "filed_by", "due", "answered_on", "answered_by"),
                        "internal"),
        **dict.fromkeys(("text", "answer", "upheld"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("complaint about an examination")
        verbose_name_plural = _("complaints about examinations")
        constraints = [
            models.UniqueConstraint(
                fields=["entrant"], name="appointment_complaint_one_open",
                condition=Q(answered_on__isnull=True),
                violation_error_message=_("A complaint of this candidate waits for its answer."),
            )
        ]  # fmt: skip
