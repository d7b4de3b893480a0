"""What rooms above have to say when a case is opened: they may refuse it, or note its number."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from ngangtam.foundation.access.models import User
from ngangtam.stages.procedure.models import Case

Opens = Callable[[Case, Sequence[int], User, date], None]
_opens: Final[list[Opens]] = []


def register(opens: Opens) -> None:
    """Let a room above look at each case as it is opened; call it from `AppConfig.ready`.

    Shape: it gets the case and the people whom the case is about, and runs in the transaction of
        the opening; a DomainError of its own refuses the case. Simulations are not told.
    """
    if opens not in _opens:
        _opens.append(opens)


def tell(case: Case, people: Sequence[int], by: User, today: date) -> None:
    """Tell the rooms above of a new case. Errors: DomainError as they refuse it."""
    if not case.fictional:
        for opens in _opens:
            opens(case, people, by, today)
