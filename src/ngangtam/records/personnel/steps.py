"""Writes on people's files that actions of this and higher rooms are built from.

No permission and no audit here.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold, name_key, plain
from ngangtam.records.organisation.models import Area, Decision, Post, Recorded, Source, Unit
from ngangtam.records.personnel.catalogues import rising
from ngangtam.records.personnel.kinds import KINDS
from ngangtam.records.personnel.models import Person, Posting, Record


def numbers_of(people: Iterable[int]) -> dict[int, str]:
    """Return the file numbers of people by their ids."""
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "number"))


def next_numbers(count: int) -> list[str]:
    """Draw `count` file numbers that nobody has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval('personnel_person_number') from generate_series(1, %s)", [count]
        )
        return [f"CB{number:07d}" for (number,) in cursor.fetchall()]


def add_person(
    *, full_name: str, unit: Unit, source: Source | None, birth: PartialDate | None = None,
    gender: str = "", ethnicity: str = "", ethnicity_raw: str = "", religion: str = "",
    religion_raw: str = "", nationality: str = "", hometown_raw: str = "",
    hometown: Area | None = None, birthplace_raw: str = "", personal_number: str = "",
    number: str | None = None, other_names: str = "",
) -> Person:  # fmt: skip
    """Open a file for a person who belongs, for now, to `unit`."""
    name = fold(full_name)
    return Person.objects.create(
        number=number or next_numbers(1)[0], full_name=name, other_names=fold(other_names),
        name_key=name_key(name), name_plain=plain(name),
        birth_raw=birth.raw if birth else "", birth_day=birth.day if birth else None,
        birth_precision=birth.precision if birth else "none", gender=gender,
        ethnicity=ethnicity, ethnicity_raw=ethnicity_raw, religion=religion,
        religion_raw=religion_raw, nationality=nationality, hometown_raw=hometown_raw,
        hometown=hometown, birthplace_raw=birthplace_raw, personal_number=personal_number,
        source=source, home_unit=unit, home_path=unit.path,
    )  # fmt: skip


def add_posting(
    *, person: Person, post: Post, first_day: date, until: date | None = None, seat: int = 1,
    main: bool = True, title_raw: str = "", workplace_raw: str = "",
    decision: Decision | None = None, source: Source | None = None, by: str = "",
) -> Posting:  # fmt: skip
    """Put a person into a seat of a post for one period.

    Errors: DomainError when the seat is held, the person has a main post then, or nothing is
        given that the posting rests on.
    """
    seat = _numbered(post, seat, span(first_day, until))
    try:
        with transaction.atomic():
            return Posting.objects.create(
                person=person, post=post, seat=seat, main=main, title_raw=fold(title_raw)[:500],
                workplace_raw=fold(workplace_raw)[:500], valid=span(first_day, until),
                decision=decision, source=source, recorded_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Posting, error) from error


def _numbered(post: Post, seat: int, valid: DateRange) -> int:
    """Return the seat that is meant; 0 in a post without a fixed number of seats.

    Errors: DomainError when the post has fewer seats, those held without a number left aside.
    """
    if post.seats is None:
        return 0
    holders = Posting.objects.standing().filter(post=post, valid__overlap=valid)
    taken = seat + holders.filter(seat=0).count() if seat else holders.count() + 1
    if taken > post.seats:
        raise DomainError(_("The post has fewer seats."))
    return seat


def add_record(
    *, person: Person, kind: str, first_day: date, until: date | None = None, code: str = "",
    raw: str = "", precision: str = "day", detail: dict[str, Any] | None = None,
    decision: Decision | None = None, source: Source | None = None, by: str = "",
) -> Record:  # fmt: skip
    """Add one dated fact to a file. Errors: DomainError as the constraints say."""
    if kind not in KINDS:
        raise DomainError(_("There is no kind of record called %s.") % kind)
    try:
        with transaction.atomic():
            return Record.objects.create(
                person=person, kind=kind, code=code, raw=fold(raw)[:1000], precision=precision,
                detail=detail or {}, valid=span(first_day, until), decision=decision,
                source=source, recorded_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Record, error) from error


def end(row: Recorded, *, on: date) -> None:
    """Let a record end before `on`; it keeps everything else."""
    if row.valid.lower >= on:
        raise DomainError(_("The end lies before the first day."))
    row.valid = span(row.valid.lower, on)
    row.save(update_fields=["valid"])


def void(row: Recorded, *, by: str, reason: str) -> None:
    """Strike a record out; it stays, readable, with who struck it and why."""
    if row.voided_at is not None:
        raise DomainError(_("This record is already voided."))
    row.voided_at = timezone.now()
    row.voided_by = by
    row.void_reason = reason
    row.save(update_fields=["voided_at", "voided_by", "void_reason"])


def refresh(people: Iterable[int], *, day: date) -> None:
    """Reckon anew where these people work on `day`, and the counts of the units they touch."""
    touched = list(people)
    refresh_people(touched, day=day)
    with connection.cursor() as cursor:
        # Unit by unit is quick for a few people; for many, one pass over all units is.
        if len(touched) <= 200:
            cursor.execute("select ngangtam_refresh_units_of(%s::bigint[], %s)", [touched, day])
        else:
            cursor.execute("select ngangtam_refresh_units(%s)", [day])


def refresh_people(people: Iterable[int], *, day: date) -> None:
    """Reckon anew where these people work on `day`; whoever calls settles the units as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select ngangtam_refresh_people(%s::bigint[], %s, %s::text[])",
            [list(people), day, rising("degree")],
        )


def refresh_everybody(*, day: date) -> None:
    """Reckon anew the people whose postings begin or end around `day`, then every unit."""
    with connection.cursor() as cursor:
        # A week back, so that a worker that stood still catches up.
        cursor.execute(
            "select distinct person_id from personnel_posting where voided_at is null and ("
            " lower(valid) between %(day)s::date - 7 and %(day)s::date"
            " or upper(valid) between %(day)s::date - 7 and %(day)s::date)",
            {"day": day},
        )
        people = [person for (person,) in cursor.fetchall()]
    if people:
        refresh_people(people, day=day)
    settle(day=day)


def settle(*, day: date) -> None:
    """Reckon every unit, subtree and long list anew, after people came by the thousand."""
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_refresh_units(%s)", [day])
        cursor.execute("select ngangtam_settle_people()")
        cursor.execute("select ngangtam_settle_names()")
        cursor.execute("select ngangtam_settle_subtrees()")
