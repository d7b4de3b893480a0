"""What of the rulebook rests on each place in the texts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.urls import reverse

from ngangtam.law.engine.citations import scheme_cites
from ngangtam.oversight.standards.book import Rulebook

Kind = Literal[
    "parameter", "standard", "criterion", "target", "indicator", "scheme", "procedure", "conflict",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """Something of the rulebook that rests on a pinpoint."""

    kind: Kind
    id: str
    label: Mapping[str, str]
    href: str
    confidence: str = ""
    off: bool = False


def uses(book: Rulebook) -> Mapping[str, tuple[Use, ...]]:
    """Return, for every pinpoint, what rests on it, in the order of the rulebook."""
    return _uses(book)


@lru_cache(maxsize=4)
def _uses(book: Rulebook) -> Mapping[str, tuple[Use, ...]]:
    found: dict[str, dict[tuple[str, str, str], Use]] = {}
    for pinpoint, use in _every_use(book):
        found.setdefault(pinpoint, {})[use.kind, use.id, use.confidence] = use
    return {pinpoint: tuple(users.values()) for pinpoint, users in found.items()}


def _every_use(book: Rulebook) -> Iterator[tuple[str, Use]]:
    for parameter in book.parameters.values():
        href = reverse("law-parameter", args=[parameter.id])
        off = parameter.status == "to_confirm"
        for value in parameter.values:
            use = Use("parameter", parameter.id, parameter.label, href, value.confidence, off)
            yield from ((pinpoint, use) for pinpoint in value.cites)
    for standard in book.standards.values():
        href = reverse("standard-detail", args=[standard.id])
        off = standard.status == "to_confirm"
        use = Use("standard", standard.id, standard.label, href, off=off)
        yield from ((pinpoint, use) for pinpoint in standard.cites)
        for criterion in standard.criteria:
            rests = Use(
                "criterion", f"{standard.id} · {criterion.id}", criterion.label, href,
                off=off or criterion.status == "to_confirm",
            )  # fmt: skip
            yield from ((pinpoint, rests) for pinpoint in criterion.cites)
    for target in book.targets.values():
        href = reverse("law-target", args=[target.id])
        use = Use("target", target.id, target.label, href, off=target.status == "to_confirm")
        yield from ((pinpoint, use) for pinpoint in target.cites)
    for indicators in book.indicators.values():
        href = reverse("law-indicator-set", args=[indicators.id])
        use = Use("indicator", indicators.id, indicators.label, href)
        yield from ((pinpoint, use) for pinpoint in indicators.cites)
    for scheme in book.schemes.values():
        href = reverse("law-scheme", args=[scheme.id])
        use = Use("scheme", scheme.id, scheme.label, href, off=scheme.status == "to_confirm")
        yield from ((pinpoint, use) for cites in scheme_cites(scheme) for pinpoint in cites)
    for versions in book.procedures.values():
        for one in versions.versions:
            href = reverse("law-procedure", args=[one.id])
            use = Use("procedure", one.id, one.label, href, off=not one.is_on)
            yield from ((pinpoint, use) for pinpoint in one.all_cites())
    for conflict in book.conflicts.values():
        href = reverse("law-conflicts") + f"#{conflict.id}"
        use = Use("conflict", conflict.id, conflict.label, href, off=conflict.status == "open")
        yield from ((pinpoint, use) for pinpoint in conflict.cites)


def users_of(book: Rulebook, ident: str) -> int:
    """Return how many things of the rulebook rest on a text, each counted once."""
    return _users_by_text(book).get(ident, 0)


@lru_cache(maxsize=4)
def _users_by_text(book: Rulebook) -> Mapping[str, int]:
    found: dict[str, set[tuple[str, str]]] = {}
    for pinpoint, users in uses(book).items():
        named = {(use.kind, use.id) for use in users}
        found.setdefault(pinpoint.partition("#")[0], set()).update(named)
    return {ident: len(users) for ident, users in found.items()}
