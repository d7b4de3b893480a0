"""Holds: they freeze a case, or every case of a person, until they are lifted."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.reasons import given
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.procedure import duties, steps
from ngangtam.stages.procedure.events import EventType
from ngangtam.stages.procedure.models import Case, Hold


@transaction.atomic(durable=True)
def place_hold(
    *, reason: str, by: User, case_id: int | None = None, person_id: int | None = None
) -> Hold:
    """Stop one case, or every case of one person, at once.

    Errors: Forbidden without CASE_HOLD there, or for oneself or a relative; DomainError without a
        reason, when a hold stands already, or when the case has ended.
    """
    if (case_id is None) == (person_id is None):
        raise DomainError(_("A hold stops one case or one person."))
    case = steps.lock(case_id) if case_id is not None else None
    person = None
    if case is not None:
        path, label = str(case.path), str(case)
        if case.state not in (Case.State.RUNNING, Case.State.FROZEN):
            duties.refuse_unless_running(case)
    else:
        person = Person.objects.filter(pk=person_id or 0).first()
        if person is None:
            raise Forbidden(_("You have no grant for this act in this unit."))
        duties.keep_from_cases([person.pk])
        path, label = str(person.home_path or ""), f"{person.full_name} ({person.number})"
    require(by, Permission.CASE_HOLD, path)
    tied = duties.conflict(case, by) if case is not None else _tied(person, by)
    if tied:
        raise Forbidden(duties.said_of(tied))
    try:
        with transaction.atomic():
            hold = Hold.objects.create(
                case=case, person=person, label=label[:300], path=path, reason=given(reason),
                placed_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Hold, error) from error
    record(EventType.HELD, by=by, subject=case or person, place=path, hold=hold.pk,
           reason=hold.reason)  # fmt: skip
    return hold


def _tied(person: Person | None, by: User) -> str:
    if person is None:
        return ""
    return "own" if person.pk == own_person(by) else duties.conflict_with([person.pk], by)


@transaction.atomic(durable=True)
def lift_hold(*, hold_id: int, reason: str, by: User) -> Hold:
    """Lift a hold with a reason; what nothing else stops runs again. Errors: as `place_hold`."""
    hold = Hold.objects.select_for_update(of=("self",)).filter(pk=hold_id).first()
    if hold is None:
        raise Forbidden(_("You have no grant for this act in this unit."))
    require(by, Permission.CASE_HOLD, str(hold.path))
    tied = duties.conflict(hold.case, by) if hold.case else _tied(hold.person, by)
    if tied:
        raise Forbidden(duties.said_of(tied))
    if hold.lifted_at is not None:
        raise DomainError(_("This hold was lifted already."))
    hold.lifted_by, hold.lifted_at, hold.lift_reason = by, timezone.now(), given(reason)
    hold.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    record(EventType.LIFTED, by=by, subject=hold.case or hold.person, place=str(hold.path),
           hold=hold.pk, reason=hold.lift_reason)  # fmt: skip
    return hold
