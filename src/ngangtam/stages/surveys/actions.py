"""What may be done with surveys: open one, make codes, answer, close and count."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import Process, record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.corrections.queries import own_person
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.evaluation.models import Cycle
from ngangtam.stages.surveys import asking, boxes, codes, drawing, queries, tallying
from ngangtam.stages.surveys.events import EventType
from ngangtam.stages.surveys.models import INSIDE, Side, Survey, Tally

MOST_CODES: Final = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """A survey that was opened. Shape: `asked` people by side."""

    survey: Survey
    asked: dict[str, int]


@transaction.atomic(durable=True)
def open_survey(
    *, cycle_id: int, unit_code: str, person_number: str = "", closes_on: date, today: date,
    by: User,
) -> Opened:  # fmt: skip
    """Open a survey about a person, or without one about the unit; the organisation says whom it
    asks, and where too many could be asked, the lot.

    Errors: Forbidden without EVALUATION_RUN over the unit, or about oneself; DomainError when there
        is one already, nobody stands around the subject, or the last day has passed.
    """
    cycle = Cycle.objects.get(pk=cycle_id)
    unit = Unit.objects.get(code=unit_code)
    require(by, Permission.EVALUATION_RUN, str(unit.path))
    person = Person.objects.get(number=person_number) if person_number else None
    if person is not None and person.pk == own_person(by):
        raise Forbidden(_("Nobody opens a survey about himself."))
    if closes_on < today:
        raise DomainError(_("The last day has passed."))
    if not str(unit.path + ".").startswith(f"{cycle.path}."):
        raise DomainError(_("The cycle was opened for another part of the organisation."))
    drawn = drawing.draw(person.pk if person else None, unit.pk, today)
    if not drawn:
        raise DomainError(_("Nobody with an account stands around them whom one could ask."))
    lock = boxes.make()
    try:
        with transaction.atomic():
            survey = Survey.objects.create(
                cycle=cycle, person=person, unit=unit, path=unit.path, closes_on=closes_on,
                questions=asking.questions_for(_subject(person, today)), lock=lock, opened_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        boxes.destroy(lock)
        raise DomainError.from_constraint(Survey, error) from error
    _ask(survey.pk, [(side, who, None) for side, who in drawn])
    counts: dict[str, int] = {}
    for side, _who in drawn:
        counts[side] = counts.get(side, 0) + 1
    record(EventType.OPENED, by=by, subject=person or unit, survey=survey.pk, asked=counts,
           cycle=cycle.code, closes_on=closes_on.isoformat())  # fmt: skip
    # A process that died between closing and destroying left a key behind.
    transaction.on_commit(clear_keys)
    return Opened(survey, counts)


def _subject(person: Person | None, day: date) -> str:
    if person is None:
        return "collective"
    held = Posting.objects.on(day).filter(person=person, post__leadership=True)
    return "leader" if held.exists() else "person"


def _ask(survey: int, tickets: list[tuple[str, int | None, bytes | None]]) -> None:
    # Nobody on the web reads a ticket of another, so nothing is handed back.
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into surveys_ticket (survey_id, side, person_id, digest, used)"
            " values (%s, %s, %s, %s, false)",
            [(survey, str(side), person, digest) for side, person, digest in tickets],
        )


@transaction.atomic(durable=True)
def make_codes(*, survey_id: int, side: str, count: int, by: User) -> list[str]:
    """Make codes for slips of paper: for citizens, or for people without an account.

    Returns: the codes, which are nowhere kept.
    Errors: Forbidden without EVALUATION_RUN; DomainError when the survey is closed.
    """
    survey = _open(survey_id, by)
    if side not in Side.values or not 1 <= count <= MOST_CODES:
        raise DomainError(_("Between 1 and %(most)s codes at once.") % {"most": MOST_CODES})
    made = [codes.make() for _turn in range(count)]
    _ask(survey.pk, [(side, None, codes.digest(code)) for code in made])
    record(EventType.CODES_MADE, by=by, subject=survey.person or survey.unit, survey=survey.pk,
           side=side, count=count)  # fmt: skip
    return made


def _open(survey_id: int, by: User) -> Survey:
    """Lock a survey that is open, for who may run it and is not its subject."""
    rows = Survey.objects.select_related("person", "unit", "cycle")
    survey = rows.select_for_update(of=("self",)).get(pk=survey_id)
    require(by, Permission.EVALUATION_RUN, str(survey.path))
    if survey.person_id is not None and survey.person_id == own_person(by):
        raise Forbidden(_("Nobody runs a survey about himself."))
    if survey.state != Survey.State.OPEN:
        raise DomainError(_("This survey is closed."))
    return survey


@transaction.atomic(durable=True)
def answer(
    *, ratings: Mapping[str, int], comment: str, today: date, ticket_id: int | None = None,
    code: str = "", by: User | None = None,
) -> None:  # fmt: skip
    """Drop an answer into the box, once, by one's account or by a code.

    Shape: `ratings` question id → 1–5; a question that is left out was not answered.
    Errors: DomainError when nobody is asked by that ticket or code, it was used, the survey is
        closed, or nothing is said.
    """
    digest = codes.digest(code) if code else None
    me = own_person(by) if by is not None else None
    found = queries.asked(ticket_id=ticket_id, digest=digest, person_id=me)
    if not found or (digest is None and (me is None or ticket_id is None)):
        raise DomainError(_("You are not asked here, or the code is not right."))
    asked = found[0]
    sealed = boxes.seal(_read(asked, ratings, comment), asked.lock)
    with connection.cursor() as cursor:
        cursor.execute(
            "select ngangtam_survey_drop(%s, %s, %s, %s, %s, %s)",
            [asked.ticket, digest, me, uuid4(), sealed, today],
        )
        (outcome,) = cursor.fetchone() or ("none",)
    if outcome != "taken":
        raise DomainError(_REFUSED[outcome]())
    # That somebody answered, never what; for a code, not even who.
    record(EventType.ANSWERED, by=by if digest is None and by is not None else Process("survey"),
           subject=None, survey=asked.survey)  # fmt: skip


_REFUSED: Final = {
    "none": lambda: _("You are not asked here, or the code is not right."),
    "used": lambda: _("This was already answered. Each person answers once."),
    "closed": lambda: _("The survey is closed."),
}


def _read(asked: queries.Asked, ratings: Mapping[str, int], comment: str) -> dict[str, Any]:
    allowed = {one["id"] for one in asking.of_side(asked.questions, asked.side)}
    kept = {name: value for name, value in ratings.items() if name in allowed}
    if any(value not in asking.SCALE for value in kept.values()):
        raise DomainError(_("Rate from 1 to 5."))
    text = unicodedata.normalize("NFC", comment).strip()
    if len(text) > asking.MOST_LETTERS:
        raise DomainError(_("The comment is too long."))
    if not kept and not text:
        raise DomainError(_("Answer at least one question."))
    return {"ratings": kept, "comment": text}


@transaction.atomic(durable=True)
def close(*, survey_id: int, today: date, by: User) -> Survey:
    """Close a survey: empty the box, count what may be told, destroy the key and every answer.

    Errors: Forbidden without EVALUATION_RUN over it, and for the subject; DomainError before the
        last day has passed while somebody can still answer, or when the box was tampered with.
    """
    return _close(_open(survey_id, by), today, by)


@transaction.atomic(durable=True)
def close_by_itself(*, survey_id: int, today: date) -> Survey:
    """Close a survey whose last day has passed, without anybody's doing. Runs as the owner.

    Errors: DomainError while it can be answered, once it is closed, or as `close`.
    """
    rows = Survey.objects.select_related("person", "unit", "cycle")
    survey = rows.select_for_update(of=("self",)).get(pk=survey_id)
    if survey.state != Survey.State.OPEN:
        raise DomainError(_("This survey is closed."))
    if today <= survey.closes_on:
        raise DomainError(_("It can be closed after its last day, or when everybody has answered."))
    return _close(survey, today, Process("survey"))


def _close(survey: Survey, today: date, by: User | Process) -> Survey:
    counts = queries.counts(survey.pk)
    waiting = sum(one.asked - one.answered for one in counts)
    if today <= survey.closes_on and waiting:
        raise DomainError(_("It can be closed after its last day, or when everybody has answered."))
    with connection.cursor() as cursor:
        cursor.execute("select side, sealed from ngangtam_survey_empty(%s)", [survey.pk])
        slips = [(side, bytes(sealed)) for side, sealed in cursor.fetchall()]
    try:
        answers = boxes.unfold(slips, bytes(survey.lock))
    except boxes.LostKeyError as error:
        raise DomainError(
            _("The key of this box is lost, for example by restoring a backup; the answers"
              " cannot be read by anybody. Ask for help from who runs the system.")
        ) from error  # fmt: skip
    _nothing_was_added(counts, slips)
    least = queries.fewest(today)
    survey.state, survey.least, survey.closed_at = Survey.State.CLOSED, least, timezone.now()
    survey.save(update_fields=["state", "least", "closed_at"])
    told = tallying.tally(answers, survey.questions, [str(side) for side in INSIDE], least)
    for one in told:
        Tally.objects.create(
            survey=survey, sides=list(one.sides), answered=one.answered, figures=one.figures,
            comments=list(one.comments),
        )  # fmt: skip
    record(EventType.CLOSED, by=by, subject=survey.person or survey.unit, survey=survey.pk,
           told=[list(one.sides) for one in told],
           unreadable=len(slips) - len(answers))  # fmt: skip
    transaction.on_commit(partial(boxes.destroy, bytes(survey.lock)))
    return survey


def _nothing_was_added(counts: list[queries.Counted], slips: list[tuple[str, bytes]]) -> None:
    """Errors: DomainError when more slips lie in the box than tickets were used."""
    used = {one.side: one.answered for one in counts}
    for side in {side for side, _sealed in slips}:
        if sum(1 for other, _sealed in slips if other == side) > used.get(side, 0):
            raise DomainError(
                _("There are more answers in the box than people who answered. It stays shut;"
                  " ask for an inspection of the database.")
            )  # fmt: skip


def clear_keys() -> int:
    """Destroy every key whose survey was closed; for a process that died in between."""
    closed = {
        bytes(lock)
        for lock in Survey.objects.filter(state=Survey.State.CLOSED).values_list("lock", flat=True)
    }
    left = [lock for lock in boxes.kept() if lock in closed]
    for lock in left:
        boxes.destroy(lock)
    return len(left)
