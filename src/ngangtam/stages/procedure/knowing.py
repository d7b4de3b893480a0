"""Facts of people that only a room above knows: planned, in a post for so many months …

Beside a fact a room may tell what it rests on, and where it is looked at or written down.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ngangtam.foundation.ui.components.marks import Text
from ngangtam.law.engine.fields import Text2
from ngangtam.records.organisation.models import Post

Facts = Mapping[int, Mapping[str, object]]
Knows = Callable[[Sequence[int], Post | None, date], Facts]


@dataclass(frozen=True, slots=True)
class Why:
    """What a fact of one person rests on.

    Shape: `facts` are the facts looked at that need a further permission to be read of.
    """

    value: Text2
    reason: Text2
    cites: tuple[str, ...] = ()
    facts: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Hint:
    """A page on which a fact is looked at or written down; without `href` only the words."""

    label: Text
    href: str


Explains = Callable[[Sequence[int], Post | None, date], Mapping[int, Why]]
Places = Callable[[str, Post | None, date], Sequence[Hint]]
_knows: Final[list[Knows]] = []
_explains: Final[dict[str, Explains]] = {}
_places: Final[dict[str, Places]] = {}


def register(knows: Knows) -> None:
    """Let a room above tell facts of (person, target post, day); call it from `AppConfig.ready`."""
    if knows not in _knows:
        _knows.append(knows)


def explain(fact: str, explains: Explains) -> None:
    """Let a room above say what a fact rests on; call it from `AppConfig.ready`."""
    _explains[fact] = explains


def place(facts: Iterable[str], places: Places) -> None:
    """Let a room above say where facts are written down, by the number of a person's file."""
    for fact in facts:
        _places[fact] = places


def known_of(people: Sequence[int], post: Post | None, day: date) -> dict[int, dict[str, object]]:
    """Return what the rooms above know of these people."""
    found: dict[int, dict[str, object]] = {person: {} for person in people}
    for knows in _knows:
        for person, told in knows(people, post, day).items():
            found.setdefault(person, {}).update(told)
    return found


def why_of(
    wanted: Iterable[str], people: Sequence[int], post: Post | None, day: date
) -> dict[str, Mapping[int, Why]]:
    """Return by fact and person what it rests on, as far as a room says so."""
    return {
        fact: _explains[fact](people, post, day)
        for fact in dict.fromkeys(wanted) if fact in _explains
    }  # fmt: skip


def hints_of(wanted: Iterable[str], number: str, post: Post | None, day: date) -> list[Hint]:
    """Return where these facts of one person are written down, each page once."""
    found: dict[str, Hint] = {}
    for fact in wanted:
        if fact in _places:
            for hint in _places[fact](number, post, day):
                found.setdefault(hint.href or str(hint.label), hint)
    return list(found.values())
