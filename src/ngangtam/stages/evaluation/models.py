"""Cycles, sheets, what was reckoned from them, the class that was decided, petitions against it."""

from datetime import date
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.files.models import StoredFile
from ngangtam.foundation.kernel.models import LtreeField
from ngangtam.records.organisation.models import Decision, Post, Unit
from ngangtam.records.personnel.models import Person


class Class(models.TextChoices):
    """The four classes, best first (mức xếp loại chất lượng)."""

    EXCELLENT = "excellent", _("Excellent completion")
    GOOD = "good", _("Good completion")
    COMPLETED = "completed", _("Completion")
    FAILED = "failed", _("Non-completion")


def label_of(kind: str, first: date, code: str) -> str:
    """Return what a period is called in words; one that is held when needed by its own name."""
    said = {"month": first.month, "quarter": ["I", "II", "III", "IV"][(first.month - 1) // 3],
            "year": first.year, "code": code}  # fmt: skip
    if kind == "half":
        words = _("first half of %(year)s") if first.month == 1 else _("second half of %(year)s")
        return str(words) % said
    words = _PERIODS.get(kind, _("cycle %(code)s"))
    return str(words) % said


_PERIODS: Final = {
    "month": _("month %(month)s/%(year)s"), "quarter": _("quarter %(quarter)s/%(year)s"),
    "year": _("year %(year)s"),
}  # fmt: skip


class Cycle(models.Model):
    """One evaluation of a unit and everything below it, for a month, quarter, half-year or year.

    Shape: `code` is `2026-03`, `2026-Q1`, `2026-H1`, `2026`, or free for one that is held when
        needed; [first, until) is what is evaluated. Locked: nobody scores; closed: reckoned.
    """

    class Kind(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        HALF = "half", _("half-year")
        YEAR = "year", _("year")
        NEEDED = "needed", _("when needed")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        LOCKED = "locked", _("locked")
        CLOSED = "closed", _("closed")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    code = models.CharField(_("cycle"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    first = models.DateField(_("first day"))
    until = models.DateField(_("until"))
    report_by = models.DateField(_("own scores by"))
    confirm_by = models.DateField(_("confirmed by"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    lock_reason = models.CharField(_("reason of the lock"), max_length=300, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    # Raised by every reckoning; results carry it.
    run = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    privacy: ClassVar = dict.fromkeys(
        ("unit", "path", "code", "kind", "first", "until", "report_by", "confirm_by", "state",
         "lock_reason", "opened_by", "opened_at", "closed_at", "run"), "internal",
    )  # fmt: skip

    class Meta:
        verbose_name = _("evaluation cycle")
        verbose_name_plural = _("evaluation cycles")
        ordering = ["-first", "kind", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "code"], name="evaluation_cycle_once",
                violation_error_message=_("This cycle was already opened."),
            ),
            models.CheckConstraint(
                name="evaluation_cycle_days", condition=Q(until__gt=F("first")),
                violation_error_message=_("The period is empty or has no first day."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("cycle-detail", args=[self.unit.code, self.code])

    @property
    def label(self) -> str:
        return label_of(self.kind, self.first, self.code)


class Sheet(models.Model):
    """One evaluation sheet: one person, or one collective (no person), in one cycle and scheme.

    Shape: `unit` is where the post is, `body` the agency inside which the cap holds, `group` the
        similar-task group. `own_*` is what the person says; the fields after it what the head
        confirmed. Points by criterion id; null everywhere means that nobody said.
    """

    class State(models.TextChoices):
        OPEN = "open", _("not yet scored")
        REPORTED = "reported", _("own scores sent")
        RETURNED = "returned", _("returned")
        CONFIRMED = "confirmed", _("confirmed")
        EXEMPT = "exempt", _("not rated")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="sheets")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    body = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("agency"))
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    scheme = models.CharField(_("scheme"), max_length=60)
    leader = models.BooleanField(_("leadership post"), default=False)
    head = models.BooleanField(_("head"), default=False)
    group = models.CharField(_("similar-task group"), max_length=60, blank=True)
    months_worked = models.DecimalField(
        _("months worked"), max_digits=4, decimal_places=1, null=True
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    exempt_reason = models.CharField(_("why not rated"), max_length=300, blank=True)

    own_points = models.JSONField(_("own points"), default=dict, blank=True)
    own_note = models.CharField(_("own note"), max_length=2000, blank=True)
    own_at = models.DateTimeField(_("sent at"), null=True, editable=False)

    points = models.JSONField(_("points"), default=dict, blank=True)
    general_points = models.DecimalField(
        _("general points"), max_digits=6, decimal_places=2, null=True
    )
    organising_percent = models.DecimalField(
        _("organising work"), max_digits=5, decimal_places=2, null=True
    )
    uniting_percent = models.DecimalField(
        _("uniting people"), max_digits=5, decimal_places=2, null=True
    )
    shortcomings_fixed = models.BooleanField(_("earlier shortcomings fixed"), null=True)
    degradation_concluded = models.BooleanField(_("degradation concluded"), null=True)
    unit_in_corruption_or_waste = models.BooleanField(
        _("unit involved in corruption or waste"), null=True
    )
    outstanding = models.BooleanField(_("outstanding achievement of the body"), null=True)
    answer = models.CharField(_("remark or reason of return"), max_length=1000, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("cycle", "person", "unit", "path", "body", "post", "scheme", "leader", "head",
             "group", "state", "own_at", "confirmed_by", "confirmed_at", "version"), "internal",
        ),
        **dict.fromkeys(
            ("months_worked", "exempt_reason", "own_points", "own_note", "points",
             "general_points", "organising_percent", "uniting_percent", "shortcomings_fixed",
             "degradation_concluded", "unit_in_corruption_or_waste", "outstanding", "answer"),
            "personal",
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = _("evaluation sheet")
        verbose_name_plural = _("evaluation sheets")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "person", "scheme"], condition=Q(person__isnull=False),
                name="evaluation_sheet_once",
            ),
            models.UniqueConstraint(
                fields=["cycle", "unit", "scheme"], condition=Q(person__isnull=True),
                name="evaluation_sheet_collective_once",
            ),
            models.CheckConstraint(
                name="evaluation_sheet_percents",
                condition=(Q(organising_percent__isnull=True)
                           | Q(organising_percent__gte=0, organising_percent__lte=100))
                & (Q(uniting_percent__isnull=True)
                   | Q(uniting_percent__gte=0, uniting_percent__lte=100)),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["person", "cycle"], name="evaluation_sheet_of_person"),
            models.Index(fields=["cycle", "path"], name="evaluation_sheet_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.unit} – {self.cycle}"

    def get_absolute_url(self) -> str:
        return reverse("sheet-detail", args=[self.pk])


class Result(models.Model):
    """What one reckoning made of one sheet: never changed; a later reckoning adds its own.

    Shape: a to e and `task_percent` in per cent, `total` of 100. `level` is what score and
        conditions give, `proposed` what is left after the caps. `conditions` holds id → 1, 0 or
        null; `tie` marks somebody at the border of a cap whom the authority must choose.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="results")
    run = models.PositiveIntegerField()
    a = models.FloatField(null=True)
    b = models.FloatField(null=True)
    c = models.FloatField(null=True)
    d = models.FloatField(null=True)
    dd = models.FloatField(null=True)
    e = models.FloatField(null=True)
    task_percent = models.FloatField(null=True)
    total = models.FloatField(_("total"), null=True)
    level = models.CharField(_("by score and conditions"), max_length=10, blank=True)
    proposed = models.CharField(_("proposed class"), max_length=10, blank=True)
    tie = models.BooleanField(default=False, db_default=False)
    conditions = models.JSONField(default=dict)

    privacy: ClassVar = {
        **dict.fromkeys(("cycle", "sheet", "run"), "internal"),
        **dict.fromkeys(
            ("a", "b", "c", "d", "dd", "e", "task_percent", "total", "level", "proposed", "tie",
             "conditions"), "personal",
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = _("reckoned result")
        verbose_name_plural = _("reckoned results")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "run"], name="evaluation_result_once")
        ]
        indexes = [models.Index(fields=["cycle", "run"], name="evaluation_result_of_cycle")]

    def __str__(self) -> str:
        return f"{self.sheet_id} – {self.run}"


class Rating(models.Model):
    """The class that a named authority decided for one sheet; a wrong one is replaced by another.

    Shape: in force while `replaced_at` is empty. `published_at`: inside the unit; `noticed_at`:
        the person was told; `seen_at`: the person opened it.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="ratings")
    # Repeated from the sheet: the second wall and lists read them.
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    path = LtreeField(editable=False)
    # Of the agency: inside it the class is published.
    body_path = LtreeField(editable=False)
    level = models.CharField(_("class"), max_length=10, choices=Class.choices)
    total = models.FloatField(_("total"), null=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), db_default=Now())
    replaced_at = models.DateTimeField(_("replaced at"), null=True, editable=False)
    noticed_at = models.DateTimeField(_("told at"), null=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    seen_at = models.DateTimeField(_("seen at"), null=True, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("sheet", "cycle", "person", "path", "body_path", "decision", "decided_by",
             "decided_at", "replaced_at", "noticed_at", "published_at", "seen_at"), "internal",
        ),
        **dict.fromkeys(("level", "total", "reason"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("decided class")
        verbose_name_plural = _("decided classes")
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(replaced_at__isnull=True),
                name="evaluation_rating_one_in_force",
                violation_error_message=_("A class is already decided; replace it with a reason."),
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["cycle", "path"], name="evaluation_rating_of_unit"),
            models.Index(fields=["person"], name="evaluation_rating_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} – {self.get_level_display()}"


class Petition(models.Model):
    """A person's petition against the own class (kiến nghị): text, deadline, answer.

    Source: Decree 335/2025/NĐ-CP, article 24. The days are a parameter that the authority sets.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        UPHELD = "upheld", _("class kept")
        REPLACED = "replaced", _("class replaced")
        WITHDRAWN = "withdrawn", _("withdrawn")

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="petitions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    path = LtreeField(editable=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"), db_default=Now())
    text = models.TextField(_("petition"), max_length=4000)
    answer_by = models.DateField(_("answer by"), null=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    answer = models.CharField(_("answer"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("rating", "person", "path", "asked_by", "asked_at", "answer_by", "state",
             "decided_by", "decided_at"), "internal",
        ),
        **dict.fromkeys(("text", "answer"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        constraints = [
            models.UniqueConstraint(
                fields=["rating"], condition=Q(state="waiting"),
                name="evaluation_petition_one_waiting",
                violation_error_message=_("A petition against this class already waits."),
            ),
            models.CheckConstraint(
                name="evaluation_petition_not_by_oneself",
                condition=~Q(decided_by=F("asked_by")) | Q(state="withdrawn"),
                violation_error_message=_("Nobody decides on the own petition."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "asked_at"], name="evaluation_petition_queue")]

    def __str__(self) -> str:
        return f"{self.pk} – {self.person.number}"

    def get_absolute_url(self) -> str:
        return reverse("petition-detail", args=[self.pk])


class Reminder(models.Model):
    """What is still to be done in a cycle, told to one person; it goes once it is done.

    Shape: `about` own points that were not sent, or sheets that the head has not confirmed;
        `sheets` how many. Never changed: reminding again adds another.
    """

    class About(models.TextChoices):
        REPORT = "report", _("own points to send")
        CONFIRM = "confirm", _("sheets to confirm")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    path = LtreeField(editable=False)
    about = models.CharField(_("about"), max_length=10, choices=About.choices)
    sheets = models.PositiveIntegerField(_("sheets"), default=1)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(_("sent at"), db_default=Now())

    privacy: ClassVar = dict.fromkeys(
        ("cycle", "person", "path", "about", "sheets", "sent_by", "sent_at"), "internal"
    )

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        indexes = [models.Index(fields=["person", "cycle"], name="evaluation_reminder_whose")]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_about_display()}"


class PetitionProof(models.Model):
    """One file that proves a petition."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="proofs")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    privacy: ClassVar = {"petition": "internal", "file": "internal"}

    class Meta:
        verbose_name = _("proof of a petition")
        verbose_name_plural = _("proofs of petitions")
        constraints = [
            models.UniqueConstraint(fields=["file"], name="evaluation_petitionproof_once")
        ]

    def __str__(self) -> str:
        return str(self.file)


class UnitPoints(models.Model):
    """The points of each item that the evaluation regulation of a public unit sets.

    Source: Decree 233/2026/NĐ-CP, article 12.5: no national formula. Holds for the unit and
        everything below it, until another row of the same or a lower unit begins; never changed.
    Shape: points by part of the results (`quantity`, `quality`, …), of staff and of managers.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    scheme = models.CharField(_("scheme"), max_length=60)
    first = models.DateField(_("from"))
    basis = models.CharField(_("regulation"), max_length=300)
    points = models.JSONField(_("points"))
    leader_points = models.JSONField(_("points of managers"))
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set at"), db_default=Now())

    privacy: ClassVar = dict.fromkeys(
        ("unit", "path", "scheme", "first", "basis", "points", "leader_points", "set_by",
         "set_at"), "internal",
    )  # fmt: skip

    class Meta:
        verbose_name = _("points of a unit's regulation")
        verbose_name_plural = _("points of units' regulations")
        indexes = [models.Index(fields=["scheme", "first"], name="evaluation_unitpoints_from")]

    def __str__(self) -> str:
        return f"{self.unit} – {self.first}"


class LedField(models.Model):
    """The field that a deputy answers for, from a day on: units, with all below, and people.

    Shape: `units` and `people` are ids. The whole field stands in one row; the row with the latest
        first day, then the latest one, holds; never changed.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    first = models.DateField(_("from"))
    units = models.JSONField(_("units led"), default=list, blank=True)
    people = models.JSONField(_("people led"), default=list, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set at"), db_default=Now())

    privacy: ClassVar = dict.fromkeys(
        ("person", "unit", "path", "first", "units", "people", "set_by", "set_at"), "internal"
    )

    class Meta:
        verbose_name = _("field of a deputy")
        verbose_name_plural = _("fields of deputies")
        indexes = [models.Index(fields=["unit", "person"], name="evaluation_ledfield_of_unit")]

    def __str__(self) -> str:
        return f"{self.person} – {self.unit}"
