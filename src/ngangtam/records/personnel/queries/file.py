"""One person's file: what is recorded, as it is known on one day and true on another."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import LOCAL, parse_day
from ngangtam.records.organisation.models import Recorded
from ngangtam.records.personnel.events import EventType
from ngangtam.records.personnel.kinds import (
    GUARDS,
    KINDS,
    OWN_PARTS,
    SENSITIVE,
    WITNESSED,
    WITNESSED_FIELDS,
    guard_of,
    kinds_of,
)
from ngangtam.records.personnel.models import IdentityChange, Person, Posting, Record
from ngangtam.records.personnel.queries.people import people_for
from ngangtam.records.personnel.queries.reach import Reach, own_person, reach_of

Row = TypeVar("Row", bound=Recorded)
MOST_EVENTS: Final = 200


@dataclass(frozen=True, slots=True)
class Days:
    """The two times of a file. Shape: None means now; `on` is when it was true, `known` when
    we knew it."""

    on: date | None = None
    known: date | None = None

    def known_rows(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Rows that had been recorded by the end of the day."""
        if self.known is None:
            return rows
        return rows.filter(recorded_at__lt=end_of(self.known))

    def stands(self, row: Recorded) -> bool:
        """Whether the row was standing (not voided) as far as we knew."""
        if row.voided_at is None:
            return True
        return self.known is not None and row.voided_at >= end_of(self.known)

    def covers(self, row: Recorded) -> bool:
        """Whether the row holds on the chosen day; every row does when none is chosen."""
        if self.on is None:
            return True
        first, until = row.valid.lower, row.valid.upper
        return bool(first <= self.on and (until is None or self.on < until))


def end_of(day: date) -> datetime:
    """The first instant after a local day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=LOCAL)


@dataclass(frozen=True, slots=True)
class File:
    """What one viewer may see of one file. Voided rows are among the rows; ask `days`.

    Shape: `may_ask` are the sensitive parts that the viewer may ask for, `shown` those asked for.
    """

    person: Person
    days: Days
    may_change: bool
    may_ask: tuple[str, ...]
    may_see_audit: bool
    shown: tuple[str, ...] = ()
    postings: list[Posting] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def group(self, *groups: str) -> list[Record]:
        kinds = {kind.id for kind in KINDS.values() if kind.group in groups}
        return [row for row in self.records if row.kind in kinds]


def get_person(viewer: Viewer, number: str, on: date) -> tuple[Person | None, Reach]:
    """Return the person if the viewer may read the file, and what the viewer may do.

    Everybody may read the own file.
    """
    reach = replace(reach_of(viewer, on), own=own_person(viewer))
    rows = people_for(reach)
    if reach.own is not None:
        rows = rows | Person.objects.filter(pk=reach.own, voided_at__isnull=True)
    rows = rows.select_related("home_unit", "hometown", "source")
    return rows.filter(number=number).first(), reach


def get_file(
    viewer: Viewer, number: str, *, today: date, days: Days, parts: Iterable[str] = ()
) -> File | None:
    """Return a file with all its dated rows, newest first; None when it is out of reach.

    Shape: rows of the sensitive kinds are read only for the `parts` that are asked for and that
        the viewer may read; the caller leaves the trace.
    """
    person, reach = get_person(viewer, number, today)
    if person is None:
        return None
    if days.known is not None:
        _take_back(person, days.known)
    own = person.pk == reach.own
    may_ask = OWN_PARTS if own else parts_for(reach, person.home_path)
    asked = tuple(part for part in may_ask if part in set(parts))
    return File(
        person=person,
        days=days,
        may_change=reach.may(Permission.PERSON_CHANGE, person.home_path) and not own,
        may_ask=may_ask,
        shown=asked,
        may_see_audit=reach.may(Permission.AUDIT_VIEW, person.home_path),
        postings=_postings(person, days),
        records=_records(person, days, kinds_of(asked)),
    )


def parts_for(reach: Reach, path: object) -> tuple[str, ...]:
    """Return the sensitive parts of a file that may be asked for there."""
    return tuple(part for part, guard in GUARDS.items() if reach.may(guard.permission, path))


def _take_back(person: Person, known: date) -> None:
    """Show identity as it was known on a day: what was changed later is put back."""
    later = IdentityChange.objects.filter(person=person, at__gte=end_of(known)).order_by("-id")
    for change in later:
        if change.field == "birth":
            read = parse_day(change.old).value
            person.birth_raw, person.birth_day = change.old, read.day
            person.birth_precision = read.precision
        else:
            setattr(person, change.field, change.old)


def _postings(person: Person, days: Days) -> list[Posting]:
    rows = (
        Posting.objects.filter(person=person)
        .select_related("post__unit", "decision", "source")
        .order_by(Lower("valid").desc(), "-id")
    )
    return _on(days.known_rows(rows), days)


def _records(person: Person, days: Days, opened: frozenset[str]) -> list[Record]:
    rows = Record.objects.filter(person=person).select_related("decision", "source")
    rows = rows.exclude(kind__in=SENSITIVE - opened)
    return _on(days.known_rows(rows.order_by(Lower("valid").desc(), "-id")), days)


def _on(rows: Iterable[Row], days: Days) -> list[Row]:
    return [row for row in rows if days.covers(row)]


def identity_changes(file: File) -> list[IdentityChange]:
    """Changes of identity, newest first, as far as they were known."""
    rows = IdentityChange.objects.filter(person=file.person).order_by("-id")
    if file.days.known is not None:
        rows = rows.filter(at__lt=end_of(file.days.known))
    return list(rows)


def corrected(file: File) -> list[tuple[str, int]]:
    """Return (what, how often) of what two officers changed: the visible mark on a file."""
    versions = IdentityChange.objects.filter(person=file.person, field__in=WITNESSED_FIELDS)
    if file.days.known is not None:
        versions = versions.filter(at__lt=end_of(file.days.known))
    times = Counter(one.label for one in versions)
    for row in file.records:
        if row.kind in WITNESSED and not file.days.stands(row):
            times[str(KINDS[row.kind].label)] += 1
    return sorted(times.items())


def history(file: File) -> list[Event]:
    """What was done to this file, newest first. Who read it is for the audit's readers."""
    about = Q(subject_type="personnel.person", subject_id=file.person.pk)
    rows = Event.objects.filter(about)
    if not file.may_see_audit:
        rows = rows.exclude(type=EventType.SENSITIVE_READ)
    return list(rows.order_by("-id")[:MOST_EVENTS])


def get_posting(viewer: Viewer, pk: int, today: date) -> Posting | None:
    """Return a posting that the viewer may read, None otherwise."""
    people = people_for(reach_of(viewer, today))
    rows = Posting.objects.filter(pk=pk, person__in=people)
    return rows.select_related("person", "post", "decision", "source").first()


def get_record(viewer: Viewer, pk: int, today: date) -> Record | None:
    """Return a record that the viewer may read, None otherwise."""
    reach = reach_of(viewer, today)
    rows = Record.objects.filter(pk=pk, person__in=people_for(reach))
    row = rows.select_related("person", "decision", "source").first()
    guard = guard_of(row.kind) if row is not None else None
    if row is None or guard is None:
        return row
    return row if reach.may(guard, row.person.home_path) else None
