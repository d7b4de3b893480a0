"""Reads for the screens of the room, and for the rooms above; screens start from the viewer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.kernel.text import plain
from ngangtam.law.engine.counting import confidence, percent
from ngangtam.records.corrections.models import Account
from ngangtam.records.corrections.queries import own_person
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.ballots import queries as ballots
from ngangtam.stages.ballots.models import Poll
from ngangtam.stages.confidence import law, looking
from ngangtam.stages.confidence.models import Due, Result, Round, Subject, Voter
from ngangtam.stages.procedure.queries import cases_for

SEES = (Permission.BALLOT_RUN, Permission.CASE_VIEW)


# -- for the rooms above -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LowResult:
    """A result from which something follows. Shape: `zone` 'over_half' or 'two_thirds'."""

    result_id: int
    person_id: int
    regime: str
    day: date
    low: int
    denominator: int
    zone: str
    followed: str


def latest_results(people: Iterable[int], on: date) -> list[Result]:
    """Return the last result of each person in each regime, up to the day."""
    rows = Result.objects.filter(person__in=list(people), day__lte=on)
    return list(rows.order_by("person", "regime", "-day", "-pk").distinct("person", "regime"))


def low_results(person_id: int, on: date | None = None) -> list[LowResult]:
    """Return the low results of one person, newest first, whatever followed them."""
    rows = Result.objects.filter(person=person_id).exclude(zone="")
    if on is not None:
        rows = rows.filter(day__lte=on)
    return [
        LowResult(row.pk, row.person_id, row.regime, row.day, row.low, row.denominator, row.zone,
                  row.followed)
        for row in rows.order_by("-day", "-pk")
    ]  # fmt: skip


# -- rounds --------------------------------------------------------------------------------------


def _within(viewer: Viewer, permissions: Sequence[Permission] = SEES) -> Q:
    found = Q(pk__in=[])
    for permission in permissions:
        for path in scopes(viewer, permission):
            found |= Q(path__within=path)
    return found


def rounds_for(viewer: Viewer) -> QuerySet[Round]:
    """Rounds of the viewer's units, with how many are voted on and left out."""
    rows = Round.objects.filter(_within(viewer)).select_related("unit")
    return rows.annotate(
        people=Count("subjects", filter=Q(subjects__state=Subject.State.IN), distinct=True),
        left_out=Count("subjects", filter=Q(subjects__state=Subject.State.OUT), distinct=True),
    )


def rounds_found(viewer: Viewer, words: str) -> QuerySet[Round]:
    """Rounds whose name or body holds these words."""
    rows = rounds_for(viewer)
    typed = plain(words)
    if typed:
        rows = rows.filter(Q(title__icontains=words) | Q(unit__name_plain__contains=typed))
    return rows


def get_round(viewer: Viewer, pk: int) -> Round | None:
    return rounds_for(viewer).filter(pk=pk).first()


def may_read(viewer: Viewer) -> bool:
    return any(may(viewer, permission) for permission in SEES)


def may_run(viewer: Viewer, one: Round) -> bool:
    """Whether the viewer prepares this round: never who stands in it."""
    if not may(viewer, Permission.BALLOT_RUN, str(one.path)) or not isinstance(viewer, User):
        return False
    mine = own_person(viewer)
    return mine is None or not one.subjects.filter(person=mine, state="in").exists()


def unit_to_open_in(viewer: Viewer, code: str) -> Unit | None:
    """Return a unit in which the viewer may open a round."""
    unit = Unit.objects.filter(code=code, ended_on__isnull=True).first()
    return unit if unit and may(viewer, Permission.BALLOT_RUN, str(unit.path)) else None


def units_to_open_in(viewer: Viewer) -> list[Unit]:
    """Return the topmost units in which the viewer may open a round."""
    paths = scopes(viewer, Permission.BALLOT_RUN)
    return list(Unit.objects.filter(path__in=paths, ended_on__isnull=True).order_by("path")[:5])


def units_inside(unit: Unit, most: int = 60) -> list[Unit]:
    """Return the units right below a unit, for choosing another body."""
    rows = Unit.objects.filter(parent=unit, ended_on__isnull=True)
    return list(rows.order_by("position", "name_plain")[:most])


def open_dues(viewer: Viewer, today: date) -> QuerySet[Due]:
    """What is due in the rounds that the viewer prepares, soonest first."""
    rounds = Round.objects.filter(_within(viewer, (Permission.BALLOT_RUN,)))
    running = rounds.filter(state__in=[Round.State.DRAFT, Round.State.FIXED])
    rows = Due.objects.filter(round__in=running, done_on__isnull=True)
    return rows.select_related("round").order_by("due", "pk")


# -- one round -----------------------------------------------------------------------------------


def subjects_of(one: Round) -> list[Subject]:
    rows = one.subjects.select_related("person", "post")
    return list(rows.order_by("state", "person__name_key", "pk"))


def get_subject(viewer: Viewer, pk: int) -> Subject | None:
    """Return a line of a round that the viewer prepares."""
    rows = Subject.objects.select_related("round__unit", "person").filter(pk=pk)
    row = rows.first()
    return row if row and may_run(viewer, row.round) else None


def voters_of(one: Round, words: str = "") -> QuerySet[Voter]:
    rows = one.voters.filter(called=True).select_related("person")
    typed = plain(words)
    if typed:
        rows = rows.filter(person__name_plain__contains=typed)
    return rows.order_by("person__name_key", "pk")


def without_account(one: Round) -> int:
    """Return how many of those convened have no account to vote with."""
    called = one.voters.filter(called=True).values_list("person_id", flat=True)
    linked = Account.objects.filter(person_id__in=called, state=Account.State.LINKED)
    return called.count() - linked.count()


