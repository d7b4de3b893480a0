"""Which schemes a post is evaluated by: read from the rulebook, for one day and kind of cycle."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.schemes import Scheme
from ngangtam.stages.evaluation.models import Cycle

# How the rulebook calls the kinds of cycle.
_CYCLES: Final[Mapping[str, str]] = {
    Cycle.Kind.MONTH: "month", Cycle.Kind.QUARTER: "quarter", Cycle.Kind.HALF: "half",
    Cycle.Kind.YEAR: "year", Cycle.Kind.NEEDED: "when_needed",
}  # fmt: skip
# Posts of these regimes are also evaluated by the schemes of the second: the decree on civil
# servants covers those of the Party, the Front and the mass organisations too (Decree 335/2025,
# articles 1 and 2).
_ALSO: Final[Mapping[str, str]] = {"party": "civil_servant"}
# But not those who are elected to a Party committee: they are no civil servants by that title.
_OF_COMMITTEES: Final = frozenset(
    {"secretary", "deputy_secretary", "standing_committee_member", "committee_member"}
)
PARTY: Final = "party"
# Whom a scheme for all regimes means. Whether people on a labour contract are evaluated the head
# of the unit decides (Decree 233/2026, article 20.2); soldiers and police have rules of their own.
_ALL: Final = frozenset({"party", "elected", "civil_servant", "public_employee"})


@dataclass(frozen=True, slots=True, order=True)
class PostKind:
    """What of a post decides the scheme."""

    regime: str
    leadership: bool
    title_kind: str
    level: str


@dataclass(frozen=True, slots=True, order=True)
class Fit:
    """A scheme that a kind of post falls under. `members`: only who belongs to the Party."""

    kind: PostKind
    scheme: str
    members: bool


def schemes_of(book: Rulebook, kind: str, on: date, subject: str = "person") -> list[Scheme]:
    """Return the schemes that are confirmed and in force on the day for that kind of cycle."""
    return [
        scheme
        for scheme in book.schemes.values()
        if scheme.status == "shipped" and scheme.subject == subject
        and _CYCLES[kind] in scheme.cycles and scheme.in_force_on(on)
    ]  # fmt: skip


def fits(book: Rulebook, posts: Iterable[PostKind], kind: str, on: date) -> list[Fit]:
    """Return what each kind of post falls under; a post of one regime may fall under several."""
    schemes = schemes_of(book, kind, on)
    return sorted(found for post in posts for found in _fits_of(post, schemes))


def _fits_of(post: PostKind, schemes: list[Scheme]) -> Iterator[Fit]:
    for scheme in schemes:
        if not _suits(scheme, post):
            continue
        everybody = scheme.regime == "all" and post.regime in _ALL
        also = _ALSO.get(post.regime) if post.title_kind not in _OF_COMMITTEES else None
        if everybody or scheme.regime in {post.regime, also}:
            yield Fit(post, scheme.id, members=False)
        elif scheme.regime == PARTY:
            yield Fit(post, scheme.id, members=True)


def _suits(scheme: Scheme, post: PostKind) -> bool:
    return (
        not (scheme.leaders == "only" and not post.leadership)
        and not (scheme.leaders == "never" and post.leadership)
        and (not scheme.title_kinds or post.title_kind in scheme.title_kinds)
        and (not scheme.post_levels or post.level in scheme.post_levels)
    )


def collective_schemes(book: Rulebook, regime: str, kind: str, on: date) -> list[str]:
    """Return the schemes for the unit whose head's post has that regime."""
    return sorted(
        scheme.id
        for scheme in schemes_of(book, kind, on, subject="collective")
        if scheme.regime in {regime, PARTY} or (scheme.regime == "all" and regime in _ALL)
    )
