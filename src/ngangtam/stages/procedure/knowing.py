"""Facts of people that only a room above knows: planned, in a post for so many months …"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from ngangtam.records.organisation.models import Post

Facts = Mapping[int, Mapping[str, object]]
Knows = Callable[[Sequence[int], Post | None, date], Facts]
_knows: Final[list[Knows]] = []


def register(knows: Knows) -> None:
    """Let a room above tell facts of (person, target post, day); call it from `AppConfig.ready`."""
    if knows not in _knows:
        _knows.append(knows)


def known_of(people: Sequence[int], post: Post | None, day: date) -> dict[int, dict[str, object]]:
    """Return what the rooms above know of these people."""
    found: dict[int, dict[str, object]] = {person: {} for person in people}
    for knows in _knows:
        for person, told in knows(people, post, day).items():
            found.setdefault(person, {}).update(told)
    return found
