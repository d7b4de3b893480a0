"""Counting rules: YAML in, `Counting` out. A part of a rule may be drawn from a parameter, so that
a number of the law stands in one place."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from ngangtam.law.engine.counting_rules import (
    BLANKS,
    COMPARES,
    DENOMINATORS,
    HALVES,
    KINDS,
    TIES,
    ZONES,
    CountingRules,
    Majority,
    Share,
    Validity,
    Zone,
)
from ngangtam.law.engine.fields import Fields, Text2
from ngangtam.law.engine.model import Parameter, Period, Place
from ngangtam.law.engine.readers import CONFIDENCES, REGIMES, STATUSES
from ngangtam.law.engine.values import Value
from ngangtam.law.engine.vocabulary import Type
from ngangtam.law.engine.yamls import Map

Lookup = Callable[[str, date], Value]
SAFE_TIE: Final = "stop"
SAFE_HALF: Final = "fails"
PARTS: Final = ("majority", "denominator", "quorum", "surplus", "ties", "exactly_half", "validity",
                "announced", "zones")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part of a rule that a parameter gives; `words` turn its text into the rule's word."""

    parameter: str
    words: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class ZoneText:
    """A zone as it is written."""

    code: str
    share: Share | Drawn
    label: Text2
    consequence: Text2
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountingVersion:
    """What one period says, before parameters are looked up."""

    period: Period
    majority: Share | Drawn | None
    denominator: str | Drawn
    quorum: Share | Drawn | None
    surplus: int | Drawn | None
    surplus_required: bool
    ties: str | Drawn
    exactly_half: str | Drawn
    validity: Validity
    announced: bool | None
    zones: tuple[ZoneText, ...]
    rests_on: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    cites: tuple[str, ...]
    confidence: str
    note: Text2 | None
    line: int


@dataclass(frozen=True, slots=True)
class CountingText:
    """One counting rule as it is written, all its periods."""

    id: str
    label: Text2
    regime: str
    kind: str
    status: str
    versions: tuple[CountingVersion, ...]
    note: Text2 | None
    place: Place

    def parameters(self) -> tuple[str, ...]:
        """Return every parameter that the rule draws from or rests on."""
        found: list[str] = []
        for one in self.versions:
            parts = (one.majority, one.denominator, one.quorum, one.surplus, one.ties,
                     one.exactly_half, *(zone.share for zone in one.zones))  # fmt: skip
            found += [part.parameter for part in parts if isinstance(part, Drawn)]
            found += one.rests_on
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Counting:
    """One counting rule with the parameters at hand: ask `.on(day)`."""

    text: CountingText
    lookup: Lookup

    @property
    def id(self) -> str:
        return self.text.id

    @property
    def label(self) -> Text2:
        return self.text.label

    @property
    def regime(self) -> str:
        return self.text.regime

    @property
    def kind(self) -> str:
        return self.text.kind

    def on(self, day: date) -> CountingRules | None:
        """Return how is counted on a day; None when no text speaks."""
        version = next((one for one in self.text.versions if day in one.period), None)
        return None if version is None else _Resolver(self, version, day).rules()


