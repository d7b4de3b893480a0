"""Areas, units, posts and establishment; the decisions and sources that records rest on."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.models import EffectiveDated, LtreeField


class Level(models.TextChoices):
    """Levels of the system. The district level ended on 1 July 2025 and stays for history."""

    CENTRAL = "central", _("Central")
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")


class Regime(models.TextChoices):
    """Whose rules a post falls under; they overlap with different numbers."""

    PARTY = "party", _("Party and mass organisations")
    ELECTED = "elected", _("Elected")
    CIVIL_SERVANT = "civil_servant", _("Civil servant")
    PUBLIC_EMPLOYEE = "public_employee", _("Public employee")
    CONTRACT = "contract", _("Labour contract")


class Decision(models.Model):
    """A signed document that changes somebody's record or a unit."""

    number = models.CharField(_("number"), max_length=80)
    day = models.DateField(_("day"))
    body = models.CharField(_("issuing body"), max_length=300)
    signer = models.CharField(_("signer"), max_length=150, blank=True)
    kind = models.CharField(_("kind"), max_length=40, default="other")
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    effects = models.JSONField(_("effects"), default=list, blank=True)

    privacy: ClassVar = {
        "number": "internal", "day": "internal", "body": "internal", "signer": "internal",
        "kind": "internal", "summary": "personal", "effects": "personal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["number", "day", "body"],
                name="organisation_decision_once",
                violation_error_message=_("This decision is already recorded."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.day:%d/%m/%Y})"


