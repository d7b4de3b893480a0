"""Units, their posts and their establishment; facts of people."""

from datetime import date

from django.utils.translation import gettext_noop as _
from pydantic import Field

from ngangtam.doors.api.shapes.common import Coded, Out, Paged, UnitRef

Value = bool | int | str | None


class Unit(Out):
    """A unit as it stands today."""

    code: str
    name: str
    kind: Coded | None
    level: Coded | None
    parent: str | None = Field(description=_("Code of the unit above."))
    ended_on: date | None
    holders: int | None = Field(
        description=_("People whose main post is in the unit itself; null out of reach.")
    )
    seats: int


class UnitPage(Paged):
    """A page of units, by code."""

    items: list[Unit]


class Branch(Out):
    """A unit in the tree of a day."""

    code: str
    name: str
    kind: str
    level: str
    parent: str | None
    depth: int = Field(description=_("Counted from the unit that was asked for."))
    children: int


class Tree(Out):
    """Units as they stood on a day, everybody below before the next brother."""

    day: date
    items: list[Branch]


class Holder(Out):
    """Who sits in a seat."""

    number: str
    full_name: str
    seat: int
    main: bool
    first_day: date


class Post(Out):
    """A post of a unit on a day."""

    id: int
    title: str
    title_kind: str
    regime: str
    level: str
    leadership: bool
    head: bool
    seats: int | None
    held: int | None = Field(description=_("How many hold it; null out of reach."))
    free: int | None
    holders: list[Holder] = Field(
        description=_("Those whom you may read, with the scope people.read; never all of many.")
    )


class Posts(Out):
    """The posts of a unit."""

    day: date
    unit: UnitRef
    items: list[Post]


class Strength(Out):
    """Establishment against people in post. Shape: `regime` is `all` in the last line."""

    regime: str
    label: str
    established: int | None
    seats: int
    holders: int | None = Field(description=_("People in post; null out of reach."))
    vacant: int | None


class Establishment(Out):
    """Establishment of a unit, alone or with all below it."""

    day: date
    unit: UnitRef
    below: bool
    items: list[Strength]


class Fact(Out):
    """One thing that may be known of a person on a day."""

    name: str
    label: str
    type: str
    catalogue: str | None
    unit: str | None
    privacy: str
    derived: bool
    sensitive_part: str | None = Field(
        description=_("The sensitive part of a file that it stands in.")
    )


class Vocabulary(Out):
    """The facts of the rulebook."""

    items: list[Fact]


class Facts(Out):
    """What is known of one person on a day. Codes are codes of their catalogues.

    Shape: `withheld` names facts of sensitive parts, which are read with the file's own operation.
    """

    day: date
    person: str
    unit: UnitRef | None
    facts: dict[str, Value]
    withheld: list[str]
    missing: str | None = Field(
        default=None, description=_("Why nothing is known: no post was held on the day.")
    )


class UnitFacts(Paged):
    """Facts of the people of a unit and all below it, one row a person."""

    day: date
    unit: UnitRef
    columns: list[str]
    items: list[Facts]


class Entry(Out):
    """One code of a catalogue."""

    code: str
    label: str
    rank: int | None


class Catalogue(Out):
    """A list of codes; `ordered` ones rank from the lowest up."""

    id: str
    label: str
    ordered: bool
    entries: list[Entry]


class Catalogues(Out):
    """The catalogues of the rulebook."""

    items: list[Catalogue]
