"""What is known of (person, target post, day), for the conditions of a case.

The files know the person; holds and cases under way are read here; rooms above tell the rest,
and some was entered with the case. What nobody knows is left out: unknown.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from ngangtam.law.engine import rulebook
from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.gates import GateFinding, gate_facts, judge_gates
from ngangtam.records import facts as files
from ngangtam.records.facts.reading import (
    DjangoReader,
    Reader,
    Schema,
    among,
    arrow_reader,
    reads_own_writes,
)
from ngangtam.records.organisation.models import Post
from ngangtam.stages.procedure import duties, knowing
from ngangtam.stages.procedure.models import Case

Told = dict[int, dict[str, object]]
_CASES: Final = """
select s.person_id, bool_or(c.stage = 'planning') as plan,
  bool_or(c.stage in ('appointment', 'nomination')) as appointment
from procedure_case c join procedure_casesubject s on s.case_id = c.id
where c.state in ('running', 'frozen') and not c.fictional and s.state = 'in'
  and c.id <> {case}{among}
group by s.person_id
"""
_COLUMNS: Final[Schema] = {
    "person_id": pl.Int64, "plan": pl.Boolean, "appointment": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What a condition says of one person, with what its facts rest on in turn."""

    found: GateFinding
    value: Text2
    reason: Text2
    cites: tuple[str, ...]
    facts: tuple[str, ...]


def judged(
    gates: Sequence[str], told: Told, post: Post | None, day: date
) -> dict[int, list[Judged]]:
    """Return what these conditions say of each person, in the order asked.

    Shape: `told` as `facts_of` gives it; a person without facts is 0 there.
    """
    book = rulebook()
    read = {one: gate_facts([one], book) for one in gates}
    why = knowing.why_of(
        (fact for facts in read.values() for fact in facts), [one for one in told if one], post, day
    )
    return {
        person: [
            _with_why(one, read[one.id], [by[person] for fact, by in why.items()
                                          if fact in read[one.id] and person in by])
            for one in judge_gates(gates, known, day, book)
        ]
        for person, known in told.items()
    }  # fmt: skip


def _with_why(
    found: GateFinding, facts: tuple[str, ...], whys: Sequence[knowing.Why]
) -> Judged:  # fmt: skip
    value, reason = dict(found.value), dict(found.reason)
    cites, looked_at = found.cites, facts
    for why in whys:
        value = {**value, **why.value}
        reason = {**reason, **why.reason}
        cites = tuple(dict.fromkeys((*cites, *why.cites)))
        looked_at = tuple(dict.fromkeys((*looked_at, *why.facts)))
    return Judged(found, value, reason, cites, looked_at)


def facts_of(
    people: Sequence[int], post: Post | None, day: date, *, case: Case | None = None
) -> Told:
    """Return the facts of these people against a post on a day; what is not known is left out."""
    told: Told = {person: {} for person in people}
    if not people:
        return told
    _from_files(told, day)
    _from_cases(told, case.pk if case is not None else 0)
    held = set(duties.people_held(list(people)))
    for person in people:
        told[person]["on_hold"] = person in held
    _add(told, knowing.known_of(people, post, day))
    if case is not None:
        _add(told, _entered(case))
    vocabulary = rulebook().case_vocabulary.facts
    return {
        person: {name: value for name, value in known.items() if name in vocabulary}
        for person, known in told.items()
    }


def _entered(case: Case) -> Mapping[int, Mapping[str, object]]:
    """Return what was entered with the case: `payload["facts"]` is person → fact → value."""
    entered = case.payload.get("facts", {})
    return {int(person): known for person, known in entered.items() if str(person).isdecimal()}


def _add(told: Told, more: Mapping[int, Mapping[str, object]]) -> None:
    for person, known in more.items():
        if person in told:
            told[person].update({name: it for name, it in known.items() if it is not None})


def _reader() -> AbstractContextManager[Reader]:
    """Read as the snapshot does: everybody, whoever asks; who may see it is said where shown."""
    return nullcontext(DjangoReader()) if reads_own_writes() else arrow_reader()


def _from_files(told: Told, day: date) -> None:
    for known in files.of(list(told), day).iter_rows(named=True):
        told[int(known["person_id"])].update(
            {name: value for name, value in known.items() if value is not None}
        )


def _from_cases(told: Told, case: int) -> None:
    with _reader() as reader:
        rows = reader.read(
            _CASES.format(case=int(case), among=among("s.person_id", list(told))), _COLUMNS
        )
    for known in told.values():
        known["open_plan_case"] = known["open_appointment_case"] = False
    for person, plan, appointment in rows.iter_rows():
        told[person].update(open_plan_case=plan, open_appointment_case=appointment)
