"""What a decision of this room writes into the records. No permission and no audit here: it runs
inside the decision of a case, in its transaction, after the case has asked who may decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.formats import day as shown
from ngangtam.records.organisation.models import Decision, Post
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person, Posting, Record
from ngangtam.stages.appointment import terms
from ngangtam.stages.appointment.models import Term


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision rests its effects on: itself, the case that it ends, who signed it in."""

    decision: Decision
    case_number: str
    by: User


def begin(
    *, person_id: int, post_id: int, first: date, months: int | None, basis: Basis, today: date
) -> Posting:
    """Put a person into a free seat of a post from a day on, out of the main post held until then.

    Units: `months` is the length of the term; None takes what the law says for the post, and
        leaves the term open where it says nothing.
    Errors: DomainError when no seat is free, the person holds that post already, or another main
        post begins later.
    """
    person, post = _person(person_id), _post(post_id)
    _leave_main_post(person, post, first)
    posting = _take_a_seat(person, post, first, None, basis, main=True)
    length = months if months is not None else terms.term_months(post.regime, first)
    if length is not None:
        _term(
            posting,
            post,
            basis,
            kind=Term.Kind.TERM,
            first=first,
            until=terms.end_of(first, length),
        )
    personnel.refresh([person.pk], day=today)
    return posting


def on_probation(
    *, person_id: int, post_id: int, first: date, months: int, goals: Sequence[str], basis: Basis,
    today: date,
) -> Posting:  # fmt: skip
    """Put a person into a post for a limited time, with goals that are looked at when it ends.

    Errors: as `begin`; DomainError without a length or without goals.
    """
    said = [goal.strip() for goal in goals if goal.strip()]
    if months < 1 or not said:
        raise DomainError(_("A probation needs a length and at least one goal."))
    person, post = _person(person_id), _post(post_id)
    _leave_main_post(person, post, first)
    posting = _take_a_seat(person, post, first, None, basis, main=True)
    made = [{"goal": goal[:300], "reached": None, "note": ""} for goal in said]
    _term(
        posting,
        post,
        basis,
        kind=Term.Kind.PROBATION,
        first=first,
        until=terms.end_of(first, months),
        goals=made,
    )
    personnel.refresh([person.pk], day=today)
    return posting


def again(*, person_id: int, post_id: int, first: date, months: int | None, basis: Basis) -> Term:
    """Give the holder of a post a new term in it; the posting itself goes on unbroken.

    Errors: DomainError when the person does not hold the post on the day, or no length is known.
    """
    person, post = _person(person_id), _post(post_id)
    posting = Posting.objects.on(first).filter(person=person, post=post).order_by("-main").first()
    if posting is None:
        raise DomainError(_("The person does not hold this post on that day."))
    length = months if months is not None else terms.term_months(post.regime, first)
    if length is None:
        raise DomainError(_("No rule says how long this term lasts; the decision has to say it."))
    Term.objects.filter(posting=posting, state=Term.State.RUNNING).update(state=Term.State.RENEWED)
    return _term(
        posting,
        post,
        basis,
        kind=Term.Kind.TERM,
        first=first,
        until=terms.end_of(first, length),
    )


def second(
    *, person_id: int, post_id: int, first: date, months: int, basis: Basis, today: date
) -> Posting:
    """Send a person to another post for a limited time; the main post is kept (ADR 49).

    Errors: DomainError when it is longer than the rule for the person's regime allows, no seat is
        free, or the person has no main post to come back to.
    """
    person, post = _person(person_id), _post(post_id)
    main = Posting.objects.on(first).filter(person=person, main=True)
    home = main.select_related("post").first()
    if home is None:
        raise DomainError(_("Only somebody who holds a main post can be seconded."))
    longest = terms.longest_secondment(home.post.regime, first)
    if months < 1 or (longest is not None and months > longest):
        limit = longest if longest is not None else "–"
        raise DomainError(_("A secondment lasts from 1 to %s months.") % limit)
    until = terms.end_of(first, months)
    posting = _take_a_seat(person, post, first, until, basis, main=False)
    _term(posting, post, basis, kind=Term.Kind.SECONDMENT, first=first, until=until)
    personnel.refresh([person.pk], day=today)
    return posting


def nominate(*, person_id: int, title: str, body: str, first: date, basis: Basis) -> Record:
    """Note in the file that somebody was nominated for election; the post begins by the vote."""
    return personnel.add_record(
        person=_person(person_id), kind="nomination", first_day=first, raw=title,
        detail={"body": body}, decision=basis.decision, by=basis.by.get_username(),
    )  # fmt: skip


def _person(person_id: int) -> Person:
    return Person.objects.get(pk=person_id)


def _post(post_id: int) -> Post:
    return Post.objects.select_related("unit").get(pk=post_id)


def _leave_main_post(person: Person, post: Post, first: date) -> None:
    """Let the main post end on the day before. Errors: DomainError as `begin` says."""
    held = Posting.objects.standing().filter(person=person, valid__overlap=span(first))
    if held.filter(post=post).filter(Q(main=True) | Q(valid__contains=first)).exists():
        raise DomainError(_("The person holds this post already; that would be a reappointment."))
    for old in held.filter(main=True):
        if old.valid.lower >= first:
            raise DomainError(_("The person has a main post from %s on.") % shown(old.valid.lower))
        personnel.end(old, on=first)
        Term.objects.filter(posting=old, state=Term.State.RUNNING).update(state=Term.State.ENDED)


def _take_a_seat(
    person: Person, post: Post, first: date, until: date | None, basis: Basis, *, main: bool
) -> Posting:
    """Errors: DomainError when the post has ended or every seat is held in that period."""
    if post.voided_at is not None or first not in post.valid:
        raise DomainError(_("The post does not exist on that day."))
    held = Posting.objects.standing().filter(post=post, valid__overlap=span(first, until))
    taken = set(held.values_list("seat", flat=True))
    free = [0] if post.seats is None else [
        seat for seat in range(1, post.seats + 1) if seat not in taken
    ]  # fmt: skip
    refusal = DomainError(_("No seat of this post is free from that day on."))
    for seat in free:
        try:
            return personnel.add_posting(
                person=person, post=post, first_day=first, until=until, seat=seat, main=main,
                decision=basis.decision, by=basis.by.get_username(),
            )  # fmt: skip
        except DomainError as error:  # held by somebody out of sight: the next seat
            refusal = error
    raise refusal


def _term(
    posting: Posting, post: Post, basis: Basis, *, kind: Term.Kind, first: date, until: date,
    goals: Sequence[Mapping[str, object]] = (),
) -> Term:  # fmt: skip
    try:
        with transaction.atomic():
            return Term.objects.create(
                person_id=posting.person_id, posting=posting, path=post.unit.path, kind=kind,
                first=first, until=until, goals=list(goals), decision=basis.decision,
                case_number=basis.case_number, recorded_by=basis.by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Term, error) from error
