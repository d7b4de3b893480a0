"""Verbs on grants: permission, change, audit, one transaction each.

The change itself is a function of the database, which asks all of this once more: the web role
cannot write a grant in any other way.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import ProgrammingError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from ngangtam.foundation.access.events import EventType
from ngangtam.foundation.access.models import Grant, User
from ngangtam.foundation.access.roles import GRANTABLE, Permission
from ngangtam.foundation.access.rules import may, require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError, Forbidden


@transaction.atomic(durable=True)
def give(
    *, user_id: int, role: str, path: str, unit_label: str, first_day: date, until: date | None,
    reason: str, by: User,
) -> Grant:  # fmt: skip
    """Give a role to somebody else over a subtree for a period.

    Shape: `[first_day, until)`; a guarded role waits for another person and confers nothing yet.
    Errors: Forbidden without GRANT_GIVE over `path`; DomainError to oneself, to a closed account,
        without a reason, for a role that nobody grants, or when the same is held already.
    """
    require(by, Permission.GRANT_GIVE, path)
    user = User.objects.get(pk=user_id)
    period = _span(first_day, until)
    _allow_gift(user, role=role, path=path, period=period, reason=reason, by=by)
    made = _ask(
        "select ngangtam_grant_give(%s, %s, %s, %s::ltree, %s, %s::daterange, %s)",
        [by.pk, user.pk, role, path, unit_label, period, reason],
    )
    grant = Grant.objects.select_related("user").get(pk=made)
    record(
        EventType.GIVEN, by=by, subject=grant, user=user.get_username(), role=role,
        unit=unit_label, path=path, first_day=str(first_day), until=str(until or ""),
        reason=reason, waiting=grant.waiting,
    )  # fmt: skip
    return grant


def _span(first_day: date, until: date | None) -> DateRange:
    """Return the period. Errors: DomainError when it is empty."""
    if until is not None and until <= first_day:
        raise DomainError(_("The last day lies before the first."))
    return span(first_day, until)


def _allow_gift(
    user: User, *, role: str, path: str, period: DateRange, reason: str, by: User
) -> None:
    if user.pk == by.pk:
        raise DomainError(_("Nobody grants a role to themselves."))
    if not user.is_active:
        raise DomainError(_("This account is closed."))
    if role not in {one.id for one in GRANTABLE}:
        raise DomainError(_("Nobody grants this role."))
    if not reason.strip():
        raise DomainError(_("Say why: the decision or the task that needs this role."))
    same = Grant.objects.standing().filter(user=user, role=role, path=path)
    if same.filter(valid__overlap=period).exists():
        raise DomainError(_("This account already has this role there in that period."))


@transaction.atomic(durable=True)
def confirm(*, grant_id: int, by: User) -> Grant:
    """Let a role take effect that another person gave to a third one.

    Errors: Forbidden without GRANT_CONFIRM over the subtree; DomainError for one's own role, for
        one that oneself gave, or when nothing waits.
    """
    grant = _standing(grant_id, waiting=True)
    require(by, Permission.GRANT_CONFIRM, str(grant.path))
    if by.pk in (grant.user_id, grant.given_by_id):
        raise DomainError(_("Somebody else must confirm a grant."))
    _ask("select ngangtam_grant_confirm(%s, %s)", [by.pk, grant.pk])
    record(EventType.CONFIRMED, by=by, subject=grant, **_said(grant))
    return grant


@transaction.atomic(durable=True)
def refuse(*, grant_id: int, reason: str, by: User) -> Grant:
    """Refuse a role that waits. Errors: as `confirm`."""
    grant = _standing(grant_id, waiting=True)
    require(by, Permission.GRANT_CONFIRM, str(grant.path))
    _close(grant, "refused", None, reason, by)
    record(EventType.REFUSED, by=by, subject=grant, reason=reason, **_said(grant))
    return grant


@transaction.atomic(durable=True)
def withdraw(*, grant_id: int, reason: str, by: User) -> Grant:
    """Take back what oneself gave, before anybody confirmed it."""
    grant = _standing(grant_id, waiting=True)
    if grant.given_by_id != by.pk:
        raise Forbidden(_("Only the person who gave this role may withdraw it."))
    _close(grant, "withdrawn", None, reason, by)
    record(EventType.WITHDRAWN, by=by, subject=grant, reason=reason, **_said(grant))
    return grant


@transaction.atomic(durable=True)
def end(*, grant_id: int, on: date, reason: str, by: User) -> Grant:
    """End a role early; `on` is the first day on which it confers nothing.

    Errors: Forbidden unless `by` may give or confirm there, or holds the role; DomainError when
        it ends by then anyway.
    """
    grant = _standing(grant_id, waiting=False)
    if grant.user_id != by.pk and not may_close(by, str(grant.path)):
        raise Forbidden(_("You have no grant for this act in this unit."))
    if grant.valid.upper is not None and grant.valid.upper <= on:
        raise DomainError(_("This role ends by then anyway."))
    _close(grant, "ended", on, reason, by)
    record(EventType.ENDED, by=by, subject=grant, on=str(on), reason=reason, **_said(grant))
    return grant


@transaction.atomic(durable=True)
def keep(*, grant_ids: Iterable[int], by: User) -> int:
    """Say of roles, after the yearly review, that they are still needed. Returns how many.

    Errors: Forbidden for a role outside one's reach; DomainError for one's own.
    """
    grants = list(Grant.objects.standing().filter(pk__in=list(grant_ids), waiting=False))
    if not grants:
        raise DomainError(_("No role was chosen."))
    for grant in grants:
        if grant.user_id == by.pk:
            raise DomainError(_("Somebody else reviews your own roles."))
        if not may_close(by, str(grant.path)):
            raise Forbidden(_("You have no grant for this act in this unit."))
    _ask("select ngangtam_grant_keep(%s, %s)", [by.pk, [grant.pk for grant in grants]])
    record(EventType.KEPT, by=by, subject=by, grants=[grant.pk for grant in grants])
    return len(grants)


@transaction.atomic(durable=True)
def note_export(*, asked: dict[str, str], grants: int, by: User) -> None:
    """Leave the trace that a list of roles left the system as a file."""
    record(EventType.LIST_EXPORTED, by=by, subject=by, asked=asked, grants=grants)


def may_close(by: User, path: str) -> bool:
    """Whether `by` may end and review roles there."""
    return may(by, Permission.GRANT_GIVE, path) or may(by, Permission.GRANT_CONFIRM, path)


def _standing(pk: int, *, waiting: bool) -> Grant:
    """Return a grant that nobody has closed. The database's own function locks it."""
    grant = Grant.objects.select_related("user").get(pk=pk)
    if grant.voided_at is not None or grant.waiting is not waiting:
        raise DomainError(
            _("This role does not wait for confirmation.")
            if waiting
            else _("This role is not in force.")
        )
    return grant


def _close(grant: Grant, how: str, on: date | None, reason: str, by: User) -> None:
    if not reason.strip():
        raise DomainError(_("Say why."))
    _ask(
        "select ngangtam_grant_close(%s, %s, %s, %s::date, %s)",
        [by.pk, grant.pk, how, on, reason],
    )


def _said(grant: Grant) -> dict[str, str]:
    """What the event says of a grant, so that it can be read without it."""
    return {"user": grant.user.get_username(), "role": grant.role, "unit": grant.unit_label}


# What the function returns is known to the caller.
def _ask(sql: str, values: list[Any]) -> Any:
    """Call a function of the database; what it refuses is refused here too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            row = cursor.fetchone()
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") != "42501":
            raise
        raise Forbidden(_("You have no grant for this act in this unit.")) from error
    return row[0] if row else None
