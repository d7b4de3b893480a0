"""Secret votes: who is called, who holds the box, what came out of it.

What lies in a box stands in no model: each vote has tables of its own for as long as it runs, in
a schema that the web cannot enter (`migrations/0002_walls.py`); see ADR 0045.
"""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.models import LtreeField
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person

# SLIP-39 cuts a secret into at most so many parts, and needs two of them at least.
MOST_TELLERS: Final = 16
LEAST_TELLERS: Final = 2


class Poll(models.Model):
    """One secret vote: prepared, opened, closed, counted; or annulled with a reason.

    Shape: `rules` is the id of a counting rule, read as of `day`; `reference` says what the vote
        serves, such as `case:2026-000012:step3`. `lock` is the public key of the box, made when
        the last teller has taken the seat; `needed` tellers open it. `quorum` as "2/3" of the
        convened; the counting rule may ask for one besides. `share_of` names the figure of which
        shares are taken where the rule leaves it to whoever prepares. `length` is that of every
        paper in bytes. `root` is the hash over all receipts.
    """

    class Kind(models.TextChoices):
        NOMINATION = "nomination", _("nomination sheet")
        YES_NO = "yes_no", _("agree or not")
        CHOOSE = "choose", _("choice among candidates")
        CONFIDENCE = "confidence", _("vote of confidence")

    class State(models.TextChoices):
        PREPARED = "prepared", _("being prepared")
        OPEN = "open", _("voting")
        CLOSED = "closed", _("box closed")
        COUNTED = "counted", _("papers counted")
        ANNULLED = "annulled", _("annulled")

    reference = models.CharField(_("serves"), max_length=120, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    title = models.CharField(_("what is voted on"), max_length=300)
    kind = models.CharField(_("kind of vote"), max_length=12, choices=Kind.choices)
    rules = models.CharField(_("counting rule"), max_length=120)
    day = models.DateField(_("day"))
    seats = models.PositiveSmallIntegerField(_("number to be elected"), default=1)
    max_choices = models.PositiveSmallIntegerField(_("most names on a paper"), default=1)
    write_ins = models.PositiveSmallIntegerField(_("names that may be written in"), default=0)
    convened = models.PositiveIntegerField(_("convened"))
    present = models.PositiveIntegerField(_("present"), null=True)
    on_paper = models.BooleanField(_("on paper"), default=False)
    announced = models.BooleanField(_("result announced at this step"), default=False)
    share_of = models.CharField(_("shares are of"), max_length=10, blank=True, default="")
    quorum = models.CharField(_("quorum"), max_length=7, blank=True, default="")
    needed = models.PositiveSmallIntegerField(_("tellers needed to open the box"), default=2)
    length = models.PositiveIntegerField(editable=False, default=0)
    closes_at = models.DateTimeField(_("voting ends at"), null=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PREPARED
    )
    lock = models.BinaryField(_("key of the box"), null=True, editable=False)
    box = models.CharField(max_length=32, blank=True, default="", editable=False)
    papers = models.PositiveIntegerField(_("papers in the box"), null=True, editable=False)
    root = models.BinaryField(_("hash over all receipts"), null=True, editable=False)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="again", verbose_name=_("vote before")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField(_("prepared at"), db_default=Now())
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, editable=False)
    annulled_at = models.DateTimeField(_("annulled at"), null=True, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("reference", "unit", "path", "kind", "rules", "day", "seats", "max_choices",
             "write_ins", "convened", "present", "on_paper", "announced", "share_of", "quorum",
             "needed", "length", "closes_at", "state", "lock", "box", "papers", "root", "previous",
             "reason",
             "prepared_by", "prepared_at", "opened_at", "closed_at", "counted_at", "annulled_at"),
            "internal",
        ),
        "title": "personal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                condition=~Q(reference="") & ~Q(state="annulled") & Q(previous__isnull=True),
                name="ballots_poll_one_a_reference",
                violation_error_message=_("A vote already serves this."),
            ),
            models.CheckConstraint(
                name="ballots_poll_present",
                condition=Q(present__isnull=True) | Q(present__lte=F("convened")),
                violation_error_message=_("More people cannot be present than were convened."),
            ),
            models.CheckConstraint(
                name="ballots_poll_annulled",
                condition=~Q(state="annulled") | ~Q(reason=""),
                violation_error_message=_("Say why the vote is annulled."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["path", "-id"], name="ballots_poll_of_unit")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("ballot-detail", args=[self.pk])

    @property
    def is_confidence(self) -> bool:
        """Whether papers say three levels of confidence."""
        return self.kind == self.Kind.CONFIDENCE


class Option(models.Model):
    """One name, or one proposal, on the paper.

    Shape: `key` is what papers call it; `born` only where the rule lets the older one win a tie.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="options")
    position = models.PositiveSmallIntegerField(_("place on the paper"))
    label = models.CharField(_("name"), max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    born = models.DateField(_("date of birth"), null=True)

    privacy: ClassVar = {
        "poll": "internal", "position": "internal", "label": "personal", "person": "personal",
        "born": "personal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("name on the paper")
        verbose_name_plural = _("names on the paper")
        constraints = [
            models.UniqueConstraint(fields=["poll", "position"], name="ballots_option_place"),
            models.UniqueConstraint(
                fields=["poll", "person"], condition=Q(person__isnull=False),
                name="ballots_option_once",
                violation_error_message=_("The same person stands on the paper twice."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        return str(self.position)


class Teller(models.Model):
    """Somebody who counts. The words that open their part of the key are kept nowhere.

    Shape: `lock` is the public key of the teller's words; `entered` says that the words were
        entered to open the box and wait for the others.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="tellers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("teller"))
    position = models.PositiveSmallIntegerField(_("place"))
    lock = models.BinaryField(null=True, editable=False)
    seated_at = models.DateTimeField(_("took the seat at"), null=True, editable=False)
    entered = models.BooleanField(_("has entered the words"), default=False, db_default=False)

    privacy: ClassVar = dict.fromkeys(
        ("poll", "user", "position", "lock", "seated_at", "entered"), "internal"
    )

    class Meta:
        verbose_name = _("teller")
        verbose_name_plural = _("tellers")
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "user"], name="ballots_teller_once",
                violation_error_message=_("The same teller is named twice."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.user)


