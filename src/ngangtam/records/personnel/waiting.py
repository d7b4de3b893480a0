"""What waits for a second officer in a file. A room above knows; pages of this one show it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Mark:
    """One change that waits: what it would become, and where it is decided."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Shape: `identity` by field, `records` by id of the record, `added` new ones by kind."""

    identity: Mapping[str, Mark] = field(default_factory=dict)
    records: Mapping[int, Mark] = field(default_factory=dict)
    added: tuple[tuple[str, Mark], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.identity or self.records or self.added)


_answers: Final[list[Callable[[int], Waiting]]] = []


def say_what_waits(answer: Callable[[int], Waiting]) -> None:
    """Let a room above say what waits in a file; call it from `AppConfig.ready`."""
    _answers[:] = [answer]


def waiting_on(person_id: int) -> Waiting:
    """Return what waits for a second officer in a person's file."""
    return _answers[0](person_id) if _answers else Waiting()
