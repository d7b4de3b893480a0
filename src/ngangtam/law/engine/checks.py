"""Worked examples: what a parameter or a standard must say on a given day."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from ngangtam.law.engine import counting_examples
from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.fields import Fields
from ngangtam.law.engine.findings import find_for
from ngangtam.law.engine.gates import run_gate_examples
from ngangtam.law.engine.loader import EXAMPLES, Source
from ngangtam.law.engine.model import Example, Standard
from ngangtam.law.engine.procedure_room import engine_problems
from ngangtam.law.engine.readers import read_example
from ngangtam.law.engine.scheme_examples import run_example
from ngangtam.law.engine.yamls import BadYaml, Map, Problem, Seq, read

_OUTCOMES = ("met", "not_met", "unknown", "not_applicable")


def run_examples(book: Rulebook, files: Mapping[str, Source]) -> list[Problem]:
    """Run every example of both layers against the rulebook; one problem per wrong answer."""
    problems: list[Problem] = []
    for source in files.values():
        problems += _run_file(book, source)
    for gate in book.gates.values():
        faults = run_gate_examples(book, gate)
        problems += [Problem(gate.place.file, line, fault) for line, fault in faults]
    problems += engine_problems(book.procedures)
    return problems


def _run_file(book: Rulebook, source: Source) -> list[Problem]:
    room = source.inside.partition("/")[0]
    if room not in ("parameters", "standards", "schemes", "counting"):
        return []
    problems: list[Problem] = []
    try:
        node = _examples_in(source.path)
    except BadYaml as error:
        return [Problem(source.name, error.line, error.message)]
    if node is None:
        return []
    if not isinstance(node, Seq):
        return [Problem(source.name, 1, "a list of examples is expected")]
    ident = source.ident.removesuffix(".examples")
    for item, line in zip(node, node.lines, strict=True):
        if room == "schemes":
            problems += run_example(book, ident, Fields(item, source.name, problems, line))
            continue
        if room == "counting":
            fields = Fields(item, source.name, problems, line)
            problems += counting_examples.run_example(book, ident, fields)
            continue
        example = read_example(Fields(item, source.name, problems, line), source.local)
        if room == "parameters":
            problems += _parameter(book, ident, example)
        elif ident in book.standards:
            problems += _standard(book, book.standards[ident], example)
    return problems


def _examples_in(path: Path) -> object:
    """Return the examples of a file: the whole of an `.examples.yaml`, or its key `examples`."""
    if path.name.endswith(EXAMPLES):
        return read(path)
    if "\nexamples:" not in path.read_text(encoding="utf-8"):
        return None
    node = read(path)
    return node.get("examples") if isinstance(node, Map) else None


def _wrong(example: Example, message: str) -> Problem:
    place, name = example.place, example.name["en"]
    return Problem(place.file, place.line, f"example '{name}': {message}")


def _parameter(book: Rulebook, ident: str, example: Example) -> Iterator[Problem]:
    if ident not in book.parameter_types:
        yield _wrong(example, f"there is no parameter '{ident}'")
        return
    found = book.lookup(ident, example.day)
    got = found.value if found.state == "in_force" else found.state
    expected = example.expect
    if got != expected or isinstance(got, bool) != isinstance(expected, bool):
        yield _wrong(example, f"expected {expected!r} on {example.day}, got {got!r}")


def _standard(book: Rulebook, standard: Standard, example: Example) -> Iterator[Problem]:
    if not isinstance(example.expect, dict):
        yield _wrong(example, "'expect' names criteria and their outcomes")
        return
    try:
        found = find_for(standard, example.facts, rulebook=book, on=example.day)
    except ValueError as error:
        yield _wrong(example, str(error))
        return
    outcomes = {name: finding.outcome.value for name, finding in found.findings.items()}
    outcomes["overall"] = "not_applicable" if found.is_outside else found.outcome.value
    for name, expected in example.expect.items():
        if expected not in _OUTCOMES:
            yield _wrong(example, f"'{expected}' is none of {', '.join(_OUTCOMES)}")
        elif name not in outcomes:
            yield _wrong(example, f"the standard has no criterion '{name}'")
        elif outcomes[name] != expected:
            reason = found.findings[name].reason["en"] if name in found.findings else ""
            yield _wrong(example, f"{name}: expected {expected}, got {outcomes[name]} ({reason})")