class Share(models.Model):
    """One part of the key, sealed so that the words of one teller open it.

    Shape: `part` says whose part it is, `holder` whose words open this copy. A teller who enters
        the words while others are missing passes the own part on, sealed to each of them. All are
        destroyed when the box was opened.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Teller, models.PROTECT, related_name="held")
    part = models.ForeignKey(Teller, models.PROTECT, related_name="+")
    sealed = models.BinaryField(_("sealed"))
    at = models.DateTimeField(_("at"), db_default=Now())

    privacy: ClassVar = {
        "poll": "internal", "holder": "internal", "part": "internal", "sealed": "personal",
        "at": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("sealed part of a key")
        verbose_name_plural = _("sealed parts of keys")
        constraints = [
            models.UniqueConstraint(fields=["holder", "part"], name="ballots_share_once")
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}"


class Roll(models.Model):
    """Who is called to vote. Whether, never when; and no key to any paper.

    Shape: `voted` is written for everybody at once, when the box is closed.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="roll")
    voter = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("voter"))
    present = models.BooleanField(_("present"), default=False, db_default=False)
    voted = models.BooleanField(_("has voted"), default=False, db_default=False)

    privacy: ClassVar = {
        "poll": "internal", "voter": "personal", "present": "personal", "voted": "personal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("line of the roll")
        verbose_name_plural = _("roll")
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "voter"], name="ballots_roll_once",
                violation_error_message=_("The same voter stands on the roll twice."),
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["voter", "poll"], name="ballots_roll_of_voter")]

    def __str__(self) -> str:
        return f"{self.poll_id} – {self.voter_id}"


class Receipt(models.Model):
    """The hash of one sealed paper that lay in the box at closing, in the order of the hashes."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="receipts")
    digest = models.BinaryField(_("receipt"))

    privacy: ClassVar = {"poll": "internal", "digest": "internal"}

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(fields=["poll", "digest"], name="ballots_receipt_once")
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}"


class OpenedPaper(models.Model):
    """One paper as it was read, in the order of what papers say: nothing of the box's order.

    Shape: `marks` is key → mark; a name that was written in has a key of its own, `+` and the
        name. `invalid` is the reason why it does not count, "" for a valid paper.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="opened")
    number = models.PositiveIntegerField(_("number"))
    marks = models.JSONField(_("marks"), default=dict)
    invalid = models.CharField(_("why it is invalid"), max_length=30, blank=True, default="")

    privacy: ClassVar = {
        "poll": "internal", "number": "internal", "marks": "personal", "invalid": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("opened paper")
        verbose_name_plural = _("opened papers")
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="ballots_openedpaper_once")
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} – {self.number}"


class PaperCount(models.Model):
    """What one teller of a meeting with papers of wood pulp counted. Two must say the same."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="paper_counts")
    teller = models.OneToOneField(Teller, models.PROTECT, related_name="count")
    figures = models.JSONField(_("figures"), default=dict)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(_("at"), db_default=Now())

    privacy: ClassVar = {
        "poll": "internal", "teller": "internal", "figures": "personal", "version": "internal",
        "at": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("count of a teller")
        verbose_name_plural = _("counts of tellers")

    def __str__(self) -> str:
        return f"{self.poll_id} – {self.teller_id}"


class Result(models.Model):
    """What the count said. Shape: `figures` as `counting.Counted.said()`; `root` is the hash over
    all opened papers, empty for a meeting on paper."""

    poll = models.OneToOneField(Poll, models.PROTECT, related_name="result")
    figures = models.JSONField(_("figures"), default=dict)
    root = models.BinaryField(_("hash over all opened papers"), default=b"")
    at = models.DateTimeField(_("at"), db_default=Now())

    privacy: ClassVar = {
        "poll": "internal", "figures": "personal", "root": "internal", "at": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("result of a vote")
        verbose_name_plural = _("results of votes")

    def __str__(self) -> str:
        return f"{self.poll_id}"


__all__ = [
    "LEAST_TELLERS", "MOST_TELLERS", "OpenedPaper", "Option", "PaperCount", "Poll", "Receipt",
    "Result", "Roll", "Share", "Teller",
]  # fmt: skip
