"""Reading the rulebook for screens. The law is public to everybody who signs in."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.kernel.text import plain
from ngangtam.law.citing.citations import anchor
from ngangtam.law.engine import tree
from ngangtam.law.engine.model import Dated, Instrument, Parameter, Rule, Standard, Target
from ngangtam.law.engine.procedures import Procedure
from ngangtam.law.engine.schemes import Scheme
from ngangtam.law.engine.vocabulary import Fact
from ngangtam.oversight.standards import names
from ngangtam.oversight.standards.book import Rulebook, rulebook
from ngangtam.oversight.standards.citing import Kind, Use, uses
from ngangtam.oversight.standards.searching import fits, page_of, texts_of

State = Literal["in_force", "repealed", "silent", "off"]


@dataclass(frozen=True, slots=True)
class OnDay:
    """What a parameter says on one day.

    Shape: `in_force` with a value; `off` with the value that waits for confirmation; `repealed`;
        `silent` when no text spoke on that day.
    """

    parameter: Parameter
    state: State
    value: Dated | None


@dataclass(frozen=True, slots=True)
class Link:
    """One text in a chain of replacement; without `href` it is not in the rulebook."""

    number: str
    title: str
    href: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """What a text replaced and what replaced it, generation by generation.

    Shape: `before` from the oldest to the latest, `after` from the next to the newest.
    """

    before: list[list[Link]]
    after: list[list[Link]]


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """One place of an instrument and what rests on it."""

    pin: str
    anchor: str
    depth: int
    uses: tuple[Use, ...]


def instruments(words: str, confidence: str, issuer: str, day: date | None) -> list[Instrument]:
    """Return the texts that fit, the newest first."""
    found = [
        text
        for text in rulebook().instruments.values()
        if fits(words, text.id, text.number, text.title["vi"], text.title["en"])
        and confidence in ("", text.confidence)
        and issuer in ("", text.issuer["vi"])
        and (day is None or day in text.in_force)
    ]
    return sorted(found, key=lambda text: (text.in_force.from_, text.id), reverse=True)


def issuers() -> list[tuple[str, str]]:
    """Return every issuer once, for a filter."""
    names = {text.issuer["vi"]: said(text.issuer) for text in rulebook().instruments.values()}
    return sorted(names.items(), key=lambda pair: pair[1])


def chain(book: Rulebook, ident: str) -> Chain:
    """Return the chain of replacement through an instrument."""
    replaced_by: dict[str, list[str]] = {}
    for text in book.instruments.values():
        for old in text.replaces:
            replaced_by.setdefault(old, []).append(text.id)
    numbers = {text.number: text.id for text in book.instruments.values()}

    def older(one: str) -> Iterable[str]:
        text = book.instruments.get(one)
        return [numbers.get(old, old) for old in text.replaces] if text else ()

    def newer(one: str) -> Iterable[str]:
        text = book.instruments.get(one)
        return [*replaced_by.get(one, []), *(replaced_by.get(text.number, []) if text else [])]

    before = _generations(ident, older)
    after = _generations(ident, newer)
    return Chain(
        [[_link(book, one) for one in step] for step in reversed(before)],
        [[_link(book, one) for one in step] for step in after],
    )


def _generations(ident: str, step: Callable[[str], Iterable[str]]) -> list[list[str]]:
    """Walk away from `ident` one replacement at a time; a text is met once."""
    met, here = {ident}, [ident]
    found: list[list[str]] = []
    while True:
        there = list(dict.fromkeys(one for at in here for one in step(at) if one not in met))
        if not there:
            return found
        found.append(there)
        met.update(there)
        here = there


def _link(book: Rulebook, ident: str) -> Link:
    text = book.instruments.get(ident)
    if text is None:
        return Link(ident, "", "")
    href = reverse("law-instrument", args=[ident])
    return Link(text.number, said(text.title), href, text.in_force.from_)


def outline(book: Rulebook, text: Instrument) -> list[Pinpoint]:
    """Return the pinpoints of an instrument in their order, with everything that cites each."""
    users = uses(book)
    return [
        Pinpoint(pin, anchor(pin), pin.count("."), users.get(f"{text.id}#{pin}", ()))
        for pin in text.outline
    ]


def on_day(parameter: Parameter, day: date) -> OnDay:
    """Return what a parameter says on a day, and whether that may be relied on."""
    value = next((one for one in parameter.values if day in one.period), None)
    if value is None:
        return OnDay(parameter, "off" if parameter.status == "to_confirm" else "silent", None)
    if parameter.status == "to_confirm" or value.confidence == "to_confirm":
        return OnDay(parameter, "off", value)
    return OnDay(parameter, "repealed" if value.value is None else "in_force", value)


def parameters(words: str, regime: str, state: str, day: date) -> list[OnDay]:
    """Return what every parameter that fits says on a day, in the order of ids."""
    found = (
        on_day(one, day)
        for one in sorted(rulebook().parameters.values(), key=lambda one: one.id)
        if fits(words, *texts_of(one.id, one)) and regime in ("", one.regime)
    )
    return [one for one in found if state in ("", one.state)]


@dataclass(frozen=True, slots=True)
class Count:
    """One tile of the front page."""

    label: str
    number: int
    href: str
    note: str = ""


def counts(book: Rulebook) -> list[Count]:
    """Return how much the rulebook holds, and how much of it is switched off."""

    def off(things: Mapping[str, Parameter | Standard | Target | Scheme]) -> str:
        waiting = sum(one.status == "to_confirm" for one in things.values())
        return _("%(n)s switched off") % {"n": waiting} if waiting else ""

    return [
        Count(_("Texts"), len(book.instruments), reverse("law-instruments")),
        Count(_("Parameters"), len(book.parameters), reverse("law-parameters"),
              off(book.parameters)),
        Count(_("Standards"), len(book.standards), reverse("standard-list"), off(book.standards)),
        Count(_("Targets"), len(book.targets), reverse("law-targets"), off(book.targets)),
        Count(_("Evaluation schemes"), len(book.schemes), reverse("law-schemes"),
              off(book.schemes)),
        Count(_("Sets of definitions"), len(book.indicators), reverse("law-indicators")),
        Count(_("Facts"), len(book.facts), reverse("law-facts")),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """What of one kind is switched off until an authority confirms it."""

    title: str
    uses: list[Use]


def waiting(book: Rulebook) -> list[WaitingGroup]:
    """Return everything that is switched off, by kind; kinds with nothing are left out."""
    kinds: Sequence[tuple[Kind, str, Mapping[str, Parameter | Standard | Target | Scheme]]] = (
        ("target", "law-target", book.targets),
        ("standard", "standard-detail", book.standards),
        ("scheme", "law-scheme", book.schemes),
        ("parameter", "law-parameter", book.parameters),
    )
    groups = []
    for kind, name, things in kinds:
        found = [
            Use(kind, one.id, one.label, page_of(name, one.id), off=True)
            for one in things.values()
            if one.status == "to_confirm"
        ]
        if found:
            groups.append(WaitingGroup(str(names.GROUPS[kind]), found))
    return groups


def users_of_parameter(book: Rulebook, ident: str) -> list[Use]:
    """Return the criteria, targets, schemes and procedures that read the parameter."""
    read = [use for use, rules in _ruled(book) if any(_reads(rule, ident) for rule in rules)]
    capped = [
        Use("scheme", one.id, one.label, page_of("law-scheme", one.id))
        for one in book.schemes.values()
        if one.caps and ident in one.caps.parameters()
    ]
    drawn = [
        Use("procedure", one.id, one.label, page_of("law-procedure", one.id), off=not one.is_on)
        for versions in book.procedures.values()
        if ident in _parameters_of(book, one := versions.latest)
    ]
    return list({(use.kind, use.id): use for use in (*read, *capped, *drawn)}.values())


def _parameters_of(book: Rulebook, procedure: Procedure) -> set[str]:
    """Return the parameters that steps of a procedure draw from, themselves or by a gate."""
    steps = procedure.steps.values()
    gates = {gate for step in steps for gate in step.gates if gate in book.gates}
    told = {ident for step in steps for ident in step.parameters.values()}
    return told | {one for gate in gates for one in tree.parameters(book.gates[gate].rule.node)}


def _reads(rule: Rule, ident: str) -> bool:
    return ident in tree.parameters(rule.node)


def _ruled(book: Rulebook) -> Iterator[tuple[Use, list[Rule]]]:
    """Walk over all that has expressions."""
    for standard in book.standards.values():
        href = page_of("standard-detail", standard.id)
        if standard.scope is not None:
            off = standard.status == "to_confirm"
            yield Use("standard", standard.id, standard.label, href, off=off), [standard.scope]
        for criterion in standard.criteria:
            label = {
                lang: f"{standard.label[lang]}: {criterion.label[lang]}" for lang in standard.label
            }
            off = not standard.is_on(criterion)
            ident = f"{standard.id} · {criterion.id}"
            yield Use("criterion", ident, label, href, off=off), [criterion.rule]
    for target in book.targets.values():
        href, off = page_of("law-target", target.id), target.status == "to_confirm"
        rules = [target.scope, *([target.measure] if target.measure else [])]
        yield Use("target", target.id, target.label, href, off=off), rules
    for indicators in book.indicators.values():
        href = page_of("law-indicator-set", indicators.id)
        rules = [
            rule
            for item in indicators.items
            for rule in (item.rule, item.denominator, *(band.rule for band in item.bands))
            if rule is not None
        ]
        yield Use("indicator", indicators.id, indicators.label, href), rules
    for scheme in book.schemes.values():
        href, off = page_of("law-scheme", scheme.id), scheme.status == "to_confirm"
        levels = [level.points for level in scheme.levels if level.points]
        points = [node.points for node in scheme.nodes() if node.points]
        use = Use("scheme", scheme.id, scheme.label, href, off=off)
        yield use, [*scheme.rules(), *levels, *points]


@lru_cache(maxsize=4)
def rules_by_fact(book: Rulebook) -> Mapping[str, int]:
    """Return how many criteria, targets and sets of definitions look at each fact."""
    counted: Counter[str] = Counter()
    for _use, rules in _ruled(book):
        counted.update(
            {
                part.fact.name
                for rule in rules
                for part in tree.walk(rule.node)
                if isinstance(part, tree.FactRef)
            }
        )
    return counted


def standards(words: str, regime: str, level: str, status: str) -> list[Standard]:
    """Return the title standards that fit, by label."""
    found = [
        one
        for one in rulebook().standards.values()
        if fits(words, *texts_of(one.id, one), *one.title_kinds)
        and regime in ("", one.regime)
        and level in ("", one.level)
        and status in ("", one.status)
    ]
    return sorted(found, key=lambda one: (one.status, one.regime, plain(said(one.label))))


def targets(words: str, resolution: str, status: str) -> list[Target]:
    """Return the targets that fit, by resolution."""
    found = [
        one
        for one in rulebook().targets.values()
        if fits(words, *texts_of(one.id, one))
        and resolution in ("", one.resolution)
        and status in ("", one.status)
    ]
    return sorted(found, key=lambda one: (one.resolution, one.id))


def resolutions() -> list[tuple[str, str]]:
    """Return the texts that set targets, for a filter."""
    book = rulebook()
    ids = sorted({one.resolution for one in book.targets.values()})
    return [(one, book.instruments[one].number if one in book.instruments else one) for one in ids]


def facts(words: str, privacy: str) -> list[Fact]:
    """Return the facts of the vocabulary that fit, in the order of the file."""
    return [
        one
        for one in rulebook().facts.values()
        if fits(words, one.name, *one.label.values()) and privacy in ("", one.privacy)
    ]


def may_measure(viewer: Viewer) -> bool:
    """Whether the viewer sees targets measured anywhere."""
    return may(viewer, Permission.TARGET_VIEW)
