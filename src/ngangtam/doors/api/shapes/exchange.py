"""The person's record in the groups of the national database."""

from datetime import date

from pydantic import Field

from ngangtam.doors.api.shapes.common import In, Out
from ngangtam.doors.api.shapes.people import Posting, Record


class Held(Out):
    """One field of identity. Shape: `why_missing` is unknown or withheld when there is no value.

    `code` is the other side's code, null until it is known.
    """

    name: str
    code: str | None
    value: str | None
    why_missing: str | None


class Group(Out):
    """One of the ten groups with what we hold of it.

    Shape: `withheld` names sensitive parts that were not asked for, or that you may not read;
        `missing` names kinds of record of which nothing is recorded; `unheld` what the decree
        asks for and this system does not hold.
    """

    number: int
    id: str
    label: str
    cites: list[str]
    fields: list[Held]
    records: list[Record]
    postings: list[Posting]
    withheld: list[str]
    missing: list[str]
    unheld: list[str]


class Exchange(Out):
    """A person's record, grouped."""

    mapping: str
    version: int
    instrument: str
    codes: str
    day: date
    person: str
    groups: list[Group]


class ExchangeIn(In):
    """The same with sensitive parts, for a purpose. The reading leaves a trace."""

    mapping: str = Field(default="27-2026-nd-cp", max_length=60)
    parts: list[str] = Field(min_length=1, max_length=10)
    purpose: str = Field(min_length=1, max_length=300)
