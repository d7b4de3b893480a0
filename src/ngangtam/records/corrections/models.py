"""Whose account it is, what somebody says is wrong in the own file, what two officers settle."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.files.models import StoredFile
from ngangtam.records.personnel.models import Person, Posting, Record

_BY_ANOTHER: Final = _("Somebody else must decide: never the one who proposed.")


class Account(models.Model):
    """An account and the person whose account it is: two officers say so, one after the other.

    While it is linked, the account reads that person's whole file; see ADR 0031.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for confirmation")
        LINKED = "linked", _("linked")
        REFUSED = "refused", _("refused")
        ENDED = "ended", _("ended")

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("account"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    reason = models.CharField(_("how it is known"), max_length=300, blank=True)
    # Nobody: the owner of the instance, on the command line.
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"), db_default=Now())
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    privacy: ClassVar = dict.fromkeys(
        ("user", "person", "state", "reason", "proposed_by", "proposed_at", "decided_by",
         "decided_at", "ended_by", "ended_at", "answer"),
        "internal",
    )  # fmt: skip

    class Meta:
        verbose_name = _("link of an account")
        verbose_name_plural = _("links of accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state__in=["waiting", "linked"]),
                name="corrections_account_one_person",
                violation_error_message=_("This account is already linked to somebody."),
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=["waiting", "linked"]),
                name="corrections_account_one_account",
                violation_error_message=_("This person already has an account."),
            ),
            models.CheckConstraint(
                name="corrections_account_two_persons",
                condition=~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("user"))
                & ~Q(proposed_by=F("user")),
                violation_error_message=_BY_ANOTHER,
            ),
            models.CheckConstraint(
                name="corrections_account_confirmed",
                condition=~Q(state="linked") | Q(proposed_by__isnull=True)
                | Q(decided_by__isnull=False),
                violation_error_message=_BY_ANOTHER,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user.username} – {self.person.number}"

    def get_absolute_url(self) -> str:
        return reverse("account-link", args=[self.person.number])


class Request(models.Model):
    """Somebody says that something in the own file is wrong or missing, and what would be right.

    Shape: `about` is what it is about: `identity` with `field`, `record`, `posting`, `missing`
        with `kind`, or `other`; `said` is what the file said then; `proposed` are values by the
        names of the officer's form.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CONFIRMING = "confirming", _("waits for a second officer")
        ACCEPTED = "accepted", _("accepted by an officer")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class About(models.TextChoices):
        IDENTITY = "identity", _("identity")
        RECORD = "record", _("record")
        POSTING = "posting", _("posting")
        MISSING = "missing", _("something missing")
        OTHER = "other", _("something else")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"), db_default=Now())
    about = models.CharField(_("about"), max_length=10, choices=About.choices)
    field = models.CharField(_("field"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=30, blank=True)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    # The sensitive part of the file that it is about, "" for the open file; see GUARDS.
    part = models.CharField(_("part"), max_length=20, blank=True)
    label = models.CharField(_("about what"), max_length=300)
    said = models.CharField(_("what the file says"), max_length=1000, blank=True)
    text = models.TextField(_("what is wrong"), max_length=2000)
    proposed = models.JSONField(_("what would be right"), default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("person", "asked_by", "asked_at", "about", "field", "kind", "record", "posting",
             "part", "state", "decided_by", "decided_at"),
            "internal",
        ),
        **dict.fromkeys(("label", "said", "text", "proposed", "answer"), "sensitive"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        indexes = [
            models.Index(fields=["state", "asked_at"], name="corrections_request_queue"),
            models.Index(fields=["asked_by", "-asked_at"], name="corrections_request_own"),
        ]
        constraints = [
            models.CheckConstraint(
                name="corrections_request_not_by_oneself",
                condition=~Q(decided_by=F("asked_by")) | Q(state="withdrawn"),
                violation_error_message=_("Nobody decides on the own request."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} – {self.person.number}"

    def get_absolute_url(self) -> str:
        return reverse("request-detail", args=[self.pk])


class Attachment(models.Model):
    """One file that proves a request."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    privacy: ClassVar = {"request": "internal", "file": "internal"}

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [models.UniqueConstraint(fields=["file"], name="corrections_attachment_once")]

    def __str__(self) -> str:
        return str(self.file)


class Proposal(models.Model):
    """A change of what two officers change together: one proposes it, another confirms it.

    Shape: `act` says what is to be done; `values` are what the officer typed, by the names of the
        form; `shown` are (label, before, after) for reading. The file changes only on
        confirmation; until then the old value stands, with a mark.
    """

    class Act(models.TextChoices):
        IDENTITY = "identity", _("change of identity")
        ADD = "add", _("new record")
        CORRECT = "correct", _("correction of a record")
        VOID = "void", _("striking out of a record")
        RESTORE = "restore", _("restoring of a record")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a second officer")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    act = models.CharField(_("act"), max_length=10, choices=Act.choices)
    kind = models.CharField(_("kind"), max_length=30, blank=True)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")
    values = models.JSONField(_("values"), default=dict)
    shown = models.JSONField(_("before and after"), default=list)
    reason = models.CharField(_("reason"), max_length=300)
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="proposals")
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"), db_default=Now())
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    # What came of it, for the history of versions.
    made = models.JSONField(_("what was written"), default=dict)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("person", "act", "kind", "record", "request", "state", "proposed_by", "proposed_at",
             "decided_by", "decided_at", "made"),
            "internal",
        ),
        **dict.fromkeys(("values", "shown", "reason", "answer"), "sensitive"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [models.Index(fields=["person", "-id"], name="corrections_proposal_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="waiting", act="identity"),
                name="corrections_proposal_one_identity",
                violation_error_message=_(
                    "A change of this person's identity already waits for a second officer."
                ),
            ),
            models.UniqueConstraint(
                fields=["record"], condition=Q(state="waiting"),
                name="corrections_proposal_one_a_record",
                violation_error_message=_(
                    "A change of this record already waits for a second officer."
                ),
            ),
            models.CheckConstraint(
                name="corrections_proposal_two_persons",
                condition=~Q(decided_by=F("proposed_by")) | Q(state="withdrawn"),
                violation_error_message=_BY_ANOTHER,
            ),
            models.CheckConstraint(
                name="corrections_proposal_decided",
                condition=Q(state="waiting", decided_by__isnull=True)
                | Q(decided_by__isnull=False) & ~Q(state="waiting"),
                violation_error_message=_BY_ANOTHER,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_act_display()} – {self.person.number}"

    def get_absolute_url(self) -> str:
        return reverse("proposal-detail", args=[self.pk])
