"""What is done with terms: take one over, strike it out, give notice, conclude a probation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.personnel.models import Posting
from ngangtam.records.personnel.queries.reach import refuse_own
from ngangtam.stages.appointment import terms
from ngangtam.stages.appointment.events import EventType
from ngangtam.stages.appointment.models import Term


@dataclass(frozen=True, slots=True)
class Reached:
    """What came of one goal of a probation, in the order in which the goals were set."""

    reached: bool
    note: str = ""


@transaction.atomic(durable=True)
def record_term(*, posting_id: int, first: date, until: date, basis: str, by: User) -> Term:
    """Take over the term that an older decision set, so that its end is watched.

    Errors: Forbidden without CASE_RUN over the post, or for the own posting; DomainError when a
        term runs already, it lies outside of the posting, or nothing is named that it rests on.
    """
    posting = _posting(posting_id, by)
    if first < posting.valid.lower:
        raise DomainError(_("A term begins with the posting or after it."))
    term = _add(posting, first, until, fold(basis)[:300], by)
    record(EventType.TERM_RECORDED, by=by, subject=posting.person, term=term.pk,
           first=first.isoformat(), until=until.isoformat())  # fmt: skip
    return term


def _posting(posting_id: int, by: User) -> Posting:
    rows = Posting.objects.standing().select_related("person", "post__unit")
    posting = rows.get(pk=posting_id)
    require(by, Permission.CASE_RUN, str(posting.post.unit.path))
    refuse_own(posting.person_id, by)
    return posting


def _add(posting: Posting, first: date, until: date, basis: str, by: User) -> Term:
    try:
        with transaction.atomic():
            return Term.objects.create(
                person=posting.person, posting=posting, path=posting.post.unit.path,
                kind=Term.Kind.TERM, first=first, until=until, basis=basis, recorded_by=by,
                decision_id=posting.decision_id if not basis else None,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Term, error) from error


@transaction.atomic(durable=True)
def strike_term(*, term_id: int, reason: str, version: int, by: User) -> Term:
    """Strike out a term that was taken over by mistake; it stays, with the reason.

    Errors: Forbidden without CASE_RUN; DomainError for one that a case decided, or one settled.
    """
    term = _locked(term_id, version, by, Permission.CASE_RUN)
    if term.case_number:
        raise DomainError(_("What a case decided is changed by another decision only."))
    if not fold(reason):
        raise DomainError(_("Say why."))
    _settle(term, Term.State.STRUCK, fold(reason)[:1000], by)
    term.save()
    record(EventType.TERM_STRUCK, by=by, subject=term.person, term=term.pk, reason=term.answer)
    return term


@transaction.atomic(durable=True)
def give_notice(*, posting_ids: Sequence[int], today: date, by: User) -> list[Term]:
    """Note that these people were told that their term ends; once for each.

    Shape: where the end of the term follows from the law alone, the term is taken over with it.
    Errors: Forbidden without CASE_RUN; DomainError when nobody is named or the end of a term is
        not known. Nothing is noted then.
    """
    if not posting_ids:
        raise DomainError(_("Choose at least one person."))
    told = []
    for posting_id in sorted(set(posting_ids)):
        posting = _posting(posting_id, by)
        rows = Term.objects.select_for_update(of=("self",)).filter(
            posting=posting, kind=Term.Kind.TERM, state=Term.State.RUNNING
        )
        term = rows.first() or _by_law(posting, by)
        if term.noticed_on is None:
            term.noticed_on, term.noticed_by = today, by
            term.version += 1
            term.save(update_fields=["noticed_on", "noticed_by", "version"])
            told.append(term)
    record(EventType.NOTICE_GIVEN, by=by, subject=told[0].person if len(told) == 1 else None,
           terms=[term.pk for term in told], on=today.isoformat())  # fmt: skip
    return told


def _by_law(posting: Posting, by: User) -> Term:
    first = posting.valid.lower
    months = terms.term_months(posting.post.regime, first)
    if months is None:
        raise DomainError(
            _("When the term of %s ends is not on record; take it over first.") % posting.person
        )
    rule = terms.term_rule(posting.post.regime, first)
    cites = ", ".join(rule.cites) if rule is not None else ""
    basis = "" if posting.decision_id else _("Term by law (%s)") % cites
    return _add(posting, first, terms.end_of(first, months), basis, by)


@transaction.atomic(durable=True)
def settle_probation(
    *, term_id: int, goals: Sequence[Reached], passed: bool, answer: str, version: int, by: User
) -> Term:
    """Say of each goal whether it was reached, and whether the probation was passed.

    It changes no posting: whoever passed is appointed for a term, whoever did not leaves the post,
    each by a case and a decision of its own.
    Errors: Forbidden without CASE_DECIDE, or for oneself; DomainError when a goal has no answer,
        nothing is said, or somebody else has changed it meanwhile.
    """
    term = _locked(term_id, version, by, Permission.CASE_DECIDE)
    if term.kind != Term.Kind.PROBATION:
        raise DomainError(_("This is no probation."))
    if len(goals) != len(term.goals):
        raise DomainError(_("Say of each goal whether it was reached."))
    if not fold(answer):
        raise DomainError(_("Say why."))
    term.goals = [
        {**goal, "reached": said.reached, "note": fold(said.note)[:500]}
        for goal, said in zip(term.goals, goals, strict=True)
    ]
    _settle(term, Term.State.PASSED if passed else Term.State.FAILED, fold(answer)[:1000], by)
    term.save()
    record(EventType.PROBATION_SETTLED, by=by, subject=term.person, term=term.pk, passed=passed,
           reached=sum(said.reached for said in goals), goals=len(goals))  # fmt: skip
    return term


def _locked(term_id: int, version: int, by: User, needs: Permission) -> Term:
    seen = Term.objects.get(pk=term_id)
    require(by, needs, str(seen.path))
    refuse_own(seen.person_id, by)
    rows = Term.objects.select_for_update(of=("self",)).select_related("person")
    term = rows.get(pk=term_id)
    if term.state != Term.State.RUNNING:
        raise DomainError(_("This term is settled."))
    if term.version != version:
        raise DomainError(_("Somebody else has changed this meanwhile; look at it again."))
    return term


def _settle(term: Term, state: Term.State, answer: str, by: User) -> None:
    term.state, term.answer = state, answer
    term.settled_at, term.settled_by = timezone.now(), by
    term.version += 1
