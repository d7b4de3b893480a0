"""What rooms above have to say when a case ends without a decision that is carried out."""

from collections.abc import Callable
from typing import Final

from ngangtam.stages.procedure.models import Case

Ends = Callable[[Case], None]
_ends: Final[list[Ends]] = []


def register(ends: Ends) -> None:
    """Let a room above hear of cases that are refused or withdrawn; call it from `AppConfig.ready`.

    Shape: it runs in the transaction that ends the case, whose state and reason are set already.
        Simulations are not told.
    """
    if ends not in _ends:
        _ends.append(ends)


def tell(case: Case) -> None:
    """Tell the rooms above that a case was refused or withdrawn."""
    over = case.state in (Case.State.REFUSED, Case.State.WITHDRAWN)
    if over and not case.fictional:
        for ends in _ends:
            ends(case)
