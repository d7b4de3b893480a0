"""Personnel of a Party committee for a congress: the structure plan and the list of candidates."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.models import LtreeField
from ngangtam.records.organisation.models import Decision, Unit
from ngangtam.records.personnel.models import Person


class Structure(models.Model):
    """The structure plan of one committee for one term (đề án nhân sự cấp ủy).

    Shape: `seats` of the committee, `standing` of its standing committee, `deputies` secretaries.
        `merged` counts the former units that the commune was made from. Ages are counted on
        `counted_on`. `figures` are shares that the authority set, in percent, with their basis.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    term = models.CharField(_("term"), max_length=40)
    counted_on = models.DateField(_("day on which age is counted"))
    merged = models.PositiveSmallIntegerField(_("made from how many former units"), default=1)
    seats = models.PositiveSmallIntegerField(_("members of the committee"))
    standing = models.PositiveSmallIntegerField(_("members of the standing committee"))
    deputies = models.PositiveSmallIntegerField(_("deputy secretaries"))
    figures = models.JSONField(_("figures set by the authority"), default=dict, blank=True)
    figures_basis = models.CharField(_("basis of the figures"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_on = models.DateField(_("approved on"), null=True)
    document = models.CharField(_("document of the approval"), max_length=300, blank=True)
    # The decision that confirmed the election, and from when on those elected sit.
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="+", verbose_name=_("decision")
    )
    elected_on = models.DateField(_("elected from"), null=True)
    # Raised with every change: a form that shows an older one is refused.
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    privacy: ClassVar = dict.fromkeys(
        ("unit", "path", "term", "counted_on", "merged", "seats", "standing", "deputies",
         "figures", "figures_basis", "state", "made_by", "made_at", "approved_by", "approved_on",
         "document", "decision", "elected_on", "version"), "internal",
    )  # fmt: skip

    class Meta:
        verbose_name = _("structure plan of a committee")
        verbose_name_plural = _("structure plans of committees")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "term"], name="committees_structure_once",
                violation_error_message=_("This committee already has a plan for this term."),
            ),
            models.CheckConstraint(
                name="committees_structure_numbers",
                condition=Q(seats__gt=0) & Q(standing__lte=F("seats"))
                & Q(deputies__lte=F("standing")),
                violation_error_message=_(
                    "The standing committee is a part of the committee, and the deputies of it."
                ),
            ),
            models.CheckConstraint(
                name="committees_structure_approved",
                condition=~Q(state="approved") | Q(approved_on__isnull=False) & ~Q(document=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.unit.name} · {self.term}"

    def get_absolute_url(self) -> str:
        return reverse("committee-detail", args=[self.pk])


class Candidate(models.Model):
    """One person on the list of candidates of a committee.

    Shape: `kind` says which age rule is asked; somebody from outside the prepared list carries the
        delegates present and those in favour. Who, as named when put on the list.
    """

    class Kind(models.TextChoices):
        FIRST = "first", _("first entry")
        AGAIN = "again", _("re-election")
        DEPUTY = "deputy", _("provincial deputy secretary, special case")

    class State(models.TextChoices):
        ON = "on", _("on the list")
        OFF = "off", _("taken off")

    structure = models.ForeignKey(Structure, models.PROTECT, related_name="candidates")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    path = LtreeField(editable=False)
    number = models.CharField(_("file number"), max_length=20)
    full_name = models.CharField(_("full name"), max_length=150)
    headline = models.CharField(_("present post"), max_length=300, blank=True)
    workplace = models.CharField(_("unit"), max_length=300, blank=True)
    kind = models.CharField(_("stands as"), max_length=10, choices=Kind.choices)
    outside = models.BooleanField(_("from outside the prepared list"), default=False)
    present = models.PositiveIntegerField(_("delegates present"), null=True)
    support = models.PositiveIntegerField(_("delegates in favour"), null=True)
    findings = models.JSONField(_("findings"), default=list)
    judgement = models.CharField(_("judgement"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=3, choices=State.choices, default=State.ON)
    reason = models.CharField(_("reason for being taken off"), max_length=1000, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added at"), db_default=Now())
    # None until the election was confirmed.
    elected = models.BooleanField(_("elected"), null=True, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("structure", "person", "path", "number", "kind", "outside", "present", "support",
             "state", "added_by", "added_at", "elected"), "internal",
        ),
        **dict.fromkeys(
            ("full_name", "headline", "workplace", "findings", "judgement", "reason"), "personal"
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = _("candidate for a committee")
        verbose_name_plural = _("candidates for a committee")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "person"], condition=Q(state="on"),
                name="committees_candidate_once",
                violation_error_message=_("This person already stands on the list."),
            ),
            models.CheckConstraint(
                name="committees_candidate_support",
                condition=Q(outside=False) | Q(present__gt=0, support__lte=F("present")),
                violation_error_message=_("Say how many delegates were present and in favour."),
            ),
            models.CheckConstraint(
                name="committees_candidate_reason", condition=Q(state="on") | ~Q(reason=""),
                violation_error_message=_("Say why."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.full_name} – {self.structure}"

    def get_absolute_url(self) -> str:
        return reverse("committee-detail", args=[self.structure_id])
