"""What two officers write together, on its way into files that are there already.

A roster adds to files by the thousand; where it says something new of the degrees, titles or Party
days of somebody who is known, that waits for the second officer like every other such change. A
room above keeps what waits; this one and those beside it hand it over.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

from ngangtam.foundation.access.models import User


@dataclass(frozen=True, slots=True)
class Claim:
    """One record that somebody says belongs into a file. Shape: as a `Record`."""

    person_id: int
    kind: str
    first_day: date
    precision: str
    until: date | None = None
    code: str = ""
    raw: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


class _Propose(Protocol):
    def __call__(self, claims: Sequence[Claim], *, origin: str, reference: str, by: User) -> int:
        """Let claims wait for a second officer; return how many now do."""


_Withdraw = Callable[[str], int]
_keepers: Final[list[tuple[_Propose, _Withdraw]]] = []


def say_who_keeps(propose: _Propose, withdraw: _Withdraw) -> None:
    """Let a room above keep what waits; call it from `AppConfig.ready`."""
    _keepers[:] = [(propose, withdraw)]


def propose(claims: Sequence[Claim], *, origin: str, reference: str, by: User) -> int:
    """Let claims wait for a second officer; return how many now do.

    Shape: `origin` says in words where they come from, `reference` names it for `withdraw`. What
        waits already does not wait twice, and nobody's claim about the own file does.
    """
    if not claims or not _keepers:
        return 0
    return _keepers[0][0](claims, origin=origin, reference=reference, by=by)


def withdraw(reference: str) -> int:
    """Take back what still waits from there; return how many did."""
    return _keepers[0][1](reference) if _keepers else 0
