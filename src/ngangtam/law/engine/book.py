"""The rulebook as one object: what the law says, on any day, with citations."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ngangtam.law.engine import syntax
from ngangtam.law.engine.bind import Bound, bind
from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.law.engine.counting_reader import Counting, CountingText
from ngangtam.law.engine.expr import Compiled
from ngangtam.law.engine.model import (
    Conflict,
    Dated,
    Gate,
    IndicatorSet,
    Instrument,
    Parameter,
    Period,
    Rule,
    Standard,
    Target,
)
from ngangtam.law.engine.procedures import Procedure, Versions
from ngangtam.law.engine.schemes import Scheme, Scoring
from ngangtam.law.engine.values import NoRuleInForce, NotConfirmed, State, Value
from ngangtam.law.engine.vocabulary import Fact, Type, Vocabulary
from ngangtam.law.engine.yamls import Problem

_KEPT_BINDINGS = 4096


@dataclass(frozen=True, slots=True)
class Citation:
    """A pinpoint resolved: the text it stands in and how well that text is known."""

    pinpoint: str
    instrument: Instrument
    pin: str

    def title(self, lang: str = "vi") -> str:
        """Return what a reader sees: number, title and place."""
        return f"{self.instrument.number}, {self.instrument.title[lang]}, {self.pin}"


@dataclass(slots=True, eq=False, repr=False)
class Rulebook:
    """Everything that was read, the objects with problems left out.

    Shape: mappings by id. `problems` is what the loader refused; `fingerprint` changes with any
        file, so that whatever was reckoned from the rulebook can be kept under it.
    """

    vocabulary: Vocabulary
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    standards: Mapping[str, Standard] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    indicators: Mapping[str, IndicatorSet] = field(default_factory=dict)
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    counting_texts: Mapping[str, CountingText] = field(default_factory=dict)
    scoring: Scoring = field(default_factory=lambda: Scoring({}, {}))
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    gates: Mapping[str, Gate] = field(default_factory=dict)
    procedures: Mapping[str, Versions] = field(default_factory=dict)
    case_facts: Mapping[str, Fact] = field(default_factory=dict)
    case_vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary({}, {}))
    parameter_types: Mapping[str, Type] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    fingerprint: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    _bound: dict[tuple[str, date, Vocabulary], Bound] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Rulebook {self.fingerprint}>"

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The vocabulary by name."""
        return self.vocabulary.facts

    @property
    def catalogues(self) -> Mapping[str, Catalogue]:
        """The catalogues by id."""
        return self.vocabulary.catalogues

    @property
    def counting(self) -> Mapping[str, Counting]:
        """The counting rules by id, each with the parameters of this rulebook."""
        texts = self.counting_texts
        return {ident: Counting(text, self.lookup) for ident, text in texts.items()}

    def lookup(self, ident: str, on: date) -> Value:
        """Return the value of a parameter on a day in whatever state it is; never raises for a
        parameter that exists.

        Errors: KeyError for an id that no file gives.
        """
        parameter = self.parameters.get(ident)
        if parameter is None:
            if ident in self.parameter_types:  # its file was refused: no answer, not a crash
                return Value(ident, "no_rule_in_force")
            raise KeyError(ident)
        dated = next((one for one in parameter.values if on in one.period), None)
        return _value(parameter, dated)

    def value(self, ident: str, on: date) -> Value:
        """Return the value of a parameter on a day.

        Errors: NoRuleInForce before any text speaks or after its repeal; NotConfirmed while the
            value waits for the authority in charge; KeyError for an unknown id.
        """
        found = self.lookup(ident, on)
        if found.state == "no_rule_in_force":
            raise NoRuleInForce(f"no rule gives '{ident}' on {on:%d/%m/%Y}")
        if found.state == "not_confirmed":
            raise NotConfirmed(f"'{ident}' is not confirmed by the authority in charge")
        return found

    def procedure(self, ident: str, on: date) -> Procedure | None:
        """Return the version of a procedure in force on a day; None when there is none.

        Errors: KeyError for an unknown id.
        """
        return self.procedures[ident].on(on)

    def cite(self, pinpoint: str) -> Citation:
        """Resolve `instrument#pin`.

        Errors: KeyError when the instrument does not exist.
        """
        ident, _, pin = pinpoint.partition("#")
        return Citation(pinpoint, self.instruments[ident], pin)

    def ids(self) -> tuple[str, ...]:
        """Return every id that `show` knows, kind by kind."""
        rooms: tuple[Mapping[str, object], ...] = (
            self.instruments,
            self.parameters,
            self.standards,
            self.targets,
            self.indicators,
            self.schemes,
            self.counting_texts,
            self.gates,
            self.procedures,
            self.conflicts,
            self.facts,
            self.case_facts,
            self.catalogues,
        )
        return tuple(dict.fromkeys(ident for room in rooms for ident in room))

    def supposing(self, values: Mapping[str, object]) -> "Rulebook":
        """Return the same rulebook as if parameters had other values: to try, never to decide by.

        Errors: KeyError for an id that no file gives.
        """
        others = dict(self.parameters)
        for ident, value in values.items():
            given = Dated(Period(date.min), value, (), "read", None, 0)
            others[ident] = replace(self.parameters[ident], status="shipped", values=(given,))
        return replace(self, parameters=others, _bound={})

    def compile(self, text: str, on: date, *, expect: Type | None = None) -> Compiled:
        """Parse an expression and bind it to a day.

        Errors: BadExpression, see `syntax.parse`.
        """
        node = syntax.parse(text, self.vocabulary, self.parameter_types, expect=expect)
        return self.bound(Rule(text, node), on)

    def bound(self, rule: Rule, on: date, vocabulary: Vocabulary | None = None) -> Compiled:
        """Return a rule of the rulebook bound to a day; kept, since pages ask again and again.

        Shape: `vocabulary` of the names used, that of facts about people unless given.
        """
        words = self.vocabulary if vocabulary is None else vocabulary
        key = (rule.text, on, words)
        found = self._bound.get(key)
        if found is None:
            if len(self._bound) >= _KEPT_BINDINGS:
                self._bound.clear()
            found = bind(rule.node, words, on, self.lookup)
            self._bound[key] = found
        return Compiled(rule.text, found, words)


def _value(parameter: Parameter, dated: Dated | None) -> Value:
    off = parameter.status == "to_confirm"
    local = parameter.place.local
    if dated is None:
        waiting = off and not parameter.values
        state: State = "not_confirmed" if waiting else "no_rule_in_force"
        note = parameter.note
        return Value(
            parameter.id, state, unit=parameter.unit, note=note, local=local, label=parameter.label
        )
    off = off or dated.confidence == "to_confirm"
    repealed = dated.value is None and not off
    return Value(
        id=parameter.id,
        state="not_confirmed" if off else "no_rule_in_force" if repealed else "in_force",
        value=None if off else dated.value,
        reported=dated.value if off else None,
        cites=dated.cites,
        confidence=dated.confidence,
        from_=dated.period.from_,
        until=dated.period.until,
        unit=parameter.unit,
        note=dated.note or parameter.note,
        local=local,
        label=parameter.label,
    )


def compile_expr(
    text: str, rulebook: Rulebook, on: date, *, expect: Type | None = None
) -> Compiled:
    """Parse an expression and bind it to a day; see `Rulebook.compile`."""
    return rulebook.compile(text, on, expect=expect)
