"""Verbs on people's files: permission, change, audit, one transaction each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.access import steps as access
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation import secrecy
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Decision, Post, Recorded, Source, Unit
from ngangtam.records.personnel import identity, steps
from ngangtam.records.personnel.events import EventType
from ngangtam.records.personnel.kinds import GUARDS, OWN_PARTS, WITNESSED, guard_of
from ngangtam.records.personnel.models import IdentityChange, Person, Posting, Record
from ngangtam.records.personnel.queries.reach import own_person, refuse_own

Row = TypeVar("Row", Posting, Record)
_NEEDS_ANOTHER: Final = gettext_lazy(
    "This is changed by two officers: one proposes, another confirms."
)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a record rests on: a decision by number, day and body, or a named source."""

    number: str = ""
    day: date | None = None
    body: str = ""
    signer: str = ""
    source: str = ""

    def settle(self, today: date) -> dict[str, Decision | Source | None]:
        """Find or record the decision, or note the source; the constraint asks for one."""
        if self.number and self.day:
            decision = organisation.add_decision(
                number=self.number, day=self.day, body=self.body, signer=self.signer
            )
            return {"decision": decision, "source": None}
        if self.source:
            source = organisation.add_source(kind="statement", name=self.source, day=today)
            return {"decision": None, "source": source}
        return {"decision": None, "source": None}


@transaction.atomic(durable=True)
def open_file(
    *, unit_id: int, full_name: str, identity: dict[str, Any], birth: PartialDate | None,
    basis: Basis, today: date, by: User,
) -> Person:  # fmt: skip
    """Open a file for somebody who belongs to a unit.

    Shape: `identity` holds fields of `IDENTITY` other than the name and the birth.
    Errors: Forbidden without PERSON_CHANGE over the unit; DomainError without a name or basis.
    """
    unit = Unit.objects.get(pk=unit_id)
    require(by, Permission.PERSON_CHANGE, unit.path)
    if not fold(full_name):
        raise DomainError(_("A file needs a name."))
    rests_on = basis.settle(today)
    source = rests_on["source"]
    if not isinstance(source, Source):
        source = _source_of(rests_on["decision"], today)
    person = steps.add_person(
        full_name=full_name, unit=unit, source=source, birth=birth, **identity
    )
    record(EventType.OPENED, by=by, subject=person, unit=unit.code)
    return person


def _source_of(decision: Any, today: date) -> Source:
    if decision is None:
        raise DomainError(_("A record rests on a decision or a named source."))
    return organisation.add_source(
        kind="decision", name=str(decision), day=today, reference=str(decision.pk)
    )


@transaction.atomic(durable=True)
def add_posting(
    *, person_id: int, post_id: int, seat: int, first_day: date, until: date | None, main: bool,
    title_raw: str = "", basis: Basis, today: date, by: User,
) -> Posting:  # fmt: skip
    """Put a person into a seat of a post.

    Units: days are local; the person holds the seat from `first_day` up to, not on, `until`.
    Errors: Forbidden without PERSON_CHANGE over both the person and the unit of the post;
        DomainError when the seat is held, another main post overlaps, nothing supports it, or
        the file would lie above the secrecy ceiling.
    """
    person = _changeable(person_id, by)
    post = Post.objects.select_related("unit").get(pk=post_id)
    require(by, Permission.PERSON_CHANGE, post.unit.path)
    secrecy.refuse_above(post.managed_by, today)
    posting = steps.add_posting(
        person=person, post=post, first_day=first_day, until=until, seat=seat, main=main,
        title_raw=title_raw, by=by.get_username(), **_typed(basis.settle(today)),
    )  # fmt: skip
    steps.refresh([person.pk], day=today)
    record(
        EventType.POSTING_ADDED, by=by, subject=person, posting=posting.pk, post=str(post),
        unit=post.unit.code, first_day=str(first_day),
    )  # fmt: skip
    return posting


