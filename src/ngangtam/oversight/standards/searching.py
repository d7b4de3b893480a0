"""Finding things of the rulebook by their words, and by numbers with their unit."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.kernel.text import plain
from ngangtam.law.engine.model import Parameter, Target
from ngangtam.oversight.standards import names
from ngangtam.oversight.standards.book import Rulebook, rulebook

HITS_A_KIND: Final = 8
_WORD: Final = re.compile(r"\w+")
Texts = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing of the rulebook that fits a search."""

    id: str
    label: str
    href: str
    off: bool = False


@dataclass(frozen=True, slots=True)
class HitGroup:
    """The hits of one kind, the first few of them, and how many there are."""

    title: str
    hits: list[Hit]
    total: int
    more: str


def fits(words: str, *texts: object) -> bool:
    """Whether every word typed stands in the texts, accents and case aside.

    Shape: the last word may be the beginning of one, since it may still be being typed; the
        others are whole, or "bí thư" would find every "bình thường".
    """
    typed = _WORD.findall(plain(words))
    if not typed:
        return True
    there = set(_WORD.findall(plain(" ".join(str(text) for text in texts))))
    whole = all(word in there for word in typed[:-1])
    return whole and any(word.startswith(typed[-1]) for word in there)


def search(words: str) -> list[HitGroup]:
    """Return everything of the rulebook that fits, by kind; nothing for less than two letters."""
    if len(plain(words)) < 2:
        return []
    groups = []
    for kind, more, hits in _everything(rulebook()):
        found = [hit for hit, texts in hits if fits(words, *texts)]
        if found:
            address = f"{reverse(more)}?{urlencode({'q': words})}"
            title = str(names.GROUPS[kind])
            groups.append(HitGroup(title, found[:HITS_A_KIND], len(found), address))
    return groups


def amounts(one: object) -> list[str]:
    """Return every number of a parameter or target with its unit, as both languages say it."""
    if isinstance(one, Parameter):
        numbers = {number for value in one.values for number in _numbers(value.value)}
    elif isinstance(one, Target):
        numbers = {number for number in (one.low, one.high) if number is not None}
    else:
        return []
    said_units = []
    for lang in ("vi", "en"):
        with translation.override(lang):
            said_units.append(names.unit_name(one.unit))
    return [f"{number:g} {unit}" for number in sorted(numbers) for unit in said_units]


def _numbers(value: object) -> Iterator[int | float]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _numbers(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _numbers(inner)


def _everything(book: Rulebook) -> Iterator[tuple[str, str, Iterator[tuple[Hit, Texts]]]]:
    """Walk over all that can be searched: kind, page of the kind, (hit, texts) pairs."""
    yield "instrument", "law-instruments", (
        (Hit(one.id, f"{one.number} · {said(one.title)}", page_of("law-instrument", one.id)),
         (one.id, one.number, *one.title.values()))
        for one in book.instruments.values()
    )  # fmt: skip
    kinds: Sequence[tuple[str, str, str, Mapping[str, object]]] = (
        ("parameter", "law-parameters", "law-parameter", book.parameters),
        ("standard", "standard-list", "standard-detail", book.standards),
        ("target", "law-targets", "law-target", book.targets),
        ("scheme", "law-schemes", "law-scheme", book.schemes),
    )
    for kind, more, page, things in kinds:
        yield kind, more, _labelled(page, things)
    yield "fact", "law-facts", (
        (Hit(one.name, said(one.label), reverse("law-facts") + f"#{one.name}"),
         (one.name, *one.label.values()))
        for one in book.facts.values()
    )  # fmt: skip


def _labelled(page: str, things: Mapping[str, object]) -> Iterator[tuple[Hit, Texts]]:
    for ident, one in things.items():
        label: Mapping[str, str] = one.label  # type: ignore[attr-defined]  # all three have one
        off = one.status == "to_confirm"  # type: ignore[attr-defined]
        yield Hit(ident, said(label), page_of(page, ident), off), texts_of(ident, one)


def texts_of(ident: str, one: object) -> Texts:
    """Return what a labelled thing is found by; a parameter and a target by their numbers too."""
    label: Mapping[str, str] = one.label  # type: ignore[attr-defined]  # all three have one
    return (ident, *label.values(), *amounts(one))


def page_of(name: str, ident: str) -> str:
    return reverse(name, args=[ident])
