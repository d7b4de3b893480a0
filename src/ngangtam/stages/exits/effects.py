"""What a decided case writes, in the transaction of its decision, and what its opening notes."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.organisation.models import Decision, Post
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.confidence import steps as confidence
from ngangtam.stages.exits import actions_suspension, asking, figures, refusing, swapping
from ngangtam.stages.exits.models import Departure, Exit, Letter, Proposal
from ngangtam.stages.procedure.models import Case, CaseSubject

# What refuses a resignation, as the fact that conditions ask.
_REFUSING: Final = {
    "resignation.refused-on-duty": "on_critical_duty",
    "resignation.refused-under-inspection": "under_investigation",
}
_LEAVING: Final = (Exit.REMOVAL, Exit.RESIGNATION, Exit.DISMISSAL, Exit.RETIREMENT)


# -- opening -------------------------------------------------------------------------------------


def on_opening(case: Case, people: Sequence[int], by: User, today: date) -> None:
    """Refuse what may not take the place of a dismissal; note the case where it began.

    Errors: DomainError with the ground and its citation.
    """
    if case.stage not in Exit.values:
        return
    swapping.refuse(case.stage, people, today)
    _refuse_on_duty(case, people, today)
    _take_up(case, people, by)


def _refuse_on_duty(case: Case, people: Sequence[int], today: date) -> None:
    """Errors: DomainError while an authority's finding refuses a resignation."""

    found = refusing.refusals(case.stage, people, today)
    if found:
        raise DomainError(refusing.in_words(found[0]))


def _take_up(case: Case, people: Sequence[int], by: User) -> None:
    said = case.payload.get("proposal")
    if isinstance(said, int):
        rows = Proposal.objects.select_for_update(of=("self",))
        proposal = rows.filter(pk=said, person__in=list(people)).first()
        if proposal is None or proposal.state != Proposal.State.STANDING:
            raise DomainError(_("This proposal no longer stands; look at it again."))
        proposal.state, proposal.case_number = Proposal.State.OPENED, case.number
        proposal.settled_by, proposal.settled_at = by, timezone.now()
        proposal.version += 1
        proposal.save(update_fields=["state", "case_number", "settled_by", "settled_at",
                                     "version"])  # fmt: skip
        for vote in votes_behind(proposal):
            confidence.note_case(vote, case.number, by)
    written = case.payload.get("letter")
    if isinstance(written, int):
        letters = Letter.objects.select_for_update(of=("self",))
        letter = letters.filter(pk=written, person__in=list(people)).first()
        if letter is None or letter.state != Letter.State.SENT:
            raise DomainError(_("This letter no longer waits; look at it again."))
        letter.state, letter.case_number = Letter.State.TAKEN_UP, case.number
        letter.answered_by, letter.answered_at = by, timezone.now()
        letter.version += 1
        letter.save(update_fields=["state", "case_number", "answered_by", "answered_at",
                                   "version"])  # fmt: skip


def votes_behind(proposal: Proposal) -> list[int]:
    """Return the results of votes of confidence that a proposal rests on."""
    refs = {ref for piece in proposal.evidence.get("facts", ()) for ref in piece["rests_on"]}
    return sorted(int(ref.partition(":")[2]) for ref in refs if ref.startswith("confidence:"))


def on_ending(case: Case) -> None:
    """Answer the letter of a case that was refused; one whose case was withdrawn waits again."""
    if case.stage != Exit.RESIGNATION:
        return
    rows = Letter.objects.select_for_update(of=("self",))
    letter = rows.filter(case_number=case.number, state=Letter.State.TAKEN_UP).first()
    if letter is None:
        return
    if case.state == Case.State.WITHDRAWN:
        letter.state, letter.case_number = Letter.State.SENT, ""
    else:
        letter.state = Letter.State.REFUSED
        letter.answer = _("The case %(number)s ended without agreement at “%(step)s”.") % {
            "number": case.number, "step": case.ending,
        }  # fmt: skip
    letter.answered_at = timezone.now()
    letter.version += 1
    letter.save(update_fields=["state", "case_number", "answer", "answered_at", "version"])


# -- decisions -----------------------------------------------------------------------------------


def end_posting(case: Case, decision: Decision, by: User) -> None:
    """End the posting of everybody in the case, and keep why.

    Errors: DomainError when somebody holds no such post on the day, or what a dismissal bars.
    """
    day = _day_of(case, decision)
    people = _people(case)
    if case.stage not in _LEAVING:
        raise DomainError(_("This kind of case ends no posting."))
    swapping.refuse(case.stage, [one.person_id for one in people if one.person_id], day)
    for one in people:
        assert one.person is not None
        _leave(
            case, one.person, _post_of(case, one), day=day, decision=decision, by=by, to_post=None
        )
    _settle_letter(case, by)


def lower_posting(case: Case, decision: Decision, by: User) -> None:
    """End the posting, and begin the lower or suitable one that the case names.

    Errors: DomainError when the post that follows is not one that the text allows.
    """
    day = _day_of(case, decision)
    swapping.refuse(case.stage, [one.person_id for one in _people(case) if one.person_id], day)
    for one in _people(case):
        assert one.person is not None
        named = case.payload.get("to_post")
        after = Post.objects.select_related("unit").filter(pk=named).first() if named else None
        before = _post_of(case, one)
        if after is not None and before is not None:
            _refuse_higher(before, after)
        _leave(case, one.person, before, day=day, decision=decision, by=by, to_post=after)
    _settle_letter(case, by)


