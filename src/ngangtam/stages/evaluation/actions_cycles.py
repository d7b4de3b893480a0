"""Opening, locking, closing, reckoning anew and reopening a cycle; reminding who is late.

`by` is a user, or the process of a command that runs as the owner of the instance. What takes a
while (filling a cycle with sheets, closing it) is done by the owner of the database: from the
web it is ordered, and the worker does it; see `tasks`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import Process, record
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.reasons import given
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.evaluation import closing, steps
from ngangtam.stages.evaluation.closing import Closed, silent
from ngangtam.stages.evaluation.events import EventType
from ngangtam.stages.evaluation.models import Cycle, Rating
from ngangtam.stages.evaluation.periods import read_period
from ngangtam.stages.evaluation.steps import Filled

Doer: TypeAlias = User | Process
State: Final = Cycle.State


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening did; `new` is false when the cycle was there and only people were added."""

    cycle: Cycle
    new: bool
    filled: Filled


@dataclass(frozen=True, slots=True)
class Plan:
    """How a cycle is opened. Shape: `first` and `until` for one held when needed alone; the days
    by which people report and heads confirm are those of `periods` unless given."""

    code: str
    first: date | None = None
    until: date | None = None
    report_by: date | None = None
    confirm_by: date | None = None


def allow(by: Doer, permission: Permission, path: str) -> None:
    """Errors: Forbidden for a user without the grant; a command acts for the instance."""
    if isinstance(by, User):
        require(by, permission, path)


def _user(by: Doer) -> User | None:
    return by if isinstance(by, User) else None


@transaction.atomic(durable=True)
def open_cycle(*, unit_code: str, plan: Plan, by: Doer) -> Opened:
    """Open a cycle for a unit and everything below it, with a sheet for everybody in post.

    Opened again it stays as it is and takes in who came since.
    Errors: Forbidden; DomainError for a code that names no period, when a unit above or below
        already has the cycle, or when it is locked or closed.
    """
    cycle, new = _find_or_add(_unit(unit_code, by), plan, by)
    filled = steps.fill(steps.hold_open(cycle.pk))
    event = EventType.CYCLE_OPENED if new else EventType.SHEETS_ADDED
    record(event, by=by, subject=cycle, code=cycle.code, kind=cycle.kind, **filled.said())
    return Opened(cycle, new, filled)


@transaction.atomic(durable=True)
def announce(*, unit_code: str, plan: Plan, by: Doer) -> Cycle:
    """Open a cycle whose sheets are made afterwards, by `fill_cycle`; one that is open stays.

    Errors: as `open_cycle`.
    """
    cycle, new = _find_or_add(_unit(unit_code, by), plan, by)
    if new:
        record(EventType.CYCLE_OPENED, by=by, subject=cycle, code=cycle.code, kind=cycle.kind)
    return cycle


def _unit(code: str, by: Doer) -> Unit:
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise DomainError(_("There is no unit with the code %s.") % code)
    allow(by, Permission.EVALUATION_RUN, str(unit.path))
    return unit


def _find_or_add(unit: Unit, plan: Plan, by: Doer) -> tuple[Cycle, bool]:
    period = read_period(fold(plan.code), plan.first, plan.until)
    found = Cycle.objects.filter(unit=unit, code=period.code).first()
    if found is not None:
        if found.state != State.OPEN:
            raise DomainError(steps.why_shut(found))
        return found, False
    _refuse_overlap(unit, period.code)
    report_by = plan.report_by or period.report_by
    confirm_by = plan.confirm_by or max(period.confirm_by, report_by)
    if confirm_by < report_by or report_by < period.first:
        raise DomainError(_("People report first, then heads confirm; both after the period"
                            " has begun."))  # fmt: skip
    try:
        with transaction.atomic():
            cycle = Cycle.objects.create(
                unit=unit, path=unit.path, code=period.code, kind=period.kind,
                first=period.first, until=period.until, report_by=report_by,
                confirm_by=confirm_by, opened_by=_user(by),
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Cycle, error) from error
    return cycle, True


