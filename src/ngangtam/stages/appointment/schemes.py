"""Schemes of examinations that an authority wrote for itself, in `rulebook/examinations`.

The law that was seen says nothing of rounds, marks or councils (parameters `examination.*` wait to
be confirmed), so none is shipped and without a scheme there is no examination.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from ngangtam.law.engine.fields import Fields, Text2
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.law.engine.yamls import BadYaml, Problem, Seq, read
from ngangtam.stages.appointment.ranking import Round, Scheme

ROOM: Final = "examinations/"


@dataclass(frozen=True, slots=True)
class Written:
    """A scheme as it was written: how it is called, what it rests on, how it is reckoned."""

    id: str
    label: Text2
    basis: str
    council: int
    complaint_days: int
    answer_days: int
    names: Mapping[str, Text2]
    scheme: Scheme

    def as_json(self) -> dict[str, Any]:
        """Return the scheme as it is kept beside an examination."""
        return {
            "label": self.label, "basis": self.basis, "council": self.council,
            "complaint_days": self.complaint_days, "answer_days": self.answer_days,
            "trimmed": self.scheme.trimmed, "ties": list(self.scheme.ties),
            "rounds": [
                {"id": one.id, "label": self.names[one.id], "most": str(one.most),
                 "passes": str(one.passes), "weight": str(one.weight), "fewest": one.fewest}
                for one in self.scheme.rounds
            ],
        }  # fmt: skip


def from_json(kept: Mapping[str, Any]) -> Scheme:
    """Return how an examination is reckoned, from what was kept beside it."""
    return Scheme(
        tuple(
            Round(one["id"], Decimal(one["most"]), Decimal(one["passes"]), Decimal(one["weight"]),
                  int(one["fewest"]))
            for one in kept["rounds"]
        ),
        bool(kept["trimmed"]), tuple(kept["ties"]),
    )  # fmt: skip


def schemes() -> dict[str, Written]:
    """Return every sound scheme of this instance by id."""
    return read_all()[0]


def read_all() -> tuple[dict[str, Written], list[Problem]]:
    """Return the schemes, and everything that is wrong with one: such a one is left out."""
    found: dict[str, Written] = {}
    problems: list[Problem] = []
    for name, path in rulebook().files.items():
        inside = name.partition("/")[2]
        if not inside.startswith(ROOM):
            continue
        wrong: list[Problem] = []
        one = _read(Path(path), name, wrong)
        if one is not None and one.id != inside.removeprefix(ROOM).removesuffix(".yaml"):
            wrong.append(Problem(name, 1, f"the id '{one.id}' is not the path"))
        if one is not None and not wrong:
            found[one.id] = one
        problems += wrong
    return found, problems


def _read(path: Path, name: str, wrong: list[Problem]) -> Written | None:
    try:
        top = Fields(read(path), name, wrong)
    except BadYaml as error:
        wrong.append(Problem(name, error.line, error.message))
        return None
    names: dict[str, Text2] = {}
    rounds = []
    for one in _each(top, "rounds"):
        ident = one.ident()
        if ident in names:
            one.problem(f"the round '{ident}' stands twice", "id")
        names[ident] = one.text2("label")
        rounds.append(_round(one, ident))
    if not rounds:
        top.problem("an examination has a round", "rounds")
    said = top.node.get("ties")
    ties = tuple(str(word) for word in said) if isinstance(said, Seq) else ()
    for word in ties:
        if word not in names:
            top.problem(f"there is no round '{word}'", "ties")
    council = _whole(top, "council", 1)
    if any(one.fewest > council for one in rounds):
        top.problem("a round asks for more jurors than the council has", "council")
    return Written(
        id=top.ident(), label=top.text2("label"), basis=top.text("basis"), council=council,
        complaint_days=_whole(top, "complaint_days", 1),
        answer_days=_whole(top, "answer_days", 1), names=names,
        scheme=Scheme(tuple(rounds), top.flag("trimmed", default=False), ties),
    )  # fmt: skip


def _round(one: Fields, ident: str) -> Round:
    most = _number(one, "max")
    passes = _number(one, "pass")
    if passes > most:
        one.problem("the pass mark is above the highest mark", "pass")
    weight = _number(one, "weight") if one.has("weight") else Decimal(1)
    if weight <= 0 or most <= 0:
        one.problem("marks and weights are above nought", "max")
    fewest = _whole(one, "jurors", 1) if one.has("jurors") else 1
    return Round(ident, most, passes, weight, fewest)


def _each(top: Fields, key: str) -> list[Fields]:
    held = top.node.get(key)
    if not isinstance(held, Seq):
        top.problem(f"'{key}' is missing", key)
        return []
    return [
        Fields(item, top.file, top.problems, line)
        for item, line in zip(held, held.lines, strict=True)
    ]


def _number(one: Fields, key: str) -> Decimal:
    held = one.node.get(key)
    try:
        value = Decimal(str(held))
    except InvalidOperation:
        value = Decimal(-1)
    if isinstance(held, bool) or not value.is_finite() or value < 0:
        one.problem(f"'{key}' must be a number not below nought", key)
        return Decimal(0)
    return value


def _whole(one: Fields, key: str, least: int) -> int:
    held = one.node.get(key)
    if isinstance(held, bool) or not isinstance(held, int) or held < least:
        one.problem(f"'{key}' must be a whole number from {least} up", key)
        return least
    return held
