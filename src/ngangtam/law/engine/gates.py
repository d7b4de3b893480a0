"""Gates: what must hold for a person before a step of a procedure goes on.

A gate is an expression over facts about a person, a target post and a day. It never stops a case
by itself: it is met, not met or unknown, with value, reason and citation; a person acts on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.expr import Finding, Outcome, off_finding
from ngangtam.law.engine.fields import Fields, Text2
from ngangtam.law.engine.model import Example, Gate, Place
from ngangtam.law.engine.readers import STATUSES, Context, read_example
from ngangtam.law.engine.tree import base_facts
from ngangtam.law.engine.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class GateFinding:
    """What one gate says of one person.

    Shape: `special`: a named authority may let the person pass and answers for it.
    """

    id: str
    label: Text2
    special: bool
    finding: Finding

    @property
    def outcome(self) -> Outcome:
        """Met, not met or unknown."""
        return self.finding.outcome

    @property
    def value(self) -> Text2:
        """The facts looked at."""
        return self.finding.value

    @property
    def reason(self) -> Text2:
        """The explanation."""
        return self.finding.reason

    @property
    def cites(self) -> tuple[str, ...]:
        """The pinpoints relied on."""
        return self.finding.cites

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts without which the outcome is open."""
        return self.finding.missing

    @property
    def awaits_confirmation(self) -> bool:
        """Whether it is open because a rule or a number waits for the authority in charge."""
        return self.finding.off or (
            self.outcome is Outcome.UNKNOWN
            and any(state == "not_confirmed" for _, state in self.finding.unset)
        )


def judge_gates(
    ids: Iterable[str], facts: Mapping[str, object], on: date, book: Rulebook
) -> tuple[GateFinding, ...]:
    """Return what each gate says of one person, in the order asked.

    Shape: `facts` are base facts of `facts.yaml` and `case_facts.yaml`; absent or None is unknown.
    Errors: KeyError for a gate that does not exist; ValueError for a value of the wrong kind.
    """
    return tuple(judge_gate(book.gates[ident], facts, on, book) for ident in ids)


def judge_gate(gate: Gate, facts: Mapping[str, object], on: date, book: Rulebook) -> GateFinding:
    """Return what a gate says of one person."""
    if gate.status != "shipped":
        found = off_finding(gate.cites)
    else:
        rule = book.bound(gate.rule, on, book.case_vocabulary)
        found = rule.finding(facts, gate.cites)
    return GateFinding(gate.id, gate.label, gate.special, found)


def gate_facts(ids: Iterable[str], book: Rulebook) -> tuple[str, ...]:
    """Return the base facts that gates read, once each: what a case has to know."""
    names = (name for ident in ids for name in base_facts(book.gates[ident].rule.node))
    return tuple(dict.fromkeys(names))


def read_gate(fields: Fields, local: bool, context: Context) -> Gate:
    """Read one gate."""
    gate = Gate(
        id=fields.ident(),
        label=fields.text2("label"),
        rule=context.rule(fields, "expr"),
        cites=fields.strings("cites", least=1),
        status=fields.choice("status", STATUSES),
        special=fields.flag("special", default=False),
        note=fields.text2("note", required=False) or None,
        examples=tuple(_examples(fields, local)),
        place=Place(fields.file, fields.line, local),
    )
    fields.done()
    return gate


def _examples(fields: Fields, local: bool) -> Iterable[Example]:
    """Read the worked cases; they are run by `rules check`."""
    for item in fields.items("examples", least=2):
        yield read_example(item, local)


def run_gate_examples(book: Rulebook, gate: Gate) -> Iterable[tuple[int, str]]:
    """Yield the line and the fault of each example that comes out otherwise."""
    for example in gate.examples:
        name = example.name["en"]
        try:
            found = judge_gate(gate, example.facts, example.day, book)
        except ValueError as error:
            yield example.place.line, f"example '{name}': {error}"
            continue
        stray = _unread(example.facts, book.case_vocabulary)
        if stray:
            yield example.place.line, f"example '{name}': no fact is called '{stray}'"
        elif found.outcome.value != example.expect:
            why = found.reason["en"]
            told = f"expected {example.expect}, got {found.outcome.value} ({why})"
            yield example.place.line, f"example '{name}': {told}"


def _unread(facts: Mapping[str, object], vocabulary: Vocabulary) -> str:
    return next((name for name in facts if name not in vocabulary.facts), "")