class Source(models.Model):
    """Where a record comes from when no decision was given: a named roster, form or statement."""

    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("name"), max_length=300)
    day = models.DateField(_("day"))
    reference = models.CharField(_("reference"), max_length=100, blank=True)

    privacy: ClassVar = {
        "kind": "internal", "name": "internal", "day": "internal", "reference": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.name


class Recorded(EffectiveDated):
    """A dated record that rests on a decision or a named source, and says who knew it when."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("decision"),
    )  # fmt: skip
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.CharField(_("recorded by"), max_length=150, blank=True)
    voided_by = models.CharField(_("voided by"), max_length=150, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=300, blank=True)

    recorded_privacy: ClassVar = {
        "valid": "personal", "decision": "internal", "source": "internal",
        "recorded_at": "internal", "recorded_by": "internal", "voided_at": "internal",
        "voided_by": "internal", "void_reason": "internal",
    }  # fmt: skip

    class Meta(EffectiveDated.Meta):
        abstract = True
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_rests_on",
                condition=Q(decision__isnull=False) | Q(source__isnull=False),
                violation_error_message=_("A record rests on a decision or a named source."),
            ),
        ]


class Area(EffectiveDated):
    """A province, district or commune for the period in which it existed under that name.

    Codes were used again in July 2025, so an area is a code, a level and a period.
    """

    code = models.CharField(_("code"), max_length=10)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    name_plain = models.CharField(max_length=120, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name=_("within")
    )

    privacy: ClassVar = dict.fromkeys(
        ("code", "level", "kind", "name", "name_plain", "parent", "valid", "voided_at"), "public"
    )

    @property
    def is_invented(self) -> bool:
        """Whether the area belongs to the demonstration: official codes are digits alone."""
        return not self.code.isdecimal()

    class Meta(EffectiveDated.Meta):
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        indexes = [
            models.Index(fields=["level", "code"], name="organisation_area_code"),
            GinIndex(
                fields=["name_plain"], name="organisation_area_name", opclasses=["gin_trgm_ops"]
            ),
        ]
        constraints = [
            *EffectiveDated.Meta.constraints,
            ExclusionConstraint(
                name="organisation_area_code_once",
                expressions=[
                    ("level", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("This code is already an area in that period."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("area-detail", args=[self.pk])


class AreaSuccession(models.Model):
    """One line of the official conversion: what an old area became, whole or in part."""

    class Extent(models.TextChoices):
        WHOLE = "whole", _("Whole")
        PART = "part", _("Part")

    before = models.ForeignKey(Area, models.PROTECT, related_name="became")
    after = models.ForeignKey(Area, models.PROTECT, related_name="came_from")
    extent = models.CharField(_("extent"), max_length=5, choices=Extent.choices)
    day = models.DateField(_("day"))
    raw = models.CharField(_("wording"), max_length=300, blank=True)
    # Struck out when the official table knows nothing of it; the row stays to be asked about.
    voided_at = models.DateTimeField(_("voided at"), null=True, editable=False)

    privacy: ClassVar = dict.fromkeys(
        ("before", "after", "extent", "day", "raw", "voided_at"), "public"
    )

    class Meta:
        verbose_name = _("conversion of an area")
        verbose_name_plural = _("conversions of areas")
        constraints = [
            models.UniqueConstraint(
                fields=["before", "after"], name="organisation_areasuccession_once"
            )
        ]


class Unit(models.Model):
    """A body of the system. What it is called and where it stands today; history is beside it."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=300)
    name_plain = models.CharField(max_length=300, editable=False)
    kind = models.CharField(_("kind"), max_length=40, default="body")
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name=_("under")
    )
    path = LtreeField(_("path"), editable=False)
    area = models.ForeignKey(Area, models.PROTECT, null=True, verbose_name=_("area"))
    position = models.PositiveIntegerField(_("order"), default=0)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    # Kept by personnel's steps, so that a chart of the whole country costs one small read.
    holders = models.PositiveIntegerField(_("people in post"), default=0, editable=False)
    seats = models.PositiveIntegerField(_("seats"), default=0, editable=False)

    privacy: ClassVar = dict.fromkeys(
        ("code", "name", "name_plain", "kind", "level", "parent", "path", "area", "position",
         "ended_on", "holders", "seats"), "internal",
    )  # fmt: skip

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["position", "code"]
        indexes = [
            GistIndex(fields=["path"], name="organisation_unit_path"),
            GinIndex(
                fields=["name_plain"], name="organisation_unit_name", opclasses=["gin_trgm_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("unit-detail", args=[self.code])


class UnitVersion(Recorded):
    """What a unit was called and where it stood, for one period."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="versions")
    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=40)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("under")
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, verbose_name=_("area"))

    privacy: ClassVar = {
        **dict.fromkeys(("unit", "name", "kind", "level", "parent", "area"), "internal"),
        **dict.fromkeys(Recorded.recorded_privacy, "internal"),
    }

    class Meta(Recorded.Meta):
        verbose_name = _("version of a unit")
        verbose_name_plural = _("versions of units")
        constraints = [
            *Recorded.Meta.constraints,
            ExclusionConstraint(
                name="organisation_unitversion_one_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("The unit already has a version in that period."),
            ),
        ]


class UnitSuccession(models.Model):
    """One unit becoming another: merged, split, renamed, converted."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merged into")
        SPLIT = "split", _("Split into")
        CONVERT = "convert", _("Converted into")

    before = models.ForeignKey(Unit, models.PROTECT, related_name="successors")
    after = models.ForeignKey(Unit, models.PROTECT, related_name="predecessors")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    day = models.DateField(_("day"))
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")

    privacy: ClassVar = dict.fromkeys(
        ("before", "after", "kind", "day", "decision", "source"), "internal"
    )

    class Meta:
        verbose_name = _("succession of units")
        verbose_name_plural = _("successions of units")
        constraints = [
            models.UniqueConstraint(
                fields=["before", "after"], name="organisation_unitsuccession_once"
            ),
            models.CheckConstraint(
                name="organisation_unitsuccession_rests_on",
                condition=Q(decision__isnull=False) | Q(source__isnull=False),
                violation_error_message=_("A record rests on a decision or a named source."),
            ),
        ]


class Post(Recorded):
    """A post of a unit (vị trí): its title, how many seats, and what kind of post it is."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=300)
    title_kind = models.CharField(_("kind of title"), max_length=40, default="other")
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    regime = models.CharField(_("regime"), max_length=20, choices=Regime.choices)
    managed_by = models.CharField(_("managed by"), max_length=40, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=_("area"))
    leadership = models.BooleanField(_("leadership post"), default=False)
    head = models.BooleanField(_("head"), default=False)
    key_leader = models.BooleanField(_("key leader"), default=False)
    committee_member = models.BooleanField(_("Party committee member"), default=False)
    standing_committee_member = models.BooleanField(_("standing committee member"), default=False)
    deputy_elected = models.BooleanField(_("elected deputy"), default=False)
    full_time = models.BooleanField(_("full time"), default=True)
    position = models.PositiveIntegerField(_("order"), default=0)

    privacy: ClassVar = {
        **dict.fromkeys(
            ("unit", "title", "title_kind", "seats", "level", "regime", "managed_by", "area",
             "leadership", "head", "key_leader", "committee_member", "standing_committee_member",
             "deputy_elected", "full_time", "position"), "internal",
        ),
        **dict.fromkeys(Recorded.recorded_privacy, "internal"),
    }  # fmt: skip

    class Meta(Recorded.Meta):
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["position", "id"]
        constraints = [
            *Recorded.Meta.constraints,
            models.CheckConstraint(
                name="organisation_post_head_leads",
                condition=Q(head=False) | Q(leadership=True),
                violation_error_message=_("The head of a unit holds a leadership post."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Establishment(Recorded):
    """How many people of one regime a unit may have (biên chế được giao), for one period."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="establishments")
    regime = models.CharField(_("regime"), max_length=20, choices=Regime.choices)
    number = models.PositiveIntegerField(_("number"))

    privacy: ClassVar = {
        **dict.fromkeys(("unit", "regime", "number"), "internal"),
        **dict.fromkeys(Recorded.recorded_privacy, "internal"),
    }

    class Meta(Recorded.Meta):
        verbose_name = _("establishment")
        verbose_name_plural = _("establishments")
        constraints = [
            *Recorded.Meta.constraints,
            ExclusionConstraint(
                name="organisation_establishment_one_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("regime", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("The unit already has an establishment then."),
            ),
        ]
