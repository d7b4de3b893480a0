"""The clock of reappointment: set it for a unit, stop it, let it run."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may, require
from ngangtam.foundation.audit.steps import Process, record
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.appointment import queries, starts, terms
from ngangtam.stages.appointment.events import EventType
from ngangtam.stages.appointment.models import Clock


@transaction.atomic(durable=True)
def set_clock(*, unit_code: str, today: date, by: User) -> Clock:
    """Let cases of reappointment of a unit be opened by themselves, in one's own name.

    Errors: Forbidden without CASE_RUN over the unit; DomainError while the law's number of days
        waits to be confirmed, or when the clock is set already.
    """
    unit = Unit.objects.get(code=unit_code)
    require(by, Permission.CASE_RUN, str(unit.path))
    if terms.notice_days(today) is None:
        raise DomainError(
            _("How many days before the end the case begins waits to be confirmed by the authority;"
              " until then cases are opened by hand from the list.")
        )  # fmt: skip
    try:
        with transaction.atomic():
            clock = Clock.objects.create(unit=unit, path=unit.path, set_by=by)
    except IntegrityError as error:
        raise DomainError.from_constraint(Clock, error) from error
    record(EventType.CLOCK_SET, by=by, subject=unit, cites=terms.notice_rule(today).cites)
    return clock


@transaction.atomic(durable=True)
def stop_clock(*, clock_id: int, by: User) -> Clock:
    """Stop a clock; what it opened goes on. Errors: Forbidden without CASE_RUN there."""
    clock = Clock.objects.select_for_update(of=("self",)).select_related("unit").get(pk=clock_id)
    require(by, Permission.CASE_RUN, str(clock.path))
    if clock.stopped_at is not None:
        raise DomainError(_("This clock is stopped already."))
    clock.stopped_at, clock.stopped_by = timezone.now(), by
    clock.save(update_fields=["stopped_at", "stopped_by"])
    record(EventType.CLOCK_STOPPED, by=by, subject=clock.unit)
    return clock


def run_clocks(*, today: date) -> int:
    """Open what is due under every clock that is set; returns how many cases.

    Whatever is opened is opened in the name of who set the clock, with the rights of today; what
    stops it is kept for the page. While the rule is not confirmed nothing is opened.
    """
    opened = 0
    for clock in Clock.objects.filter(stopped_at__isnull=True).select_related("unit", "set_by"):
        opened += _run(clock, today)
    return opened


def _run(clock: Clock, today: date) -> int:
    count, said = 0, ""
    days = terms.notice_days(today)
    if days is None:
        said = _("The rule on the days of notice is no longer confirmed.")
    elif not clock.set_by.is_active or not may(clock.set_by, Permission.CASE_RUN, str(clock.path)):
        said = _("Who set the clock may no longer open cases here; somebody else has to set it.")
    else:
        count, refused = _open_due(clock, days, today)
        said = "; ".join(refused)[:500]
    with transaction.atomic(durable=True):
        rows = Clock.objects.filter(pk=clock.pk)
        rows.update(said=said, ran_at=timezone.now())
        if count or said:
            record(EventType.CLOCK_RAN, by=Process("clock"), subject=clock.unit, opened=count,
                   said=said)  # fmt: skip
    return count


def _open_due(clock: Clock, days: int, today: date) -> tuple[int, list[str]]:
    due = queries.endings_for(clock.set_by, today, {"when": "notice"}).filter(
        post__unit__path__within=str(clock.path)
    )
    limit = workdays.after(today, days)
    waiting = [one for one in queries.endings(list(due), today) if one.case is None]
    by_regime: dict[str, list[queries.Ending]] = {}
    for one in waiting:
        if one.until is not None and today < one.until <= limit:
            by_regime.setdefault(one.posting.post.regime, []).append(one)
    count, refused = 0, []
    for regime, some in sorted(by_regime.items()):
        roads = [road for road in starts.roads(regime, [queries.STAGE], today) if not road.why_not]
        if len(roads) != 1:
            refused.append(
                _("%(count)s holders wait: choose the procedure by hand.") % {"count": len(some)}
            )
            continue
        opened, said = starts.open_reappointments(
            procedure=roads[0].id, postings=[one.posting for one in some], by=clock.set_by,
            today=today,
        )  # fmt: skip
        count += len(opened)
        refused += said
    return count, refused
