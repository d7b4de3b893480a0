"""Decisions, and what rests on each."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import (
    Decision,
    Establishment,
    Post,
    UnitSuccession,
    UnitVersion,
)
from ngangtam.records.personnel.events import EventType
from ngangtam.records.personnel.kinds import SENSITIVE
from ngangtam.records.personnel.models import Posting, Record
from ngangtam.records.personnel.queries.people import people_for
from ngangtam.records.personnel.queries.reach import Reach

MOST_ROWS = 200


def decisions_for(viewer: Viewer, reach: Reach) -> QuerySet[Decision]:
    """Decisions on which something rests that the viewer may read, or that the viewer recorded.

    Units are no secret, so their decisions are open to everyone who signs in.
    """
    mine = viewer.pk if isinstance(viewer, User) else None
    people = people_for(reach)
    own = Event.objects.filter(
        type=EventType.DECISION_RECORDED, subject_type="organisation.decision",
        subject_id=OuterRef("pk"), actor_id=mine,
    )  # fmt: skip
    seen = Q(Exists(own))
    for model in (UnitVersion, Post, Establishment, UnitSuccession):
        seen |= Q(Exists(model._default_manager.filter(decision=OuterRef("pk"))))
    seen |= Q(Exists(Posting.objects.filter(decision=OuterRef("pk"), person__in=people)))
    plain = Record.objects.exclude(kind__in=SENSITIVE)
    seen |= Q(Exists(plain.filter(decision=OuterRef("pk"), person__in=people)))
    return Decision.objects.filter(seen)


def search(rows: QuerySet[Decision], text: str, kind: str, year: str) -> QuerySet[Decision]:
    """Narrow decisions by number, body or words, by kind and by year."""
    typed = fold(text)
    if typed:
        rows = rows.filter(
            Q(number__icontains=typed) | Q(body__icontains=typed) | Q(summary__icontains=typed)
        )
    if kind:
        rows = rows.filter(kind=kind)
    if year.isdecimal() and 1900 <= int(year) <= 2100:
        rows = rows.filter(day__gte=date(int(year), 1, 1), day__lt=date(int(year) + 1, 1, 1))
    return rows


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests on a decision, as far as the viewer may see."""

    postings: list[Posting]
    records: list[Record]
    versions: list[UnitVersion]
    posts: list[Post]
    successions: list[UnitSuccession]


def resting_on(decision: Decision, reach: Reach) -> Resting:
    people = people_for(reach)
    records = Record.objects.filter(decision=decision, person__in=people)
    return Resting(
        postings=list(
            Posting.objects.filter(decision=decision, person__in=people)
            .select_related("person", "post__unit").order_by("person__name_key")[:MOST_ROWS]
        ),
        records=list(
            records.exclude(kind__in=SENSITIVE).select_related("person")
            .order_by("person__name_key")[:MOST_ROWS]
        ),
        versions=list(
            UnitVersion.objects.filter(decision=decision).select_related("unit")[:MOST_ROWS]
        ),
        posts=list(Post.objects.filter(decision=decision).select_related("unit")[:MOST_ROWS]),
        successions=list(
            UnitSuccession.objects.filter(decision=decision)
            .select_related("before", "after")[:MOST_ROWS]
        ),
    )  # fmt: skip
