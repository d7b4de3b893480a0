"""What a roster says of somebody known and takes two officers: it waits, or is left out."""

from typing import Any

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import Actor
from ngangtam.records.intake.models import Batch
from ngangtam.records.intake.writing import Written
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel import witnessing
from ngangtam.records.personnel.queries.reach import own_person


def reference(batch: Batch) -> str:
    """Return the text by which other rooms know what came with a batch."""
    return f"intake:{batch.pk}"


def let_wait(batch: Batch, written: Written, by: Actor) -> None:
    """Let wait what two officers write into a known file; on the command line nobody proposes.

    Shape: the short report tells how many entries wait, and how many were left out.
    """
    waiting = 0
    if isinstance(by, User):
        waiting = witnessing.propose(
            written.claims, origin=str(batch), reference=reference(batch), by=by
        )
    # Nobody proposes about the own file, and the owner of the machine is nobody's officer.
    own = own_person(by) if isinstance(by, User) else None
    left = sum(not isinstance(by, User) or claim.person_id == own for claim in written.claims)
    counts = {"proposed": waiting, "left_out": left}
    batch.report["totals"]["people"] |= {name: count for name, count in counts.items() if count}


def proposed(batch: Batch) -> int:
    """Return how many entries of a batch waited for a second officer when it was committed."""
    return int(batch.report["totals"]["people"].get("proposed", 0))


def left_out(written: Written, batch: Batch) -> list[dict[str, Any]]:
    """Return what was left out because it takes two officers, for the report."""
    if not batch.report["totals"]["people"].get("left_out"):
        return []
    numbers = personnel.numbers_of({claim.person_id for claim in written.claims})
    return [
        {"person": numbers[claim.person_id], "kind": claim.kind, "raw": claim.raw}
        for claim in written.claims
    ]
