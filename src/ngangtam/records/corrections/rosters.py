"""What rosters say of the degrees, titles and Party days of people already known: it waits.

Steps for actions of other rooms, which ask and tell; see ADR 0032.
"""

from collections.abc import Sequence
from typing import cast

from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import PartialDate, Precision
from ngangtam.records.corrections.models import Proposal
from ngangtam.records.corrections.queries import own_person
from ngangtam.records.corrections.telling import told
from ngangtam.records.corrections.values import RecordValues, keep_basis
from ngangtam.records.personnel.actions import Basis
from ngangtam.records.personnel.kinds import KINDS
from ngangtam.records.personnel.witnessing import Claim

_PIECE = 1000
_Key = tuple[int, str, str, str]


def propose(claims: Sequence[Claim], *, origin: str, reference: str, by: User) -> int:
    """Lay claims down as proposals of `by`; return how many are new."""
    waiting, own = _waiting({claim.person_id for claim in claims}), own_person(by)
    made = []
    for claim in claims:
        key = (claim.person_id, claim.kind, claim.code, claim.raw)
        if key not in waiting and claim.person_id != own:
            waiting.add(key)
            made.append(_proposal(claim, origin, reference, by))
    Proposal.objects.bulk_create(made, batch_size=_PIECE)
    return len(made)


def _waiting(people: set[int]) -> set[_Key]:
    """Return what waits already, by person, kind, code and wording."""
    rows = Proposal.objects.filter(
        person__in=people, act=Proposal.Act.ADD, state=Proposal.State.WAITING
    )
    return {
        (row.person_id, row.kind, row.values["record"]["code"], row.values["record"]["raw"])
        for row in rows.iterator()
    }


def _proposal(claim: Claim, origin: str, reference: str, by: User) -> Proposal:
    first_day = PartialDate(claim.raw, claim.first_day, cast(Precision, claim.precision))
    values = RecordValues(
        first_day, claim.until, claim.code, claim.raw, tuple(claim.detail.items())
    )
    return Proposal(
        person_id=claim.person_id, act=Proposal.Act.ADD, kind=claim.kind, proposed_by=by,
        reason=(_("From the roster “%(name)s”.") % {"name": origin})[:300],
        values={"record": values.kept(), "basis": keep_basis(Basis(source=origin[:300])),
                "from": reference},
        shown=[[str(KINDS[claim.kind].label), "", told(claim.kind, values)]],
    )  # fmt: skip


def withdraw(reference: str) -> int:
    """Take back what still waits from there, as if whoever proposed it did."""
    rows = Proposal.objects.select_for_update().filter(
        state=Proposal.State.WAITING, values__from=reference
    )
    found = list(rows)
    for row in found:
        row.state, row.decided_by_id = Proposal.State.WITHDRAWN, row.proposed_by_id
        row.decided_at = timezone.now()
    Proposal.objects.bulk_update(found, ["state", "decided_by", "decided_at"], batch_size=_PIECE)
    return len(found)
