"""The value of a parameter on a day, and the ways in which there may be none."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ngangtam.law.engine.fields import Text2

State = Literal["in_force", "not_confirmed", "no_rule_in_force"]


class LawError(Exception):
    """The law gives no answer here."""


class NoRuleInForce(LawError):  # noqa: N818  # reads as what it is
    """No text in the rulebook speaks on that day."""


class NotConfirmed(LawError):  # noqa: N818  # reads as what it is
    """A value is known by report, and stays off until the authority in charge sets it."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a parameter says on one day.

    Shape: `value` is None unless `state` is `in_force`; `reported` is the value that waits for
        confirmation, shown but never used. `[from_, until)` is the period of this value.
    """

    id: str
    state: State
    value: object = None
    reported: object = None
    cites: tuple[str, ...] = ()
    confidence: str = ""
    from_: date | None = None
    until: date | None = None
    unit: str = ""
    note: Text2 | None = None
    local: bool = False
    label: Text2 | None = None
