"""People, the posts they hold, and everything dated that is known of them."""

from typing import ClassVar, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.models import LtreeField
from ngangtam.records.organisation.models import Area, Post, Recorded, Source, Unit
from ngangtam.records.personnel.kinds import SENSITIVE

NARROWING: Final = [
    "name_plain", "birth_day", "gender", "level", "leadership", "party", "degree",
]  # fmt: skip


class Person(models.Model):
    """Whose file it is: identity as it is known now, and where the person works today.

    Every change of identity leaves an `IdentityChange`. `home_*` and `headline` repeat the main
    posting of today, so that lists of a million people read one table; `steps` keeps them.
    """

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")
        NONE = "none", _("unknown")

    number = models.CharField(_("file number"), max_length=20, unique=True)
    full_name = models.CharField(_("full name"), max_length=150)
    other_names = models.CharField(_("other names"), max_length=200, blank=True)
    name_key = models.CharField(max_length=700, editable=False, db_collation="C")
    name_plain = models.CharField(max_length=150, editable=False)
    birth_raw = models.CharField(_("date of birth"), max_length=60, blank=True)
    birth_day = models.DateField(_("date of birth"), null=True, blank=True)
    birth_precision = models.CharField(
        max_length=5, choices=Precision.choices, default=Precision.NONE
    )
    gender = models.CharField(_("gender"), max_length=10, blank=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=20, blank=True)
    ethnicity_raw = models.CharField(max_length=100, blank=True)
    religion = models.CharField(_("religion"), max_length=40, blank=True)
    religion_raw = models.CharField(max_length=100, blank=True)
    nationality = models.CharField(_("nationality"), max_length=60, blank=True)
    hometown_raw = models.CharField(_("home town"), max_length=300, blank=True)
    hometown = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("home town")
    )
    birthplace_raw = models.CharField(_("place of birth"), max_length=300, blank=True)
    personal_number = models.CharField(_("personal identity number"), max_length=12, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    # A file brought in by mistake and undone stays, out of sight of every list.
    voided_at = models.DateTimeField(_("voided at"), null=True, editable=False)
    home_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="people", verbose_name=_("unit")
    )
    home_path = LtreeField(editable=False)
    headline = models.CharField(_("present post"), max_length=300, blank=True, editable=False)
    # Set where nothing is held any more: the day after the last one, whose post `headline` says.
    left_on = models.DateField(_("left the post on"), null=True, blank=True, editable=False)
    # What lists are narrowed by, reckoned by `steps.refresh` from postings and records.
    level = models.CharField(_("level"), max_length=10, blank=True, editable=False, db_default="")
    leadership = models.BooleanField(
        _("leadership post"), default=False, editable=False, db_default=False
    )
    party = models.BooleanField(_("Party member"), null=True, editable=False)
    degree = models.CharField(_("degree"), max_length=30, blank=True, editable=False, db_default="")

    privacy: ClassVar = {
        "number": "internal", "full_name": "personal", "other_names": "personal",
        "name_key": "personal", "name_plain": "personal", "birth_raw": "personal",
        "birth_day": "personal", "birth_precision": "personal", "gender": "personal",
        "ethnicity": "sensitive", "ethnicity_raw": "sensitive", "religion": "sensitive",
        "religion_raw": "sensitive", "nationality": "personal", "hometown_raw": "personal",
        "hometown": "personal", "birthplace_raw": "personal", "personal_number": "sensitive",
        "source": "internal", "recorded_at": "internal", "voided_at": "internal",
        "home_unit": "internal", "home_path": "internal", "headline": "personal",
        "left_on": "personal",
        "level": "internal", "leadership": "internal", "party": "personal", "degree": "personal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        # The two covering indexes answer every list, search and filter without the table.
        indexes = [
            models.Index(
                fields=["name_key", "id"], name="personnel_person_by_name",
                condition=Q(voided_at__isnull=True), include=["home_path", *NARROWING],
            ),
            models.Index(
                fields=["home_path", "name_key", "id"], name="personnel_person_by_unit",
                condition=Q(voided_at__isnull=True), include=NARROWING,
            ),
            models.Index(fields=["name_plain", "birth_day"], name="personnel_person_same"),
            models.Index(
                fields=["personal_number"], name="personnel_person_personal",
                condition=~Q(personal_number=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("person-detail", args=[self.number])

    @property
    def post_said(self) -> str:
        """The present post in words; of whoever left the last one, that one as a former one."""
        if self.left_on is None or not self.headline:
            return self.headline
        return gettext("formerly %(post)s") % {"post": self.headline}


class IdentityChange(models.Model):
    """One field of identity that was set anew: what it was, what it became, why and by whom."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identity_changes")
    field = models.CharField(_("field"), max_length=40)
    old = models.CharField(_("before"), max_length=300, blank=True)
    new = models.CharField(_("after"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.CharField(_("by"), max_length=150)

    privacy: ClassVar = {
        "person": "internal", "field": "internal", "old": "sensitive", "new": "sensitive",
        "reason": "personal", "at": "internal", "by": "internal",
    }  # fmt: skip

    class Meta:
        verbose_name = _("change of identity")
        verbose_name_plural = _("changes of identity")

    @property
    def label(self) -> str:
        """The name of the field in words."""
        name = "birth_raw" if self.field == "birth" else self.field
        field = Person._meta.get_field(name)
        return str(getattr(field, "verbose_name", name)).capitalize()


class Posting(Recorded):
    """One person holding one seat of one post for one unbroken period.

    Shape: seat 0 stands for a seat without a number, in a post without a fixed number of seats.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="postings")
    post = models.ForeignKey(Post, models.PROTECT, related_name="postings", verbose_name=_("post"))
    seat = models.PositiveIntegerField(_("seat"), default=1)
    main = models.BooleanField(_("main post"), default=True)
    title_raw = models.CharField(_("title as written"), max_length=500, blank=True)
    workplace_raw = models.CharField(_("workplace as written"), max_length=500, blank=True)

    privacy: ClassVar = {
        **dict.fromkeys(("person", "post", "seat", "main"), "internal"),
        **dict.fromkeys(("title_raw", "workplace_raw"), "personal"),
        **Recorded.recorded_privacy,
    }

    class Meta(Recorded.Meta):
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            *Recorded.Meta.constraints,
            ExclusionConstraint(
                name="personnel_posting_one_holder_a_seat",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_at__isnull=True, seat__gt=0),
                violation_error_message=_("This seat is already held in that period."),
            ),
            ExclusionConstraint(
                name="personnel_posting_one_main_post",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_at__isnull=True, main=True),
                violation_error_message=_("The person already has a main post in that period."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.post}"


class Record(Recorded):
    """One dated fact of a person's file: a degree, a rank, an award, a rating, a relation …

    `kind` is declared in `kinds.py` with its fields; `code` is the catalogue's code and `raw`
    the wording beside it; `detail` holds the further fields of the kind, as plain JSON.
    """

    # Without an index of its own: the one on (person, kind) serves.
    person = models.ForeignKey(Person, models.PROTECT, related_name="records", db_index=False)
    kind = models.CharField(_("kind"), max_length=30)
    code = models.CharField(_("code"), max_length=60, blank=True)
    raw = models.CharField(_("wording"), max_length=1000, blank=True)
    precision = models.CharField(
        max_length=5, choices=Person.Precision.choices, default=Person.Precision.DAY
    )
    detail = models.JSONField(_("details"), default=dict, blank=True)

    privacy: ClassVar = {
        **dict.fromkeys(("person", "kind", "precision"), "internal"),
        # The kinds in `SENSITIVE` are held back by the second wall too.
        **dict.fromkeys(("code", "raw", "detail"), "personal"),
        **Recorded.recorded_privacy,
    }

    class Meta(Recorded.Meta):
        verbose_name = _("record")
        verbose_name_plural = _("records")
        indexes = [
            models.Index(fields=["person", "kind"], name="personnel_record_of_person"),
        ]

    @property
    def sensitive(self) -> bool:
        return self.kind in SENSITIVE

    def __str__(self) -> str:
        return self.raw or self.code
