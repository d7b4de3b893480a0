"""The effects of this room, as a decided case calls them.

What the officer wrote when the case was opened stands in its payload: `months` of the term,
`probation` with `months` and `goals`, `secondment_months`, `body` and `office` of a nomination.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.organisation.models import Decision
from ngangtam.stages.appointment import steps
from ngangtam.stages.appointment.steps import Basis
from ngangtam.stages.procedure import effects
from ngangtam.stages.procedure.models import Case, CaseSubject

_APPROVED: Final = "approved"


def register() -> None:
    """Say what the decisions of this room write."""
    for ident, effect in (
        ("posting.begin", posting_begin), ("posting.again", posting_again),
        ("posting.second", posting_second), ("posting.probation", posting_probation),
        ("nomination", nomination),
    ):  # fmt: skip
        effects.register(ident, effect)


def posting_begin(case: Case, decision: Decision, by: User) -> None:
    """Whoever is left in the case takes the post; on probation where the case says so."""
    if _whole(_probation(case).get("months")):
        posting_probation(case, decision, by)
        return
    for person, post in _chosen(case):
        steps.begin(
            person_id=person, post_id=post, first=_first(case, decision),
            months=_whole(case.payload.get("months")), basis=Basis(decision, case.number, by),
            today=today(),
        )  # fmt: skip


def posting_probation(case: Case, decision: Decision, by: User) -> None:
    """Whoever is left in the case takes the post for a limited time, with goals."""
    said = _probation(case)
    for person, post in _chosen(case):
        steps.on_probation(
            person_id=person, post_id=post, first=_first(case, decision),
            months=_whole(said.get("months")) or 0,
            goals=[str(one) for one in said.get("goals", ())],
            basis=Basis(decision, case.number, by), today=today(),
        )  # fmt: skip


def posting_again(case: Case, decision: Decision, by: User) -> None:
    """Everybody left in the case begins a new term in the post held."""
    for person, post in _chosen(case):
        steps.again(
            person_id=person, post_id=post, first=_first(case, decision),
            months=_whole(case.payload.get("months")), basis=Basis(decision, case.number, by),
        )  # fmt: skip


def posting_second(case: Case, decision: Decision, by: User) -> None:
    """Whoever is left in the case is sent to the post for a time."""
    for person, post in _chosen(case):
        steps.second(
            person_id=person, post_id=post, first=_first(case, decision),
            months=_whole(case.payload.get("secondment_months")) or 0,
            basis=Basis(decision, case.number, by), today=today(),
        )  # fmt: skip


def nomination(case: Case, decision: Decision, by: User) -> None:
    """Whoever is left in the case is noted as nominated; the vote itself comes later."""
    if not _approved(case):
        return
    for subject in _left(case):
        if subject.person_id is not None:
            office = str(case.payload.get("office") or subject.post or case.post or case.title)
            steps.nominate(
                person_id=subject.person_id, title=office[:300],
                body=str(case.payload.get("body", ""))[:300], first=_first(case, decision),
                basis=Basis(decision, case.number, by),
            )  # fmt: skip


def _chosen(case: Case) -> Iterator[tuple[int, int]]:
    """Errors: DomainError when the case leaves nobody, or no post to put them into."""
    if not _approved(case):
        return
    left = _left(case)
    if not left:
        raise DomainError(_("Nobody is left in the case who could be appointed."))
    for subject in left:
        post = subject.post_id or case.post_id
        if subject.person_id is None or post is None:
            raise DomainError(_("The case names no post to appoint to."))
        yield subject.person_id, post


def _left(case: Case) -> list[CaseSubject]:
    rows = CaseSubject.objects.filter(case=case, state=CaseSubject.State.IN)
    return list(rows.select_related("post"))


def _approved(case: Case) -> bool:
    return str(case.payload.get("result", _APPROVED)) == _APPROVED


def _first(case: Case, decision: Decision) -> date:
    said = case.payload.get("effective_on")
    return date.fromisoformat(said) if isinstance(said, str) and said else decision.day


def _probation(case: Case) -> dict[str, Any]:
    said = case.payload.get("probation")
    return said if isinstance(said, dict) else {}


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
