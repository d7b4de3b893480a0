"""Any object of the rulebook as plain data, with its citations resolved: for `rules show`."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date

from ngangtam.law.engine import tree
from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.law.engine.counting_reader import CountingText
from ngangtam.law.engine.model import (
    Criterion,
    Gate,
    Indicator,
    IndicatorSet,
    Parameter,
    Period,
    Place,
    Rule,
    Standard,
    Target,
)
from ngangtam.law.engine.procedures import Versions
from ngangtam.law.engine.schemes import Scheme
from ngangtam.law.engine.values import Value
from ngangtam.law.engine.vocabulary import Fact, Type

Shown = dict[str, object]


def show_in(book: Rulebook, ident: str, on: date) -> Shown | None:
    """Return the object called `ident` as it stands on a day; None when nothing is called so.

    Shape: {kind, id, on, …}; days as YYYY-MM-DD; `citations` list every pinpoint once with
        instrument, title, place, confidence, verified_until and whether it is in force that day.
    """
    rooms: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("parameter", book.parameters),
        ("standard", book.standards),
        ("target", book.targets),
        ("instrument", book.instruments),
        ("indicators", book.indicators),
        ("scheme", book.schemes),
        ("counting", book.counting_texts),
        ("gate", book.gates),
        ("procedure", book.procedures),
        ("conflict", book.conflicts),
        ("fact", book.facts),
        ("fact", book.case_facts),
        ("catalogue", book.catalogues),
    )
    for kind, room in rooms:
        if ident in room:
            found = room[ident]
            shown: Shown = {"kind": kind, "id": ident, "on": on.isoformat()}
            shown |= _object(book, found, on)
            cites = list(dict.fromkeys(_cites(found, shown)))
            shown["citations"] = [_citation(book, cite, on) for cite in cites]
            return shown
    return None


def _object(book: Rulebook, found: object, on: date) -> Shown:
    if isinstance(found, Versions):
        return _procedure(found, on)
    shown = _plain(found)
    assert isinstance(shown, dict)
    if isinstance(found, Parameter):
        shown["in_force"] = _value(book.lookup(found.id, on))
    elif isinstance(found, Standard):
        shown["criteria"] = [_criterion(book, found, one, on) for one in found.criteria]
    elif isinstance(found, Gate):
        shown["rule"] = _rule(book, found.rule, on)
    elif isinstance(found, Target):
        shown["measure"] = _rule(book, found.measure, on)
        shown["scope"] = _rule(book, found.scope, on)
    elif isinstance(found, IndicatorSet):
        shown["items"] = [_indicator(book, one, found.reference_day or on) for one in found.items]
    elif isinstance(found, Scheme):
        shown = _scheme(book, found, on)
    elif isinstance(found, CountingText):
        shown["ballot"] = shown.pop("kind")  # `kind` says what kind of entry this is
        shown["in_force"] = _plain(book.counting[found.id].on(on))
        shown["parameters"] = [_value(book.lookup(name, on)) for name in found.parameters()]
    elif isinstance(found, Catalogue):
        shown = {
            "label": found.label_text,
            "ordered": found.ordered,
            "entries": [_plain(entry) for entry in found],
        }
    return shown


def _procedure(versions: Versions, on: date) -> Shown:
    """Return the version of the day without its drawing, and from which days others hold."""
    found = versions.on(on)
    others = [one.from_day.isoformat() for one in versions.versions]
    if found is None:
        return {"in_force": False, "versions": others}
    shown = _plain(found)
    assert isinstance(shown, dict)
    for name in ("xml", "nodes", "edges"):
        shown.pop(name)
    return shown | {"in_force": True, "versions": others}


def _criterion(book: Rulebook, standard: Standard, one: Criterion, on: date) -> object:
    shown = _plain(one)
    assert isinstance(shown, dict)
    shown["applies"] = standard.is_on(one)
    shown["rule"] = _rule(book, one.rule, on)
    return shown


def _indicator(book: Rulebook, one: Indicator, on: date) -> object:
    shown = _plain(one)
    assert isinstance(shown, dict)
    day = one.reference_day or on
    shown["rule"] = _rule(book, one.rule, day)
    shown["denominator"] = _rule(book, one.denominator, day)
    return shown


def _scheme(book: Rulebook, scheme: Scheme, on: date) -> Shown:
    """Return a scheme without the vocabulary; every formula with its parameters that day."""
    hidden = {"vocabulary", "lines", "entered", "id"}
    shown: Shown = {
        one.name: _with_rules(book, getattr(scheme, one.name), on)
        for one in fields(scheme)
        if one.name not in hidden
    }
    shown["applies"] = scheme.in_force_on(on)
    shown["measures"] = sorted(
        {
            name
            for rule in scheme.rules()
            for name in tree.base_facts(rule.node)
            if name in book.scoring.sheets or name in book.scoring.products
        }
    )
    return shown


def _with_rules(book: Rulebook, value: object, on: date) -> object:
    """Return what `_plain` returns, with the parameters behind each expression."""
    if isinstance(value, Rule):
        told = {name: _value(book.lookup(name, on)) for name in tree.parameters(value.node)}
        return {"text": value.text, "parameters": told} if told else value.text
    if isinstance(value, list | tuple):
        return [_with_rules(book, inner, on) for inner in value]
    if is_dataclass(value) and not isinstance(value, type | Place | Period):
        pairs = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {name: _with_rules(book, inner, on) for name, inner in pairs}
    if isinstance(value, Mapping):
        return {str(key): _with_rules(book, inner, on) for key, inner in value.items()}
    return _plain(value)


def _rule(book: Rulebook, rule: Rule | None, on: date) -> Shown | None:
    """Return an expression with the facts it reads and what its parameters say that day."""
    if rule is None:
        return None
    return {
        "text": rule.text,
        "facts": list(tree.base_facts(rule.node)),
        "parameters": [_value(book.lookup(name, on)) for name in tree.parameters(rule.node)],
    }


def _value(value: Value) -> object:
    return _plain(value)


def _plain(value: object) -> object:  # noqa: PLR0911  # one line a kind of value
    """Return dataclasses, tuples and days as dicts, lists and text; trees as their text."""
    if isinstance(value, Rule):
        return value.text
    if isinstance(value, Type):
        return str(value)
    if isinstance(value, Place):
        return {"file": value.file, "line": value.line, "local": value.local}
    if isinstance(value, Period):
        return {"from": value.from_.isoformat(), "until": _plain(value.until)}
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((one.name.rstrip("_"), getattr(value, one.name)) for one in fields(value))
        return {name: _plain(inner) for name, inner in pairs if not name.startswith("_")}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _cites(found: object, shown: Shown) -> Iterable[str]:
    """Yield the pinpoints of an object and of everything inside it."""
    if isinstance(found, Fact | Catalogue):
        return
    yield from _inside(shown)


def _inside(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "cites" and isinstance(inner, list):
                yield from inner
            else:
                yield from _inside(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _inside(inner)


def _citation(book: Rulebook, pinpoint: str, on: date) -> Shown:
    ident, _, pin = pinpoint.partition("#")
    text = book.instruments.get(ident)
    if text is None:
        return {"pinpoint": pinpoint, "instrument": ident, "place": pin, "known": False}
    return {
        "pinpoint": pinpoint,
        "instrument": ident,
        "place": pin,
        "number": text.number,
        "title": text.title,
        "issuer": text.issuer,
        "confidence": text.confidence,
        "verified_until": text.verified_until or None,
        "in_force": on in text.in_force,
        "url": text.url or None,
        "known": True,
    }
