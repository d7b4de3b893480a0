"""Who may do what in a case. The database's wall says the same of appraising and deciding.

Who proposed does not appraise, who appraised does not decide, and nobody handles the own case or
that of a relative. A simulation, which decides nothing, may be walked by one person alone.
"""

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine.procedures import StepRule
from ngangtam.stages.procedure.models import Case, CaseSubject, Hold, Step

_P = Permission
_ROLES: Final = {
    "officer": _P.CASE_RUN, "head": _P.CASE_DECIDE, "appraiser": _P.CASE_APPRAISE,
    "decider": _P.CASE_DECIDE, "collective": _P.CASE_RUN, "body": _P.CASE_RUN,
}  # fmt: skip
_KINDS: Final = {"appraise": _P.CASE_APPRAISE, "decide": _P.CASE_DECIDE}
# Kinds whose doer has put something forward.
PROPOSING: Final = ("document", "dossier", "record")
JUDGING: Final = ("appraise", "decide")
WHO: Final[dict[str, str | Promise]] = {
    "officer": gettext_lazy("Personnel officer"),
    "head": gettext_lazy("Head of the unit"),
    "appraiser": gettext_lazy("Appraiser"),
    "decider": gettext_lazy("Deciding authority"),
    "collective": gettext_lazy("The collective; the personnel officer records it"),
    "body": gettext_lazy("Another body; the personnel officer records it"),
}


def permission_of(rule: StepRule) -> Permission:
    """Return what completing a step takes: its kind says it before its role."""
    return _KINDS.get(rule.kind) or _ROLES[rule.role]


@dataclass(frozen=True, slots=True)
class Hands:
    """Accounts by what they did in a case. Shape: `did` is kind of step → accounts."""

    proposed: frozenset[int]
    did: dict[str, frozenset[int]]


def hands_of(case: Case) -> Hands:
    rows = Step.objects.filter(case=case, done_by__isnull=False).values_list("kind", "done_by")
    did: dict[str, set[int]] = {}
    for kind, account in rows:
        did.setdefault(kind, set()).add(account)
    proposed = {case.opened_by_id, *(one for kind in PROPOSING for one in did.get(kind, ()))}
    return Hands(frozenset(proposed), {kind: frozenset(some) for kind, some in did.items()})


def conflict(case: Case, by: Viewer) -> str:
    """Return `own`, `relative` or "": how the viewer stands to the people of the case."""
    return "" if case.fictional or not isinstance(by, User) else conflict_of(case.pk, by)


def conflict_of(case_id: int, by: User) -> str:
    """Return the same of a case that the viewer may not see."""
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_case_conflict(%s, %s)", [case_id, by.pk])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def conflict_with(people: list[int], by: User) -> str:
    """Return the same for people about whom a case is to be opened."""
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_conflict_with(%s, %s)", [people, by.pk])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def said_of(conflict: str) -> str:
    """Return the refusal for a conflict in words, "" when there is none."""
    if conflict == "own":
        return _("Nobody handles the own case.")
    if conflict == "relative":
        return _("Nobody handles the case of a relative; your family records name one.")
    return ""


class Standing:
    """How one account stands to one case; read once for all its steps."""

    def __init__(self, case: Case, by: Viewer) -> None:
        self.case = case
        self.by = by
        self.hands = hands_of(case)
        self.conflict = conflict(case, by)

    def may(self, permission: Permission) -> bool:
        held = may(self.by, permission, str(self.case.path))
        alone = self.case.fictional and may(self.by, _P.CASE_RUN, str(self.case.path))
        return held or alone

    def why_not(self, rule: StepRule) -> str:
        """Return why the account does not complete this step, "" when it may."""
        if not self.may(permission_of(rule)):
            return _("You have no grant for this act in this unit.")
        return self.why_not_by_duty(rule.kind, rule.not_by)

    def why_not_by_duty(self, kind: str, not_by: tuple[str, ...] = ()) -> str:
        """Return why another hand must do it, whatever the grants."""
        if self.case.fictional:
            return ""
        # Who may keep a list that holds them keeps away from judging it.
        if self.case.subject_kind != "list" or kind in JUDGING:
            refusal = said_of(self.conflict)
            if refusal:
                return refusal
        me = self.by.pk
        if kind == "appraise" and me in self.hands.proposed:
            return _("You put this forward; somebody else appraises it.")
        if kind == "decide" and me in self.hands.did.get("appraise", ()):
            return _("You appraised this; somebody else decides it.")
        if any(me in self.hands.did.get(other, ()) for other in not_by):
            return _("You did an earlier step that the rule keeps apart from this one.")
        return ""

    def require(self, rule: StepRule) -> None:
        """Errors: Forbidden, in words for the person who tried."""
        why = self.why_not(rule)
        if why:
            raise Forbidden(why)

    def require_verb(self, permission: Permission, kind: str = "") -> None:
        """Errors: Forbidden without the permission over the case, or when duties part."""
        if not self.may(permission):
            raise Forbidden(_("You have no grant for this act in this unit."))
        why = self.why_not_by_duty(kind)
        if why:
            raise Forbidden(why)


def holds_on(case: Case) -> list[Hold]:
    """Return the holds that stand on the case or on somebody in it."""
    people = CaseSubject.objects.filter(case=case, state=CaseSubject.State.IN)
    rows = Hold.objects.filter(lifted_at__isnull=True)
    mine = rows.filter(case=case) | rows.filter(person__in=people.values("person"))
    return list(mine.order_by("placed_at"))


def is_held(case: Case) -> bool:
    """Whether a hold stands, also one that the viewer may not read."""
    return is_held_by_id(case.pk)


def is_held_by_id(case_id: int) -> bool:
    """Return the same of a case that the viewer may not see."""
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_case_held(%s)", [case_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def refuse_unless_running(case: Case) -> None:
    """Errors: DomainError with the reason of the hold, or because the case has ended."""
    if case.state == Case.State.FROZEN or is_held(case):
        reasons = "; ".join(hold.reason for hold in holds_on(case))
        raise DomainError(_("The case is on hold: %(reason)s") % {"reason": reasons or "…"})
    if case.state != Case.State.RUNNING:
        raise DomainError(
            _("The case is %(state)s; nothing more is done in it.")
            % {"state": case.get_state_display()}
        )


def keep_from_holds(people: list[int]) -> None:
    """Let no hold be placed on these people until the transaction ends; wait for one under way."""
    _lock_people("pg_advisory_xact_lock_shared", people)


def keep_from_cases(people: list[int]) -> None:
    """Let nobody bring these people into a case until the transaction ends; wait for who does."""
    _lock_people("pg_advisory_xact_lock", people)


def _lock_people(how: str, people: list[int]) -> None:
    with connection.cursor() as cursor:
        # Everybody in the same order, or two would wait for each other.
        cursor.execute(
            f"select {how}(hashtextextended('procedure_hold', one)) from"  # noqa: S608 - our own
            " (select distinct unnest(%s::bigint[]) as one order by one) people",
            [people],
        )


def people_held(people: list[int]) -> list[int]:
    """Return those of these people on whom a hold stands."""
    with connection.cursor() as cursor:
        cursor.execute("select * from ngangtam_people_held(%s)", [people])
        return sorted(row[0] for row in cursor.fetchall())
