"""What the pages of roles read: one grant in words, units and accounts to choose from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access import queries as access
from ngangtam.foundation.access.actions import may_close
from ngangtam.foundation.access.models import Grant, User
from ngangtam.foundation.access.roles import ROLES, Permission, Role
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.kernel.days import LOCAL, add_months
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.ui.components.marks import Tone
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.law.engine.values import Value
from ngangtam.records.organisation.models import Unit
from ngangtam.records.organisation.queries import search_units

REVIEW: Final = "security.access_review_months"
MOST_UNITS: Final = 100
STATES: Final[dict[str, tuple[str | Promise, Tone]]] = {
    "waiting": (_("waits for confirmation"), "amber"),
    "in_force": (_("in force"), "green"),
    "ahead": (_("begins later"), "blue"),
    "over": (_("over"), "gray"),
    "ended": (_("ended early"), "gray"),
    "refused": (_("refused"), "red"),
    "withdrawn": (_("withdrawn"), "gray"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One grant in words, and what the viewer may do with it."""

    grant: Grant
    role: Role
    state: str
    may_confirm: bool = False
    may_withdraw: bool = False
    may_end: bool = False
    may_keep: bool = False

    @property
    def state_label(self) -> str:
        return str(STATES[self.state][0])

    @property
    def tone(self) -> Tone:
        return STATES[self.state][1]


def lines(grants: Iterable[Grant], viewer: User, day: date) -> list[Line]:
    """Put grants into words for the viewer."""
    return [_line(grant, viewer, day) for grant in grants]


def _line(grant: Grant, viewer: User, day: date) -> Line:
    state, path = access.state_of(grant, day), str(grant.path)
    open_, own = state in {"in_force", "ahead"}, grant.user_id == viewer.pk
    return Line(
        grant, ROLES[grant.role], state,
        may_confirm=state == "waiting" and not own and grant.given_by_id != viewer.pk
        and may(viewer, Permission.GRANT_CONFIRM, path),
        may_withdraw=state == "waiting" and grant.given_by_id == viewer.pk,
        may_end=open_ and (own or may_close(viewer, path)),
        may_keep=open_ and not own and may_close(viewer, path),
    )  # fmt: skip


def listed(viewer: Viewer, values: dict[str, str], day: date) -> QuerySet[Grant]:
    """Grants within the viewer's reach, narrowed by what the list asks."""
    rows = access.grants_for(viewer)
    match values.get("state", ""):
        case "":
            # A range without an end has no last day to compare.
            lasts = Q(valid__upper_inf=True) | Q(valid__endswith__gt=day)
            rows = rows.filter(lasts, voided_at__isnull=True)
        case "mine":
            rows = rows.filter(pk__in=access.waiting_for(viewer).values("pk"))
        case "due":
            rows = due(viewer, day)
        case "every":
            pass
        case state:
            rows = access.in_state(rows, state, day)
    if values.get("role"):
        rows = rows.filter(role=values["role"])
    for word in fold(values.get("q", "")).split()[:5]:
        rows = rows.filter(
            Q(user__username__icontains=word)
            | Q(user__full_name__icontains=word)
            | Q(unit_label__icontains=word)
        )
    return rows


def review_months(day: date) -> Value:
    """Return after how many months a role must be looked at again, with its citations."""
    return rulebook().lookup(REVIEW, on=day)


def due(viewer: Viewer, day: date) -> QuerySet[Grant]:
    """Roles in force, of others, that nobody has looked at for as long as the rule allows."""
    months = review_months(day).value
    if not isinstance(months, int) or not isinstance(viewer, User):
        return Grant.objects.none()
    before = datetime.combine(add_months(day, -months), time(), tzinfo=LOCAL)
    return access.due_for_review(viewer, day, before).exclude(user=viewer)


def units_to_grant(viewer: Viewer, text: str, day: date) -> list[Unit]:
    """Units over which the viewer may grant: by words, or the topmost ones and those below."""
    tops = scopes(viewer, Permission.GRANT_GIVE)
    if not tops:
        return []
    if fold(text):
        found = search_units(viewer, text, on=day, limit=200)
        return [unit for unit in found if may(viewer, Permission.GRANT_GIVE, str(unit.path))]
    wanted = Q(path__in=tops) | Q(parent__path__in=tops)
    rows = Unit.objects.filter(wanted, ended_on__isnull=True).order_by("path")
    return list(rows[:MOST_UNITS])


def unit_to_grant(viewer: Viewer, code: str) -> Unit | None:
    """Return the unit with this code if the viewer may grant there."""
    unit = Unit.objects.filter(code=fold(code)).first()
    if unit is None or not may(viewer, Permission.GRANT_GIVE, str(unit.path)):
        return None
    return unit


def accounts(viewer: User, text: str) -> list[User]:
    """Open accounts other than the viewer's own, by words."""
    return [user for user in access.accounts_matching(fold(text), 51) if user.pk != viewer.pk][:50]
