"""How titles stand to one another, as far as posts say it: level, who manages, head or deputy.

No text ranks every title. Where one is higher by one measure and lower by another, nobody here
decides: the answer is None, and a person judges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.organisation.models import Post


@dataclass(frozen=True, slots=True)
class Rank:
    """What of a post says how high it stands; None where nobody recorded it.

    Shape: `level` and `managed` are positions in their catalogues; `tier` is 2 for a head, 1 for
        another leader, 0 else; `seat` is 2 on a standing committee, 1 on a committee, 0 else.
    """

    level: int | None
    managed: int | None
    tier: int | None
    seat: int = 0

    @property
    def steps(self) -> tuple[int | None, ...]:
        return (self.level, self.managed, self.tier)


def rank_of(post: Post) -> Rank:
    """Return the rank of a post."""
    seat = 2 if post.standing_committee_member else 1 if post.committee_member else 0
    return Rank(
        _position("level", post.level), _position("management_level", post.managed_by),
        2 if post.head else 1 if post.leadership else 0, seat,
    )  # fmt: skip


def rank_held(facts: Mapping[str, Any]) -> Rank:
    """Return the rank of what somebody holds, from the facts of a day."""
    head, leads = facts.get("head"), facts.get("leadership")
    tier = 2 if head else 1 if leads else None if leads is None else 0
    seat = 2 if facts.get("standing_committee_member") else int(bool(facts.get("committee_member")))
    return Rank(facts.get("post_level"), facts.get("managed_by"), tier, seat)


def is_higher(one: Rank, other: Rank) -> bool | None:
    """Whether `one` stands higher than `other`; None where that is for a person to say."""
    if one.seat and not one.tier:
        return _seat_is_higher(one, other)
    steps = _steps(one, other)
    if not steps:
        return None
    if min(steps) >= 0:
        return max(steps) > 0
    return False if max(steps) <= 0 else None


def is_equal_or_higher(one: Rank, other: Rank) -> bool | None:
    """Whether `one` stands as high as `other` or higher; None where a person must say."""
    if (one.seat > 0) is not (other.seat > 0):
        return None
    if one.seat and (one.seat, one.level) == (other.seat, other.level):
        return True
    steps = _steps(one, other)
    if not steps:
        return None
    if min(steps) >= 0 and one.seat >= other.seat:
        return True
    return False if max(steps) <= 0 and min(steps) < 0 else None


def _steps(one: Rank, other: Rank) -> list[int]:
    pairs = zip(one.steps, other.steps, strict=True)
    return [(a > b) - (a < b) for a, b in pairs if a is not None and b is not None]


def _seat_is_higher(one: Rank, other: Rank) -> bool | None:
    """A seat on a committee is held beside a post: higher for who holds no such seat yet."""
    if one.level is None or other.level is None or one.level < other.level:
        return None
    if one.seat > other.seat:
        return True
    return True if one.level > other.level else None


def _position(catalogue: str, code: str) -> int | None:
    if not code:
        return None
    try:
        return rulebook().catalogues[catalogue].position(code)
    except KeyError:
        return None
