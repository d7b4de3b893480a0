"""Grounds on which an official leaves a post or is suspended: data with citations, over facts.

Five ways out are five different things, and each text names its own grounds. A ground is either an
expression over facts, or something that only an authority finds (`said`), on a document. While a
text is not confirmed its grounds are off; a `sign` may then show whom somebody has to look at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import narwhals as nw

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.expr import Finding, Outcome
from ngangtam.law.engine.fields import Fields, Text2
from ngangtam.law.engine.model import Period, Place, Rule
from ngangtam.law.engine.readers import REGIMES, STATUSES, read_period
from ngangtam.law.engine.syntax import BadExpression, parse
from ngangtam.law.engine.vocabulary import FLAG, RESERVED, Fact, Type, Vocabulary
from ngangtam.law.engine.yamls import BadYaml, Problem, Seq, read

ROOM: Final = "grounds/"
FACTS: Final = "grounds/facts.yaml"
EXAMPLES: Final = ".examples.yaml"
EXITS: Final = ("removal", "resignation", "dismissal", "suspension")
KINDS: Final = ("flag", "int", "number", "code")
_OUTCOMES: Final = ("met", "not_met", "unknown")


@dataclass(frozen=True, slots=True)
class Spare:
    """What keeps a ground from counting.

    Shape: `said` needs a person's word; until it was given the spare is asked, never assumed.
    """

    id: str
    label: Text2
    rule: Rule
    said: bool
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground of one way out, in one text.

    Shape: `rule` None where only an authority finds it, on a document; `sign` shows whom to look
        at while the text is not confirmed; `refuses` turns it round: while it stands the way out
        is refused. `also` are other ways out that the text names for the same ground. `after` is
        what the text says of the time afterwards.
    """

    id: str
    label: Text2
    exit: str
    regime: str
    status: str
    in_force: Period
    cites: tuple[str, ...]
    scope: Rule | None = None
    rule: Rule | None = None
    sign: Rule | None = None
    refuses: bool = False
    spares: tuple[Spare, ...] = ()
    also: tuple[str, ...] = ()
    after: Text2 | None = None
    after_cites: tuple[str, ...] = ()
    note: Text2 | None = None
    place: Place = field(default_factory=lambda: Place(""))

    @property
    def said(self) -> bool:
        """Whether only an authority finds it."""
        return self.rule is None

    @property
    def confirmed(self) -> bool:
        """Whether it counts."""
        return self.status == "shipped"

    @property
    def watched(self) -> Rule | None:
        """The expression that facts are held against: the rule, or the sign while it is off."""
        return self.rule if self.confirmed else self.sign


@dataclass(frozen=True, slots=True)
class Judged:
    """What a ground says of one person.

    Shape: `spared` are the spares that hold, `asked` those that still need a person's word.
    """

    outcome: Outcome
    finding: Finding
    spared: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """Every ground that was read, by id, and the names that their expressions may use."""

    vocabulary: Vocabulary
    found: Mapping[str, Ground] = field(default_factory=dict)

    def on(self, day: date) -> tuple[Ground, ...]:
        """Return the grounds of the texts in force on a day, refusals left out."""
        return tuple(one for one in self.found.values() if day in one.in_force and not one.refuses)

    def refusals(self, exit_: str, regime: str, day: date) -> tuple[Ground, ...]:
        """Return what refuses a way out on a day, while it stands."""
        return tuple(
            one
            for one in self.found.values()
            if one.refuses and one.exit == exit_ and one.regime in (regime, "all")
            and day in one.in_force
        )  # fmt: skip

    def further(self) -> tuple[str, ...]:
        """Return the names that are no facts of the vocabulary of people."""
        return tuple(name for name, one in self.vocabulary.facts.items() if one.line < 0)


@lru_cache(maxsize=4)
def grounds(book: Rulebook) -> Grounds:
    """Return the sound grounds of the rulebook, the local layer on top."""
    return read_all(book)[0]


def check(book: Rulebook) -> list[Problem]:
    """Return what is wrong with any ground, worked examples included."""
    found, problems = read_all(book)
    return [*problems, *_run_examples(book, found)]


def read_all(book: Rulebook) -> tuple[Grounds, list[Problem]]:
    """Return the grounds, and everything that is wrong with one: such a one is left out."""
    problems: list[Problem] = []
    names = _names(book, problems)
    found: dict[str, Ground] = {}
    for name, inside, path in _files(book):
        if inside == FACTS or inside.endswith(EXAMPLES):
            continue
        wrong: list[Problem] = []
        one = _ground(path, name, book, names, wrong)
        if one is not None and one.id != _ident(inside):
            wrong.append(Problem(name, 1, f"the id '{one.id}' is not the path"))
        if one is not None and not wrong:
            found[one.id] = one
        problems += wrong
    return Grounds(names, found), problems


