"""What may be done with rounds of votes of confidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.corrections.models import Account
from ngangtam.records.corrections.queries import own_person
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.stages.ballots import queries as ballots
from ngangtam.stages.ballots.actions import OptionValues, prepare_poll
from ngangtam.stages.ballots.models import Poll
from ngangtam.stages.confidence import following, law, looking
from ngangtam.stages.confidence.events import EventType
from ngangtam.stages.confidence.models import Due, Regime, Result, Round, Subject, Voter
from ngangtam.stages.procedure.models import CaseSubject

_HEAVY: Final = (Subject.Why.LEAVING, Subject.Why.OTHER, Subject.Why.NEW)


# -- a round -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoundValues:
    """What a round is opened with; see `Round`."""

    regime: str
    title: str
    basis: str
    day: date
    session: date | None
    term: int | None
    below: bool
    share_of: str


@transaction.atomic(durable=True)
def open_round(*, unit_code: str, values: RoundValues, by: User, today: date) -> Round:
    """Open a round and list from the postings who is voted on and who is left out by the text.

    Errors: Forbidden without BALLOT_RUN over the body; DomainError when no text speaks on the day,
        the day has passed, or the Party round names no document that orders it.
    """
    unit = Unit.objects.get(code=unit_code)
    require(by, Permission.BALLOT_RUN, str(unit.path))
    if values.day < today:
        raise DomainError(_("The day of the vote has passed."))
    if law.rules_of(values.regime, values.day) is None:
        raise DomainError(_("No text in the rulebook speaks of this on that day."))
    if values.regime == Regime.PARTY and not values.basis.strip():
        raise DomainError(
            _("Name the document that orders the round: when it is held is not settled by the text"
              " that was seen.")
        )  # fmt: skip
    rules = law.rules_of(values.regime, values.day)
    fixed = rules is not None and rules.denominator == "fixed"
    try:
        with transaction.atomic():
            one = Round.objects.create(
                unit=unit, path=unit.path, regime=values.regime, title=values.title.strip(),
                basis=values.basis.strip(), day=values.day, session=values.session,
                term=values.term if values.regime == Regime.ELECTED else None,
                below=values.below, opened_by=by,
                share_of=values.share_of if fixed else Round.ShareOf.BALLOTS,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Round, error) from error
    added, _changed = _look(one, by)
    Due.objects.bulk_create(
        Due(round=one, code=code, due=due) for code, due in law.timetable(one.regime, one.session)
    )
    record(EventType.OPENED, by=by, subject=one, cites=rules.cites if rules else (),
           regime=one.regime, day=one.day.isoformat(), people=added)  # fmt: skip
    return one


def _locked(round_id: int, by: User, version: int | None = None) -> Round:
    """Lock a round for who prepares it and is not voted on.

    Errors: Forbidden without BALLOT_RUN or in the own vote; DomainError when it was changed.
    """
    one = Round.objects.select_related("unit").select_for_update(of=("self",)).get(pk=round_id)
    require(by, Permission.BALLOT_RUN, str(one.path))
    mine = own_person(by)
    if mine is not None and one.subjects.filter(person=mine, state=Subject.State.IN).exists():
        raise Forbidden(_("Nobody prepares a vote of confidence in which they stand."))
    if version is not None and version != one.version:
        raise DomainError(
            _("Somebody else changed this round meanwhile; look at it again before you go on.")
        )
    return one


def _drafting(round_id: int, by: User, version: int | None = None) -> Round:
    one = _locked(round_id, by, version)
    if one.state != Round.State.DRAFT:
        raise DomainError(_("The lists of this round are closed."))
    return one


def _touched(one: Round, *fields: str) -> None:
    one.version += 1
    one.save(update_fields=[*fields, "version"])


# -- who is voted on -----------------------------------------------------------------------------


def _look(one: Round, by: User) -> tuple[int, int]:
    """Bring the list to what postings say; what somebody put by hand stays.

    Errors: Forbidden when the list would name who makes it.
    """
    mine = own_person(by)
    found = {who.person_id: who for who in looking.people_of(one)}
    if len(found) > looking.MOST:
        raise DomainError(
            _("More than %(most)s people hold such a title here; open the round in a smaller body.")
            % {"most": looking.MOST}
        )
    if mine in found and not found[mine].why:
        raise Forbidden(_("Nobody prepares a vote of confidence in which they stand."))
    standing = {row.person_id: row for row in one.subjects.all()}
    changed = 0
    for person, row in standing.items():
        now = found.get(person)
        if row.by_hand or person == mine:
            continue
        if now is None:
            state, why, note = "out", str(Subject.Why.GONE), ""
            titles, since = row.titles, row.since
        else:
            state = "out" if now.why else "in"
            why, note, titles, since = now.why, now.note, now.titles, now.since
        if (row.state, row.why, row.note, row.titles, row.since) != (
            state,
            why,
            note,
            titles,
            since,
        ):
            row.state, row.why, row.note, row.titles, row.since = state, why, note, titles, since
            row.save(update_fields=["state", "why", "note", "titles", "since"])
            changed += 1
    new = [
        Subject(
            round=one, person_id=who.person_id, post_id=who.post_id, titles=who.titles[:600],
            since=who.since, why=who.why, note=who.note,
            state=Subject.State.OUT if who.why else Subject.State.IN,
        )
        for who in found.values() if who.person_id not in standing
    ]  # fmt: skip
    Subject.objects.bulk_create(new)
    return len(new), changed


@transaction.atomic(durable=True)
def look_again(*, round_id: int, version: int | None, by: User) -> tuple[int, int]:
    """List the people again from the postings of today; return how many came and changed."""
    one = _drafting(round_id, by, version)
    added, changed = _look(one, by)
    _touched(one)
    record(EventType.LOOKED, by=by, subject=one, people=added, changed=changed)
    return added, changed


@transaction.atomic(durable=True)
def leave_out(*, subject_id: int, why: str, note: str, version: int | None, by: User) -> Subject:
    """Leave somebody out of the vote, with the reason and its evidence.

    Errors: DomainError without evidence, or when the lists are closed.
    """
    row = Subject.objects.select_related("person").get(pk=subject_id)
    one = _drafting(row.round_id, by, version)
    if row.person_id == own_person(by):
        raise Forbidden(_("Nobody prepares a vote of confidence in which they stand."))
    if why not in _HEAVY or not note.strip():
        raise DomainError(_("Choose the reason and name the evidence: the number and day of the"
                            " notice, or the day of the appointment."))  # fmt: skip
    row.state, row.why, row.note, row.by_hand = Subject.State.OUT, why, note.strip(), True
    row.save(update_fields=["state", "why", "note", "by_hand"])
    _touched(one)
    record(EventType.LEFT_OUT, by=by, subject=row.person, place=str(one.path), round=one.pk,
           why=why, note=row.note, cites=(law.LEFT_OUT[one.regime],))  # fmt: skip
    return row


@transaction.atomic(durable=True)
def take_in(
    *, round_id: int, person_number: str, note: str, version: int | None, by: User, today: date
) -> Subject:
    """Put somebody into the vote: who was left out, or whose title postings do not show.

    Errors: DomainError for an unknown file number, somebody without a post, or closed lists.
    """
    one = _drafting(round_id, by, version)
    person = Person.objects.filter(number=person_number.strip(), voided_at__isnull=True).first()
    if person is None:
        raise DomainError(_("There is no file with this number within your reach."))
    if person.pk == own_person(by):
        raise Forbidden(_("Nobody prepares a vote of confidence in which they stand."))
    held = person.postings.on(one.day).select_related("post").order_by("-main", "pk")
    posts = list(held)
    row = one.subjects.filter(person=person).first()
    if row is None and not posts:
        raise DomainError(_("This person holds no post on the day of the vote."))
    if row is None:
        row = Subject(round=one, person=person, post=posts[0].post,
                      titles="; ".join(posting.post.title for posting in posts)[:600])  # fmt: skip
    row.state, row.why, row.note, row.by_hand = Subject.State.IN, "", note.strip()[:500], True
    row.save()
    _touched(one)
    record(EventType.TAKEN_IN, by=by, subject=person, place=str(one.path), round=one.pk,
           note=row.note)  # fmt: skip
    return row


# -- who votes, what is due ------------------------------------------------------------------------


@transaction.atomic(durable=True)
def convene(
    *, round_id: int, circles: Sequence[str], numbers: Sequence[str], version: int | None, by: User
) -> int:
    """Say who is convened to vote: whole circles of the body, and single people by file number.

    Returns: how many are convened.
    Errors: DomainError when nobody is found, or a file number is unknown.
    """
    one = _drafting(round_id, by, version)
    people = dict.fromkeys(looking.voters_of(one, [c for c in circles if c in looking.CIRCLES]))
    wanted = [number.strip() for number in numbers if number.strip()]
    known = dict(Person.objects.filter(number__in=wanted).values_list("number", "pk"))
    missing = [number for number in wanted if number not in known]
    if missing:
        raise DomainError(
            _("There is no file with this number: %(numbers)s")
            % {"numbers": ", ".join(missing[:5])}
        )
    people |= dict.fromkeys(known.values())
    if not people:
        raise DomainError(_("Nobody stands in these circles on the day of the vote."))
    rows = {row.person_id: row for row in one.voters.all()}
    for person, row in rows.items():
        if row.called != (person in people):
            row.called = person in people
            row.save(update_fields=["called"])
    Voter.objects.bulk_create(Voter(round=one, person_id=p) for p in people if p not in rows)
    _touched(one)
    record(EventType.CONVENED, by=by, subject=one, circles=list(circles), voters=len(people))
    return len(people)


@transaction.atomic(durable=True)
def note_done(*, due_id: int, done_on: date | None, note: str, by: User, today: date) -> Due:
    """Note that something of the timetable was done, and by which document.

    Errors: DomainError for a day in the future, or a round that is over.
    """
    row = Due.objects.get(pk=due_id)
    one = _locked(row.round_id, by)
    if one.state in (Round.State.COUNTED, Round.State.CANCELLED):
        raise DomainError(_("This round is over."))
    if done_on is not None and done_on > today:
        raise DomainError(_("What was done is not in the future."))
    row.done_on, row.note = done_on, note.strip()
    row.save(update_fields=["done_on", "note"])
    record(EventType.DONE, by=by, subject=one, what=row.code,
           done_on=done_on.isoformat() if done_on else None, note=row.note)  # fmt: skip
    return row


# -- closing the lists, the vote -------------------------------------------------------------------


@transaction.atomic(durable=True)
def fix(*, round_id: int, version: int | None, by: User) -> Round:
    """Close the lists: from now on the vote can be prepared, and nobody changes who stands on it.

    Errors: DomainError without anybody to vote on, or without voters.
    """
    one = _drafting(round_id, by, version)
    if not one.subjects.filter(state=Subject.State.IN).exists():
        raise DomainError(_("Nobody is voted on yet."))
    if not one.voters.filter(called=True).exists():
        raise DomainError(_("Nobody is convened yet; say first who votes."))
    one.state, one.fixed_at = Round.State.FIXED, timezone.now()
    _touched(one, "state", "fixed_at")
    record(EventType.FIXED, by=by, subject=one,
           people=one.subjects.filter(state=Subject.State.IN).count(),
           left_out=one.subjects.filter(state=Subject.State.OUT).count(),
           voters=one.voters.filter(called=True).count())  # fmt: skip
    return one


@transaction.atomic(durable=True)
def reopen(*, round_id: int, version: int | None, by: User) -> Round:
    """Open the lists again, as long as no vote stands on them.

    Errors: DomainError while a vote that was not annulled serves the round.
    """
    one = _locked(round_id, by, version)
    if one.state != Round.State.FIXED or _running(one) is not None:
        raise DomainError(_("A vote stands on these lists; annul it first."))
    one.state, one.fixed_at = Round.State.DRAFT, None
    _touched(one, "state", "fixed_at")
    record(EventType.REOPENED, by=by, subject=one)
    return one


def _running(one: Round) -> Poll | None:
    """Return the vote that serves the round, unless it was annulled."""
    poll = ballots.poll_by_reference(one.reference)
    return None if poll is None or poll.state == Poll.State.ANNULLED else poll


def prepare_vote(
    *, round_id: int, tellers: Sequence[int], needed: int, on_paper: bool, by: User, today: date
) -> Poll:
    """Prepare the secret vote of a round: one paper with everybody on it, three levels each.

    Shape: not a transaction of its own; the room of votes does the whole of it.
    Errors: as `prepare_poll`; DomainError while the lists are open, when a vote already serves the
        round, or when somebody convened has no account to vote with.
    """
    one = Round.objects.select_related("unit").get(pk=round_id)
    require(by, Permission.BALLOT_RUN, str(one.path))
    if one.state != Round.State.FIXED:
        raise DomainError(_("Close the lists first."))
    if _running(one) is not None:
        raise DomainError(_("A vote already serves this round."))
    called = list(one.voters.filter(called=True).values_list("person_id", flat=True))
    accounts = accounts_of(called)
    if not on_paper and len(accounts) < len(called):
        raise DomainError(
            _("%(count)s of those convened have no account; vote on paper, or link their accounts.")
            % {"count": len(called) - len(accounts)}
        )
    people = one.subjects.filter(state=Subject.State.IN).select_related("person")
    options = [
        OptionValues(f"{row.person.full_name} – {row.titles}"[:200], row.person_id)
        for row in people.order_by("pk")
    ]
    rules = law.rules_of(one.regime, one.day)
    return prepare_poll(
        unit_id=one.unit_id, title=one.title, kind="confidence", rules=one.rules, options=options,
        voters=[] if on_paper else sorted(accounts.values()), convened=len(called),
        tellers=list(tellers), needed=needed, on_paper=on_paper, max_choices=len(options), seats=1,
        announced=True, reference=one.reference,
        share_of=one.share_of if rules and rules.denominator == "fixed" else "",
        by=by, today=today,
    )  # fmt: skip


def accounts_of(people: Sequence[int]) -> dict[int, int]:
    """Return person → account of those who have one."""
    rows = Account.objects.filter(person_id__in=people, state=Account.State.LINKED)
    return dict(rows.values_list("person_id", "user_id"))


@transaction.atomic(durable=True)
def cancel(*, round_id: int, reason: str, version: int | None, by: User) -> Round:
    """Call a round off, with the reason; nothing was counted.

    Errors: DomainError when it was counted, or while a vote runs.
    """
    one = _locked(round_id, by, version)
    if one.state not in (Round.State.DRAFT, Round.State.FIXED) or _running(one) is not None:
        raise DomainError(_("A vote stands on these lists; annul it first."))
    if not reason.strip():
        raise DomainError(_("Say why the round is called off."))
    one.state, one.reason = Round.State.CANCELLED, reason.strip()
    _touched(one, "state", "reason")
    record(EventType.CANCELLED, by=by, subject=one, reason=one.reason)
    return one


# -- what came of it -------------------------------------------------------------------------------


def take_over(poll: Poll, by: User) -> None:
    """Take the result of a counted vote over; runs in the transaction of the count.

    Errors: DomainError when the round is not waiting for a count: the count is undone then.
    """
    one = Round.objects.select_for_update().filter(pk=_round_id(poll.reference)).first()
    if one is None or one.state != Round.State.FIXED:
        raise DomainError(_("No round of votes of confidence waits for this count."))
    found = ballots.result_of(poll.pk)
    if found is None:
        raise DomainError(_("The vote is not counted."))
    people = {row.person_id: row for row in one.subjects.filter(state=Subject.State.IN)}
    tally = found.tally
    rows = []
    for key, shares in found.confidence.items():
        person = found.people.get(key)
        if person not in people:
            raise DomainError(_("Somebody stands on the paper who is not in the round."))
        votes = found.votes.get(key, {})
        rows.append(
            Result(
                round=one, person_id=person, path=one.path, post_id=people[person].post_id,
                titles=people[person].titles, day=one.day, regime=one.regime,
                high=votes.get("high", 0), trust=votes.get("trust", 0), low=votes.get("low", 0),
                convened=tally.convened or 0, returned=tally.returned or 0,
                denominator=shares.denominator, zone=shares.zone,
                followed=Result.Followed.WAITS if shares.zone else Result.Followed.NOTHING,
            )
        )  # fmt: skip
    Result.objects.bulk_create(rows)
    one.state, one.counted_at = Round.State.COUNTED, timezone.now()
    _touched(one, "state", "counted_at")
    rules = law.rules_of(one.regime, one.day)
    record(EventType.COUNTED, by=by, subject=one, cites=rules.cites if rules else (),
           results=len(rows), low=sum(1 for row in rows if row.zone))  # fmt: skip
    following.tell(one)


def _round_id(reference: str) -> int:
    number = reference.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0


@transaction.atomic(durable=True)
def release(*, round_id: int, document: str, by: User) -> Round:
    """Let everybody concerned read the own result.

    Errors: DomainError before the count, or for the Party round without a document: no text that
        was seen says how its results are made known.
    """
    one = _locked(round_id, by)
    if one.state != Round.State.COUNTED or one.released_at is not None:
        raise DomainError(_("Results are released once, after the count."))
    if one.regime == Regime.PARTY and not document.strip():
        raise DomainError(_("Name the document of the authority that lets the results be known."))
    one.released_at, one.released_on = timezone.now(), document.strip()
    _touched(one, "released_at", "released_on")
    record(EventType.RELEASED, by=by, subject=one, document=one.released_on)
    return one


def _waiting(result_id: int, by: User, permission: Permission) -> Result:
    row = Result.objects.select_for_update(of=("self",)).select_related("person").get(pk=result_id)
    require(by, permission, str(row.path))
    if row.person_id == own_person(by):
        raise Forbidden(_("Nobody handles the own case."))
    if row.followed not in (Result.Followed.WAITS, Result.Followed.ASIDE):
        raise DomainError(_("Nothing waits to be considered here; look at it again."))
    return row


def _settle(row: Result, by: User, followed: str, *, case: str = "", note: str = "") -> Result:
    row.followed, row.case_number, row.note = followed, case, note
    row.settled_by, row.settled_at = by, timezone.now()
    row.save(update_fields=["followed", "case_number", "note", "settled_by", "settled_at"])
    return row


@transaction.atomic(durable=True)
def name_case(*, result_id: int, case_number: str, by: User) -> Result:
    """Note the case in which a low result is considered. The result itself decides nothing.

    Errors: Forbidden without CASE_RUN there, or about oneself; DomainError when it was settled, or
        the case is not about this person.
    """
    row = _waiting(result_id, by, Permission.CASE_RUN)
    number = case_number.strip()
    about = CaseSubject.objects.filter(person=row.person, case__number=number)
    if not about.filter(case__fictional=False).exists():
        raise DomainError(_("There is no case about this person with this number."))
    _settle(row, by, Result.Followed.CASE, case=number)
    record(EventType.CASE_NAMED, by=by, subject=row.person, case=number, round=row.round_id,
           cites=_zone_cites(row))  # fmt: skip
    return row


@transaction.atomic(durable=True)
def set_aside(*, result_id: int, reason: str, by: User) -> Result:
    """Decide that nothing follows a low result, with the reason.

    Errors: Forbidden without CASE_DECIDE there, or about oneself; DomainError without a reason.
    """
    row = _waiting(result_id, by, Permission.CASE_DECIDE)
    if not reason.strip():
        raise DomainError(_("Setting aside needs a reason."))
    _settle(row, by, Result.Followed.ASIDE, note=reason.strip())
    record(EventType.SET_ASIDE, by=by, subject=row.person, reason=row.note, round=row.round_id,
           cites=_zone_cites(row))  # fmt: skip
    return row


def _zone_cites(row: Result) -> tuple[str, ...]:
    zone = law.zone_of(row.regime, row.zone, row.day)
    return zone.cites if zone else ()


__all__ = [
    "RoundValues", "accounts_of", "cancel", "convene", "fix", "leave_out", "look_again",
    "name_case", "note_done", "open_round", "prepare_vote", "release", "reopen",
    "set_aside", "take_in", "take_over",
]  # fmt: skip
