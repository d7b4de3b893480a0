"""Cases: what walks a procedure, the steps it reached, and all that hangs on a step."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.files.models import StoredFile
from ngangtam.foundation.kernel.models import LtreeField
from ngangtam.records.organisation.models import Decision, Post, Unit
from ngangtam.records.personnel.models import Person


class Kind(models.TextChoices):
    """What a step asks for."""

    DOCUMENT = "document", _("document")
    OPINION = "opinion", _("opinions")
    DOSSIER = "dossier", _("dossier")
    GATES = "gates", _("conditions")
    MEETING = "meeting", _("meeting")
    APPRAISE = "appraise", _("appraisal")
    DECIDE = "decide", _("decision")
    NOTICE = "notice", _("notice")
    RECORD = "record", _("record")


class Case(models.Model):
    """One walk through one version of a procedure.

    Shape: `xml` is the text of the procedure as it stood when the case began, `workflow` where
        the walk is, without that text. `due` is the earliest deadline among the steps that wait.
        A `fictional` case tries a procedure out: its subjects are invented, it writes no record.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        FROZEN = "frozen", _("on hold")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    number = models.CharField(_("number"), max_length=20, unique=True)
    procedure = models.CharField(_("procedure"), max_length=100)
    # In both languages, as it was called when the case began.
    label = models.JSONField(_("name of the procedure"), default=dict)
    digest = models.CharField(_("version of the procedure"), max_length=64)
    xml = models.TextField(_("text of the procedure"))
    # Whether the procedure was confirmed when the case began.
    confirmed = models.BooleanField(_("confirmed procedure"), default=True)
    regime = models.CharField(_("regime"), max_length=30)
    stage = models.CharField(_("stage"), max_length=30)
    subject_kind = models.CharField(_("kind of subject"), max_length=10, default="person")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    # The unit's path when the case began; the second wall reads it.
    path = LtreeField(editable=False)
    title = models.CharField(_("matter"), max_length=500)
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.RUNNING
    )
    workflow = models.JSONField(default=dict, editable=False)
    due = models.DateField(_("deadline"), null=True)
    # By when the whole rest must end, where a step that was reached says so.
    end_by = models.DateField(_("the whole must end by"), null=True)
    fictional = models.BooleanField(_("simulation"), default=False)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="+", verbose_name=_("decision")
    )
    # What the room above needs to carry its effect out; plain JSON.
    payload = models.JSONField(default=dict)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    opened_on = models.DateField(_("opened on"))
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    ending = models.CharField(_("why it ended"), max_length=1000, blank=True)
    # Raised with every change: a form that shows an older one is refused.
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    # The transaction in which it was decided: records are written there and nowhere else.
    decided_in = models.BigIntegerField(null=True, editable=False)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("number", "procedure", "label", "digest", "xml", "confirmed", "regime", "stage",
             "subject_kind", "unit", "path", "post", "state", "due", "end_by", "fictional",
             "decision", "opened_by", "opened_at", "opened_on", "ended_at", "version",
             "decided_in"),
            "internal",
        ),
        **dict.fromkeys(("title", "workflow", "payload", "ending"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(
                name="procedure_case_simulation",
                condition=Q(fictional=False) | Q(decision__isnull=True),
                violation_error_message=_("A simulation decides nothing."),
            ),
            models.CheckConstraint(
                name="procedure_case_unconfirmed",
                condition=Q(confirmed=True) | Q(fictional=True),
                violation_error_message=_(
                    "This procedure waits for confirmation; it can only be tried out."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due"], name="procedure_case_by_due"),
            models.Index(fields=["path"], name="procedure_case_by_path"),
        ]

    def __str__(self) -> str:
        return f"{self.number} – {self.title}"[:200]

    def get_absolute_url(self) -> str:
        return reverse("case-detail", args=[self.number])


class CaseSubject(models.Model):
    """Somebody whom a case is about; `person` is empty in a simulation, whose people are invented.

    Shape: `name` and `headline` are as they were when the subject came in.
    """

    class State(models.TextChoices):
        IN = "in", _("considered")
        OUT = "out", _("no longer considered")

    case = models.ForeignKey(Case, models.PROTECT, related_name="subjects")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=150)
    headline = models.CharField(_("present post"), max_length=300, blank=True)
    # Where the person worked when the subject came in.
    path = LtreeField(editable=False)
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name=_("post")
    )
    state = models.CharField(_("state"), max_length=5, choices=State.choices, default=State.IN)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    privacy: ClassVar = {
        **dict.fromkeys(("case", "person", "path", "post", "position"), "internal"),
        **dict.fromkeys(("name", "headline", "state", "reason"), "personal"),
    }

    class Meta:
        verbose_name = _("subject of a case")
        verbose_name_plural = _("subjects of cases")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person", "post"], name="procedure_casesubject_once",
                violation_error_message=_("This person already is a subject of the case."),
            ),
            models.UniqueConstraint(
                fields=["case", "person"], condition=Q(post__isnull=True),
                name="procedure_casesubject_once_without_post",
                violation_error_message=_("This person already is a subject of the case."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One step that a case reached; a step that is walked twice has two rows.

    Shape: `token` is the engine's own id of it. `answers` is what was said when it was completed,
        `outcome` the word that the paths of the procedure are chosen by.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        SKIPPED = "skipped", _("left out")

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    token = models.UUIDField(editable=False)
    bpmn = models.CharField(_("step"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    opened_at = models.DateTimeField(_("reached at"), db_default=Now())
    opened_on = models.DateField(_("reached on"))
    due = models.DateField(_("deadline"), null=True)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # What a meeting was convened with, before its vote.
    prepared = models.JSONField(default=dict)
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=2000, blank=True)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("case", "token", "bpmn", "kind", "state", "opened_at", "opened_on", "due", "done_at",
             "done_by", "prepared_by", "outcome"), "internal",
        ),
        **dict.fromkeys(("answers", "prepared", "note"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("step of a case")
        verbose_name_plural = _("steps of cases")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "token"], name="procedure_step_once")
        ]
        indexes = [models.Index(fields=["state", "due"], name="procedure_step_by_due")]

    def __str__(self) -> str:
        return self.bpmn

    def get_absolute_url(self) -> str:
        return reverse("case-step", args=[self.case.number, self.pk])


class Opinion(models.Model):
    """What one coordinating body is asked, and what it said; its silence is kept as silence."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        GIVEN = "given", _("given")
        SILENT = "silent", _("silent until the deadline")
        DROPPED = "dropped", _("no longer asked")

    class Verdict(models.TextChoices):
        NONE = "", _("none")
        AGREES = "agrees", _("agrees")
        REMARKS = "remarks", _("agrees with remarks")
        DISAGREES = "disagrees", _("disagrees")

    step = models.ForeignKey(Step, models.PROTECT, related_name="opinions")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    body = models.CharField(_("body asked"), max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    # The unit's path: who decides there reads the question and answers it.
    path = LtreeField(null=True, editable=False)
    question = models.CharField(_("question"), max_length=2000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_on = models.DateField(_("asked on"))
    due = models.DateField(_("deadline"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    verdict = models.CharField(
        _("opinion"), max_length=10, choices=Verdict.choices, blank=True, default=""
    )
    text = models.CharField(_("wording"), max_length=4000, blank=True)
    reference = models.CharField(_("document"), max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    given_on = models.DateField(_("given on"), null=True)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("step", "case", "body", "unit", "path", "asked_by", "asked_on", "due", "state",
             "file", "given_by", "given_on"), "internal",
        ),
        **dict.fromkeys(("question", "verdict", "text", "reference"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("opinion of a body")
        verbose_name_plural = _("opinions of bodies")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.body


class DossierItem(models.Model):
    """One paper that the dossier of a case needs: attached by one person, checked by another."""

    class State(models.TextChoices):
        MISSING = "missing", _("missing")
        ATTACHED = "attached", _("attached, not yet checked")
        CHECKED = "checked", _("checked")
        RETURNED = "returned", _("returned")
        UNNEEDED = "unneeded", _("not needed")

    step = models.ForeignKey(Step, models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    item = models.CharField(_("item"), max_length=100, blank=True)
    label = models.CharField(_("paper"), max_length=500)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.MISSING)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(_("document"), max_length=300, blank=True)
    attached_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    attached_at = models.DateTimeField(_("attached at"), null=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(_("checked at"), null=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("step", "case", "item", "state", "file", "attached_by", "attached_at", "checked_by",
             "checked_at"), "internal",
        ),
        **dict.fromkeys(("label", "reference", "note"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("paper of a dossier")
        verbose_name_plural = _("papers of dossiers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="procedure_dossieritem_second_look",
                condition=~Q(state="checked") | ~Q(checked_by=models.F("attached_by")),
                violation_error_message=_("Somebody else than who attached it checks a paper."),
            )
        ]

    def __str__(self) -> str:
        return self.label


class GateFinding(models.Model):
    """How one subject stands to one condition on one day, and what a person decided about it.

    Shape: `outcome` is the engine's word; an unknown one waits for `ruling`. A special case names
        the authority that allows it, a reason and a document; it is listed for inspectors.
    """

    class Outcome(models.TextChoices):
        MET = "met", _("met")
        NOT_MET = "not_met", _("not met")
        UNKNOWN = "unknown", _("unknown")

    step = models.ForeignKey(Step, models.PROTECT, related_name="findings")
    case = models.ForeignKey(Case, models.PROTECT, related_name="findings")
    subject = models.ForeignKey(CaseSubject, models.PROTECT, related_name="findings")
    gate = models.CharField(_("condition"), max_length=100)
    # Words of the rulebook, in both languages.
    label = models.JSONField(_("condition"), default=dict)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    value = models.JSONField(_("value"), default=dict)
    reason = models.JSONField(_("reason"), default=dict)
    # The facts it looked at: some are shown to those alone who may read such records.
    facts = models.JSONField(default=list)
    cites = models.JSONField(default=list)
    may_be_special = models.BooleanField(default=False)
    judged_on = models.DateField(_("judged on"))
    ruling = models.CharField(
        _("a person's decision"), max_length=8, choices=Outcome.choices[:2], blank=True
    )
    ruling_reason = models.CharField(_("reason"), max_length=1000, blank=True)
    ruled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ruled_at = models.DateTimeField(_("decided at"), null=True)
    special = models.BooleanField(_("special case"), default=False)
    authority = models.CharField(_("authority"), max_length=300, blank=True)
    special_reason = models.CharField(_("reason"), max_length=1000, blank=True)
    special_document = models.CharField(_("document"), max_length=300, blank=True)
    special_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    special_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    special_at = models.DateTimeField(_("allowed at"), null=True)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("step", "case", "subject", "gate", "label", "facts", "cites", "may_be_special",
             "judged_on", "ruled_by", "ruled_at", "special", "authority", "special_file",
             "special_by", "special_at"), "internal",
        ),
        **dict.fromkeys(
            ("outcome", "value", "reason", "ruling", "ruling_reason", "special_reason",
             "special_document"), "sensitive",
        ),
    }  # fmt: skip

    class Meta:
        verbose_name = _("condition of a case")
        verbose_name_plural = _("conditions of cases")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "subject", "gate"], name="procedure_gatefinding_once"
            ),
            models.CheckConstraint(
                name="procedure_gatefinding_special",
                condition=Q(special=False)
                | ~Q(authority="") & ~Q(special_reason="") & ~Q(special_document="")
                & Q(special_by__isnull=False),
                violation_error_message=_(
                    "A special case names its authority, a reason and a document."
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.gate} – {self.subject}"

    @property
    def lets_through(self) -> bool:
        """Whether this condition no longer stands in the way."""
        if self.special:
            return True
        return (self.ruling or self.outcome) == self.Outcome.MET


class Hold(models.Model):
    """A stop on one case, or on every case of one person, until it is lifted."""

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="holds")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # Whom or what it stops, as it was called then, and where that stood.
    label = models.CharField(_("what is stopped"), max_length=300)
    path = LtreeField(editable=False)
    reason = models.CharField(_("reason"), max_length=1000)
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(_("placed at"), db_default=Now())
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(_("lifted at"), null=True)
    lift_reason = models.CharField(_("why it was lifted"), max_length=1000, blank=True)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("case", "path", "placed_by", "placed_at", "lifted_by", "lifted_at"), "internal"
        ),
        **dict.fromkeys(("person", "label", "reason", "lift_reason"), "sensitive"),
    }

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.CheckConstraint(
                name="procedure_hold_of_one",
                condition=Q(case__isnull=False, person__isnull=True)
                | Q(case__isnull=True, person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(lifted_at__isnull=True, case__isnull=False),
                name="procedure_hold_case_once",
                violation_error_message=_("A hold already stands here."),
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(lifted_at__isnull=True, person__isnull=False),
                name="procedure_hold_person_once",
                violation_error_message=_("A hold already stands here."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("case-holds")


class CasePaper(models.Model):
    """A paper of a case: drawn up here or sent in, signed under a number."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers")
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="papers")
    template = models.CharField(max_length=100, blank=True)
    title = models.CharField(_("paper"), max_length=300)
    number = models.CharField(_("number"), max_length=80, blank=True)
    day = models.DateField(_("day"), null=True)
    signer = models.CharField(_("signer"), max_length=150, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    privacy: ClassVar = {
        **dict.fromkeys(
            ("case", "step", "template", "number", "day", "file", "made_by", "made_at"), "internal"
        ),
        **dict.fromkeys(("title", "signer"), "personal"),
    }

    class Meta:
        verbose_name = _("paper of a case")
        verbose_name_plural = _("papers of cases")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class Notice(models.Model):
    """What a subject is told of a case; before it, the subject sees nothing of it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    title = models.CharField(_("matter"), max_length=500)
    text = models.CharField(_("notice"), max_length=2000)
    day = models.DateField(_("day"))
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given at"), db_default=Now())

    privacy: ClassVar = {
        **dict.fromkeys(("case", "day", "given_by", "given_at"), "internal"),
        **dict.fromkeys(("person", "title", "text"), "personal"),
    }

    class Meta:
        verbose_name = _("notice to a subject")
        verbose_name_plural = _("notices to subjects")

    def __str__(self) -> str:
        return self.title


class Feed(models.Model):
    """An address under which a calendar fetches somebody's deadlines; only its digest is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    privacy: ClassVar = dict.fromkeys(("user", "digest", "made_at", "revoked_at"), "internal")

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="procedure_feed_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


__all__ = [
    "Case", "CasePaper", "CaseSubject", "DossierItem", "Feed", "GateFinding", "Hold", "Kind",
    "Notice", "Opinion", "Step",
]  # fmt: skip