def _refuse_overlap(unit: Unit, code: str) -> None:
    """One person has one sheet a period: no unit above or below has the same cycle."""
    same = Cycle.objects.filter(code=code).select_related("unit")
    above = same.filter(path__above=str(unit.path)).first()
    below = same.filter(path__within=str(unit.path)).first()
    other = above or below
    if other is not None:
        raise DomainError(
            _("Evaluation of %(cycle)s is already open at %(unit)s; people would have two sheets.")
            % {"cycle": other.label, "unit": other.unit.name}
        )


@transaction.atomic(durable=True)
def fill_cycle(*, cycle_id: int, by: Doer) -> Filled:
    """Take in everybody who holds a post in the period and has no sheet yet.

    Errors: Forbidden; DomainError when it is locked or closed.
    """
    cycle = Cycle.objects.select_related("unit").get(pk=cycle_id)
    allow(by, Permission.EVALUATION_RUN, str(cycle.path))
    filled = steps.fill(steps.hold_open(cycle_id))
    record(EventType.SHEETS_ADDED, by=by, subject=cycle, code=cycle.code, **filled.said())
    return filled


@transaction.atomic(durable=True)
def change_days(
    *, cycle_id: int, report_by: date, confirm_by: date, reason: str, by: Doer
) -> Cycle:
    """Set the days by which people report and heads confirm. Errors: Forbidden; DomainError."""
    cycle = _held(cycle_id, by, State.OPEN)
    if confirm_by < report_by or report_by < cycle.first:
        raise DomainError(_("People report first, then heads confirm; both after the period"
                            " has begun."))  # fmt: skip
    said = _reason(reason)
    before = {"report_by": cycle.report_by.isoformat(), "confirm_by": cycle.confirm_by.isoformat()}
    cycle.report_by, cycle.confirm_by = report_by, confirm_by
    cycle.save(update_fields=["report_by", "confirm_by"])
    after = {"report_by": report_by.isoformat(), "confirm_by": confirm_by.isoformat()}
    record(EventType.CYCLE_CHANGED, by=by, subject=cycle, code=cycle.code, before=before,
           after=after, reason=said)  # fmt: skip
    return cycle


@transaction.atomic(durable=True)
def lock_cycle(*, cycle_id: int, reason: str, by: Doer) -> Cycle:
    """Let nobody score any more; who is in the middle of it ends first.

    Errors: Forbidden; DomainError without a reason, or when it is not open.
    """
    cycle, said = _held(cycle_id, by, State.OPEN), _reason(reason)
    cycle.state, cycle.lock_reason = State.LOCKED, said
    cycle.save(update_fields=["state", "lock_reason"])
    record(EventType.CYCLE_LOCKED, by=by, subject=cycle, code=cycle.code, reason=said)
    return cycle


@transaction.atomic(durable=True)
def unlock_cycle(*, cycle_id: int, reason: str, by: Doer) -> Cycle:
    """Let people score again. Errors: Forbidden; DomainError without a reason, or not locked."""
    cycle, said = _held(cycle_id, by, State.LOCKED), _reason(reason)
    cycle.state, cycle.lock_reason = State.OPEN, ""
    cycle.save(update_fields=["state", "lock_reason"])
    record(EventType.CYCLE_UNLOCKED, by=by, subject=cycle, code=cycle.code, reason=said)
    return cycle


