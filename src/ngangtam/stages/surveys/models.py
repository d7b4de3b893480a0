"""Surveys about a person or a collective: who is asked, what lies in the box, what came of it.

What somebody answers never stands beside who answered; see ADR 0043.
"""

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.models import LtreeField
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.stages.evaluation.models import Cycle


class Side(models.TextChoices):
    """From which side somebody looks."""

    SUPERIOR = "superior", _("superiors")
    PEER = "peer", _("peers")
    SUBORDINATE = "subordinate", _("subordinates")
    CITIZEN = "citizen", _("citizens and bodies served")


# Those inside may be told together where one side alone is too small.
INSIDE: Final = (Side.SUPERIOR, Side.PEER, Side.SUBORDINATE)


class Survey(models.Model):
    """One survey about one person, or one collective (no person), in one cycle.

    Shape: `questions` as they stood on the day it was opened; `lock` is the public key of the box.
        One a cycle and subject: two with slightly different circles could be told apart.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+", verbose_name=_("cycle"))
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    path = LtreeField(editable=False)
    questions = models.JSONField(_("questions"), default=list)
    closes_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    lock = models.BinaryField(_("key of the box"), editable=False)
    # How many answers a result needed when it was closed.
    least = models.PositiveSmallIntegerField(_("fewest answers told"), null=True, editable=False)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    privacy: ClassVar = dict.fromkeys(
        ("cycle", "person", "unit", "path", "questions", "closes_on", "state", "lock", "least",
         "opened_by", "opened_at", "closed_at"), "internal",
    )  # fmt: skip

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "person"], condition=Q(person__isnull=False),
                name="surveys_survey_once",
                violation_error_message=_("There already is a survey about them in this cycle."),
            ),
            models.UniqueConstraint(
                fields=["cycle", "unit"], condition=Q(person__isnull=True),
                name="surveys_survey_collective_once",
                violation_error_message=_("There already is a survey about them in this cycle."),
            ),
            models.CheckConstraint(
                name="surveys_survey_closed",
                condition=Q(state="open", least__isnull=True)
                | Q(state="closed", least__gte=5, closed_at__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["cycle", "path"], name="surveys_survey_of_unit")]

    def __str__(self) -> str:
        return f"{self.person or self.unit} – {self.cycle}"

    def get_absolute_url(self) -> str:
        return reverse("survey-detail", args=[self.pk])


class Ticket(models.Model):
    """That somebody is asked, once. It says whether it was used, never what for or when.

    Shape: a person who was drawn, or the digest of a code on a slip of paper.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="tickets")
    side = models.CharField(_("side"), max_length=12, choices=Side.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    digest = models.BinaryField(_("digest of the code"), null=True)
    used = models.BooleanField(_("used"), default=False, db_default=False)

    privacy: ClassVar = {
        "survey": "internal", "side": "internal", "person": "personal", "digest": "internal",
        "used": "personal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("ticket of a survey")
        verbose_name_plural = _("tickets of surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "person"], condition=Q(person__isnull=False),
                name="surveys_ticket_once",
            ),
            models.UniqueConstraint(
                fields=["digest"], condition=Q(digest__isnull=False), name="surveys_ticket_code"
            ),
            models.CheckConstraint(
                name="surveys_ticket_whose",
                condition=Q(person__isnull=False, digest__isnull=True)
                | Q(person__isnull=True, digest__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["person"], condition=Q(used=False), name="surveys_ticket_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} – {self.side}"


class Slip(models.Model):
    """One folded answer in the box, sealed to a key that is destroyed when the box is emptied.

    Shape: a random id, no day, no order; all of the same length. Closing takes every slip out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+")
    side = models.CharField(_("side"), max_length=12, choices=Side.choices)
    sealed = models.BinaryField(_("sealed"))

    privacy: ClassVar = {
        "id": "internal", "survey": "internal", "side": "internal", "sealed": "personal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("sealed answer")
        verbose_name_plural = _("sealed answers")
        indexes = [models.Index(fields=["survey", "side"], name="surveys_slip_of_box")]

    def __str__(self) -> str:
        return f"{self.survey_id}"


class Tally(models.Model):
    """What one side said, or several together: counts and comments, no single answer.

    Shape: `figures` is question id → {mean, count, none}; `comments` are in the order of the
        alphabet. Only groups of at least `survey.least` answers have a row.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="tallies")
    sides = models.JSONField(_("sides"), default=list)
    answered = models.PositiveIntegerField(_("answers"))
    figures = models.JSONField(_("figures"), default=dict)
    comments = models.JSONField(_("comments"), default=list)

    privacy: ClassVar = {
        "survey": "internal", "sides": "internal",
        **dict.fromkeys(("answered", "figures", "comments"), "personal"),
    }  # fmt: skip

    class Meta:
        verbose_name = _("result of a survey")
        verbose_name_plural = _("results of surveys")
        constraints = [
            models.CheckConstraint(
                name="surveys_tally_enough", condition=Q(answered__gte=5),
                violation_error_message=_("Too few answers to be told."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.survey_id} – {', '.join(self.sides)}"


__all__ = ["INSIDE", "Side", "Slip", "Survey", "Tally", "Ticket"]
