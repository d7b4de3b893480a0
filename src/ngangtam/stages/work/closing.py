"""Whether a month may still be changed: a room above knows, and says so here.

Work knows no evaluation. The room that closes months registers how to ask; until it has, every
month is open. The answer is asked inside the transaction that changes a task, and whoever
answers holds the month until that transaction ends: a lock never falls between question and act.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError

Answer = Callable[[str, date], str]
_asked: list[Answer] = []


def say_what_is_closed(answer: Answer) -> None:
    """Let a room above say, in words, why a month is closed at a path; "" when it is open."""
    _asked[:] = [answer]


def why_closed(path: str, month: date) -> str:
    """Return why nothing of the month may change there, "" when it may."""
    return next((why for answer in _asked if (why := answer(path, month))), "")


def refuse_closed(places: Iterable[tuple[object, date]]) -> None:
    """Errors: DomainError when one of these months is closed at its path."""
    for path, month in sorted({(str(path), month) for path, month in places}):
        why = why_closed(path, month)
        if why:
            raise DomainError(
                _("Month %(month)s is closed for changes: %(why)s")
                % {"month": f"{month:%m/%Y}", "why": why}
            )
