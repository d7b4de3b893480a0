"""What may be done with proposals to consider and with what authorities found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import Actor, Process, record
from ngangtam.foundation.files.steps import Checked, keep
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.grounds import grounds
from ngangtam.records.corrections.queries import own_person
from ngangtam.records.organisation.models import Unit
from ngangtam.records.organisation.steps import find_or_add_decision
from ngangtam.records.personnel.models import Person
from ngangtam.stages.exits import asking, figures, watching
from ngangtam.stages.exits.events import EventType
from ngangtam.stages.exits.models import Proposal, Statement
from ngangtam.stages.procedure.models import Case

OURS: Final = Process("exits")
_BATCH: Final = 1000
# What a look changes of a proposal that is known already.
_CHANGES: Final = (
    "unit", "path", "post", "evidence", "last_seen", "confirmed", "state", "first_seen", "gone_on",
    "case_number", "version",
)  # fmt: skip


@dataclass(slots=True)
class Kept:
    """What one look changed, and what it found."""

    found: list[watching.Found] = field(default_factory=list)
    new: list[Proposal] = field(default_factory=list)
    standing: list[Proposal] = field(default_factory=list)
    gone: list[Proposal] = field(default_factory=list)


@transaction.atomic(durable=True)
def watch(*, unit_id: int, day: date, by: Actor = OURS) -> Kept:
    """Look at everybody in a unit and below, and keep what was found as proposals to consider.

    Runs as the owner, from the worker or the command: nobody's choice decides who is looked at.
    What somebody set aside or opened a case on is left as it is. Writes one event when anything
    changed.
    """
    unit = Unit.objects.get(pk=unit_id)
    kept = Kept(found=watching.look(unit, day))
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("person", "unit")
    people = {one.person for one in kept.found}
    mine = rows.filter(path__within=str(unit.path)) | rows.filter(person__in=people)
    known = {(one.person_id, one.ground, one.mark): one for one in mine.order_by("pk")}
    paths = dict(
        Unit.objects.filter(pk__in={one.unit for one in kept.found}).values_list("pk", "path")
    )
    left = _withdrawn(known.values())
    met = set()
    made: list[Proposal] = []
    changed: list[Proposal] = []
    for one in kept.found:
        key = (one.person, one.ground.id, one.mark)
        met.add(key)
        before = known.get(key)
        path = str(paths[one.unit])
        if before is None:
            made.append(_made(one, path, day))
        elif before.state == Proposal.State.GONE or before.pk in left:
            _again(before, one, path, day)
            changed.append(before)
            kept.new.append(before)
        else:
            if before.state == Proposal.State.STANDING and _seen(before, one, path, day):
                changed.append(before)
            kept.standing.append(before)
    for key, before in known.items():
        if before.state == Proposal.State.STANDING and key not in met:
            before.state, before.gone_on = Proposal.State.GONE, day
            before.version += 1
            changed.append(before)
            kept.gone.append(before)
    kept.new += Proposal.objects.bulk_create(made, batch_size=_BATCH)
    Proposal.objects.bulk_update(changed, _CHANGES, batch_size=_BATCH)
    if kept.new or kept.gone:
        record(EventType.WATCHED, by=by, subject=unit, day=day.isoformat(),
               new=[one.pk for one in kept.new], gone=[one.pk for one in kept.gone],
               standing=len(kept.standing))  # fmt: skip
    return kept


def _withdrawn(known: Iterable[Proposal]) -> set[int]:
    """Return the proposals whose case was withdrawn without a decision: they stand again."""
    opened = {one.case_number: one.pk for one in known if one.state == Proposal.State.OPENED}
    rows = Case.objects.filter(number__in=opened, state=Case.State.WITHDRAWN)
    return {opened[number] for number in rows.values_list("number", flat=True)}


def _made(one: watching.Found, path: str, day: date) -> Proposal:
    return Proposal(
        person_id=one.person, unit_id=one.unit, path=path, post_id=one.post,
        ground=one.ground.id, exit=one.ground.exit, confirmed=one.ground.confirmed,
        evidence=one.evidence, mark=one.mark, first_seen=day, last_seen=day,
    )  # fmt: skip


def _again(before: Proposal, one: watching.Found, path: str, day: date) -> None:
    before.state, before.gone_on, before.first_seen = Proposal.State.STANDING, None, day
    before.case_number, before.version = "", before.version + 1
    _refresh(before, one, path, day)


def _seen(before: Proposal, one: watching.Found, path: str, day: date) -> bool:
    """Bring a standing proposal to what was found; return whether that changes anything."""
    if before.last_seen == day and before.path == path and before.evidence == one.evidence:
        return False
    _refresh(before, one, path, day)
    return True


def _refresh(before: Proposal, one: watching.Found, path: str, day: date) -> None:
    before.unit_id, before.path, before.post_id = one.unit, path, one.post
    before.evidence, before.last_seen = one.evidence, day
    before.confirmed = one.ground.confirmed


def _locked(proposal_id: int, version: int, by: User, permission: Permission) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("person", "unit")
    proposal = rows.get(pk=proposal_id)
    require(by, permission, str(proposal.path))
    if proposal.person_id == own_person(by):
        raise Forbidden(_("Nobody decides about himself."))
    if proposal.version != version:
        raise DomainError(_("Somebody else has changed this meanwhile; look at it again."))
    return proposal


@transaction.atomic(durable=True)
def set_aside(*, proposal_id: int, reason: str, version: int, by: User) -> Proposal:
    """Set a proposal aside with a reason: a person's word, for example force majeure.

    Errors: Forbidden without CASE_DECIDE over it or about oneself; DomainError without a reason,
        when it no longer stands, or when somebody else was quicker.
    """
    proposal = _locked(proposal_id, version, by, Permission.CASE_DECIDE)
    said = reason.strip()
    if not said:
        raise DomainError(_("Setting aside needs a reason."))
    if proposal.state != Proposal.State.STANDING:
        raise DomainError(_("Only a proposal that stands can be set aside."))
    proposal.state, proposal.reason = Proposal.State.ASIDE, said
    proposal.settled_by, proposal.settled_at = by, timezone.now()
    proposal.version += 1
    proposal.save(update_fields=["state", "reason", "settled_by", "settled_at", "version"])
    record(EventType.SET_ASIDE, by=by, subject=proposal.person, proposal=proposal.pk,
           ground=proposal.ground, reason=said,
           cites=proposal.evidence.get("cites", []))  # fmt: skip
    return proposal


@transaction.atomic(durable=True)
def take_back(*, proposal_id: int, version: int, by: User) -> Proposal:
    """Take up again what was set aside. Errors: as `set_aside`."""
    proposal = _locked(proposal_id, version, by, Permission.CASE_DECIDE)
    if proposal.state != Proposal.State.ASIDE:
        raise DomainError(_("Only what was set aside can be taken up again."))
    proposal.state, proposal.reason = Proposal.State.STANDING, ""
    proposal.settled_by, proposal.settled_at = by, timezone.now()
    proposal.version += 1
    proposal.save(update_fields=["state", "reason", "settled_by", "settled_at", "version"])
    record(EventType.TAKEN_BACK, by=by, subject=proposal.person, proposal=proposal.pk,
           ground=proposal.ground)  # fmt: skip
    return proposal


@transaction.atomic(durable=True)
def tell(*, proposal_id: int, version: int, by: User) -> Proposal:
    """Say that the person was told: from now on the person reads it in the own account.

    Errors: Forbidden without CASE_RUN over it; DomainError when told already.
    """
    proposal = _locked(proposal_id, version, by, Permission.CASE_RUN)
    if proposal.told_at is not None:
        raise DomainError(_("The person was told already."))
    proposal.told_at = timezone.now()
    proposal.version += 1
    proposal.save(update_fields=["told_at", "version"])
    record(EventType.TOLD, by=by, subject=proposal.person, proposal=proposal.pk)
    return proposal


# -- what authorities found ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """The document on which an authority said something."""

    number: str
    day: date
    body: str
    signer: str = ""


@transaction.atomic(durable=True)
def state(
    *, person_number: str, about: str, says: str, paper: Paper, today: date, by: User,
    figure: Decimal | None = None, of: Decimal | None = None, word: bool | None = None,
    until: date | None = None, file: Checked | None = None,
) -> Statement:  # fmt: skip
    """Record what an authority found of somebody, on its document.

    Shape: `about` a ground that only an authority finds, a figure that grounds look at, or a fact
        that conditions of cases ask (`asking.STATED`).
    Errors: Forbidden without CASE_RUN over the person or about oneself; DomainError for something
        that nobody asks, a figure that is missing, or a document from the future.
    """
    person = Person.objects.select_related("home_unit").get(number=person_number)
    require(by, Permission.CASE_RUN, str(person.home_path))
    if person.pk == own_person(by):
        raise Forbidden(_("Nobody decides about himself."))
    if paper.day > today:
        raise DomainError(_("The document lies in the future."))
    values = _values(about, paper.day, figure=figure, of=of, word=word)
    decision, _new = find_or_add_decision(
        number=paper.number, day=paper.day, body=paper.body, signer=paper.signer, kind="finding",
    )  # fmt: skip
    try:
        with transaction.atomic():
            made = Statement.objects.create(
                person=person, path=person.home_path, about=about, day=paper.day,
                says=says.strip(), decision_id=decision.pk, recorded_by=by, until=until,
                file=keep(file, sent_by=by.pk) if file is not None else None, **values,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Statement, error) from error
    record(EventType.STATED, by=by, subject=person, statement=made.pk, about=about,
           decision=decision.pk)  # fmt: skip
    return made


def _values(
    about: str, day: date, *, figure: Decimal | None, of: Decimal | None, word: bool | None
) -> Mapping[str, Any]:
    known = grounds(rulebook())
    ground = known.found.get(about)
    if ground is not None:
        if not ground.said:
            raise DomainError(_("Facts tell whether this ground is met; nobody has to say it."))
        if day not in ground.in_force:
            raise DomainError(_("The text of this ground was not in force on that day."))
        return {"word": word is not False}
    if about in asking.STATED:
        if word is None:
            raise DomainError(_("Say yes or no."))
        return {"word": word}
    fact = known.vocabulary.facts.get(about) if about in known.further() else None
    if fact is None:
        raise DomainError(_("No ground asks for this."))
    if fact.type.kind == "flag":
        if word is None:
            raise DomainError(_("Say yes or no."))
        return {"word": word}
    if figure is None or (about in figures.SHARES) != (of is not None):
        raise DomainError(_("Write the figure, and for votes out of how many."))
    if about in figures.SHARES and (figure != int(figure) or of != int(of or 0)):
        raise DomainError(_("Votes are whole numbers."))
    return {"figure": figure, "of": of}


@transaction.atomic(durable=True)
def strike(*, statement_id: int, reason: str, by: User) -> Statement:
    """Strike out what was recorded wrongly; it stays, readable, with the reason.

    Errors: Forbidden without CASE_RUN; DomainError without a reason or when struck out already.
    """
    rows = Statement.objects.select_for_update(of=("self",)).select_related("person")
    found = rows.get(pk=statement_id)
    require(by, Permission.CASE_RUN, str(found.path))
    if found.person_id == own_person(by):
        raise Forbidden(_("Nobody decides about himself."))
    if found.voided_at is not None:
        raise DomainError(_("This record is already voided."))
    said = reason.strip()
    if not said:
        raise DomainError(_("Striking out needs a reason."))
    found.voided_at, found.voided_by, found.void_reason = timezone.now(), by, said[:300]
    found.save(update_fields=["voided_at", "voided_by", "void_reason"])
    record(EventType.STATEMENT_VOIDED, by=by, subject=found.person, statement=found.pk,
           reason=said)  # fmt: skip
    return found


__all__ = [
    "Kept", "Paper", "set_aside", "state", "strike", "take_back", "tell", "watch",
]  # fmt: skip
