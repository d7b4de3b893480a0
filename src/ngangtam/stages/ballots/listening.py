"""Who wants to know that a vote was counted: rooms above register what their references begin with.

The function runs in the transaction of the count, with the rights of whoever counted; what it
refuses undoes the count.
"""

from collections.abc import Callable
from typing import Final

from ngangtam.foundation.access.models import User
from ngangtam.stages.ballots.models import Poll

Listener = Callable[[Poll, User], None]
_LISTENERS: Final[dict[str, Listener]] = {}


def register(prefix: str, function: Listener) -> None:
    """Call `function(poll, by)` for every counted vote whose reference begins with `prefix`."""
    _LISTENERS[prefix] = function


def tell(poll: Poll, by: User) -> None:
    """Tell whoever registered for this vote's reference."""
    for prefix, function in _LISTENERS.items():
        if poll.reference and poll.reference.startswith(prefix):
            function(poll, by)
