"""Days that the law counts: to talk and propose, to decide, to give notice. Unset stays unset."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ngangtam.foundation.kernel import workdays
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.fields import Text2

PROPOSE: Final = "removal.propose_working_days"
DECIDE: Final = "removal.decide_working_days"
EXTENSION: Final = "removal.extension_working_days"
NOTICE: Final = "retirement.notice_months"
DECISION: Final = "retirement.decision_months"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline. Shape: `due` None while the number of days is to be confirmed."""

    label: Text2
    due: date | None
    days: int | None
    cites: tuple[str, ...]
    note: Text2 | None = None

    def is_past(self, today: date) -> bool:
        """Whether the day has passed."""
        return self.due is not None and self.due < today


def of_proposal(first_seen: date, today: date) -> list[Deadline]:
    """Return the deadlines of a proposal, counted from the day on which its ground stood."""
    talk = _working(PROPOSE, first_seen, today)
    decide = _working(DECIDE, talk.due, today)
    longest = _working(EXTENSION, decide.due, today)
    return [talk, decide, longest]


def _working(ident: str, after: date | None, today: date) -> Deadline:
    book = rulebook()
    found = book.lookup(ident, today)
    days = found.value if isinstance(found.value, int) else None
    due = workdays.after(after, days) if after is not None and days is not None else None
    known = book.parameters[ident]
    return Deadline(known.label, due, days, found.cites, found.note or known.note)


def months_before(ident: str, day: date, today: date) -> Deadline:
    """Return what is due so many months before a day."""
    book = rulebook()
    found = book.lookup(ident, today)
    months = found.value if isinstance(found.value, int) else None
    due = _back(day, months) if months is not None else None
    known = book.parameters[ident]
    return Deadline(known.label, due, months, found.cites, found.note or known.note)


def _back(day: date, months: int) -> date:
    turn = day.year * 12 + day.month - 1 - months
    year, month = divmod(turn, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    return date(year, month + 1, 28)
