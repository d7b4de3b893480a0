"""Deadlines that passed or come soon: whom they wait for, and a letter to each by mail.

A letter holds numbers, steps and days, nobody's name: it leaves the system. Mail is sent where a
server for it is set up; the start page says the same to everybody who signs in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import Grant, User
from ngangtam.foundation.access.roles import ROLES, Permission
from ngangtam.foundation.audit.steps import Process, record
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import formats
from ngangtam.stages.procedure import duties
from ngangtam.stages.procedure.duties import Standing
from ngangtam.stages.procedure.events import EventType
from ngangtam.stages.procedure.models import Case, Opinion, Step
from ngangtam.stages.procedure.steps import drawing_of

LANGUAGE: Final = "vi"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing with a deadline, and who may do it.

    Shape: `what` is the step, or the opinion of a body; `left` working days, below nothing when
        the deadline has passed.
    """

    number: str
    what: str
    day: date
    left: int
    hands: tuple[User, ...]


def due(today: date, *, within: int) -> list[Due]:
    """Return what is overdue or due within so many working days, the soonest first."""
    last = workdays.after(today, within)
    found = [*_steps(today, last), *_opinions(today, last)]
    return sorted(found, key=lambda one: (one.day, one.number, one.what))


def _steps(today: date, last: date) -> Iterator[Due]:
    rows = Step.objects.filter(
        state=Step.State.WAITING, case__state=Case.State.RUNNING, case__fictional=False,
        due__lte=last,
    )  # fmt: skip
    for step in rows.select_related("case"):
        case, rule = step.case, drawing_of(step.case).rule(step.bpmn)
        asked = _holders(duties.permission_of(rule), str(case.path), today)
        hands = tuple(user for user in asked if not Standing(case, user).why_not(rule))
        yield _due(case, said(rule.label), step.due, today, hands)


def _opinions(today: date, last: date) -> Iterator[Due]:
    rows = Opinion.objects.filter(
        state=Opinion.State.WAITING, due__lte=last, path__isnull=False,
        case__state=Case.State.RUNNING, case__fictional=False,
    )  # fmt: skip
    for one in rows.select_related("case"):
        asked = _holders(Permission.CASE_DECIDE, str(one.path), today)
        hands = tuple(user for user in asked if not duties.conflict_of(one.case_id, user))
        said = _("Opinion of %(body)s") % {"body": one.body}
        yield _due(one.case, said, one.due, today, hands)


def _due(
    case: Case, what: str, day: date | None, today: date, hands: tuple[User, ...]
) -> Due:  # fmt: skip
    assert day is not None
    left = workdays.between(today, day)
    # A deadline of Friday is overdue on Sunday, though no working day has passed since.
    return Due(case.number, what, day, min(left, -1) if day < today else left, hands)


def _holders(permission: Permission, path: str, today: date) -> list[User]:
    """Return the accounts that hold a permission over a place."""
    roles = [role.id for role in ROLES.values() if permission in role.permissions]
    rows = Grant.objects.in_force(today).filter(role__in=roles, path__above=path)
    return list(
        User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("username")
    )


def is_mail_set_up() -> bool:
    """Whether this instance knows a server for mail."""
    return bool(settings.EMAIL_HOST)


def send(found: list[Due]) -> int:
    """Send everybody with an address one letter of what waits for them; return how many.

    The journal keeps that it was done, and how many things and letters there were.
    """
    mine: dict[User, list[Due]] = {}
    for one in found:
        for user in one.hands:
            if user.email:
                mine.setdefault(user, []).append(one)
    with translation.override(LANGUAGE):
        letters = [_letter(user, some) for user, some in mine.items()]
    sent = get_connection().send_messages(letters) or 0 if letters else 0
    record(EventType.REMINDED, by=Process(), subject=None, deadlines=len(found), letters=sent)
    return sent


def _letter(user: User, found: list[Due]) -> EmailMessage:
    lines = [f"{one.number} – {one.what}: {formats.day(one.day)}{_late(one)}" for one in found]
    subject = _("Deadlines of personnel cases: %(count)s") % {"count": len(found)}
    body = "\n".join([
        _("These steps wait for you, or for somebody with the same duty:"), "", *lines, "",
        _("Sign in to Ngang Tầm and look at Personnel cases, “Waits for me”."),
    ])  # fmt: skip
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email])


def _late(one: Due) -> str:
    return f" ({_('overdue')})" if one.left < 0 else ""
