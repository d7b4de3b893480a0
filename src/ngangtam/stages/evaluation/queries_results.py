"""Reads for results: the own classes, what an agency publishes, petitions and their deadlines."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.kernel import workdays
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.corrections.queries import linked
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.evaluation.models import Class, Cycle, Petition, PetitionProof, Rating, Sheet
from ngangtam.stages.evaluation.queries_proposals import Right

Ratings: TypeAlias = "QuerySet[Rating]"
# How many working days somebody has for a petition, by the regime of the scheme.
PETITION: Final = {"civil_servant": "evaluation.civil_servant.petition_working_days"}
ANSWER: Final = "evaluation.petition.answer_working_days"
TOTALS: Final = "evaluation.publication.totals"


def _said(ident: str, on: date) -> object:
    """Return what a parameter says; None while nobody has confirmed it."""
    book = rulebook()
    return book.lookup(ident, on).value if ident in book.parameters else None


def last_day_to_petition(rating: Rating) -> date | None:
    """Return the last day on which the person may petition; None where no authority set one."""
    scheme = rulebook().schemes.get(rating.sheet.scheme)
    ident = PETITION.get(scheme.regime) if scheme is not None else None
    if ident is None or rating.noticed_at is None:
        return None
    told = timezone.localdate(rating.noticed_at)
    days = _said(ident, told)
    return workdays.after(told, days) if isinstance(days, int) else None


def days_to_answer(rating: Rating, on: date) -> int | None:
    """Return the working days that the authority gave itself for an answer, if any."""
    days = _said(ANSWER, on)
    return days if isinstance(days, int) else None


# --- the own classes -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Own:
    """One class of the viewer. Shape: `last` is the last day for a petition, if one was set;
    `may_petition` while none waits and the day has not passed."""

    rating: Rating
    petitions: list[Petition]
    last: date | None
    may_petition: bool
    fresh: bool

    @property
    def label(self) -> str:
        return str(Class(self.rating.level).label)


def own_classes(viewer: Viewer, today: date) -> list[Own]:
    """Return the classes that the viewer was told of, newest first, replaced ones among them."""
    me = own_person(viewer)
    if me is None:
        return []
    rows = Rating.objects.filter(person=me, noticed_at__isnull=False)
    rows = rows.select_related("cycle", "sheet", "decision").prefetch_related("petitions")
    return [_own(rating, today) for rating in rows.order_by("-cycle__first", "-pk")[:60]]


def get_own_class(viewer: Viewer, pk: int, today: date) -> Own | None:
    return next((one for one in own_classes(viewer, today) if one.rating.pk == pk), None)


def _own(rating: Rating, today: date) -> Own:
    petitions = sorted(rating.petitions.all(), key=lambda one: -one.pk)
    last = last_day_to_petition(rating)
    waits = any(one.state == Petition.State.WAITING for one in petitions)
    open_still = last is None or today <= last
    return Own(
        rating, petitions, last,
        may_petition=rating.replaced_at is None and not waits and open_still,
        fresh=rating.seen_at is None and rating.replaced_at is None,
    )  # fmt: skip


def unseen(user: User) -> QuerySet[Rating]:
    """Own classes that the viewer was told of and has not opened."""
    return Rating.objects.filter(
        person__in=linked(user).values("person"), noticed_at__isnull=False, seen_at__isnull=True,
        replaced_at__isnull=True,
    )  # fmt: skip


# --- publication ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One published class."""

    name: str
    unit: str
    level: str
    total: float | None
    scheme: str
    mine: bool

    @property
    def label(self) -> str:
        return str(Class(self.level).label)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an agency is with its classes in a cycle."""

    sheets: int
    decided: int
    told: int
    seen: int
    published: int


def shows_totals(on: date) -> bool:
    """Whether the authority publishes totals beside classes; not unless it says so."""
    return _said(TOTALS, on) is True


def published(cycle: Cycle, body: Unit, on: date) -> list[Line]:
    """Return what was published inside an agency; empty for who is not of it."""
    totals = shows_totals(on)
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, unit, level, total, scheme, mine from ngangtam_published(%s, %s)",
            [cycle.pk, body.pk],
        )
        return [
            Line(name, unit, level, total if totals else None, scheme, mine)
            for name, unit, level, total, scheme, mine in cursor.fetchall()
        ]


def standing(cycle: Cycle, body: Unit) -> Standing:
    """Count the people of an agency that the viewer reads, by how far their class is."""
    sheets = Sheet.objects.filter(cycle=cycle, body=body, person__isnull=False)
    rated = sheets.exclude(state=Sheet.State.EXEMPT).count()
    found = Rating.objects.filter(
        cycle=cycle, sheet__body=body, replaced_at__isnull=True, person__isnull=False
    ).aggregate(
        decided=Count("pk"), told=Count("pk", filter=Q(noticed_at__isnull=False)),
        seen=Count("pk", filter=Q(seen_at__isnull=False)),
        published=Count("pk", filter=Q(published_at__isnull=False)),
    )  # fmt: skip
    return Standing(rated, **found)


def may_publish(viewer: Viewer, body: Unit) -> bool:
    return may(viewer, Permission.EVALUATION_RUN, str(body.path))


def body_of(viewer: Viewer, code: str) -> Unit | None:
    """Return an agency whose publication the viewer may open: the own one, or one read there."""
    body = Unit.objects.filter(code=code).first()
    if body is None:
        return None
    for verb in (Permission.EVALUATION_RUN, Permission.EVALUATION_VIEW):
        if may(viewer, verb, str(body.path)):
            return body
    me = own_person(viewer)
    if me is None:
        return None
    inside = Person.objects.filter(pk=me, home_path__within=str(body.path))
    return body if inside.exists() else None


def cycle_for(body: Unit, code: str) -> Cycle | None:
    """Return the cycle of that code in which an agency is evaluated."""
    rows = Cycle.objects.filter(path__above=str(body.path), code=code)
    return rows.select_related("unit").first()


# --- petitions -----------------------------------------------------------------------------

_WITH: Final = ("person", "rating", "rating__cycle", "rating__sheet", "rating__sheet__unit",
                "rating__decided_by", "decided_by")  # fmt: skip


def petitions_for(viewer: Viewer) -> QuerySet[Petition]:
    """Petitions that the viewer answers or follows: of the own units, never the own one."""
    if not isinstance(viewer, User):
        return Petition.objects.none()
    within = Q(pk__in=[])
    for verb in (Permission.EVALUATION_DECIDE, Permission.EVALUATION_RUN):
        for path in scopes(viewer, verb):
            within |= Q(path__within=path)
    return Petition.objects.filter(within).exclude(asked_by=viewer).select_related(*_WITH)


def get_petition(viewer: Viewer, pk: int) -> Petition | None:
    """Return a petition that the viewer sent, answers or follows."""
    if not isinstance(viewer, User):
        return None
    own = Petition.objects.filter(asked_by=viewer).select_related(*_WITH)
    return own.filter(pk=pk).first() or petitions_for(viewer).filter(pk=pk).first()


def waiting(user: User) -> QuerySet[Petition] | None:
    """Petitions that wait for an answer where the viewer decides."""
    if not may(user, Permission.EVALUATION_DECIDE):
        return None
    return petitions_for(user).filter(state=Petition.State.WAITING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One petition on the list. Shape: `left` working days until the answer is due, if any."""

    petition: Petition
    left: int | None


def waits(row: Petition, today: date) -> Waiting:
    open_still = row.state == Petition.State.WAITING and row.answer_by is not None
    return Waiting(row, workdays.between(today, row.answer_by) if open_still else None)  # type: ignore[arg-type]


def may_answer(viewer: Viewer, row: Petition) -> bool:
    """Whether the viewer decides on this sheet (who decided the class may still be refused)."""
    user = viewer if isinstance(viewer, User) else None
    return (
        row.state == Petition.State.WAITING
        and user is not None
        and Right(user).over(row.rating.sheet)
    )


def get_proof(viewer: Viewer, token: str) -> Any:
    """Return a proof by its unguessable name, of a petition that the viewer reads."""
    found = PetitionProof.objects.select_related("file").filter(file__token=token).first()
    if found is None or get_petition(viewer, found.petition_id) is None:
        return None
    return found