def tellers_among(one: Round) -> list[tuple[int, str]]:
    """Return who may count: accounts of those convened who do not stand on the paper."""
    called = one.voters.filter(called=True).values("person_id")
    standing = one.subjects.filter(state=Subject.State.IN).values("person_id")
    rows = Account.objects.filter(person_id__in=called, state=Account.State.LINKED)
    rows = rows.exclude(person_id__in=standing).select_related("person")
    return [(row.user_id, f"{row.person.full_name} – {row.person.post_said}")
            for row in rows.order_by("person__name_key")]  # fmt: skip


def poll_of(one: Round) -> Poll | None:
    """Return the vote that serves the round, the last one."""
    return ballots.poll_by_reference(one.reference)


@dataclass(frozen=True, slots=True)
class DueLine:
    """One line of the timetable as it is shown."""

    row: Due
    label: str
    cites: tuple[str, ...]
    late: bool


def dues_of(one: Round, today: date) -> list[DueLine]:
    session = one.session or one.day
    running = one.state in (Round.State.DRAFT, Round.State.FIXED)
    return [
        DueLine(row, law.due_label(row.code), law.due_cites(row.code, session),
                running and row.done_on is None and row.due < today)
        for row in one.dues.order_by("due", "pk")
    ]  # fmt: skip


def get_due(viewer: Viewer, pk: int, today: date) -> DueLine | None:
    """Return a line of the timetable of a round that the viewer prepares."""
    row = Due.objects.select_related("round__unit").filter(pk=pk).first()
    if row is None or not may_run(viewer, row.round):
        return None
    session = row.round.session or row.round.day
    late = row.done_on is None and row.due < today
    return DueLine(row, law.due_label(row.code), law.due_cites(row.code, session), late)


def circle_counts(one: Round) -> dict[str, int]:
    """Return how many people stand in each circle of possible voters."""
    return {
        name: looking.circle(one, name).values("person").distinct().count()
        for name in looking.CIRCLES
    }


# -- results -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One result as it is shown. Units: percent of the denominator, to two decimals.

    Shape: `otherwise` names the zone that the same votes would reach of another denominator, where
        the text leaves the denominator open and it makes a difference; '' else.
    """

    row: Result
    high: Decimal
    trust: Decimal
    low: Decimal
    zone: str
    consequence: str
    cites: tuple[str, ...]
    otherwise: str


def results_of(one: Round) -> list[ResultLine]:
    rows = one.results.select_related("person", "settled_by").order_by("-low", "person__name_key")
    return [line_of(row) for row in rows]


def line_of(row: Result) -> ResultLine:
    zone = law.zone_of(row.regime, row.zone, row.day)
    return ResultLine(
        row=row,
        high=percent(row.high, row.denominator),
        trust=percent(row.trust, row.denominator),
        low=percent(row.low, row.denominator),
        zone=said(zone.label) if zone else "",
        consequence=said(zone.consequence) if zone else "",
        cites=zone.cites if zone else (),
        otherwise=_otherwise(row),
    )


def _otherwise(row: Result) -> str:
    rules = law.rules_of(row.regime, row.day)
    if rules is None or "denominator" not in rules.unconfirmed:
        return ""
    for denominator in (row.convened, row.returned):
        if denominator < row.high + row.trust + row.low or denominator == row.denominator:
            continue
        found = confidence(rules, row.high, row.trust, row.low, denominator).zone
        if found != row.zone:
            zone = law.zone_of(row.regime, found, row.day)
            return f"{denominator}: {said(zone.label) if zone else '—'}"
    return ""


def get_result(viewer: Viewer, pk: int) -> Result | None:
    """Return a result that the viewer may read as somebody who handles cases."""
    rows = Result.objects.filter(_within(viewer)).select_related("person", "round__unit")
    return rows.filter(pk=pk).first()


def waiting_results(viewer: Viewer) -> QuerySet[Result]:
    """Low results of the viewer's units about which nobody has said anything yet."""
    rows = Result.objects.filter(_within(viewer), followed=Result.Followed.WAITS)
    return rows.select_related("person", "round").order_by("day", "pk")


def cases_about(viewer: Viewer, row: Result) -> list[tuple[str, str]]:
    """Return the cases about the person of a result that the viewer may read, newest first."""
    rows = cases_for(viewer).filter(subjects__person=row.person, fictional=False)
    running = rows.exclude(state="withdrawn").distinct().order_by("-opened_on", "-pk")
    return [(one.number, str(one)) for one in running[:50]]


def may_follow(viewer: Viewer, row: Result) -> tuple[bool, bool]:
    """Return whether the viewer may name a case for a result, and whether set it aside."""
    if not isinstance(viewer, User) or row.person_id == own_person(viewer):
        return False, False
    path = str(row.path)
    return may(viewer, Permission.CASE_RUN, path), may(viewer, Permission.CASE_DECIDE, path)


def own_results(viewer: Viewer) -> list[ResultLine]:
    """Return the viewer's own results that were released, newest first."""
    mine = own_person(viewer) if isinstance(viewer, User) else None
    if mine is None:
        return []
    rows = Result.objects.filter(person=mine, round__released_at__isnull=False)
    return [line_of(row) for row in rows.select_related("round").order_by("-day")]


def has_own_results(viewer: Viewer) -> bool:
    """Whether results about the viewer were released."""
    mine = own_person(viewer) if isinstance(viewer, User) else None
    released = Result.objects.filter(person=mine, round__released_at__isnull=False)
    return mine is not None and released.exists()
