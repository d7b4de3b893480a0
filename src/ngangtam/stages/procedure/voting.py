"""Between a meeting's step and its vote: one reference ties them, the count completes the step."""

import re
from dataclasses import dataclass
from typing import Any, Final

from ngangtam.stages.ballots.models import Poll
from ngangtam.stages.ballots.queries import PollResult, result_of
from ngangtam.stages.procedure.models import Case, CaseSubject, Step

PREFIX: Final = "case:"
_SHAPE: Final = re.compile(r"^case:([A-Z0-9-]+):step(\d+)$")


def reference(case: Case, step: Step) -> str:
    """Return what the vote of a step is called by."""
    return f"{PREFIX}{case.number}:step{step.pk}"


def step_of(reference: str) -> int | None:
    """Return the step that a reference names."""
    found = _SHAPE.match(reference)
    return int(found.group(2)) if found else None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count says to a case.

    Shape: `result` is passed, failed, head_decides or reballot; `people` were chosen, `others`
        stood on the paper and were not.
    """

    result: str
    people: tuple[int, ...]
    others: tuple[int, ...]
    figures: dict[str, Any]


def counted(poll: Poll) -> Counted | None:
    """Return what a counted vote says; None while it is not counted."""
    found = result_of(poll.pk)
    return None if found is None else _read(found)


def _read(found: PollResult) -> Counted:
    tally = found.tally
    figures: dict[str, Any] = {
        "poll": found.poll.pk, "convened": tally.convened, "present": tally.present,
        "issued": tally.issued, "returned": tally.returned, "valid": tally.valid,
        "invalid": tally.invalid,
    }  # fmt: skip
    named = {key: person for key, person in found.people.items() if person is not None}
    outcome = found.outcome
    if outcome is None:
        figures["confidence"] = {key: one.zone for key, one in found.confidence.items()}
        return Counted("passed", tuple(named.values()), (), figures)
    figures["elected"] = [found.labels.get(key, key) for key in outcome.elected]
    chosen = tuple(named[key] for key in outcome.elected if key in named)
    others = tuple(person for person in named.values() if person not in chosen)
    if outcome.decides in {"head", "authority"}:
        return Counted("head_decides", chosen, others, figures)
    if outcome.decides == "reballot" or outcome.tied:
        return Counted("reballot", chosen, others, figures)
    result = "passed" if outcome.elected else "failed"
    return Counted(result, chosen, others, figures)


def set_aside(case: Case, said: Counted) -> None:
    """Consider no longer whoever stood on the paper and was not chosen, where somebody was."""
    if said.result != "passed" or not said.people:
        return
    rows = CaseSubject.objects.filter(case=case, person__in=said.others, state=CaseSubject.State.IN)
    for subject in rows:
        subject.state, subject.reason = CaseSubject.State.OUT, "Không đủ phiếu"
        subject.save(update_fields=["state", "reason"])
