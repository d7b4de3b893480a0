"""Who retires in the coming months, by the road map of the law, and which posts fall vacant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from ngangtam.law.engine import rulebook
from ngangtam.records import facts
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.exits import deadlines
from ngangtam.stages.exits.deadlines import Deadline
from ngangtam.stages.exits.models import Departure, Exit

MONTHS: Final = 24


@dataclass(frozen=True, slots=True)
class Retirement:
    """One person who retires.

    Shape: `posts` are the leadership posts that fall vacant on the day after; `doubtful` when the
        day of birth is known by its year or month alone.
    """

    person_id: int
    number: str
    name: str
    birth: str
    unit: str
    unit_code: str
    unit_id: int
    post_id: int
    regime: str
    headline: str
    day: date
    posts: tuple[str, ...]
    doubtful: bool
    notice: Deadline
    decision: Deadline
    departed: bool

    @property
    def month(self) -> date:
        return self.day.replace(day=1)


def retirements(
    unit: Unit, today: date, *, months: int = MONTHS, leaders_only: bool = False
) -> list[Retirement]:
    """Return who retires from today on within so many months, soonest first.

    Shape: those whose day has passed while they still hold a post stand first.
    """
    book = rulebook()
    frame = facts.on(today, unit.code).frame
    if leaders_only:
        frame = frame.filter(pl.col("leadership").fill_null(False))
    if not frame.height:
        return []
    day = book.compile("retirement_day", today).evaluate(frame, "retires")["retires"]
    last = _months_on(today, months)
    found = frame.with_columns(retires=day).filter(pl.col("retires") < last).sort("retires")
    people: list[int] = found["person_id"].to_list()
    held = _postings(people, today)
    departed = set(
        Departure.objects.filter(person__in=people, exit=Exit.RETIREMENT)
        .values_list("person_id", flat=True)
    )  # fmt: skip
    rows = zip(people, found["retires"].to_list(), found["birth_precision"].to_list(), strict=True)
    exact = book.catalogues["date_precision"].position("day")
    return [
        _row(held[person], retires, today, doubtful=precision != exact, departed=person in departed)
        for person, retires, precision in rows
        if person in held
    ]


def _months_on(day: date, months: int) -> date:
    turn = day.year * 12 + day.month - 1 + months
    year, month = divmod(turn, 12)
    return date(year, month + 1, 1)


def _postings(people: Sequence[int], day: date) -> dict[int, list[Posting]]:
    rows = Posting.objects.on(day).filter(person__in=people, person__voided_at__isnull=True)
    rows = rows.select_related("person", "post__unit").order_by("-main", "pk")
    found: dict[int, list[Posting]] = {}
    for one in rows:
        found.setdefault(one.person_id, []).append(one)
    return found


def _row(
    held: list[Posting], day: date, today: date, *, doubtful: bool, departed: bool
) -> Retirement:
    first = held[0]
    person = first.person
    return Retirement(
        person_id=person.pk, number=person.number, name=person.full_name, birth=person.birth_raw,
        unit=first.post.unit.name, unit_code=first.post.unit.code, unit_id=first.post.unit_id,
        post_id=first.post_id, regime=first.post.regime, headline=first.post.title,
        day=day, doubtful=doubtful, departed=departed,
        posts=tuple(one.post.title for one in held if one.post.leadership),
        notice=deadlines.months_before(deadlines.NOTICE, day, today),
        decision=deadlines.months_before(deadlines.DECISION, day, today),
    )  # fmt: skip


def of_person(person: Person, today: date) -> Retirement | None:
    """Return when one person retires; None without a post, a birth day or a gender."""
    held = _postings([person.pk], today).get(person.pk)
    if not held:
        return None
    known = {"birth_day": person.birth_day, "gender": person.gender or None}
    day = rulebook().compile("retirement_day", today).one(known)
    if not isinstance(day, date):
        return None
    departed = Departure.objects.filter(person=person, exit=Exit.RETIREMENT).exists()
    doubtful = person.birth_precision != Person.Precision.DAY
    return _row(held, day, today, doubtful=doubtful, departed=departed)