@transaction.atomic(durable=True)
def end_posting(
    *, posting_id: int, on: date, reason: str, basis: Basis, today: date, by: User
) -> Posting:
    """Let a posting end; `on` is the first day out of the post.

    Errors: Forbidden without PERSON_CHANGE; DomainError when it is voided, has ended by then,
        or the day lies before its first.
    """
    posting, person = _held(Posting, posting_id, by)
    if posting.voided_at is not None:
        raise DomainError(_("This record is already voided."))
    if posting.valid.upper is not None and posting.valid.upper <= on:
        raise DomainError(_("This posting has ended by then."))
    decision = basis.settle(today)["decision"]
    steps.end(posting, on=on)
    steps.refresh([person.pk], day=today)
    record(
        EventType.POSTING_ENDED, by=by, subject=person, posting=posting.pk, on=str(on),
        reason=reason, decision=decision.pk if decision else None,
    )  # fmt: skip
    return posting


@transaction.atomic(durable=True)
def correct_posting(
    *, posting_id: int, reason: str, seat: int, first_day: date, until: date | None, main: bool,
    title_raw: str, basis: Basis, today: date, by: User,
) -> Posting:  # fmt: skip
    """Void a posting and add the right one in its place, in one act.

    Errors: as `add_posting`; the old row stands when the new one is refused.
    """
    old, person = _held(Posting, posting_id, by)
    post = Post.objects.select_related("unit").get(pk=old.post_id)
    steps.void(old, by=by.get_username(), reason=reason)
    new = steps.add_posting(
        person=person, post=post, first_day=first_day, until=until, seat=seat, main=main,
        title_raw=title_raw, workplace_raw=old.workplace_raw, by=by.get_username(),
        **_typed(_basis_or(basis, old, today)),
    )  # fmt: skip
    steps.refresh([person.pk], day=today)
    record(
        EventType.POSTING_CORRECTED, by=by, subject=person, voided=old.pk, posting=new.pk,
        reason=reason,
    )  # fmt: skip
    return new


@transaction.atomic(durable=True)
def void_posting(*, posting_id: int, reason: str, today: date, by: User) -> Posting:
    """Strike out a posting that never was; it stays readable, with the reason."""
    posting, person = _held(Posting, posting_id, by)
    steps.void(posting, by=by.get_username(), reason=reason)
    steps.refresh([person.pk], day=today)
    record(EventType.POSTING_VOIDED, by=by, subject=person, posting=posting.pk, reason=reason)
    return posting


@transaction.atomic(durable=True)
def restore_posting(*, posting_id: int, today: date, by: User) -> Posting:
    """Undo a voiding: the struck-out posting is added anew, as it was."""
    old, person = _held(Posting, posting_id, by)
    _must_be_voided(old)
    new = steps.add_posting(
        person=person, post=old.post, first_day=old.valid.lower, until=old.valid.upper,
        seat=old.seat, main=old.main, title_raw=old.title_raw, workplace_raw=old.workplace_raw,
        decision=old.decision, source=old.source, by=by.get_username(),
    )  # fmt: skip
    steps.refresh([person.pk], day=today)
    record(EventType.POSTING_RESTORED, by=by, subject=person, voided=old.pk, posting=new.pk)
    return new


@transaction.atomic(durable=True)
def add_record(
    *, person_id: int, kind: str, first_day: PartialDate, until: date | None, code: str, raw: str,
    detail: dict[str, Any], basis: Basis, today: date, by: User,
) -> Record:  # fmt: skip
    """Add one dated fact to a file.

    Errors: Forbidden without PERSON_CHANGE (and the kind's own permission when it is sensitive);
        DomainError when the day cannot be read or nothing supports the fact.
    """
    person = _changeable(person_id, by, kind)
    new = _new_record(
        person=person, kind=kind, first_day=first_day, until=until, code=code, raw=raw,
        detail=detail, by=by, rests_on=basis.settle(today),
    )  # fmt: skip
    steps.refresh([person.pk], day=today)
    record(EventType.RECORD_ADDED, by=by, subject=person, kind=kind, record=new.pk)
    return new