# -- from text to rule -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Resolver:
    """Looks up what a version draws from parameters; what is not in force becomes unconfirmed."""

    rule: Counting
    version: CountingVersion
    day: date

    def rules(self) -> CountingRules:
        text, version, open_ = self.rule.text, self.version, list(self.version.unconfirmed)
        denominator = self._word("denominator", version.denominator, DENOMINATORS, "", open_)
        share = self._share("majority", version.majority, open_)
        majority = (
            Majority(share.numerator, share.of, share.compare, denominator)
            if share and denominator
            else None
        )
        zones = tuple(
            Zone(one.code, found, one.label, one.consequence, one.cites)
            for one in version.zones
            if (found := self._share("zones", one.share, open_)) is not None
        )
        rests = all(self._value(one) is not None for one in version.rests_on)
        solid = majority is not None or (text.kind == "confidence" and "zones" not in open_)
        sure = text.status == "shipped" and version.confidence != "to_confirm" and rests and solid
        return CountingRules(
            id=text.id,
            label=text.label,
            regime=text.regime,
            kind=text.kind,
            majority=majority,
            denominator=denominator,
            quorum=self._share("quorum", version.quorum, open_),
            surplus_percent=self._number("surplus", version.surplus, open_),
            surplus_required=version.surplus_required,
            ties=self._word("ties", version.ties, TIES, SAFE_TIE, open_),
            exactly_half=self._word("exactly_half", version.exactly_half, HALVES, SAFE_HALF, open_),
            validity=version.validity,
            announced=version.announced,
            zones=zones,
            cites=self._cites(),
            status="shipped" if sure else "to_confirm",
            confidence=version.confidence,
            unconfirmed=tuple(one for one in PARTS if one in open_),
            from_=version.period.from_,
            until=version.period.until,
            note=version.note or text.note,
        )

    def _cites(self) -> tuple[str, ...]:
        """Return the pinpoints of the version and of the parameters that it draws from."""
        cites = list(self.version.cites)
        for ident in self.rule.text.parameters():
            cites += self.rule.lookup(ident, self.day).cites
        return tuple(dict.fromkeys(cites))

    def _value(self, parameter: str) -> object:
        found = self.rule.lookup(parameter, self.day)
        return found.value if found.state == "in_force" else None

    def _word(
        self,
        part: str,
        given: str | Drawn,
        allowed: Collection[str],
        safe: str,
        open_: list[str],
    ) -> str:
        if not isinstance(given, Drawn):
            return given
        value = self._value(given.parameter)
        word = given.words.get(str(value), str(value))
        if value is None or word not in allowed:
            open_.append(part)
            return safe
        return word

    def _share(self, part: str, given: Share | Drawn | None, open_: list[str]) -> Share | None:
        if not isinstance(given, Drawn):
            return given
        value = self._value(given.parameter)
        found = None if value is None else _as_share(value, given.words.get("compare", ">="))
        if found is None:
            open_.append(part)
        return found

    def _number(self, part: str, given: int | Drawn | None, open_: list[str]) -> int | None:
        if not isinstance(given, Drawn):
            return given
        value = self._value(given.parameter)
        if not isinstance(value, int):
            open_.append(part)
            return None
        return value


def _as_share(value: object, compare: str) -> Share | None:
    """Return what a parameter says as a fraction: a table of it, or a percentage."""
    if isinstance(value, Mapping):
        parts = value.get("numerator"), value.get("of"), value.get("compare", compare)
    else:
        parts = value, 100, compare
    top, of, compare_ = parts
    if not isinstance(top, int) or not isinstance(of, int) or compare_ not in COMPARES:
        return None
    return Share(top, of, str(compare_))


# -- from YAML to text -----------------------------------------------------------------------------


def read_counting(
    fields: Fields, local: bool, parameters: Mapping[str, Parameter], known: Mapping[str, Type]
) -> CountingText:
    """Read one counting rule."""
    reader = _Reader(fields, parameters, known)
    kind = fields.choice("kind", KINDS)
    versions = [reader.version(item, kind) for item in fields.items("versions", least=1)]
    for before, after in pairwise(versions):
        if after.period.from_ <= before.period.from_:
            fields.problem("the days of 'versions' must rise", line=after.line)
        elif before.period.until is None or before.period.until > after.period.from_:
            fields.problem("the period overlaps the next version", line=before.line)
    text = CountingText(
        id=fields.ident(),
        label=fields.text2("label"),
        regime=fields.choice("regime", REGIMES),
        kind=kind,
        status=fields.choice("status", STATUSES),
        versions=tuple(versions),
        note=fields.text2("note", required=False) or None,
        place=Place(fields.file, fields.line, local),
    )
    fields.done()
    return text


