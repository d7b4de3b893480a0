"""Votes of confidence: a round in one body, who is voted on and who is not, who votes, what is due
before, and what came of it. The papers themselves lie in the room of votes."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.models import LtreeField
from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel.models import Person


class Regime(models.TextChoices):
    """By whose rules: two texts with their own titles, denominators and consequences."""

    PARTY = "party", _("in the political system")
    ELECTED = "elected", _("in an elected body")


class Round(models.Model):
    """One round in one body: its people are voted on together, on one paper.

    Shape: `day` is when papers are handed out; `session` the first day of the session, from which
        the timetable counts back, None where no timetable is known. `share_of` names of what
        shares are taken where the text leaves it open. `term` is the year in which the term began.
        `basis` is the document that orders the round. `released` says that results may be read by
        whom they are about.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("lists being made")
        FIXED = "fixed", _("lists closed")
        COUNTED = "counted", _("votes counted")
        CANCELLED = "cancelled", _("called off")

    class ShareOf(models.TextChoices):
        BALLOTS = "ballots", _("ballots handed in")
        CONVENED = "convened", _("everybody convened")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("body"))
    path = LtreeField(editable=False)
    regime = models.CharField(_("by the rules"), max_length=10, choices=Regime.choices)
    title = models.CharField(_("name of the round"), max_length=200)
    basis = models.CharField(_("by the document"), max_length=300, blank=True)
    day = models.DateField(_("day of the vote"))
    session = models.DateField(_("first day of the session"), null=True)
    term = models.PositiveSmallIntegerField(_("term began in"), null=True)
    below = models.BooleanField(_("with the units below"), default=False)
    share_of = models.CharField(_("shares are of"), max_length=10, choices=ShareOf.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    fixed_at = models.DateTimeField(_("lists closed at"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, editable=False)
    released_at = models.DateTimeField(_("results released at"), null=True, editable=False)
    released_on = models.CharField(_("released by the document"), max_length=300, blank=True)

    privacy: ClassVar = dict.fromkeys(
        ("unit", "path", "regime", "title", "basis", "day", "session", "term", "below", "share_of",
         "state", "version", "reason", "opened_by", "opened_at", "fixed_at", "counted_at",
         "released_at", "released_on"), "internal",
    )  # fmt: skip

    class Meta:
        verbose_name = _("round of votes of confidence")
        verbose_name_plural = _("rounds of votes of confidence")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "regime", "day"], condition=~Q(state="cancelled"),
                name="confidence_round_once_a_day",
                violation_error_message=_("There already is a round in this body on this day."),
            ),
            models.UniqueConstraint(
                fields=["unit", "term"],
                condition=~Q(state="cancelled") & Q(regime="elected", term__isnull=False),
                name="confidence_round_once_a_term",
                violation_error_message=_(
                    "In this term there already is a round; there is one in a term."
                ),
            ),
            models.CheckConstraint(
                name="confidence_round_session",
                condition=Q(session__isnull=True) | Q(session__lte=F("day")),
                violation_error_message=_("The vote is held in the session, not before it."),
            ),
            models.CheckConstraint(
                name="confidence_round_cancelled",
                condition=~Q(state="cancelled") | ~Q(reason=""),
                violation_error_message=_("Say why the round is called off."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["path", "-day"], name="confidence_round_of_unit")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("confidence-round", args=[self.pk])

    @property
    def rules(self) -> str:
        """The counting rule of this round."""
        return f"counting.confidence_{self.regime}"

    @property
    def reference(self) -> str:
        """What the vote of this round says that it serves."""
        return f"confidence:{self.pk}"


class Subject(models.Model):
    """Somebody who holds a title that is voted on; or who does, and is left out for a reason.

    Shape: `why` is the code of the reason for leaving out, `note` its evidence in words (the day
        of an appointment, the number of a notice). `by_hand`: somebody put it so, and a new look
        at the postings leaves it.
    """

    class State(models.TextChoices):
        IN = "in", _("voted on")
        OUT = "out", _("not voted on")

    class Why(models.TextChoices):
        NEW = "new", _("appointed or elected in the year of the vote")
        LEAVING = "leaving", _("has the notice of leave pending retirement")
        GONE = "gone", _("no longer holds the title")
        OTHER = "other", _("another reason")

    round = models.ForeignKey(Round, models.PROTECT, related_name="subjects")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    titles = models.CharField(_("titles"), max_length=600)
    since = models.DateField(_("in the title since"), null=True)
    state = models.CharField(_("state"), max_length=3, choices=State.choices)
    why = models.CharField(_("reason"), max_length=10, choices=Why.choices, blank=True)
    note = models.CharField(_("evidence of the reason"), max_length=500, blank=True)
    by_hand = models.BooleanField(default=False, db_default=False)

    privacy: ClassVar = {
        **dict.fromkeys(("round", "post", "by_hand"), "internal"),
        **dict.fromkeys(("person", "titles", "since", "state", "why", "note"), "personal"),
    }

    class Meta:
        verbose_name = _("person in a vote of confidence")
        verbose_name_plural = _("people in votes of confidence")
        constraints = [
            # Who holds several titles is voted on once.
            models.UniqueConstraint(
                fields=["round", "person"], name="confidence_subject_once",
                violation_error_message=_("This person already stands in the round."),
            ),
            models.CheckConstraint(
                name="confidence_subject_why",
                condition=Q(state="in", why="") | Q(state="out") & ~Q(why=""),
                violation_error_message=_("Say why somebody is left out."),
            ),
            models.CheckConstraint(
                name="confidence_subject_evidence",
                condition=Q(why__in=["", "gone"]) | ~Q(note=""),
                violation_error_message=_("Name the evidence."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person} – {self.titles}"


class Voter(models.Model):
    """Somebody who is convened to vote. Whether and how is known to nobody here."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="voters")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    called = models.BooleanField(_("convened"), default=True, db_default=True)

    privacy: ClassVar = {"round": "internal", "person": "personal", "called": "personal"}

    class Meta:
        verbose_name = _("person convened")
        verbose_name_plural = _("people convened")
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="confidence_voter_once")
        ]

    def __str__(self) -> str:
        return f"{self.round_id} – {self.person}"


class Due(models.Model):
    """One thing that has to be done some days before the session, by the text."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="dues")
    code = models.CharField(_("what"), max_length=30)
    due = models.DateField(_("at the latest"))
    done_on = models.DateField(_("done on"), null=True)
    note = models.CharField(_("document"), max_length=300, blank=True)

    privacy: ClassVar = dict.fromkeys(("round", "code", "due", "done_on", "note"), "internal")

    class Meta:
        verbose_name = _("deadline of a vote of confidence")
        verbose_name_plural = _("deadlines of votes of confidence")
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="confidence_due_once")
        ]

    def __str__(self) -> str:
        return f"{self.round_id} – {self.code}"


class Result(models.Model):
    """What the count said of one person. It decides nothing: a low result is considered.

    Shape: `high`, `trust`, `low` are papers, `denominator` of which shares are taken; `zone` ''
        when nothing follows. `followed` says what a named person made of a zone: waits, a case
        was opened (`case_number`), or set aside for a reason (`note`).
    """

    class Followed(models.TextChoices):
        NOTHING = "", _("nothing follows")
        WAITS = "waits", _("to be considered")
        CASE = "case", _("case opened")
        ASIDE = "aside", _("set aside")

    round = models.ForeignKey(Round, models.PROTECT, related_name="results")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    path = LtreeField(editable=False)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    titles = models.CharField(_("titles"), max_length=600)
    day = models.DateField(_("day of the vote"))
    regime = models.CharField(_("by the rules"), max_length=10, choices=Regime.choices)
    high = models.PositiveIntegerField(_("high confidence"))
    trust = models.PositiveIntegerField(_("confidence, middle level"))
    low = models.PositiveIntegerField(_("low confidence"))
    convened = models.PositiveIntegerField(_("convened"))
    returned = models.PositiveIntegerField(_("ballots handed in"))
    denominator = models.PositiveIntegerField(_("denominator"))
    zone = models.CharField(_("zone"), max_length=12, blank=True)
    followed = models.CharField(
        _("what followed"), max_length=6, choices=Followed.choices, blank=True
    )
    case_number = models.CharField(_("case"), max_length=20, blank=True)
    note = models.CharField(_("reason"), max_length=500, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("round", "path", "post", "day", "regime", "convened", "returned", "settled_by",
             "settled_at"), "internal",
        ),
        **dict.fromkeys(
            ("person", "titles", "high", "trust", "low", "denominator", "zone", "followed",
             "case_number", "note"), "sensitive",
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = _("result of a vote of confidence")
        verbose_name_plural = _("results of votes of confidence")
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="confidence_result_once"),
            models.CheckConstraint(
                name="confidence_result_within",
                condition=Q(denominator__gt=0, denominator__gte=F("high") + F("trust") + F("low")),
            ),
            models.CheckConstraint(
                name="confidence_result_settled",
                condition=Q(followed__in=["", "waits"])
                | Q(followed="case") & ~Q(case_number="")
                | Q(followed="aside") & ~Q(note=""),
                violation_error_message=_("Setting aside needs a reason."),
            ),
        ]
        indexes = [models.Index(fields=["person", "-day"], name="confidence_result_of_person")]

    def __str__(self) -> str:
        return f"{self.person} – {self.day}"
