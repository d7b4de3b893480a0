"""What officers do: answer requests, propose what needs two of them, confirm what was proposed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.corrections import applying
from ngangtam.records.corrections.events import EventType
from ngangtam.records.corrections.models import Proposal, Request
from ngangtam.records.corrections.targets import said_of
from ngangtam.records.corrections.telling import told
from ngangtam.records.corrections.values import RecordValues, keep_basis, read_identity
from ngangtam.records.personnel import identity, steps
from ngangtam.records.personnel.actions import Basis
from ngangtam.records.personnel.kinds import KINDS, WITNESSED, WITNESSED_FIELDS, guard_of
from ngangtam.records.personnel.models import IdentityChange, Person, Posting, Record
from ngangtam.records.personnel.queries.reach import refuse_own

Act = Proposal.Act
NO_BASIS: Final = Basis()


@dataclass(frozen=True, slots=True)
class PostingValues:
    """A posting as it is to be; its seat stays."""

    first_day: date
    until: date | None
    title_raw: str
    main: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an officer makes of a request. Shape: one of the three, by what it is about; none for
    a request that is answered in words."""

    identity: dict[str, str] | None = None
    record: RecordValues | None = None
    posting: PostingValues | None = None
    basis: Basis = NO_BASIS


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What is to become of one record. Shape: no `record_id` for a new one, no `values` for one
    that is struck out or restored."""

    act: str
    kind: str
    record_id: int | None = None
    values: RecordValues | None = None
    basis: Basis = NO_BASIS


@transaction.atomic(durable=True)
def accept(
    *, request_id: int, settlement: Settlement, answer: str, today: date, by: User
) -> Request:
    """Accept a request and change the file as the officer settled it.

    What two officers change becomes a proposal, and the request waits for the second one.
    Errors: Forbidden without PERSON_CHANGE over the person and the part's own permission, and for
        one's own file; DomainError when it no longer waits or nothing would change.
    """
    request = _answerable(request_id, by)
    reason = _reason(request, answer)
    if _is_witnessed(request):
        proposal = _propose_from(request, settlement, reason, by)
        _settle(request, Request.State.CONFIRMING, answer, by)
        record(EventType.ACCEPTED, by=by, subject=request.person, request=request.pk,
               proposal=proposal.pk)  # fmt: skip
        return request
    made = _apply(request, settlement, reason, today, by)
    _settle(request, Request.State.ACCEPTED, answer, by)
    record(EventType.ACCEPTED, by=by, subject=request.person, request=request.pk, **made)
    return request


@transaction.atomic(durable=True)
def refuse(*, request_id: int, answer: str, by: User) -> Request:
    """Refuse a request, and say why. Errors: as `accept`; DomainError without a reason."""
    request = _answerable(request_id, by)
    if not fold(answer):
        raise DomainError(_("Say why: the person reads it."))
    _settle(request, Request.State.REFUSED, answer, by)
    record(EventType.REFUSED, by=by, subject=request.person, request=request.pk, reason=answer)
    return request


def _answerable(request_id: int, by: User) -> Request:
    """Return the request, locked, once it is sure that `by` may answer it."""
    rows = Request.objects.select_related("person", "record", "posting")
    seen = rows.get(pk=request_id)
    # Before the lock, which the wall gives only to those who may.
    _allow(seen.person, seen.kind, seen.part, by)
    if seen.asked_by_id == by.pk:
        raise DomainError(_("Nobody decides on the own request."))
    request = rows.select_for_update(of=("self",)).get(pk=request_id)
    if request.state != Request.State.WAITING:
        raise DomainError(_("This request no longer waits."))
    return request


def _allow(person: Person, kind: str, part: str, by: User) -> None:
    """Errors: Forbidden unless `by` may change the file there, and it is not the own one."""
    require(by, Permission.PERSON_CHANGE, str(person.home_path))
    refuse_own(person.pk, by)
    guard = guard_of(kind) or (Permission.PERSON_VIEW_SENSITIVE if part == "origin" else None)
    if guard is not None:
        require(by, guard, str(person.home_path))


def _settle(request: Request, state: str, answer: str, by: User) -> None:
    request.state, request.answer = state, fold(answer)[:1000]
    request.decided_by, request.decided_at = by, timezone.now()
    request.save(update_fields=["state", "answer", "decided_by", "decided_at"])


def _reason(request: Request, answer: str) -> str:
    words = _("Request for correction no. %(number)s") % {"number": request.pk}
    return f"{words}: {fold(answer)}"[:300] if fold(answer) else words


def _is_witnessed(request: Request) -> bool:
    return request.kind in WITNESSED or request.field in WITNESSED_FIELDS


def _apply(
    request: Request, settlement: Settlement, reason: str, today: date, by: User
) -> dict[str, Any]:
    """Change the file at once; returns what the event says of it."""
    person, name = Person.objects.select_for_update().get(pk=request.person_id), by.get_username()
    made: dict[str, Any] = {}
    rests_on = applying.settle_basis(settlement.basis, request, today)
    if settlement.identity is not None:
        changes = read_identity(settlement.identity)
        if identity.witnessed(changes):
            raise DomainError(_("This is changed by two officers."))
        rows = identity.set_identity(person, changes, reason=reason, by=name)
        made["fields"] = [one.field for one in rows]
    elif settlement.record is not None and request.record is not None:
        new = applying.correct(request.record, settlement.record, rests_on, reason=reason, by=name)
        made.update(voided=request.record.pk, record=new.pk)
    elif settlement.record is not None:
        new = applying.add(person, request.kind, settlement.record, rests_on, by=name)
        made["record"] = new.pk
    elif settlement.posting is not None and request.posting is not None:
        made.update(_apply_posting(request.posting, settlement.posting, rests_on, reason, name))
    steps.refresh([person.pk], day=today)
    return made


def _apply_posting(
    old: Posting, values: PostingValues, rests_on: dict[str, Any], reason: str, by: str
) -> dict[str, int]:
    new = applying.correct_posting(
        old, first_day=values.first_day, until=values.until, title_raw=values.title_raw,
        main=values.main, rests_on=rests_on, reason=reason, by=by,
    )  # fmt: skip
    return {"voided": old.pk, "posting": new.pk}


def _propose_from(request: Request, settlement: Settlement, reason: str, by: User) -> Proposal:
    if settlement.identity is not None:
        return _propose_identity(request.person, settlement.identity, reason, by, request)
    if settlement.record is None:
        raise DomainError(_("Say what is to be recorded."))
    change = RecordChange(
        act=Act.CORRECT if request.record_id else Act.ADD, kind=request.kind,
        record_id=request.record_id, values=settlement.record, basis=settlement.basis,
    )  # fmt: skip
    return _propose_record(request.person, change, reason, by, request)


# --- what two officers change ---------------------------------------------------------------


@transaction.atomic(durable=True)
def propose_identity(*, person_id: int, changes: dict[str, str], reason: str, by: User) -> Proposal:
    """Propose another name or day of birth; until somebody else confirms, the old one stands.

    Shape: `changes` as typed, by field.
    Errors: Forbidden without PERSON_CHANGE over the person, and for one's own file; DomainError
        when nothing would change, or when a change of identity waits already.
    """
    person = Person.objects.get(pk=person_id)
    _allow(person, "", "", by)
    proposal = _propose_identity(person, changes, reason, by, None)
    record(EventType.PROPOSED, by=by, subject=person, proposal=proposal.pk, act=proposal.act,
           fields=sorted(proposal.values["changes"]), reason=reason)  # fmt: skip
    return proposal


@transaction.atomic(durable=True)
def propose_record(*, person_id: int, change: RecordChange, reason: str, by: User) -> Proposal:
    """Propose to add, correct, strike out or restore a record of a kind that two officers change.

    Errors: as `propose_identity`; DomainError for a kind that one officer changes.
    """
    person = Person.objects.get(pk=person_id)
    _allow(person, change.kind, "", by)
    if change.kind not in WITNESSED:
        raise DomainError(_("One officer changes this; nobody needs to confirm it."))
    proposal = _propose_record(person, change, reason, by, None)
    record(EventType.PROPOSED, by=by, subject=person, proposal=proposal.pk, act=change.act,
           kind=change.kind, record=change.record_id, reason=reason)  # fmt: skip
    return proposal


def _propose_identity(
    person: Person, typed: dict[str, str], reason: str, by: User, request: Request | None
) -> Proposal:
    asked = {field: value for field, value in typed.items() if field in WITNESSED_FIELDS}
    if "birth" in asked and asked["birth"] and parse_day(asked["birth"]).value.day is None:
        raise DomainError(_("The day of birth cannot be read."))
    pairs = identity.changed(person, read_identity(asked))
    if not pairs:
        raise DomainError(_("Nothing would change."))
    if "full_name" in pairs and not pairs["full_name"][1]:
        raise DomainError(_("A file needs a name."))
    return _create(
        person=person, act=Act.IDENTITY, reason=_given(reason), request=request, proposed_by=by,
        values={
            "changes": {field: asked[field] for field in pairs},
            "before": {field: old for field, (old, _new) in pairs.items()},
        },
        shown=[
            [IdentityChange(field=field).label, old, new] for field, (old, new) in pairs.items()
        ],
    )  # fmt: skip


def _propose_record(
    person: Person, change: RecordChange, reason: str, by: User, request: Request | None
) -> Proposal:
    old = _old(person, change)
    kept: dict[str, Any] = {}
    before = said_of(old) if old is not None else ""
    after = before if change.act == Act.RESTORE else ""
    if change.values is not None:
        if change.values.first_day.day is None:
            raise DomainError(_("The first day cannot be read."))
        kept = {"record": change.values.kept(), "basis": keep_basis(change.basis)}
        after = told(change.kind, change.values)
    label = str(KINDS[change.kind].label)
    return _create(
        person=person, act=change.act, kind=change.kind, record=old, values=kept,
        reason=_given(reason), request=request, proposed_by=by,
        shown=[[label, "" if change.act == Act.RESTORE else before, after]],
    )  # fmt: skip


def _old(person: Person, change: RecordChange) -> Record | None:
    """Return the record that is to change. Errors: DomainError when it cannot."""
    if change.act == Act.ADD:
        return None
    rows = Record.objects.filter(person=person, kind=change.kind, pk=change.record_id or 0)
    old = rows.select_related("decision", "source").first()
    if old is None or (old.voided_at is None) is (change.act == Act.RESTORE):
        raise DomainError(_("The record is not as it was when the page was opened."))
    return old


def _given(reason: str) -> str:
    if not fold(reason):
        raise DomainError(_("Say why."))
    return fold(reason)[:300]


# The keys are those of the model; a mapping cannot say so.
def _create(**fields: Any) -> Proposal:
    try:
        with transaction.atomic():
            return Proposal.objects.create(**fields)
    except IntegrityError as error:
        raise DomainError.from_constraint(Proposal, error) from error


@transaction.atomic(durable=True)
def confirm(*, proposal_id: int, today: date, by: User) -> Proposal:
    """Confirm as the second officer what another proposed; only now does the file change.

    Errors: Forbidden without PERSON_CHANGE over the person, and for one's own file; DomainError
        for what oneself proposed or asked, when nothing waits, or when the file has changed.
    """
    proposal = _decidable(proposal_id, by)
    _decide(proposal, Proposal.State.CONFIRMED, "", by)
    proposal.made = applying.carry_out(proposal, today=today, by=by.get_username())
    proposal.save(update_fields=["made"])
    if proposal.request is not None:
        _settle(proposal.request, Request.State.ACCEPTED, proposal.request.answer, by)
    record(
        EventType.CONFIRMED, by=by, subject=proposal.person, proposal=proposal.pk,
        act=proposal.act, proposed_by=proposal.proposed_by.get_username(),
        request=proposal.request_id, **proposal.made,
    )  # fmt: skip
    return proposal


@transaction.atomic(durable=True)
def refuse_proposal(*, proposal_id: int, answer: str, by: User) -> Proposal:
    """Refuse as the second officer; a request behind it waits again. Errors: as `confirm`."""
    proposal = _decidable(proposal_id, by)
    _decide(proposal, Proposal.State.REFUSED, _given(answer), by)
    _wait_again(proposal, by)
    record(EventType.PROPOSAL_REFUSED, by=by, subject=proposal.person, proposal=proposal.pk,
           request=proposal.request_id, reason=answer)  # fmt: skip
    return proposal


@transaction.atomic(durable=True)
def withdraw_proposal(*, proposal_id: int, by: User) -> Proposal:
    """Take back what oneself proposed; a request behind it waits again."""
    proposal = _locked(proposal_id, by)
    if proposal.proposed_by_id != by.pk:
        raise DomainError(_("Only the officer who proposed it may withdraw it."))
    _decide(proposal, Proposal.State.WITHDRAWN, "", by)
    _wait_again(proposal, by)
    record(EventType.PROPOSAL_WITHDRAWN, by=by, subject=proposal.person, proposal=proposal.pk,
           request=proposal.request_id)  # fmt: skip
    return proposal


def _locked(proposal_id: int, by: User) -> Proposal:
    rows = Proposal.objects.select_related("person", "record", "request", "proposed_by")
    seen = rows.get(pk=proposal_id)
    _allow(seen.person, seen.kind, "", by)
    proposal = rows.select_for_update(of=("self",)).get(pk=proposal_id)
    if proposal.state != Proposal.State.WAITING:
        raise DomainError(_("This proposal no longer waits."))
    proposal.person = Person.objects.select_for_update().get(pk=proposal.person_id)
    return proposal


def _decidable(proposal_id: int, by: User) -> Proposal:
    proposal = _locked(proposal_id, by)
    asked_by = proposal.request.asked_by_id if proposal.request is not None else None
    if by.pk in (proposal.proposed_by_id, asked_by):
        raise DomainError(_("Somebody else must decide: never the one who proposed."))
    return proposal


def _decide(proposal: Proposal, state: str, answer: str, by: User) -> None:
    proposal.state, proposal.answer = state, answer
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.save(update_fields=["state", "answer", "decided_by", "decided_at"])


def _wait_again(proposal: Proposal, by: User) -> None:
    if proposal.request is not None:
        _settle(proposal.request, Request.State.WAITING, "", by)