def judge(
    ground: Ground, facts: Mapping[str, object], *, on: date, book: Rulebook, names: Vocabulary
) -> Judged:
    """Hold one person against a ground that facts can tell of.

    Shape: `facts` by name; codes as words or positions, absent or None is unknown.
    Errors: ValueError for a ground that only an authority finds.
    """
    rule = ground.watched
    if rule is None:
        raise ValueError(f"'{ground.id}' is found by an authority, not by facts")
    finding = book.bound(rule, on, names).finding(facts, ground.cites)
    outcomes = [finding.outcome]
    if ground.scope is not None:
        outcomes.append(book.bound(ground.scope, on, names).finding(facts).outcome)
    spared: list[str] = []
    asked: list[str] = []
    for spare in ground.spares:
        said = book.bound(spare.rule, on, names).finding(facts, spare.cites).outcome
        if said is Outcome.MET:
            spared.append(spare.id)
        elif said is Outcome.UNKNOWN and spare.said:
            asked.append(spare.id)
        elif said is Outcome.UNKNOWN:
            outcomes.append(said)
    if spared or Outcome.NOT_MET in outcomes:
        outcome = Outcome.NOT_MET
    else:
        outcome = Outcome.UNKNOWN if Outcome.UNKNOWN in outcomes else Outcome.MET
    return Judged(outcome, finding, tuple(spared), tuple(asked))


def evaluate(
    chosen: Sequence[Ground], frame: Any, *, on: date, book: Rulebook, names: Vocabulary,
    keep: Sequence[str] = (),
) -> Any:  # fmt: skip  # any frame that Narwhals knows
    """Return one Int8 column a ground: 1 met, 0 not met, null unknown; rows as in `frame`.

    Shape: first the columns of `keep`. Grounds that facts cannot tell of have no column.
    """
    wrapped: Any = nw.from_native(frame)
    columns = set(wrapped.collect_schema().names())
    flags = []
    for ground in chosen:
        rule = ground.watched
        if rule is None:
            continue
        parts = [book.bound(rule, on, names).nw(columns)]
        if ground.scope is not None:
            parts.append(book.bound(ground.scope, on, names).nw(columns))
        for spare in ground.spares:
            held = book.bound(spare.rule, on, names).nw(columns)
            parts.append(~(held.fill_null(False) if spare.said else held))
        flags.append(nw.all_horizontal(*parts, ignore_nulls=False).cast(nw.Int8).alias(ground.id))
    return wrapped.select(*keep, *flags).to_native()


# -- reading -------------------------------------------------------------------------------------


def _files(book: Rulebook) -> Iterator[tuple[str, str, Path]]:
    for name, path in book.files.items():
        inside = name.partition("/")[2]
        if inside.startswith(ROOM):
            yield name, inside, Path(path)


def _ident(inside: str) -> str:
    return inside.removeprefix(ROOM).removesuffix(".yaml").replace("/", ".")


def _names(book: Rulebook, problems: list[Problem]) -> Vocabulary:
    """Return the facts of people, and what grounds look at beside them."""
    facts = dict(book.facts)
    for name, inside, path in _files(book):
        if inside != FACTS:
            continue
        try:
            node = read(path)
        except BadYaml as error:
            problems.append(Problem(name, error.line, error.message))
            continue
        if not isinstance(node, Seq):
            problems.append(Problem(name, 1, "a list of facts is expected"))
            continue
        for item, line in zip(node, node.lines, strict=True):
            one = _fact(Fields(item, name, problems, line), book)
            if one.name in facts:
                problems.append(Problem(name, line, f"the fact '{one.name}' stands twice"))
            elif one.name:
                facts[one.name] = one
    return Vocabulary(facts, book.catalogues, reckons=True)


def _fact(fields: Fields, book: Rulebook) -> Fact:
    kind = fields.choice("type", KINDS)
    catalogue = fields.text("catalogue", required=kind == "code")
    if catalogue and catalogue not in book.catalogues:
        fields.problem(f"there is no catalogue '{catalogue}'", "catalogue")
    name = fields.text("name")
    if name in RESERVED or not name.isidentifier():
        fields.problem(f"'{name}' cannot be the name of a fact", "name")
    fact = Fact(
        name=name,
        type=Type(kind, catalogue),  # type: ignore[arg-type]  # `choice` returned one of the kinds
        label=fields.text2("label"),
        privacy="internal",
        source=fields.text("source"),
        line=-fields.line,  # below zero: not of the vocabulary of people
    )
    fields.done()
    return fact


