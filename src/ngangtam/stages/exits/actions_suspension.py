"""Temporary suspension: begun by a decision, extended once, ended early, or over by itself."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import Process, record
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.grounds import grounds
from ngangtam.records.corrections.queries import own_person
from ngangtam.records.organisation.steps import find_or_add_decision
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.exits.actions_watch import Paper
from ngangtam.stages.exits.events import EventType
from ngangtam.stages.exits.models import Suspension

_MOST: Final = {"civil_servant": "suspension.civil_servant.max_working_days"}
_PARTY: Final = "suspension.max_working_days"
_EXTENSION: Final = "suspension.extension_working_days"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many working days a text allows. Shape: `days` None while that is to be confirmed."""

    days: int | None
    cites: tuple[str, ...]


def limit(regime: str, day: date, *, extension: bool = False) -> Limit:
    """Return how long somebody under this regime may be suspended from a day."""
    ident = _EXTENSION if extension else _MOST.get(regime, _PARTY)
    found = rulebook().lookup(ident, day)
    days = found.value if isinstance(found.value, int) else None
    return Limit(days, found.cites)


def working_days(first: date, last: date) -> int:
    """Return how many working days lie from `first` to `last`, both counted."""
    return workdays.between(first - timedelta(days=1), last)


def last_day(first: date, days: int) -> date:
    """Return the last of so many working days that begin on `first`."""
    return workdays.after(first - timedelta(days=1), days)


@transaction.atomic(durable=True)
def suspend(
    *, person_number: str, ground: str, reason: str, first: date, last: date, paper: Paper,
    confirmed_length: bool, today: date, by: User,
) -> Suspension:  # fmt: skip
    """Record an authority's decision that somebody is suspended from work for a time.

    Shape: `confirmed_length` is a person's word for the length, asked where no text in force says
        how long.
    Errors: Forbidden without CASE_RUN over the person, or about oneself; DomainError when it is
        too long, nobody vouches for its length, or the person is suspended already.
    """
    person = Person.objects.select_related("home_unit").get(number=person_number)
    require(by, Permission.CASE_RUN, str(person.home_path))
    if person.pk == own_person(by):
        raise Forbidden(_("Nobody decides about himself."))
    if paper.day > today:
        raise DomainError(_("The document lies in the future."))
    decision, _new = find_or_add_decision(
        number=paper.number, day=paper.day, body=paper.body, signer=paper.signer,
        kind="suspension",
    )  # fmt: skip
    made = begin(
        person=person, ground=ground, reason=reason, first=first, last=last,
        confirmed_length=confirmed_length, decision_id=decision.pk, by=by,
    )  # fmt: skip
    record(EventType.SUSPENDED, by=by, subject=person, suspension=made.pk, ground=ground,
           first=first.isoformat(), last=last.isoformat(), decision=decision.pk,
           cites=_cites(ground))  # fmt: skip
    return made


def begin(
    *, person: Person, ground: str, reason: str, first: date, last: date,
    confirmed_length: bool, decision_id: int, by: User, case_number: str = "",
) -> Suspension:  # fmt: skip
    """Write a suspension, inside an action or the transaction of a case's decision.

    Errors: DomainError as `suspend`.
    """
    known = grounds(rulebook()).found.get(ground)
    if known is None or known.exit != "suspension" or first not in known.in_force:
        raise DomainError(_("Choose a ground of suspension that is in force on that day."))
    if not reason.strip():
        raise DomainError(_("A suspension names its reason."))
    if person.home_unit is None:
        raise DomainError(_("This person holds no post now."))
    posting = (
        Posting.objects.on(first).filter(person=person).select_related("post")
        .order_by("-post__leadership", "-main", "pk").first()
    )  # fmt: skip
    regime = posting.post.regime if posting is not None else "party"
    most = limit(regime, first)
    if most.days is None and not confirmed_length:
        raise DomainError(
            _("No confirmed text says how long a suspension may last; somebody has to confirm"
              " the length that the decision names.")
        )  # fmt: skip
    if most.days is not None and working_days(first, last) > most.days:
        raise DomainError(
            _("A suspension lasts %(most)s working days at most; from %(first)s that is up to"
              " %(last)s.")
            % {"most": most.days, "first": f"{first:%d/%m/%Y}",
               "last": f"{last_day(first, most.days):%d/%m/%Y}"}
        )  # fmt: skip
    try:
        with transaction.atomic():
            return Suspension.objects.create(
                person=person, unit=person.home_unit, path=person.home_path,
                post=posting.post if posting is not None else None, ground=ground,
                reason=reason.strip()[:1000], first=first, last=last, limit=most.days,
                decision_id=decision_id, case_number=case_number, made_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Suspension, error) from error


