"""Cases as plain values, for the command line of the owner."""

from datetime import date
from typing import Any

from ngangtam.foundation.kernel.speech import said
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.procedure.models import Case
from ngangtam.stages.procedure.steps import drawing_of

_OPEN = (Case.State.RUNNING, Case.State.FROZEN)


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def every(
    *, unit: str | None, stage: str | None, overdue: bool, ended: bool, today: date
) -> list[dict[str, Any]] | None:
    """Return cases, the next deadline first; None for a unit that does not exist."""
    rows = Case.objects.filter(fictional=False).select_related("unit").defer("xml", "workflow")
    if unit is not None:
        place = Unit.objects.filter(code=unit).first()
        if place is None:
            return None
        rows = rows.filter(path__within=str(place.path))
    if stage:
        rows = rows.filter(stage=stage)
    if overdue:
        rows = rows.filter(due__lt=today)
    if not ended:
        rows = rows.filter(state__in=_OPEN)
    return [_line(case) for case in rows.order_by("due", "pk")]


def _line(case: Case) -> dict[str, Any]:
    return {
        "number": case.number, "procedure": case.procedure, "stage": case.stage,
        "state": case.state, "due": _day(case.due), "unit": case.unit.code,
        "title": case.title, "opened_on": _day(case.opened_on),
    }  # fmt: skip


def one(number: str) -> dict[str, Any] | None:
    """Return one case with its steps and conditions; None when there is none."""
    case = Case.objects.select_related("unit", "decision").filter(number=number).first()
    if case is None:
        return None
    drawing = drawing_of(case)
    steps = case.steps.select_related("done_by")
    return {
        **_line(case), "fictional": case.fictional,
        "decision": str(case.decision or ""), "version": case.digest,
        "people": [
            {"person": one.person_id, "state": one.state} for one in case.subjects.all()
        ],
        "steps": [
            {
                "step": step.bpmn, "label": said(drawing.rule(step.bpmn).label),
                "kind": step.kind, "state": step.state, "outcome": step.outcome,
                "due": _day(step.due), "done_by": str(step.done_by or ""),
                "done_at": step.done_at.isoformat() if step.done_at else "",
            }
            for step in steps
        ],
        "conditions": [
            {"gate": row.gate, "person": row.subject.person_id, "outcome": row.outcome,
             "ruling": row.ruling, "special": row.special}
            for row in case.findings.select_related("subject")
        ],
    }  # fmt: skip
