"""What rooms above do about results: they hear of a count, and offer cases on low results.

Nothing follows by itself: an offer is a page on which a named person opens a case.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ngangtam.foundation.access.rules import Viewer
from ngangtam.stages.confidence.models import Result, Round


@dataclass(frozen=True, slots=True)
class Offer:
    """One case that may be opened on a result, with its ground and evidence carried over."""

    label: str
    href: str


Offers = Callable[[Viewer, Sequence[Result]], Mapping[int, list[Offer]]]
Counted = Callable[[Round], None]
_offers: Final[list[Offers]] = []
_counted: Final[list[Counted]] = []


def register(*, offers: Offers, counted: Counted) -> None:
    """Let a room above offer cases and hear of counts; call it from `AppConfig.ready`.

    Shape: `offers` answers result → what the viewer may open; `counted` runs in the transaction of
        the count, with the rights of whoever counted.
    """
    if offers not in _offers:
        _offers.append(offers)
        _counted.append(counted)


def offers_on(viewer: Viewer, results: Sequence[Result]) -> dict[int, list[Offer]]:
    """Return what the viewer may open on these results; nothing where nothing waits."""
    found: dict[int, list[Offer]] = {}
    waiting = [one for one in results if one.followed == Result.Followed.WAITS]
    for asked in _offers if waiting else ():
        for result, made in asked(viewer, waiting).items():
            found.setdefault(result, []).extend(made)
    return found


def tell(one: Round) -> None:
    """Tell the rooms above that a round was counted."""
    for hears in _counted:
        hears(one)
