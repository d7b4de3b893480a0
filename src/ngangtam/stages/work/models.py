"""The catalogue of products, and the work that is assigned: who, what, until when, how much."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.files.models import StoredFile
from ngangtam.foundation.kernel.models import EffectiveDated, LtreeField
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person

_AT_LEAST_0 = [MinValueValidator(Decimal(0))]


class Product(EffectiveDated):
    """One line of a unit's catalogue of products and jobs (danh mục sản phẩm, công việc).

    Shape: `coefficient` turns one `measure` of it into standard products. It serves the unit and
        everything below it. Source: Decree 335/2025/NĐ-CP, article 13; how a coefficient is found
        is the authority's own rule, named in `basis`.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("product or job"), max_length=300)
    measure = models.CharField(_("counted in"), max_length=60)
    coefficient = models.DecimalField(
        _("conversion coefficient"), max_digits=7, decimal_places=3,
        validators=[MinValueValidator(Decimal("0.001"))],
    )  # fmt: skip
    quality = models.CharField(_("expected quality"), max_length=500, blank=True)
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())
    recorded_by = models.CharField(_("recorded by"), max_length=150, blank=True)

    privacy: ClassVar = dict.fromkeys(
        ("unit", "code", "name", "measure", "coefficient", "quality", "basis", "recorded_at",
         "recorded_by", "valid", "voided_at"), "internal",
    )  # fmt: skip

    class Meta(EffectiveDated.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.CheckConstraint(
                name="work_product_coefficient", condition=Q(coefficient__gt=0),
                violation_error_message=_("A conversion coefficient is more than nought."),
            ),
            ExclusionConstraint(
                name="work_product_code_once",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("This code is already in force in that period."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["unit", "code"], name="work_product_code")]

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """One thing to be done: by a unit (no person) or by one person, with a product and a deadline.

    Shape: tasks are a tree: from the task of a resolution or a superior (`origin`) down to
        persons; what is split or shared stands below the same parent; what was handed over
        names the `previous` one. `quantity` is in the product's measure, times `coefficient` in
        standard products. `month` is the first day of the month in which it counts.
        `reported_*` is what the person says, the fields after it what the head confirmed.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        ASSIGNED = "assigned", _("assigned")
        REPORTED = "reported", _("reported")
        RETURNED = "returned", _("returned")
        CONFIRMED = "confirmed", _("confirmed")
        HANDED_OVER = "handed_over", _("handed over")
        CANCELLED = "cancelled", _("cancelled")

    class Cause(models.TextChoices):
        NONE = "", _("none")
        CLAIMED = "claimed", _("claimed")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    # The unit's path when it was assigned; the second wall reads it.
    path = LtreeField(editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children",
        verbose_name=_("part of"),
    )  # fmt: skip
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="followed_by"
    )
    origin = models.CharField(_("comes from"), max_length=300, blank=True)
    title = models.CharField(_("task"), max_length=500)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    quantity = models.DecimalField(
        _("quantity"), max_digits=10, decimal_places=2, default=Decimal(1), validators=_AT_LEAST_0
    )
    coefficient = models.DecimalField(
        _("conversion coefficient"), max_digits=7, decimal_places=3, default=Decimal(1)
    )
    month = models.DateField(_("month"))
    due = models.DateField(_("deadline"))
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.ASSIGNED
    )
    assigned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField(_("assigned at"), db_default=Now())

    reported_quantity = models.DecimalField(
        _("done, as reported"), max_digits=10, decimal_places=2, null=True, validators=_AT_LEAST_0
    )
    reported_failures = models.PositiveSmallIntegerField(_("major faults, as reported"), default=0)
    reported_delays = models.PositiveSmallIntegerField(_("delays, as reported"), default=0)
    reported_exceeds = models.BooleanField(_("above requirement, as reported"), default=False)
    reported_note = models.CharField(_("note"), max_length=1000, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported at"), null=True, editable=False)

    cause = models.CharField(_("objective cause"), max_length=1000, blank=True)
    cause_state = models.CharField(
        _("state of the cause"), max_length=10, choices=Cause.choices, blank=True, default=""
    )
    cause_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cause_answer = models.CharField(_("answer"), max_length=500, blank=True)

    confirmed_quantity = models.DecimalField(
        _("done, confirmed"), max_digits=10, decimal_places=2, null=True, validators=_AT_LEAST_0
    )
    quality_failures = models.PositiveSmallIntegerField(_("major faults"), default=0)
    delays = models.PositiveSmallIntegerField(_("delays"), default=0)
    exceeds = models.BooleanField(_("above requirement"), default=False)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    answer = models.CharField(_("remark or reason of return"), max_length=1000, blank=True)
    # Raised with every change: a form that shows an older one is refused.
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)
    # What it was before it was cancelled: the way back.
    state_before = models.CharField(
        max_length=12, choices=State.choices, blank=True, default="", db_default="", editable=False
    )

    privacy: ClassVar = {
        **dict.fromkeys(
            ("changed_at", "state_before", "unit", "path", "parent", "previous", "origin",
             "product", "person", "quantity", "coefficient", "month", "due", "state",
             "assigned_by", "assigned_at", "version",
             "cause_by", "confirmed_by", "confirmed_at", "reported_at"), "internal",
        ),
        **dict.fromkeys(
            ("title", "reported_quantity", "reported_failures", "reported_delays",
             "reported_exceeds", "reported_note", "done_on", "cause", "cause_state",
             "cause_answer", "confirmed_quantity", "quality_failures", "delays", "exceeds",
             "answer"), "personal",
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            models.Index(fields=["person", "month"], name="work_task_of_person"),
            models.Index(fields=["month", "path"], name="work_task_of_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                name="work_task_month",
                condition=Q(month__day=1),
                violation_error_message=_("A month is named by its first day."),
            ),
            models.CheckConstraint(
                name="work_task_quantity",
                condition=Q(quantity__gt=0, coefficient__gt=0),
                violation_error_message=_("Say how much is to be done."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("task-detail", args=[self.pk])

    @property
    def standard(self) -> Decimal:
        """What is assigned, in standard products."""
        return self.quantity * self.coefficient

    def is_late(self, on: date) -> bool:
        """Whether the deadline has passed and nobody reported it done."""
        return on > self.due and self.done_on is None


class Evidence(models.Model):
    """What proves a report: a kept file, or the number of a document kept elsewhere."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(_("document"), max_length=300, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(_("added at"), db_default=Now())
    removed_at = models.DateTimeField(_("taken away at"), null=True, editable=False)

    privacy: ClassVar = {
        "task": "internal", "file": "internal", "reference": "personal", "added_by": "internal",
        "added_at": "internal", "removed_at": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                name="work_evidence_something",
                condition=Q(file__isnull=False) | ~Q(reference=""),
                violation_error_message=_("Attach a file or name a document."),
            )
        ]

    def __str__(self) -> str:
        return self.reference or str(self.file)


class Draft(models.Model):
    """A list of tasks from a spreadsheet, looked at row by row before anything is written.

    Shape: `rows` are as `reading.py` judged them; `digest` is of the file, so that one file is
        brought in once for a unit.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        COMMITTED = "committed", _("brought in")
        DISCARDED = "discarded", _("discarded")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.CHECKED
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("sent at"), db_default=Now())
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    tasks_made = models.PositiveIntegerField(_("tasks made"), default=0)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("unit", "path", "digest", "state", "made_by", "made_at", "settled_at",
             "tasks_made"), "internal",
        ),
        **dict.fromkeys(("name", "rows"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("list of tasks")
        verbose_name_plural = _("lists of tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "digest"], condition=Q(state="committed"),
                name="work_draft_file_once",
                violation_error_message=_("This file was already brought in."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("task-import-detail", args=[self.pk])