def begin_suspension(case: Case, decision: Decision, by: User) -> None:
    """Suspend the people of the case. Errors: DomainError as `actions_suspension.begin`."""
    day = _day_of(case, decision)
    days = case.payload.get("days")
    if not isinstance(days, int) or days < 1:
        raise DomainError(_("The case does not say for how many working days."))
    for one in _people(case):
        assert one.person is not None
        actions_suspension.begin(
            person=one.person, ground=str(case.payload.get("ground", "")),
            reason=str(case.payload.get("reason") or case.title), first=day,
            last=actions_suspension.last_day(day, days),
            confirmed_length=bool(case.payload.get("confirmed_length")),
            decision_id=decision.pk, case_number=case.number, by=by,
        )  # fmt: skip


def _people(case: Case) -> list[CaseSubject]:
    rows = CaseSubject.objects.filter(case=case, state=CaseSubject.State.IN, person__isnull=False)
    return list(rows.select_related("person", "post"))


def _day_of(case: Case, decision: Decision) -> date:
    said = case.payload.get("effective_on")
    return date.fromisoformat(said) if isinstance(said, str) and said else decision.day


def _post_of(case: Case, one: CaseSubject) -> Post | None:
    return one.post or case.post


def _leave(
    case: Case, person: Person, post: Post | None, *, day: date, decision: Decision, by: User,
    to_post: Post | None,
) -> Departure:  # fmt: skip
    held = Posting.objects.select_for_update(of=("self",)).on(day).filter(person=person)
    held = held.select_related("post__unit").order_by("-post__leadership", "-main", "pk")
    posting = (held.filter(post=post) if post is not None else held).first()
    if posting is None:
        raise DomainError(
            _("%(name)s holds no such post on %(day)s.")
            % {"name": person.full_name, "day": f"{day:%d/%m/%Y}"}
        )
    unit = posting.post.unit
    try:
        with transaction.atomic():
            departure = Departure.objects.create(
                person=person, unit=unit, path=str(unit.path), posting=posting, exit=case.stage,
                ground=str(case.payload.get("ground") or ""), day=day, decision_id=decision.pk,
                case_number=case.number, to_post=to_post, decided_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Departure, error) from error
    was_main = posting.main
    personnel.end(posting, on=day)
    if to_post is not None:
        personnel.add_posting(
            person=person, post=to_post, first_day=day, decision=decision, main=was_main,
            seat=_free_seat(to_post, day), by=by.get_username(),
        )  # fmt: skip
    personnel.refresh([person.pk], day=timezone.localdate())
    return departure


def _free_seat(post: Post, day: date) -> int:
    """Return the first seat that nobody holds from the day on."""
    taken = set(
        Posting.objects.standing().filter(post=post, valid__endswith__isnull=True)
        .values_list("seat", flat=True)
    ) | set(Posting.objects.on(day).filter(post=post).values_list("seat", flat=True))  # fmt: skip
    return next(seat for seat in range(1, len(taken) + 2) if seat not in taken)


_RANK: Final = ("central", "province", "district", "commune")


def _refuse_higher(before: Post, after: Post) -> None:
    """Errors: DomainError when the post that follows outranks the one that is left."""
    higher = _RANK.index(after.level) < _RANK.index(before.level)
    more = (after.head and not before.head) or (after.leadership and not before.leadership)
    same = after.head and before.head and after.level == before.level
    if higher or more or same:
        raise DomainError(
            _("After a removal somebody gets a post one level lower, or a suitable one that is"
              " not more important.")
        )  # fmt: skip


def _settle_letter(case: Case, by: User) -> None:
    written = case.payload.get("letter")
    if not isinstance(written, int):
        return
    letter = Letter.objects.select_for_update(of=("self",)).filter(pk=written).first()
    if letter is None or letter.state != Letter.State.TAKEN_UP:
        raise DomainError(_("The letter was withdrawn; there is nothing to decide on."))
    letter.state = Letter.State.AGREED
    letter.answered_by, letter.answered_at = by, timezone.now()
    letter.version += 1
    letter.save(update_fields=["state", "answered_by", "answered_at", "version"])


# -- what conditions may ask ---------------------------------------------------------------------


def known_of(people: Sequence[int], post: Post | None, day: date) -> dict[int, dict[str, Any]]:
    """Return what conditions ask of this room: what stands for or against a way out.

    Shape: what nobody said stays unknown.
    """
    barred = {one.person for one in swapping.barriers(people, day)}
    established = set(
        Proposal.objects.filter(
            person__in=list(people), exit__in=[Exit.REMOVAL, Exit.DISMISSAL], confirmed=True,
            state__in=[Proposal.State.STANDING, Proposal.State.OPENED],
        ).values_list("person_id", flat=True)
    )  # fmt: skip
    told: dict[int, dict[str, Any]] = {person: {} for person in people}
    for one in figures.standing(people, day):
        fact = _REFUSING.get(one.about, one.about)
        if one.word is not None and fact in asking.STATED:
            told[one.person_id][fact] = one.word
    return {
        person: {
            "dismissal_due": person in barred,
            "removal_ground_established": person in established or None,
            **told[person],
        }
        for person in people
    }
