"""Lists of codes, and how a raw wording of a roster is recognised as one of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.law.engine.fields import Fields, Text2
from ngangtam.law.engine.yamls import Problem

How = Literal["exact", "alias", "pattern", "uncertain", "none"]
_NOT_LETTERS = re.compile(r"[\W_]+")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_UNKNOWN_WORD: Text2 = {
    "vi": "Không có trong danh mục",
    "en": "Not in the catalogue",
}
_TWO_ENTRIES: Text2 = {
    "vi": "Cách viết này khớp nhiều mục",
    "en": "This spelling fits several entries",
}


@dataclass(frozen=True, slots=True)
class Match:
    """What a raw wording was recognised as.

    Shape: `code` None when nothing fits; `position` is the number that the snapshot stores;
        `how` says on what ground; `reason` {vi, en} for every doubt.
        `uncertain` with a code means: a reading, to be checked by a person.
    """

    code: str | None
    how: How
    reason: Text2 | None = None
    position: int | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of a catalogue."""

    code: str
    label: Text2
    position: int
    aliases: tuple[str, ...] = ()
    state_code: str = ""
    disputed: Text2 | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over plain text (lower case, no accents), and the code it stands for."""

    pattern: re.Pattern[str]
    code: str | None
    reason: Text2 | None


@dataclass(frozen=True, slots=True)
class Matching:
    """How free wording is read: cut into parts, rules in order, the rest."""

    split: re.Pattern[str] | None = None
    parentheses: bool = False
    rules: tuple[Rule, ...] = ()
    residual: str | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Catalogue:
    """A list of codes. `ordered`: the position in `entries` is the rank."""

    id: str
    label_text: Text2
    ordered: bool
    entries: tuple[Entry, ...]
    matching: Matching = field(default_factory=Matching)
    _by_code: dict[str, Entry] = field(default_factory=dict)
    _exact: dict[str, Entry] = field(default_factory=dict)
    _alias: dict[str, Entry] = field(default_factory=dict)
    _plain: dict[str, Entry | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.entries:
            self._by_code[entry.code] = entry
            for word in (entry.label["vi"], entry.label["en"], entry.code, entry.state_code):
                self._exact.setdefault(_key(word), entry)
            for word in entry.aliases:
                self._alias.setdefault(_key(word), entry)
        for word, entry in [*self._exact.items(), *self._alias.items()]:
            short = _key(plain(word))
            rival = self._plain.get(short, entry)
            self._plain[short] = entry if rival is entry else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def position(self, code: str) -> int:
        """Return the number stored for `code`; KeyError for a code that does not exist."""
        return self._by_code[code].position

    def code(self, position: int) -> str:
        """Return the code at `position`."""
        return self.entries[position].code

    def label(self, code: str, lang: str = "vi") -> str:
        """Return the words for `code`."""
        return self._by_code[code].label[lang]

    def entry(self, code: str) -> Entry:
        """Return the whole entry of `code`."""
        return self._by_code[code]

    def match(self, raw: object) -> Match:
        """Recognise a raw wording. Spelling variants, punctuation and accents are forgiven."""
        return _match(self, fold(raw))

    def find(self, text: str) -> Match | None:
        """Look folded text up among labels, numbers and aliases; None when it is in none."""
        key = _key(text)
        if not key:
            return None
        if key in self._exact:
            return self._made(self._exact[key], "exact")
        if key in self._alias:
            return self._made(self._alias[key], "alias")
        short = _key(plain(text))
        if short in self._plain:
            entry = self._plain[short]
            return self._made(entry, "alias") if entry else Match(None, "uncertain", _TWO_ENTRIES)
        return None

    def _made(self, entry: Entry, how: How, reason: Text2 | None = None) -> Match:
        doubt = reason or entry.disputed
        return Match(entry.code, how, doubt, entry.position, entry.disputed is not None)

    def by_rules(self, text: str) -> Match | None:
        """Apply the rules to each part of the text; the highest code of all parts wins."""
        settled: list[Match] = []
        doubtful: list[Match] = []
        for part in self._parts(text):
            found = self._part(part)
            if found is not None:
                unsure = found.how == "uncertain"
                (doubtful if unsure else settled).append(found)
        with_code = settled or [match for match in doubtful if match.code]
        if with_code:
            return max(with_code, key=lambda match: match.position or 0)
        return doubtful[0] if doubtful else None

    def _parts(self, text: str) -> list[str]:
        flat = _PARENTHESES.sub(" ", plain(text))
        parts = self.matching.split.split(flat) if self.matching.split else [flat]
        return [" ".join(part.split()) for part in parts if part and part.strip()]

    def _part(self, part: str) -> Match | None:
        if self.matching.split:
            whole = self.find(part)
            if whole and whole.code:
                return self._made(self.entry(whole.code), "pattern")
        for rule in self.matching.rules:
            if rule.pattern.search(part):
                if rule.code is None:
                    return Match(None, "uncertain", rule.reason)
                how: How = "uncertain" if rule.reason else "pattern"
                return self._made(self.entry(rule.code), how, rule.reason)
        return None

    def residual(self) -> Match | None:
        """Return the class that takes every other wording, where the catalogue has one."""
        if self.matching.residual is None:
            return None
        reason = {"vi": "Nhãn khác xếp vào mục còn lại", "en": "Another label: the residual class"}
        return self._made(self.entry(self.matching.residual), "pattern", reason)


def _key(text: str) -> str:
    """Return what two spellings share: letters and digits only, in lower case."""
    return _NOT_LETTERS.sub("", text.lower())


@lru_cache(maxsize=65536)
def _match(catalogue: Catalogue, text: str) -> Match:
    if not text:
        return Match(None, "none")
    whole = catalogue.find(text)
    if whole:
        return whole
    if catalogue.matching.parentheses:
        inside = _PARENTHESES.findall(text)
        for piece in (_PARENTHESES.sub(" ", text), *inside):
            found = catalogue.find(piece)
            if found and found.code:
                return catalogue._made(catalogue.entry(found.code), "pattern")
    return catalogue.by_rules(text) or catalogue.residual() or Match(None, "none", _UNKNOWN_WORD)


def read_catalogue(node: object, file: str, problems: list[Problem]) -> Catalogue | None:
    """Read one catalogue file; None when it is too broken to use."""
    before = len(problems)
    fields = Fields(node, file, problems)
    ident, label = fields.ident(), fields.text2("label")
    ordered = fields.flag("ordered")
    entries: list[Entry] = []
    for item in fields.items("entries", least=1):
        entries.append(_read_entry(item, len(entries)))
    codes = [entry.code for entry in entries]
    for code in {code for code in codes if codes.count(code) > 1}:
        fields.problem(f"the code '{code}' stands twice", "entries")
    if len(entries) > 255:
        fields.problem("a catalogue holds at most 255 codes", "entries")
    matching = fields.sub("match", required=False)
    how = _read_matching(matching, set(codes)) if matching else Matching()
    fields.done()
    if len(problems) > before:
        return None
    return Catalogue(ident, label, ordered, tuple(entries), how)


def _read_entry(item: Fields, position: int) -> Entry:
    entry = Entry(
        code=item.ident("code"),
        label=item.text2("label"),
        position=position,
        aliases=item.strings("aliases", required=False),
        state_code=item.text("state_code", required=False),
        disputed=item.text2("disputed", required=False) or None,
    )
    item.done()
    return entry


def _read_matching(fields: Fields, codes: set[str]) -> Matching:
    def known(code: str, at: Fields, key: str) -> str | None:
        if code and code not in codes:
            at.problem(f"'{code}' is not a code of this catalogue", key)
        return code or None

    rules = []
    for item in fields.items("rules", required=False):
        pattern, code = item.text("pattern"), known(item.text("code", required=False), item, "code")
        reason = item.text2("reason", required=False) or None
        if code is None and reason is None:
            item.problem("a rule without a code needs a reason")
        rules.append(Rule(_pattern(pattern, item, "pattern"), code, reason))
        item.done()
    split = fields.text("split", required=False)
    matching = Matching(
        split=_pattern(split, fields, "split") if split else None,
        parentheses=fields.flag("parentheses", default=False),
        rules=tuple(rules),
        residual=known(fields.text("residual", required=False), fields, "residual"),
    )
    fields.done()
    return matching


def _pattern(text: str, fields: Fields, key: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        fields.problem(f"not a pattern: {error}", key)
        return re.compile(r"(?!)")