def _cites(ground: str) -> tuple[str, ...]:
    known = grounds(rulebook()).found.get(ground)
    return known.cites if known is not None else ()


def _locked(suspension_id: int, version: int, by: User) -> Suspension:
    rows = Suspension.objects.select_for_update(of=("self",)).select_related("person", "post")
    found = rows.get(pk=suspension_id)
    require(by, Permission.CASE_RUN, str(found.path))
    if found.person_id == own_person(by):
        raise Forbidden(_("Nobody decides about himself."))
    if found.version != version:
        raise DomainError(_("Somebody else has changed this meanwhile; look at it again."))
    if found.state != Suspension.State.RUNNING:
        raise DomainError(_("This suspension is over."))
    return found


@transaction.atomic(durable=True)
def extend(
    *, suspension_id: int, to: date, reason: str, paper: Paper, confirmed_length: bool,
    version: int, today: date, by: User,
) -> Suspension:  # fmt: skip
    """Record the one extension, before the last day has passed.

    Errors: Forbidden without CASE_RUN; DomainError for a second extension, one that is too long,
        that nobody vouches for, or that comes too late.
    """
    found = _locked(suspension_id, version, by)
    if found.extended_to is not None:
        raise DomainError(_("A suspension is extended once only."))
    if today > found.last:
        raise DomainError(_("The suspension was over on its last day; it cannot be extended."))
    if to <= found.last:
        raise DomainError(_("The extension ends after the last day."))
    if not reason.strip():
        raise DomainError(_("An extension names its reason."))
    most = limit(found.post.regime if found.post else "party", found.last, extension=True)
    if most.days is None and not confirmed_length:
        raise DomainError(
            _("No confirmed text says how long a suspension may last; somebody has to confirm"
              " the length that the decision names.")
        )  # fmt: skip
    if most.days is not None and workdays.between(found.last, to) > most.days:
        raise DomainError(
            _("The extension lasts %(most)s working days at most, up to %(last)s.")
            % {"most": most.days, "last": f"{workdays.after(found.last, most.days):%d/%m/%Y}"}
        )
    decision, _new = find_or_add_decision(
        number=paper.number, day=paper.day, body=paper.body, signer=paper.signer,
        kind="suspension",
    )  # fmt: skip
    found.extended_to, found.extension_id, found.extension_limit = to, decision.pk, most.days
    found.extension_reason, found.version = reason.strip()[:1000], found.version + 1
    found.save(update_fields=["extended_to", "extension", "extension_limit", "extension_reason",
                              "version"])  # fmt: skip
    record(EventType.EXTENDED, by=by, subject=found.person, suspension=found.pk,
           to=to.isoformat(), decision=decision.pk, cites=most.cites)  # fmt: skip
    return found


@transaction.atomic(durable=True)
def end_early(
    *, suspension_id: int, on: date, reason: str, paper: Paper, version: int, by: User
) -> Suspension:
    """Record that a suspension ended before its last day; `on` is the first day back at work.

    Errors: Forbidden without CASE_RUN; DomainError for a day outside it, or without a reason.
    """
    found = _locked(suspension_id, version, by)
    if not found.first <= on <= (found.extended_to or found.last):
        raise DomainError(_("The day lies outside the suspension."))
    if not reason.strip():
        raise DomainError(_("Ending early needs a reason."))
    decision, _new = find_or_add_decision(
        number=paper.number, day=paper.day, body=paper.body, signer=paper.signer,
        kind="suspension",
    )  # fmt: skip
    found.state, found.ended_on, found.ending_id = Suspension.State.ENDED, on, decision.pk
    found.end_reason, found.version = reason.strip()[:1000], found.version + 1
    found.save(update_fields=["state", "ended_on", "ending", "end_reason", "version"])
    record(EventType.ENDED_EARLY, by=by, subject=found.person, suspension=found.pk,
           on=on.isoformat(), decision=decision.pk)  # fmt: skip
    return found


@transaction.atomic(durable=True)
def lapse(*, today: date) -> int:
    """Record the end of every suspension whose last day has passed; nobody has to do anything.

    Returns: how many. Runs as the owner, from the worker or the command.
    """
    rows = Suspension.objects.select_for_update(of=("self",)).select_related("person", "unit")
    over = [
        one
        for one in rows.filter(state=Suspension.State.RUNNING, last__lt=today)
        if (one.extended_to or one.last) < today
    ]
    for one in over:
        one.state = Suspension.State.LAPSED
        one.ended_on = (one.extended_to or one.last) + timedelta(days=1)
        one.version += 1
        one.save(update_fields=["state", "ended_on", "version"])
    if over:
        record(EventType.LAPSED, by=Process("exits"), subject=None,
               suspensions=[one.pk for one in over])  # fmt: skip
    return len(over)