@transaction.atomic(durable=True)
def close_cycle(*, cycle_id: int, by: Doer, tell: Callable[[str], None] = silent) -> Closed:
    """Reckon every sheet and close the cycle; a second time with the same inputs changes nothing.

    One event with the counts and a digest of all results stands for the whole.
    Errors: Forbidden; DomainError for points that no scheme allows.
    """
    cycle = _held(cycle_id, by, State.OPEN, State.LOCKED, State.CLOSED)
    was_closed = cycle.state == State.CLOSED
    if was_closed:
        _refuse_decided(cycle)
    done = closing.reckon(cycle, tell)
    if was_closed and not done.new:
        return done
    cycle.state, cycle.run, cycle.lock_reason = State.CLOSED, done.run, ""
    cycle.closed_at = timezone.now()
    cycle.save(update_fields=["state", "run", "lock_reason", "closed_at"])
    event = EventType.CYCLE_RECKONED if was_closed else EventType.CYCLE_CLOSED
    record(event, by=by, subject=cycle, code=cycle.code, **done.said())
    return done


@transaction.atomic(durable=True)
def recompute(*, cycle_id: int, by: Doer, tell: Callable[[str], None] = silent) -> Closed:
    """Reckon a closed cycle anew; equal results make no new run, and the event says so.

    Errors: Forbidden; DomainError when it is not closed, or when classes are decided.
    """
    cycle = _held(cycle_id, by, State.CLOSED)
    _refuse_decided(cycle)
    done = closing.reckon(cycle, tell)
    if done.new:
        cycle.run, cycle.closed_at = done.run, timezone.now()
        cycle.save(update_fields=["run", "closed_at"])
    record(EventType.CYCLE_RECKONED, by=by, subject=cycle, code=cycle.code, **done.said())
    return done


@transaction.atomic(durable=True)
def reopen_cycle(*, cycle_id: int, reason: str, by: Doer) -> Cycle:
    """Open a closed cycle again, before classes are decided; the runs stay.

    Errors: Forbidden; DomainError without a reason, or once a class is decided.
    """
    cycle, said = _held(cycle_id, by, State.CLOSED), _reason(reason)
    _refuse_decided(cycle)
    cycle.state, cycle.closed_at = State.OPEN, None
    cycle.save(update_fields=["state", "closed_at"])
    record(EventType.CYCLE_UNLOCKED, by=by, subject=cycle, code=cycle.code, reason=said,
           was="closed")  # fmt: skip
    return cycle


@transaction.atomic(durable=True)
def remind(*, cycle_id: int, by: Doer) -> dict[str, int]:
    """Remind who has not reported, and heads with sheets to confirm; returns how many of each.

    Errors: Forbidden; DomainError when the cycle is not open, or nobody is to be reminded.
    """
    cycle = Cycle.objects.select_related("unit").get(pk=cycle_id)
    allow(by, Permission.EVALUATION_RUN, str(cycle.path))
    if cycle.state != State.OPEN:
        raise DomainError(steps.why_shut(cycle))
    said = steps.remind(cycle, _user(by))
    if not any(said.values()):
        raise DomainError(_("Nobody is to be reminded."))
    record(EventType.CYCLE_REMINDED, by=by, subject=cycle, code=cycle.code, **said)
    return said


def _held(cycle_id: int, by: Doer, *states: str) -> Cycle:
    """Return the cycle, alone with it, once it is sure that `by` may run it and it is so."""
    seen = Cycle.objects.get(pk=cycle_id)
    allow(by, Permission.EVALUATION_RUN, str(seen.path))
    cycle = steps.hold_alone(cycle_id)
    if cycle.state not in states:
        if cycle.state == State.OPEN:
            raise DomainError(_("Evaluation of %(cycle)s is open.") % {"cycle": cycle.label})
        raise DomainError(steps.why_shut(cycle))
    return cycle


def _reason(reason: str) -> str:
    return given(reason, _("Say why: it is kept in the journal."), most=300)


def _refuse_decided(cycle: Cycle) -> None:
    decided = Rating.objects.filter(cycle=cycle, replaced_at__isnull=True).exists()
    if decided:
        raise DomainError(_("Classes are decided in this cycle; a wrong one is replaced by a new"
                            " decision."))  # fmt: skip
