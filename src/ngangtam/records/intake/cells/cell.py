"""The shape of a judged cell."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from ngangtam.records.intake.readers.grid import Raw, shown

__all__ = ["ABSENT", "Cell", "Context", "Verdict", "normalised", "refused", "taken", "uncertain"]


class Verdict(IntEnum):
    """What became of a cell, from best to worst."""

    TAKEN = 0
    NORMALISED = 1
    UNCERTAIN = 2
    REFUSED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class _Absent:
    """Stands for “the source says there is none”, which is more than not knowing."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Cell:
    """One judged cell: the value used (None when none could be), the verdict and why."""

    value: object
    verdict: Verdict = Verdict.TAKEN
    reason: str = ""


def taken(value: object) -> Cell:
    return Cell(value)


def normalised(value: object, reason: str) -> Cell:
    return Cell(value, Verdict.NORMALISED, reason)


def uncertain(value: object, reason: str) -> Cell:
    return Cell(value, Verdict.UNCERTAIN, reason)


def refused(reason: str) -> Cell:
    return Cell(None, Verdict.REFUSED, reason)


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader of cells may know beside the cell.

    Shape: `day` is the day the roster speaks of; `month_first` and `day_first` count the values
        of the column that only make sense in that order; `swapped` says that a spreadsheet seems
        to have read days as months in its real dates.
    """

    day: date
    field: str = ""
    catalogue: str = ""
    absent: str = ""
    option: str = ""
    month_first: int = 0
    day_first: int = 0
    swapped: bool = False


def text_of(raw: Raw) -> str:
    """Return the text of a raw cell."""
    return shown(raw)