@transaction.atomic(durable=True)
def correct_record(
    *, record_id: int, reason: str, first_day: PartialDate, until: date | None, code: str,
    raw: str, detail: dict[str, Any], basis: Basis, today: date, by: User,
) -> Record:  # fmt: skip
    """Void a record and add the right one in its place, in one act."""
    old, person = _held(Record, record_id, by)
    steps.void(old, by=by.get_username(), reason=reason)
    new = _new_record(
        person=person, kind=old.kind, first_day=first_day, until=until, code=code, raw=raw,
        detail=detail, by=by, rests_on=_basis_or(basis, old, today),
    )  # fmt: skip
    steps.refresh([person.pk], day=today)
    record(
        EventType.RECORD_CORRECTED, by=by, subject=person, kind=old.kind, voided=old.pk,
        record=new.pk, reason=reason,
    )  # fmt: skip
    return new


@transaction.atomic(durable=True)
def void_record(*, record_id: int, reason: str, today: date, by: User) -> Record:
    """Strike out a record that is wrong; it stays readable, with the reason."""
    row, person = _held(Record, record_id, by)
    steps.void(row, by=by.get_username(), reason=reason)
    steps.refresh([person.pk], day=today)
    record(
        EventType.RECORD_VOIDED, by=by, subject=person, kind=row.kind, record=row.pk, reason=reason
    )
    return row


@transaction.atomic(durable=True)
def restore_record(*, record_id: int, today: date, by: User) -> Record:
    """Undo a voiding: the struck-out record is added anew, as it was."""
    old, person = _held(Record, record_id, by)
    _must_be_voided(old)
    new = steps.add_record(
        person=person, kind=old.kind, first_day=old.valid.lower, until=old.valid.upper,
        code=old.code, raw=old.raw, precision=old.precision, detail=old.detail,
        decision=old.decision, source=old.source, by=by.get_username(),
    )  # fmt: skip
    steps.refresh([person.pk], day=today)
    record(
        EventType.RECORD_RESTORED, by=by, subject=person, kind=old.kind, voided=old.pk,
        record=new.pk,
    )  # fmt: skip
    return new


@transaction.atomic(durable=True)
def change_identity(
    *, person_id: int, changes: dict[str, Any], reason: str, by: User
) -> list[IdentityChange]:
    """Set fields of identity anew; each leaves what it was, what it became and why.

    Shape: `changes` maps names of `IDENTITY` to new values. Fields that stay as they are leave
        no trace.
    Errors: Forbidden without PERSON_CHANGE; DomainError when nothing changes, or when a field
        changes that two officers change.
    """
    person = _changeable(person_id, by)
    if identity.witnessed(identity.changed(person, changes)):
        raise DomainError(_NEEDS_ANOTHER)
    made = identity.set_identity(person, changes, reason=reason, by=by.get_username())
    record(
        EventType.IDENTITY_CHANGED, by=by, subject=person, fields=[one.field for one in made],
        reason=reason,
    )  # fmt: skip
    return made


@transaction.atomic(durable=True)
def record_decision(
    *, number: str, day: date, body: str, signer: str, kind: str, summary: str, by: User
) -> Decision:
    """Record a decision on its own, for records to rest on.

    Errors: Forbidden without PERSON_CHANGE anywhere; DomainError when it is already recorded.
    """
    require(by, Permission.PERSON_CHANGE)
    decision, made = organisation.find_or_add_decision(
        number=number, day=day, body=body, signer=signer, kind=kind, summary=summary
    )
    if not made:
        raise DomainError(_("This decision is already recorded."))
    record(EventType.DECISION_RECORDED, by=by, subject=decision, kind=kind)
    return decision


@transaction.atomic(durable=True)
def note_reading(*, person_id: int, parts: Collection[str], purpose: str, by: User) -> None:
    """Leave the trace that somebody read sensitive parts of a file, and what for.

    Shape: one event for the whole view, and one line that the person can read.
    Errors: Forbidden unless each part's own permission is held over the person, or the file is
        the own one; DomainError without a purpose or a part.
    """
    person = Person.objects.get(pk=person_id)
    own = own_person(by) == person_id and set(parts) <= set(OWN_PARTS)
    _allow_reading(parts, purpose, None if own else str(person.home_path), by)
    record(
        EventType.SENSITIVE_READ, by=by, subject=person, parts=sorted(set(parts)), purpose=purpose
    )
    access.note_reading(
        reader=by, subject_type=Person._meta.label_lower, subjects=[person.pk],
        parts=list(parts), purpose=purpose,
    )  # fmt: skip


