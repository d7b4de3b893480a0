"""What a look found, for programs: each finding with value, reason, citations and records."""

from datetime import date
from typing import Any

from ngangtam.law.engine import rulebook
from ngangtam.law.engine.grounds import Ground, grounds
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.exits import watching
from ngangtam.stages.exits.actions_watch import Kept
from ngangtam.stages.exits.watching import Found


def looked(unit: Unit, day: date) -> dict[str, Any]:
    """Return what a look finds, without keeping it."""
    return _told(unit, day, watching.look(unit, day), kept=False)


def kept(unit: Unit, day: date, made: Kept) -> dict[str, Any]:
    """Return what a look found and what became of it: new, standing, settled or gone."""
    told = _told(unit, day, made.found, kept=True)
    states = {(one.person_id, one.ground, one.mark): one for one in (*made.new, *made.standing)}
    new = {one.pk for one in made.new}
    for line, one in zip(told["found"], made.found, strict=True):
        row = states.get((one.person, one.ground.id, one.mark))
        if row is not None:
            line["proposal"] = row.pk
            line["state"] = "new" if row.pk in new else row.state
    told["gone"] = [
        {"proposal": one.pk, "person": one.person.number, "ground": one.ground}
        for one in made.gone
    ]  # fmt: skip
    return told


def _told(unit: Unit, day: date, found: list[Found], *, kept: bool) -> dict[str, Any]:
    people = watching.names_of(one.person for one in found)
    codes = dict(Unit.objects.filter(pk__in={one.unit for one in found}).values_list("pk", "code"))
    off = [one for one in grounds(rulebook()).on(day) if not one.confirmed]
    return {
        "unit": unit.code, "on": day.isoformat(), "kept": kept,
        "found": [
            {
                "person": {"number": people[one.person].number,
                           "name": people[one.person].full_name},
                "unit": codes[one.unit], "exit": one.ground.exit, "ground": _ground(one.ground),
                "value": one.evidence["value"], "reason": one.evidence["reason"],
                "cites": one.evidence["cites"], "facts": one.evidence["facts"],
                "asked": one.evidence["asked"], "state": "found",
            }
            for one in found
        ],
        "not_confirmed": [_ground(one) for one in off],
    }  # fmt: skip


def _ground(one: Ground) -> dict[str, Any]:
    return {"id": one.id, "label": one.label, "regime": one.regime, "status": one.status,
            "cites": list(one.cites)}  # fmt: skip
