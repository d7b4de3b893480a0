"""Preparing a vote: what is voted on, who is called, who counts; the tellers' seats."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.counting import surplus_problem
from ngangtam.law.engine.counting_rules import CHOSEN, MARKS, CountingRules
from ngangtam.records.corrections.models import Account
from ngangtam.records.corrections.queries import own_person
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.stages.ballots import keys, marking, standing
from ngangtam.stages.ballots.events import EventType
from ngangtam.stages.ballots.models import (
    LEAST_TELLERS,
    MOST_TELLERS,
    Option,
    Poll,
    Roll,
    Share,
    Teller,
)

MOST_OPTIONS: Final = 300
# The figures of which shares can be taken.
SHARE_OF: Final = ("convened", "present", "ballots", "valid")
_CHANCE: Final = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class OptionValues:
    """One name on the paper. Shape: `person_id` where it is a person whose file is kept here."""

    label: str
    person_id: int | None = None


@transaction.atomic(durable=True)
def prepare_poll(
    *,
    unit_id: int,
    title: str,
    kind: str,
    rules: str,
    options: Sequence[OptionValues],
    voters: Sequence[int],
    convened: int,
    tellers: Sequence[int],
    needed: int,
    on_paper: bool,
    max_choices: int,
    seats: int,
    announced: bool,
    reference: str = "",
    quorum: str = "",
    share_of: str = "",
    write_ins: int = 0,
    previous_id: int | None = None,
    by: User,
    today: date,
) -> Poll:
    """Prepare a vote. Nobody can vote before it is opened.

    Shape: `voters` and `tellers` are accounts; `needed` of the tellers open the box. `quorum` as
        "2/3" of the convened; one that the counting rule asks for holds besides. `write_ins`
        names may be added on a nomination sheet. `share_of` (convened, present, ballots or valid)
        where the rule leaves open of what shares are taken. `reference` says what the vote serves.
    Errors: Forbidden without BALLOT_RUN over the unit, or for who stands on the paper;
        DomainError when it could not be held as it is described.
    """
    unit = Unit.objects.get(pk=unit_id)
    require(by, Permission.BALLOT_RUN, str(unit.path))
    people = {one.person_id for one in options if one.person_id is not None}
    if own_person(by) in people:
        raise Forbidden(_("Nobody runs a vote about themselves."))
    law = _law(rules, kind, today)
    names = [" ".join(one.label.split()) for one in options]
    _check_paper(kind, names, write_ins, seats=seats, max_choices=max_choices, law=law)
    _check_people(voters, tellers, convened, needed, people, on_paper=on_paper)
    standing.read_quorum(quorum)
    if law.denominator == "fixed" and share_of not in SHARE_OF:
        raise DomainError(_("The rule leaves open of what shares are taken; choose it."))
    try:
        with transaction.atomic():
            poll = Poll.objects.create(
                reference=reference, unit=unit, path=unit.path, title=title.strip(), kind=kind,
                rules=rules, day=today, seats=seats, max_choices=max_choices,
                write_ins=write_ins, convened=convened,
                share_of=share_of if law.denominator == "fixed" else "", on_paper=on_paper,
                announced=announced,
                quorum=quorum.strip(), needed=needed, previous_id=previous_id, prepared_by=by,
                length=0 if on_paper else marking.length_for(len(names), write_ins),
            )  # fmt: skip
            born = _born(people) if law.ties == "older" else {}
            Option.objects.bulk_create(
                Option(poll=poll, position=place, label=name, person_id=one.person_id,
                       born=born.get(one.person_id))
                for place, (name, one) in enumerate(zip(names, options, strict=True), 1)
            )  # fmt: skip
            Teller.objects.bulk_create(
                Teller(poll=poll, user_id=user, position=place)
                for place, user in enumerate(tellers, 1)
            )
            # Neither the numbers of lines nor their places in the table follow any list.
            shuffled = list(voters)
            _CHANCE.shuffle(shuffled)
            Roll.objects.bulk_create(
                (Roll(poll=poll, voter_id=user) for user in shuffled), batch_size=1000
            )
    except IntegrityError as error:
        raise _from_constraint(error) from error
    record(EventType.PREPARED, by=by, subject=poll, cites=law.cites, reference=reference,
           options=len(names), voters=len(voters), convened=convened, tellers=list(tellers),
           needed=needed, rules=rules, on_paper=on_paper)  # fmt: skip
    return poll


def _from_constraint(error: IntegrityError) -> DomainError:
    named = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    for model in (Poll, Option, Teller, Roll):
        if named in {one.name for one in model._meta.constraints}:
            return DomainError.from_constraint(model, error)
    raise error


def _law(rules: str, kind: str, day: date) -> CountingRules:
    found = rulebook().counting.get(rules)
    law = found.on(day) if found is not None else None
    if law is None:
        raise DomainError(_("There is no such counting rule on this day."))
    if law.kind != kind:
        raise DomainError(_("This counting rule is for another kind of vote."))
    return law


def _check_paper(
    kind: str, names: list[str], write_ins: int, *, seats: int, max_choices: int,
    law: CountingRules,
) -> None:  # fmt: skip
    if not all(names) or len(names) > MOST_OPTIONS or not (names or write_ins):
        raise DomainError(_("Write at least one name on the paper, and none that is empty."))
    if len({name.casefold() for name in names}) < len(names):
        raise DomainError(_("Two names on the paper are the same; say which is which."))
    if write_ins and kind != Poll.Kind.NOMINATION:
        raise DomainError(_("Names are written in on nomination sheets only."))
    if not 0 <= write_ins <= marking.MOST_WRITE_INS or not 1 <= seats <= MOST_OPTIONS:
        raise DomainError(_("The number to be elected does not fit this paper."))
    if CHOSEN in MARKS[kind] and not 1 <= max_choices <= len(names) + write_ins:
        raise DomainError(_("The most names on a paper do not fit the list."))
    if kind == Poll.Kind.CHOOSE:
        wrong = surplus_problem(law, seats=seats, names=len(names))
        if wrong == "no_surplus":
            raise DomainError(_("The rule wants more names on the list than are to be elected."))
        if wrong:
            raise DomainError(_("The list has more names over the number than the rule allows."))


def _check_people(
    voters: Sequence[int], tellers: Sequence[int], convened: int, needed: int,
    people: set[int], *, on_paper: bool,
) -> None:  # fmt: skip
    if convened < 1 or convened < len(set(voters)):
        raise DomainError(_("Fewer people are convened than stand on the roll."))
    if not on_paper and not voters:
        raise DomainError(_("Nobody stands on the roll."))
    if not LEAST_TELLERS <= len(set(tellers)) <= MOST_TELLERS:
        raise DomainError(
            _("Name between %(least)s and %(most)s tellers.")
            % {"least": LEAST_TELLERS, "most": MOST_TELLERS}
        )
    if not on_paper and not LEAST_TELLERS <= needed <= len(set(tellers)):
        raise DomainError(_("At least two tellers open the box, and no more than there are."))
    about = Account.objects.filter(user_id__in=tellers, person_id__in=people)
    if about.filter(state=Account.State.LINKED).exists():
        raise DomainError(_("Somebody who stands on the paper cannot count it."))


def _born(people: set[int]) -> dict[int | None, date | None]:
    rows = Person.objects.filter(pk__in=people, birth_precision="day")
    return dict(rows.values_list("pk", "birth_day"))


@transaction.atomic(durable=True)
def take_seat(*, poll_id: int, lock: bytes, by: User) -> Poll:
    """Take the own seat as a teller, with the lock that the own words open.

    When the last one is seated the key of the box is drawn, cut, sealed and forgotten.
    Errors: Forbidden for who is no teller; DomainError when the seat is taken or voting began.
    """
    poll = standing.locked(poll_id)
    teller = standing.teller_of(poll, by)
    if teller is None:
        raise Forbidden(_("You are no teller of this vote."))
    standing.in_state(poll, Poll.State.PREPARED)
    if poll.on_paper:
        raise DomainError(_("A vote on paper has no key."))
    if teller.lock is not None:
        raise DomainError(_("You have taken your seat before; the words of then hold."))
    teller.lock, teller.seated_at = lock, timezone.now()
    teller.save(update_fields=["lock", "seated_at"])
    seats = list(Teller.objects.filter(poll=poll).order_by("position"))
    whole = all(seat.lock is not None for seat in seats)
    if whole:
        _cut_key(poll, seats)
    record(EventType.SEATED, by=by, subject=poll, key_made=whole)
    return poll


def _cut_key(poll: Poll, seats: Sequence[Teller]) -> None:
    locks = [bytes(seat.lock) for seat in seats if seat.lock is not None]
    poll.lock, parts = keys.make_box(poll.needed, locks)
    poll.save(update_fields=["lock"])
    # Not through the model: whoever writes these may not read them.
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into {Share._meta.db_table} (poll_id, holder_id, part_id, sealed)"  # noqa: S608 - our own name
            " values (%s, %s, %s, %s)",
            [(poll.pk, seat.pk, seat.pk, part) for seat, part in zip(seats, parts, strict=True)],
        )


@transaction.atomic(durable=True)
def unseat(*, poll_id: int, by: User) -> Poll:
    """Let all tellers take their seats anew, when one has lost the words before voting began."""
    poll = standing.locked(poll_id)
    standing.require_running(poll, by)
    standing.in_state(poll, Poll.State.PREPARED)
    poll.lock = None
    poll.save(update_fields=["lock"])
    standing.call("select ngangtam_ballot_unseat(%s)", [poll.pk])
    record(EventType.RESEATED, by=by, subject=poll)
    return poll


@transaction.atomic(durable=True)
def note_presence(*, poll_id: int, present: Sequence[int], by: User) -> int:
    """Note who of the roll is present; return how many.

    Shape: `present` are accounts of the roll; everybody else is absent.
    """
    poll = standing.locked(poll_id)
    standing.require_running(poll, by)
    standing.in_state(poll, Poll.State.PREPARED)
    rows = Roll.objects.filter(poll=poll)
    here = rows.filter(voter_id__in=present)
    rows.filter(present=True).exclude(voter_id__in=present).update(present=False)
    here.filter(present=False).update(present=True)
    count = here.count()
    record(EventType.PRESENCE, by=by, subject=poll, present=count)
    return count


def hold_again(
    *, poll_id: int, keep: Sequence[int], seats: int, max_choices: int, by: User, today: date
) -> Poll:
    """Prepare the next round of a vote with the same roll and tellers.

    Shape: `keep` are the places on the paper of who stays on it.
    Errors: as `prepare_poll`; DomainError while the vote before is still under way.
    """
    before = Poll.objects.get(pk=poll_id)
    standing.in_state(before, Poll.State.COUNTED, Poll.State.ANNULLED)
    if before.again.exclude(state=Poll.State.ANNULLED).exists():
        raise DomainError(_("The next round was prepared before."))
    rows = Option.objects.filter(poll=before, position__in=keep).order_by("position")
    counting = Teller.objects.filter(poll=before)
    return prepare_poll(
        unit_id=before.unit_id, title=before.title, kind=before.kind, rules=before.rules,
        options=[OptionValues(row.label, row.person_id) for row in rows],
        voters=list(Roll.objects.filter(poll=before).values_list("voter_id", flat=True)),
        convened=before.convened, needed=before.needed, on_paper=before.on_paper,
        tellers=list(counting.order_by("position").values_list("user_id", flat=True)),
        max_choices=max_choices, seats=seats, announced=before.announced,
        reference=before.reference, quorum=before.quorum, share_of=before.share_of,
        write_ins=before.write_ins, previous_id=before.pk, by=by, today=today,
    )  # fmt: skip