@transaction.atomic(durable=True)
def note_readings(
    *, people: Collection[int], unit_id: int, parts: Collection[str], purpose: str, by: User
) -> None:
    """Leave the trace of one view over the sensitive parts of many people's files.

    Shape: one event with the number of people, about the unit; one line with their ids, in which
        each of them finds the reading.
    Errors: as `note_reading`, over the unit.
    """
    unit = Unit.objects.get(pk=unit_id)
    _allow_reading(parts, purpose, str(unit.path), by)
    record(
        EventType.SENSITIVE_READ, by=by, subject=unit, parts=sorted(set(parts)), purpose=purpose,
        people=len(set(people)),
    )  # fmt: skip
    access.note_reading(
        reader=by, subject_type=Person._meta.label_lower, subjects=list(people),
        parts=list(parts), purpose=purpose,
    )  # fmt: skip


def _allow_reading(parts: Collection[str], purpose: str, path: str | None, by: User) -> None:
    """Errors: as `note_reading`. Shape: without a path the parts are one's own to read."""
    if not parts:
        raise DomainError(_("Choose what to read."))
    for part in parts:
        if part not in GUARDS:
            raise DomainError(_("There is no such part of a file."))
        if path is not None:
            require(by, GUARDS[part].permission, path)
    if not fold(purpose):
        raise DomainError(_("Say what you read it for."))


@transaction.atomic(durable=True)
def note_export(*, unit_id: int | None, asked: dict[str, str], people: int, style: str,
                by: User) -> None:  # fmt: skip
    """Leave the trace that a list of people left the system as a file.

    Errors: Forbidden without PERSON_VIEW (over the unit, when the list is of one).
    """
    unit = Unit.objects.get(pk=unit_id) if unit_id else organisation.root_unit()
    require(by, Permission.PERSON_VIEW, unit.path if unit_id else None)
    record(EventType.LIST_EXPORTED, by=by, subject=unit, asked=asked, people=people, style=style)


def _changeable(person_id: int, by: User, kind: str = "") -> Person:
    """Return the person, locked, once it is sure that `by` may change the file.

    Errors: Forbidden without the grant, and for one's own file; DomainError for a kind that two
        officers change.
    """
    person = Person.objects.get(pk=person_id)
    require(by, Permission.PERSON_CHANGE, person.home_path)
    refuse_own(person_id, by)
    if kind in WITNESSED:
        raise DomainError(_NEEDS_ANOTHER)
    guard = guard_of(kind)
    if guard is not None:
        require(by, guard, person.home_path)
    return Person.objects.select_for_update(of=("self",)).get(pk=person_id)


def _held(model: type[Row], pk: int, by: User) -> tuple[Row, Person]:
    """Return a row of a file and its person, both locked, once `by` may change the file."""
    seen = model.objects.get(pk=pk)
    person = _changeable(seen.person_id, by, getattr(seen, "kind", ""))
    return model.objects.select_for_update(of=("self",)).get(pk=pk), person


def _new_record(
    *, person: Person, kind: str, first_day: PartialDate, until: date | None, code: str, raw: str,
    detail: dict[str, Any], by: User, rests_on: dict[str, Decision | Source | None],
) -> Record:  # fmt: skip
    if first_day.day is None:
        raise DomainError(_("The first day cannot be read."))
    return steps.add_record(
        person=person, kind=kind, first_day=first_day.day, until=until, code=code, raw=raw,
        precision=first_day.precision, detail=detail, by=by.get_username(), **_typed(rests_on),
    )  # fmt: skip


def _basis_or(basis: Basis, old: Recorded, today: date) -> dict[str, Decision | Source | None]:
    """Return the given basis; a correction that names none rests on what the old row had."""
    given = basis.settle(today)
    if any(given.values()):
        return given
    return {"decision": old.decision, "source": old.source}


def _typed(rests_on: dict[str, Decision | Source | None]) -> Any:
    # The two keys have their own types; a mapping cannot say so.
    return rests_on


def _must_be_voided(row: Recorded) -> None:
    if row.voided_at is None:
        raise DomainError(_("Only a voided record can be restored."))