@dataclass(slots=True)
class _Reader:
    book: Rulebook
    names: Vocabulary

    def rule(self, fields: Fields, key: str, *, required: bool = True) -> Rule | None:
        """Read a flag expression."""
        text = fields.text(key, required=required)
        if not text:
            return None
        try:
            return Rule(text, parse(text, self.names, self.book.parameter_types, expect=FLAG))
        except BadExpression as error:
            fields.problem(f"{key}: {text!r}: {error}", key)
            return None

    def cites(self, fields: Fields, key: str, day: date | None, *, required: bool = True) -> (
        tuple[str, ...]
    ):  # fmt: skip
        """Read citations; each must lead to a place in a text in force on the day."""
        found = fields.strings(key, required=required, least=1 if required else 0)
        for pinpoint in found:
            ident, _hash, pin = pinpoint.partition("#")
            text = self.book.instruments.get(ident)
            if text is None or pin not in text.outline:
                fields.problem(f"there is no place '{pinpoint}'", key)
            elif day is not None and day not in text.in_force:
                fields.problem(f"'{pinpoint}': {ident} is not in force on {day}", key)
        return found

    def spare(self, fields: Fields, day: date | None) -> Spare | None:
        rule = self.rule(fields, "expr")
        spare = Spare(
            id=fields.ident(), label=fields.text2("label"),
            rule=rule, said=fields.flag("said", default=False),
            cites=self.cites(fields, "cites", day),
        ) if rule is not None else None  # fmt: skip
        if spare is not None:
            fields.done()
        return spare


def _ground(
    path: Path, name: str, book: Rulebook, names: Vocabulary, wrong: list[Problem]
) -> Ground | None:
    try:
        fields = Fields(read(path), name, wrong)
    except BadYaml as error:
        wrong.append(Problem(name, error.line, error.message))
        return None
    reader = _Reader(book, names)
    period = read_period(fields, "in_force", required=True) or Period(date.min)
    said, status = fields.flag("said", default=False), fields.choice("status", STATUSES)
    sign = reader.rule(fields, "sign", required=False)
    rule = reader.rule(fields, "expr", required=not said and sign is None)
    if said and rule is not None:
        fields.problem("what an authority finds has no expression", "expr")
    if sign is not None and status == "shipped":
        fields.problem("a sign stands only while the ground is to be confirmed", "sign")
    also = fields.strings("also", required=False)
    for one in also:
        if one not in EXITS:
            fields.problem(f"'{one}' is none of {', '.join(EXITS)}", "also")
    spares = [reader.spare(item, period.from_) for item in fields.items("spares", required=False)]
    found = Ground(
        id=fields.ident(), label=fields.text2("label"), exit=fields.choice("exit", EXITS),
        regime=fields.choice("regime", REGIMES), status=status, in_force=period,
        cites=reader.cites(fields, "cites", period.from_),
        scope=reader.rule(fields, "scope", required=False), rule=rule, sign=sign,
        refuses=fields.flag("refuses", default=False),
        spares=tuple(one for one in spares if one is not None), also=also,
        after=fields.text2("after", required=False) or None,
        after_cites=reader.cites(fields, "after_cites", period.from_, required=False),
        note=fields.text2("note", required=False) or None,
        place=Place(name, fields.line, name.startswith("local/")),
    )  # fmt: skip
    if found.after is not None and not found.after_cites:
        fields.problem("what comes afterwards needs its citation", "after_cites")
    fields.done()
    return found


# -- worked examples -----------------------------------------------------------------------------


def _run_examples(book: Rulebook, found: Grounds) -> Iterator[Problem]:
    for name, inside, path in _files(book):
        if not inside.endswith(EXAMPLES):
            continue
        ident = _ident(inside).removesuffix(".examples")
        problems: list[Problem] = []
        try:
            node = read(path)
        except BadYaml as error:
            yield Problem(name, error.line, error.message)
            continue
        if not isinstance(node, Seq) or ident not in found.found:
            yield Problem(name, 1, f"a list of examples of the ground '{ident}' is expected")
            continue
        for item, line in zip(node, node.lines, strict=True):
            problems += _run(book, found, ident, Fields(item, name, problems, line))
        yield from problems


def _run(book: Rulebook, found: Grounds, ident: str, fields: Fields) -> list[Problem]:
    ground = found.found[ident]
    name, day = fields.text2("name"), fields.day("day")
    facts, expect = fields.raw("facts"), fields.choice("expect", (*_OUTCOMES, "not_in_force"))
    asked = fields.strings("asked", required=False)
    fields.done()
    if day is None or not isinstance(facts, Mapping):
        return []

    def wrong(message: str) -> list[Problem]:
        return [Problem(fields.file, fields.line, f"example '{name['en']}': {message}")]

    if day not in ground.in_force:
        return [] if expect == "not_in_force" else wrong(f"{ident} is not in force on {day}")
    try:
        got = judge(ground, facts, on=day, book=book, names=found.vocabulary)
    except ValueError as error:
        return wrong(str(error))
    if got.outcome.value != expect:
        return wrong(f"expected {expect}, got {got.outcome.value} ({got.finding.reason['en']})")
    if asked and set(asked) != set(got.asked):
        return wrong(f"expected {list(asked)} to be asked, got {list(got.asked)}")
    return []
