"""Which procedures a way out may walk, and what a case begun here carries with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine import rulebook
from ngangtam.stages.exits import actions_suspension
from ngangtam.stages.exits.models import Exit, Letter, Proposal
from ngangtam.stages.procedure.actions import open_case
from ngangtam.stages.procedure.models import Case
from ngangtam.stages.procedure.values import SubjectValues


@dataclass(frozen=True, slots=True)
class Way:
    """One procedure. Shape: `is_on` False while it waits for confirmation."""

    id: str
    label: str
    exit: str
    is_on: bool


def ways(exits: Sequence[str], regime: str, today: date) -> list[Way]:
    """Return the procedures of some ways out, in their order; those of the regime first."""
    found = []
    order = list(dict.fromkeys(exits))
    for ident, versions in rulebook().procedures.items():
        one = versions.on(today)
        if one is not None and one.stage in exits:
            way = Way(ident, said(one.label), one.stage, one.is_on)
            found.append((order.index(one.stage), one.regime != regime, ident, way))
    return [way for *_rank, way in sorted(found, key=lambda it: it[:3])]


def exits_of(proposal: Proposal, also: Sequence[str] = ()) -> list[str]:
    """Return the ways out that a proposal may lead to: its own, and those its text names."""
    return [proposal.exit, *(one for one in also if one != proposal.exit)]


def by_proposal(
    proposal: Proposal, *, procedure: str, title: str, version: int, why: str, today: date,
    by: User, days: int | None = None, confirmed_length: bool = False,
) -> Case:  # fmt: skip
    """Open a case on what a proposal says. Errors: as `open_case`; DomainError when it changed."""
    if proposal.version != version:
        raise DomainError(_("Somebody else has changed this meanwhile; look at it again."))
    if not proposal.confirmed and not why.strip():
        raise DomainError(_("The text of this ground is to be confirmed; say on what you rely."))
    payload: dict[str, Any] = {"proposal": proposal.pk, "ground": proposal.ground}
    if why.strip():
        payload["why"] = why.strip()
    if proposal.exit == Exit.SUSPENSION:
        _check_length(proposal, days, today, confirmed=confirmed_length)
        payload |= {"days": days, "confirmed_length": confirmed_length,
                    "reason": str(proposal.evidence.get("value", {}).get("vi", title))}  # fmt: skip
    return open_case(
        procedure=procedure, unit_id=proposal.unit_id, title=title,
        subjects=[SubjectValues(proposal.person_id, proposal.post_id)],
        post_id=proposal.post_id, payload=payload, by=by, today=today,
    )  # fmt: skip


def _check_length(proposal: Proposal, days: int | None, today: date, *, confirmed: bool) -> None:
    """Errors: DomainError for a length that no text allows, or that nobody vouches for."""
    regime = proposal.post.regime if proposal.post is not None else "party"
    most = actions_suspension.limit(regime, today).days
    if days is None or days < 1:
        raise DomainError(_("Say for how many working days."))
    if most is None and not confirmed:
        raise DomainError(
            _("No confirmed text says how long a suspension may last; somebody has to confirm"
              " the length that the decision names.")
        )  # fmt: skip
    if most is not None and days > most:
        raise DomainError(_("At most %(days)s working days.") % {"days": most})


def by_letter(letter: Letter, *, procedure: str, title: str, version: int, today: date,
              by: User) -> Case:  # fmt: skip
    """Open a case on a letter. Errors: as `open_case`; DomainError when it changed."""
    if letter.version != version:
        raise DomainError(_("Somebody else has changed this meanwhile; look at it again."))
    return open_case(
        procedure=procedure, unit_id=letter.unit_id, title=title,
        subjects=[SubjectValues(letter.person_id, letter.post_id)], post_id=letter.post_id,
        payload={"letter": letter.pk, "ground": letter.ground}, by=by, today=today,
    )  # fmt: skip


def of_retirement(
    *, person_id: int, unit_id: int, post_id: int | None, day: date, procedure: str, title: str,
    today: date, by: User,
) -> Case:  # fmt: skip
    """Open the case of somebody who retires. Errors: as `open_case`."""
    return open_case(
        procedure=procedure, unit_id=unit_id, title=title,
        subjects=[SubjectValues(person_id, post_id)], post_id=post_id,
        payload={"retires_on": day.isoformat()}, by=by, today=today,
    )  # fmt: skip
