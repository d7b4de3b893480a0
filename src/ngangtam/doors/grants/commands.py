"""What the command line calls: the owner of the instance gives, confirms and ends roles."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access import steps
from ngangtam.foundation.access.events import EventType
from ngangtam.foundation.access.models import Grant, User
from ngangtam.foundation.access.queries import state_of
from ngangtam.foundation.access.roles import GRANTABLE
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.organisation.models import Unit


@transaction.atomic(durable=True)
def give(
    *, username: str, role: str, unit_code: str, first_day: date, until: date | None, reason: str,
    waiting: bool = False,
) -> Grant:  # fmt: skip
    """Give a role on the word of the owner.

    Errors: DomainError for an account, role or unit that does not exist, or an empty period.
    """
    user = User.objects.filter(username=username).first()
    unit = Unit.objects.filter(code=unit_code).first()
    if user is None:
        raise DomainError(_("There is no account named %s.") % username)
    if unit is None:
        raise DomainError(_("There is no unit with this code."))
    if role not in {one.id for one in GRANTABLE}:
        raise DomainError(_("Nobody grants this role."))
    try:
        with transaction.atomic():
            grant = steps.lay_down(
                user=user, role=role, path=str(unit.path), unit_label=unit.name,
                first_day=first_day, until=until, reason=reason, waiting=waiting,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Grant, error) from error
    record(
        EventType.GIVEN, by=steps.Owner(), subject=grant, user=username, role=role,
        unit=unit.name, path=str(unit.path), first_day=str(first_day), until=str(until or ""),
        reason=reason, waiting=waiting,
    )  # fmt: skip
    return grant


@transaction.atomic(durable=True)
def confirm(number: int) -> Grant:
    """Confirm what the owner gave with `waiting`. Errors: DomainError, as the step says."""
    grant = _grant(number)
    steps.confirm(grant)
    record(EventType.CONFIRMED, by=steps.Owner(), subject=grant, **_said(grant))
    return grant


@transaction.atomic(durable=True)
def end(number: int, *, on: date, reason: str) -> Grant:
    """End a role early. Errors: DomainError when it is closed already."""
    grant = _grant(number)
    if grant.voided_at is not None or grant.ending:
        raise DomainError(_("This role is not in force."))
    steps.end(grant, on=grant.valid.lower if grant.waiting else on, reason=reason)
    record(
        EventType.ENDED, by=steps.Owner(), subject=grant, on=str(on), reason=reason, **_said(grant)
    )
    return grant


def listed(*, username: str | None, every: bool) -> list[dict[str, Any]]:
    """Return grants as plain rows, newest last."""
    rows = Grant.objects.select_related("user", "given_by", "confirmed_by").order_by("pk")
    if username:
        rows = rows.filter(user__username=username)
    day = today()
    return [
        {
            "number": grant.pk, "account": grant.user.get_username(), "role": grant.role,
            "unit": grant.unit_label, "from": str(grant.valid.lower),
            "until": str(grant.valid.upper or ""), "state": state,
            "given by": grant.given_by.get_username() if grant.given_by else "ngangtam",
            "confirmed by": grant.confirmed_by.get_username() if grant.confirmed_by else "",
        }
        for grant in rows
        if (state := state_of(grant, day)) in {"waiting", "in_force", "ahead"} or every
    ]  # fmt: skip


def _grant(number: int) -> Grant:
    grant = Grant.objects.select_related("user").filter(pk=number).first()
    if grant is None:
        raise DomainError(_("There is no such role."))
    return grant


def _said(grant: Grant) -> dict[str, str]:
    return {"user": grant.user.get_username(), "role": grant.role, "unit": grant.unit_label}
