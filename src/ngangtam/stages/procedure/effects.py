"""What a decision writes: rooms above register it, a decided case carries it out."""

from collections.abc import Callable
from typing import Final

from ngangtam.foundation.access.models import User
from ngangtam.records.organisation.models import Decision
from ngangtam.stages.procedure.models import Case

Effect = Callable[[Case, Decision, User], None]
_effects: Final[dict[str, Effect]] = {}


def register(effect_id: str, effect: Effect) -> None:
    """Let a room above say what a decision writes; call it from `AppConfig.ready`.

    Shape: it runs in the transaction of the decision; a DomainError of its own undoes both.
    """
    _effects[effect_id] = effect


def known(effect_id: str) -> bool:
    """Whether somebody carries this effect out."""
    return effect_id in _effects


def carry_out(case: Case, effect_id: str, decision: Decision, by: User) -> None:
    """Write what the decision says.

    Shape: no effect writes nothing. One that nobody knows is an error: its case was not to open.
    """
    if effect_id:
        _effects[effect_id](case, decision, by)
