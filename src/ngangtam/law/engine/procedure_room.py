"""The rooms of procedures and gates: reading their files, and proving what they refer to."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from ngangtam.law.engine.bpmn import read_procedure
from ngangtam.law.engine.model import Gate, Parameter, Place
from ngangtam.law.engine.procedures import Lookup, Procedure, StepRule, Versions
from ngangtam.law.engine.yamls import Problem

DOSSIER_ITEMS: Final = "dossier_item"  # the catalogue that names the papers of a dossier


class File(Protocol):
    """What is asked of a file of the rulebook."""

    @property
    def name(self) -> str: ...
    @property
    def ident(self) -> str: ...
    @property
    def local(self) -> bool: ...
    @property
    def path(self) -> Any: ...  # a Path


def read_procedures(
    files: Iterator[File], lookup: Lookup, problems: list[Problem]
) -> dict[str, Versions]:
    """Read every drawing; those in a refused file are left out.

    Shape: a file is called `<id>.bpmn`; a later version of it `<id>@2027-01-01.bpmn`.
    """
    found: dict[str, list[Procedure]] = {}
    for file in files:
        ident, _, since = file.ident.partition("@")
        before = len(problems)
        try:
            data = file.path.read_bytes()
        except OSError as error:
            problems.append(Problem(file.name, 0, f"cannot be read: {error}"))
            continue
        place = Place(file.name, 1, file.local)
        procedure = read_procedure(data, ident, place, problems)
        if procedure and since and since != procedure.from_day.isoformat():
            problems.append(Problem(file.name, 1, f"the name says {since}, 'from' says otherwise"))
        if procedure is not None and len(problems) == before:
            found.setdefault(ident, []).append(procedure)
    versions: dict[str, Versions] = {}
    for ident, several in found.items():
        several.sort(key=lambda one: one.from_day)
        versions[ident] = Versions(ident, tuple(several), lookup)
    return dict(sorted(versions.items()))


def procedure_problems(
    procedures: Mapping[str, Versions],
    gates: Mapping[str, Gate],
    parameters: Mapping[str, Parameter],
    counting: Mapping[str, object],
    dossier_items: frozenset[str],
) -> Iterator[Problem]:
    """Yield every name in a procedure that leads nowhere."""
    for versions in procedures.values():
        days = [one.from_day for one in versions.versions]
        for one in versions.versions:
            if days.count(one.from_day) > 1:
                yield Problem(one.place.file, 1, f"two versions begin on {one.from_day}")
            for step in one.steps.values():
                for fault in _strays(step, gates, parameters, counting, dossier_items):
                    yield Problem(one.place.file, step.line, f"{step.id}: {fault}")


def _strays(
    step: StepRule,
    gates: Mapping[str, Gate],
    parameters: Mapping[str, Parameter],
    counting: Mapping[str, object],
    dossier_items: frozenset[str],
) -> Iterator[str]:
    for gate in step.gates:
        if gate not in gates:
            yield f"there is no gate '{gate}'"
    if step.ballot and step.ballot not in counting:
        yield f"there is no counting rule '{step.ballot}'"
    for item in step.dossier:
        if item not in dossier_items:
            yield f"'{item}' is not in the catalogue {DOSSIER_ITEMS}"
    wanted = {"quorum": "table", "dossier": "list"}
    for name, ident in step.parameters.items():
        parameter = parameters.get(ident)
        kind = wanted.get(name, "integer")
        if parameter is None:
            yield f"{name}: there is no parameter '{ident}'"
        elif parameter.type != kind:
            yield f"{name}: '{ident}' is a parameter of type {parameter.type}, not {kind}"


def engine_problems(procedures: Mapping[str, Versions]) -> Iterator[Problem]:
    """Yield the drawings that the engine of cases cannot read; it is asked only here."""
    from SpiffWorkflow.spiff.parser import SpiffBpmnParser  # heavy; only the check needs it

    for versions in procedures.values():
        for one in versions.versions:
            try:
                parser = SpiffBpmnParser()
                parser.add_bpmn_str(one.xml.encode())
                parser.get_spec(one.id)
            except Exception as error:  # whatever it says is a problem of the file
                yield Problem(one.place.file, 0, f"the engine cannot read it: {error}")