@dataclass(slots=True)
class _Reader:
    """Reads the parts of a version; `known` are all parameters, refused ones too."""

    top: Fields
    parameters: Mapping[str, Parameter]
    known: Mapping[str, Type]

    def version(self, item: Fields, kind: str) -> CountingVersion:
        first, until = item.day("from"), item.day("until", required=False)
        if first and until and until <= first:
            item.problem("'until' must be later than 'from'", "until")
        votes = kind == "confidence"
        found = CountingVersion(
            period=Period(first or date.min, until),
            majority=None if votes else self._share(item, "majority"),
            denominator=self._word(item, "denominator", DENOMINATORS),
            quorum=self._share(item, "quorum", required=False),
            surplus=self._percent(item, "surplus"),
            surplus_required=item.flag("surplus_required", default=False),
            ties=SAFE_TIE if votes else self._word(item, "ties", TIES),
            exactly_half=SAFE_HALF if votes else self._word(item, "exactly_half", HALVES),
            validity=self._validity(item),
            announced=item.flag("announced") if item.has("announced") else None,
            zones=self._zones(item) if votes else (),
            rests_on=self._known(item, item.strings("rests_on", required=False)),
            unconfirmed=self._parts(item),
            cites=item.strings("cites", least=1),
            confidence=item.choice("confidence", CONFIDENCES),
            note=item.text2("note", required=False) or None,
            line=item.line,
        )
        item.raw("announced", required=False)
        item.done()
        return found

    def _parts(self, item: Fields) -> tuple[str, ...]:
        parts = item.strings("unconfirmed", required=False)
        for part in parts:
            if part not in PARTS:
                item.problem(f"'{part}' is none of {', '.join(PARTS)}", "unconfirmed")
        return parts

    def _known(self, item: Fields, idents: Sequence[str]) -> tuple[str, ...]:
        for ident in idents:
            if ident not in self.known:
                item.problem(f"there is no parameter '{ident}'")
        return tuple(idents)

    def _drawn(self, item: Fields, key: str) -> Drawn | None:
        """Return the reference to a parameter at `key`, None when something else stands there."""
        if not isinstance(item.node.get(key), Map):
            return None
        inner = item.sub(key)
        if inner is None or not inner.has("parameter"):
            return None
        ident = inner.ident("parameter")
        self._known(inner, (ident,))
        words = inner.raw("words", required=False)
        inner.done()
        pairs = dict(words) if isinstance(words, Map) else {}
        if ident in self.parameters and self.parameters[ident].comparison:
            pairs.setdefault("compare", self.parameters[ident].comparison)
        return Drawn(ident, {str(one): str(word) for one, word in pairs.items()}, inner.line)

    def _word(self, item: Fields, key: str, allowed: Collection[str]) -> str | Drawn:
        drawn = self._drawn(item, key)
        if drawn is None:
            return item.choice(key, allowed)
        for word in drawn.words.values():
            if word not in {*allowed, *COMPARES}:
                item.problem(f"'{word}' is none of {', '.join(allowed)}", key)
        return drawn

    def _share(self, item: Fields, key: str, *, required: bool = True) -> Share | Drawn | None:
        if not item.has(key):
            item.sub(key, required=required)
            return None
        drawn = self._drawn(item, key)
        if drawn is not None:
            if drawn.parameter in self.known:
                self._fits(item, key, drawn.parameter)
            return drawn
        inner = item.sub(key)
        if inner is None:
            return None
        top, of = inner.integer("numerator") or 0, inner.integer("of") or 1
        compare = inner.choice("compare", COMPARES)
        inner.done()
        if not 0 < top <= of:
            item.problem(f"'{key}' must be a fraction up to 1", key)
        return Share(top, of, compare)

    def _fits(self, item: Fields, key: str, ident: str) -> None:
        """Refuse a parameter none of whose values is a fraction or a percentage."""
        parameter = self.parameters.get(ident)
        values = (
            [one.value for one in parameter.values if one.value is not None] if parameter else ()
        )
        for value in values:
            if _as_share(value, ">=") is None:
                item.problem(f"'{ident}' is no share: {value!r}", key)

    def _percent(self, item: Fields, key: str) -> int | Drawn | None:
        return self._drawn(item, key) or item.integer(key, required=False)

    def _validity(self, item: Fields) -> Validity:
        inner = item.sub("validity")
        if inner is None:
            return Validity(fewer_allowed=True, more_invalid=True, blank="invalid")
        found = Validity(
            fewer_allowed=inner.flag("fewer_allowed"),
            more_invalid=inner.flag("more_invalid"),
            blank=inner.choice("blank", BLANKS),
        )
        inner.done()
        return found

    def _zones(self, item: Fields) -> tuple[ZoneText, ...]:
        found: list[ZoneText] = []
        for inner in item.items("zones", least=1):
            share = self._share(inner, "share")
            code = inner.choice("code", ZONES)
            if found and ZONES.index(code) >= ZONES.index(found[-1].code):
                inner.problem("the zones stand from the highest down, each once", "code")
            zone = ZoneText(
                code=code,
                share=share or Share(1, 1, ">"),
                label=inner.text2("label"),
                consequence=inner.text2("consequence"),
                cites=inner.strings("cites", least=1),
            )
            inner.done()
            found.append(zone)
        return tuple(found)
